"""A grant's key pair comes from a secret of its merchant and from nothing else: who does not hold one reads nothing.

A token is 32 random bytes. One half of what is derived from it proves that somebody holds it (only its SHA-256 is
stored); the other half opens, and is never stored. A token made by hand is the grant's seed itself. Codes, access and
refresh tokens come and go while the grant's key stays: each wraps the grant's random seed, which exists in no other
form, bound to all that its row says of it. Specified in docs/sealing.md §9.
"""

import os
from collections.abc import Sequence
from hashlib import sha256

from msgspec import Struct

from mesinfos.errors import N_, NoGrant, Tampered
from mesinfos.vault.envelope import Envelope, new_envelope, open_envelope
from mesinfos.vault.keypair import SEED, KeyPair
from mesinfos.vault.keys import KEY, OVERHEAD, committing, decrypt, derive, encrypt, joined, same, secret_in, unpadded

MARK = "mesinfos-"
TYPE, SCHEMA = "disclosure", 1
NO_GRANT = N_("This token opens no grant.")


class NewToken(Struct, frozen=True):
    """A token, shown once; `auth` is what is stored of it, `public_key` what is sealed to."""

    token: str
    auth: bytes
    public_key: bytes

    def __repr__(self) -> str:
        return "NewToken(…)"


def new_token() -> NewToken:
    """A fresh token and what follows from it."""
    secret = os.urandom(KEY)
    return NewToken(MARK + unpadded(secret), auth_of(secret), _pair(secret).public)


class Bound(Struct, frozen=True):
    """What a wrapped seed is bound to: its row, member by member, and a code's PKCE challenge, which is not stored.

    `kind` is code, access or refresh; `jkt` the thumbprint of the DPoP key, empty for none; `expires_at` microseconds.
    """

    vault_id: str
    grant_id: str
    kind: str
    client_id: str
    jkt: str
    expires_at: int
    challenge: str = ""

    def to_bytes(self) -> bytes:
        """The associated data."""
        place = (self.vault_id, self.grant_id, self.kind, self.client_id, self.jkt)
        texts = [text.encode() for text in place]
        return joined(b"mesinfos/1 token", *texts, self.expires_at.to_bytes(8, "big"), self.challenge.encode())


class Wrapped(Struct, frozen=True):
    """A code or token, shown once; `auth` and `sealed` are what is stored of it."""

    token: str
    auth: bytes
    sealed: bytes

    def __repr__(self) -> str:
        return "Wrapped(…)"


def new_seed() -> tuple[bytes, bytes]:
    """A grant's fresh random seed, and its public key. The seed is to be wrapped and forgotten."""
    seed = os.urandom(KEY)
    return seed, _seed_pair(seed).public


def wrap_seed(seed: bytes, bound: Bound) -> Wrapped:
    """A fresh secret that opens this grant's seed, where and as long as its row says what is bound."""
    secret = os.urandom(KEY)
    key, commitment = _wrapping(secret, bound)
    return Wrapped(MARK + unpadded(secret), auth_of(secret), commitment + encrypt(key, seed, bound.to_bytes()))


def unwrap_seed(token: str, bound: Bound, sealed: bytes) -> bytes:
    """The seed; raises NoGrant for another token or a row that says something else, Tampered for damage."""
    if len(sealed) != KEY + OVERHEAD + KEY:
        raise Tampered(N_("A sealed value is cut short."))
    key, commitment = _wrapping(_secret(token), bound)
    # Compared first: AES-GCM does not commit to its key, and a token is chosen by whoever shows it.
    if not same(commitment, sealed[:KEY]):
        raise NoGrant(NO_GRANT)
    return decrypt(key, sealed[KEY:], bound.to_bytes())


def auth_of(secret: bytes) -> bytes:
    """What is stored of a token's secret, 32 bytes."""
    return sha256(derive(secret, "token auth")).digest()


def token_auth(token: str) -> bytes:
    """What is stored of a token, 32 bytes; raises NoGrant when it is malformed."""
    return auth_of(_secret(token))


def seal_for_grant(
    vault_id: str, grant_id: str, public_key: bytes, items: Sequence[tuple[str, bytes]]
) -> tuple[str, bytes, list[bytes]]:
    """A fresh envelope for a grant: its id, its sealed key, and each item (id, bytes) encrypted."""
    fresh = new_envelope(vault_id, grant_id)
    sealed = [fresh.seal(item_id, TYPE, SCHEMA, plaintext) for item_id, plaintext in items]
    return fresh.envelope_id, fresh.sealed_to(public_key), sealed


class GrantReader:
    """Opens the disclosures of one grant with its token, or with its seed; raises NoGrant for a malformed token."""

    def __init__(self, token: str, vault_id: str, grant_id: str, *, seed: bytes = b"") -> None:
        self._pair = _seed_pair(seed) if seed else _pair(_secret(token))
        self._vault_id, self._grant_id = vault_id, grant_id
        self._envelopes: dict[str, Envelope] = {}

    def __repr__(self) -> str:
        return f"GrantReader({self._grant_id})"

    @property
    def public_key(self) -> bytes:
        """What must be in the grant's row."""
        return self._pair.public

    def open(self, envelope_id: str, sealed_key: bytes, item_id: str, ciphertext: bytes) -> bytes:
        """One disclosure; raises Tampered or UnknownFormat."""
        if envelope_id not in self._envelopes:
            opened = open_envelope(self._pair, self._vault_id, self._grant_id, envelope_id, sealed_key)
            self._envelopes[envelope_id] = opened
        return self._envelopes[envelope_id].open(item_id, TYPE, SCHEMA, ciphertext)


def _secret(token: str) -> bytes:
    secret = secret_in(token, MARK)
    if secret is None:
        raise NoGrant(NO_GRANT)
    return secret


def _pair(secret: bytes) -> KeyPair:
    return KeyPair(derive(secret, "token pair", size=SEED))


def _seed_pair(seed: bytes) -> KeyPair:
    return KeyPair(derive(seed, "grant pair", size=SEED))


def _wrapping(secret: bytes, bound: Bound) -> tuple[bytes, bytes]:
    return committing(secret, "token seed", bound.to_bytes())
