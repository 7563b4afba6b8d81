"""The one primitive: a fresh 32-byte key sealed to one recipient, and items encrypted under it.

The recipient is a vault or a grant. An item's key is derived from the envelope's key and the item's id; its
associated data binds version, vault, grant, envelope, item, type, schema, and whatever the caller adds,
so that no item can be read in another place than its own. Specified in docs/sealing.md §4.
"""

import os

from mesinfos.errors import N_, Tampered
from mesinfos.vault.frame import pack, unpack
from mesinfos.vault.keypair import KeyPair, seal_to
from mesinfos.vault.keys import KEY, decrypt, encrypt, expander, joined, new_id, open_under, seal_under

ITEM = b"mesinfos/1 item"
SEAL = b"mesinfos/1 envelope"


class Envelope:
    """An open envelope: it can encrypt and decrypt its items. Its representation shows no key."""

    __slots__ = ("_item_key", "_key", "_place", "envelope_id", "grant_id", "vault_id")

    def __init__(self, vault_id: str, grant_id: str, envelope_id: str, key: bytes) -> None:
        self.vault_id, self.grant_id, self.envelope_id, self._key = vault_id, grant_id, envelope_id, key
        self._place = (ITEM, vault_id.encode(), grant_id.encode(), envelope_id.encode())
        self._item_key = expander(key, "item")

    def __repr__(self) -> str:
        return f"Envelope({self.envelope_id})"

    def seal(self, item_id: str, type_: str, schema: int, plaintext: bytes, *bound: bytes) -> bytes:
        """Pack, pad and encrypt one item; `bound` is what else must stay true of it."""
        name = item_id.encode()
        place = joined(*self._place, name, type_.encode(), schema.to_bytes(2, "big"), *bound)
        return encrypt(self._item_key(name), pack(plaintext), place)

    def open(self, item_id: str, type_: str, schema: int, sealed: bytes, *bound: bytes) -> bytes:
        """The item's plaintext; raises Tampered or UnknownFormat, never gives a part of it."""
        name = item_id.encode()
        place = joined(*self._place, name, type_.encode(), schema.to_bytes(2, "big"), *bound)
        return unpack(decrypt(self._item_key(name), sealed, place))

    def sealed_to(self, public: bytes) -> bytes:
        """The envelope's key sealed with HPKE to its recipient."""
        return seal_to(public, self._key, seal_info(self.vault_id, self.grant_id, self.envelope_id))

    def wrapped_under(self, wrapping_key: bytes) -> bytes:
        """The envelope's key sealed under the vault's wrapping key; only a vault's envelopes are."""
        context = (self.vault_id.encode(), self.envelope_id.encode())
        return seal_under(wrapping_key, "wrap", context, self._key)


def new_envelope(vault_id: str, grant_id: str = "") -> Envelope:
    """A fresh envelope for a vault, or for one grant of it."""
    return Envelope(vault_id, grant_id, new_id(), os.urandom(KEY))


def open_envelope(pair: KeyPair, vault_id: str, grant_id: str, envelope_id: str, sealed: bytes) -> Envelope:
    """The envelope sealed with HPKE to `pair`; raises Tampered."""
    key = pair.open(sealed, seal_info(vault_id, grant_id, envelope_id))
    return Envelope(vault_id, grant_id, envelope_id, _checked(key))


def unwrap_envelope(wrapping_key: bytes, vault_id: str, envelope_id: str, wrapped: bytes) -> Envelope:
    """The envelope wrapped under the vault's wrapping key; raises Tampered or UnknownFormat."""
    key = open_under(wrapping_key, "wrap", (vault_id.encode(), envelope_id.encode()), wrapped)
    return Envelope(vault_id, "", envelope_id, _checked(key))


def seal_info(vault_id: str, grant_id: str, envelope_id: str) -> bytes:
    """HPKE's `info` of an envelope: the library offers no associated data, so everything goes in here."""
    return joined(SEAL, vault_id.encode(), grant_id.encode(), envelope_id.encode())


def _checked(key: bytes) -> bytes:
    if len(key) != KEY:
        raise Tampered(N_("A sealed key has the wrong length."))
    return key
