"""An open vault: the root in memory, and the keys that come from it (docs/sealing.md §6)."""

from collections.abc import Collection
from contextlib import suppress
from functools import cached_property
from typing import NoReturn

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection, select

from mesinfos.errors import N_, Locked, Tampered, VaultError
from mesinfos.vault.envelope import Envelope, open_envelope, unwrap_envelope
from mesinfos.vault.frame import pack, unpack
from mesinfos.vault.instance import Instance, signed_message
from mesinfos.vault.keypair import SEED, KeyPair
from mesinfos.vault.keys import derive, joined, open_under, same, seal_under
from mesinfos.vault.pins import Pin
from mesinfos.vault.signing import SigningKey
from mesinfos.vault.tables import envelope

HPKE, WRAP, GRANT = "hpke", "wrap", "grant"
CHUNK = 500


class OpenVault:
    """Everything that can be done with the root of one vault; shows no key, and forgets them when closed.

    `alarms` are codes of what did not match at unlock; `damaged` the ids of records that could not be read.
    """

    def __init__(self, instance: Instance, vault_id: str, root: bytes, alarms: tuple[str, ...] = ()) -> None:
        self.instance, self.vault_id, self.alarms = instance, vault_id, alarms
        self.damaged: list[str] = []
        self._root: bytes | None = root
        self._envelopes: dict[str, Envelope] = {}

    def __repr__(self) -> str:
        return f"OpenVault({self.vault_id}, {'open' if self._root else 'closed'})"

    def __reduce__(self) -> NoReturn:
        raise TypeError("an open vault stays in its process")

    @property
    def root(self) -> bytes:
        """The vault's root; raises Locked once the vault was closed."""
        if self._root is None:
            raise Locked(N_("The vault was closed."))
        return self._root

    @cached_property
    def inbox(self) -> KeyPair:
        """The key pair to which the locked worker seals."""
        return KeyPair(derive(self.root, "inbox", self._name, size=SEED))

    @cached_property
    def signing(self) -> Ed25519PrivateKey:
        """The key that signs grants, and what else must be proved to this vault itself."""
        return Ed25519PrivateKey.from_private_bytes(derive(self.root, "signing", self._name))

    def receipt_key(self, grant_id: str) -> SigningKey:
        """The person's signature on receipts of one grant: a key for each, so that no two merchants see the same."""
        return SigningKey(derive(self.root, "receipt signing", self._name, grant_id.encode()))

    @cached_property
    def wrapping_key(self) -> bytes:
        """The key under which envelopes are re-wrapped."""
        return derive(self.root, "wrapping", self._name)

    @cached_property
    def journal_key(self) -> bytes:
        """A key for what the journal authenticates while the vault is open."""
        return derive(self.root, "journal", self._name)

    def calendar_uid(self, ref: str) -> str:
        """The id of a thing in a calendar to which its event is added by hand: always the same, and tells nothing."""
        return derive(self.root, "calendar uid", self._name, ref.encode(), size=16).hex()

    @property
    def pin(self) -> Pin:
        """The public keys that belong to this root."""
        return Pin(self.inbox.public, self.signing.public_key().public_bytes_raw())

    def sign(self, context: str, data: bytes) -> bytes:
        """Ed25519 (RFC 8032) over version, vault, context and data: 64 bytes; `Instance.verify` checks it."""
        return self.signing.sign(signed_message(self.vault_id, context, data))

    def seal(self, purpose: str, item_id: str, plaintext: bytes) -> bytes:
        """Seal a value under the root; whoever stores it must re-seal it in a hook when the root changes."""
        return seal_under(self._values_key, "value", _context(purpose, item_id), pack(plaintext))

    def open(self, purpose: str, item_id: str, sealed: bytes) -> bytes:
        """What `seal` sealed for the same purpose and item; raises Tampered or UnknownFormat."""
        return unpack(open_under(self._values_key, "value", _context(purpose, item_id), sealed))

    def envelope(self, conn: Connection, envelope_id: str) -> Envelope:
        """One of the vault's own envelopes, opened; raises Tampered when it is missing or does not open."""
        self.load_envelopes(conn, {envelope_id})
        return self.loaded(envelope_id)

    def load_envelopes(self, conn: Connection, envelope_ids: Collection[str]) -> None:
        """Open those of the vault's envelopes that are not open yet; what does not open is left out."""
        missing = [name for name in envelope_ids if name not in self._envelopes]
        for start in range(0, len(missing), CHUNK):
            mine = (envelope.c.vault_id == self.vault_id, envelope.c.grant_id == "")
            some = envelope.c.envelope_id.in_(missing[start : start + CHUNK])
            for row in conn.execute(select(envelope).where(*mine, some)).all():
                with suppress(VaultError):
                    self._envelopes[row.envelope_id] = self.opened(row.envelope_id, row.form, row.sealed, row.mac)

    def loaded(self, envelope_id: str) -> Envelope:
        """An envelope that `load_envelopes` opened; raises Tampered when it could not, Locked when closed."""
        found = self._envelopes.get(envelope_id)
        if found is None:
            raise Tampered(N_("An envelope is missing, damaged, or was not made by this MesInfos."))
        return found

    def opened(self, envelope_id: str, form: str, sealed: bytes, mac: bytes) -> Envelope:
        """An envelope's row, opened. Anybody can seal to a public key: only our own worker's MAC makes it genuine."""
        if form == WRAP:
            return unwrap_envelope(self.wrapping_key, self.vault_id, envelope_id, sealed)
        if form != HPKE or not same(envelope_mac(self.instance, self.vault_id, envelope_id, sealed), mac):
            raise Tampered(N_("An envelope was not made by this MesInfos."))
        return open_envelope(self.inbox, self.vault_id, "", envelope_id, sealed)

    def close(self) -> None:
        """Forget the keys; every later use raises Locked."""
        self._root = None
        self._envelopes.clear()
        for name in ("inbox", "signing", "wrapping_key", "journal_key", "_values_key"):
            self.__dict__.pop(name, None)

    @property
    def _name(self) -> bytes:
        return self.vault_id.encode()

    @cached_property
    def _values_key(self) -> bytes:
        return derive(self.root, "values", self._name)


def envelope_mac(instance: Instance, vault_id: str, envelope_id: str, sealed: bytes) -> bytes:
    """What the locked worker leaves on an envelope it made; covers the sealed key, hence everything under it."""
    return instance.key.mac(vault_id, "envelope", joined(envelope_id.encode(), sealed))


def _context(purpose: str, item_id: str) -> tuple[bytes, bytes]:
    return (purpose.encode(), item_id.encode())
