"""A grant's key pair comes from its token and from nothing else: who does not hold the token reads nothing.

A token is 32 random bytes. One half of what is derived from it proves that somebody holds it (only its SHA-256 is
stored); the other half is the seed of the private key, and is never stored. Specified in docs/sealing.md §9.
"""

import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from collections.abc import Sequence
from hashlib import sha256

from msgspec import Struct

from mesinfos.errors import N_, NoGrant
from mesinfos.vault.envelope import Envelope, new_envelope, open_envelope
from mesinfos.vault.keypair import SEED, KeyPair
from mesinfos.vault.keys import KEY, derive

MARK = "mesinfos-"
TYPE, SCHEMA = "disclosure", 1


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
    token = MARK + urlsafe_b64encode(secret).decode().rstrip("=")
    return NewToken(token, _auth(secret), _pair(secret).public)


def token_auth(token: str) -> bytes:
    """What is stored of a token, 32 bytes; raises NoGrant when it is malformed."""
    return _auth(_secret(token))


def seal_for_grant(
    vault_id: str, grant_id: str, public_key: bytes, items: Sequence[tuple[str, bytes]]
) -> tuple[str, bytes, list[bytes]]:
    """A fresh envelope for a grant: its id, its sealed key, and each item (id, bytes) encrypted."""
    fresh = new_envelope(vault_id, grant_id)
    sealed = [fresh.seal(item_id, TYPE, SCHEMA, plaintext) for item_id, plaintext in items]
    return fresh.envelope_id, fresh.sealed_to(public_key), sealed


class GrantReader:
    """Opens the disclosures of one grant with its token; raises NoGrant when the token is malformed."""

    def __init__(self, token: str, vault_id: str, grant_id: str) -> None:
        self._pair = _pair(_secret(token))
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
    text = token.removeprefix(MARK)
    try:
        secret = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (NotBase64, ValueError):
        secret = b""
    if not token.startswith(MARK) or len(secret) != KEY:
        raise NoGrant(N_("This token opens no grant."))
    return secret


def _auth(secret: bytes) -> bytes:
    return sha256(derive(secret, "token auth")).digest()


def _pair(secret: bytes) -> KeyPair:
    return KeyPair(derive(secret, "token pair", size=SEED))
