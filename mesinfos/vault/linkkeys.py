"""What lies behind a secret address: sealed under that address, and under a passcode where one was set.

The address ends in 32 random bytes. One half of what is derived from them proves that somebody holds it (only its
SHA-256 is stored); the other half opens. With a passcode, Argon2id of it enters the second half, so that whoever finds
the address in a mailbox reads nothing. Specified in docs/sealing.md §9.
"""

import os
import unicodedata
from hashlib import sha256

from msgspec import Struct

from mesinfos.errors import N_, NotFound, Tampered, WrongPassphrase
from mesinfos.vault.frame import pack, unpack
from mesinfos.vault.keys import KEY, OVERHEAD, committing, decrypt, derive, encrypt, joined, same, secret_in, unpadded
from mesinfos.vault.slots import FLOOR, stretched

SALT = 16
NOWHERE = N_("This link leads nowhere: it has ended, or was copied in part.")


class LinkPlace(Struct, frozen=True):
    """What a sealed value is bound to: its row, member by member. `expires_at` is in microseconds."""

    vault_id: str
    link_id: str
    audience: str
    expires_at: int

    def to_bytes(self) -> bytes:
        """The associated data."""
        texts = (self.vault_id, self.link_id, self.audience)
        return joined(b"mesinfos/1 link", *(text.encode() for text in texts), self.expires_at.to_bytes(8, "big"))


class NewLink(Struct, frozen=True):
    """An address's secret, and what is stored of it; `salt` is empty without a passcode."""

    secret: str
    auth: bytes
    salt: bytes
    sealed: bytes

    def __repr__(self) -> str:
        return "NewLink(…)"


def seal_link(plaintext: bytes, place: LinkPlace, passcode: str = "") -> NewLink:
    """Seal what one address shall show; with a passcode this takes one run of Argon2id."""
    secret = os.urandom(KEY)
    salt = os.urandom(SALT) if passcode else b""
    key, commitment = _keys(secret, place, salt, passcode)
    return NewLink(unpadded(secret), _auth(secret), salt, commitment + encrypt(key, pack(plaintext), place.to_bytes()))


def reseal_link(secret: str, plaintext: bytes, place: LinkPlace) -> bytes:
    """What the address of a link without passcode shall show from now on; raises NotFound for no secret."""
    key, commitment = _keys(_read(secret), place, b"", "")
    return commitment + encrypt(key, pack(plaintext), place.to_bytes())


def link_uid(secret: str, name: str) -> str:
    """A stable id of something behind an address, 32 hex digits, which tells nothing of its name."""
    return derive(_read(secret), "link uid", name.encode()).hex()[:32]


def link_auth(secret: str) -> bytes:
    """What is stored of an address; raises NotFound for what cannot be one."""
    return _auth(_read(secret))


def open_link(secret: str, place: LinkPlace, salt: bytes, sealed: bytes, passcode: str = "") -> bytes:
    """What lies behind an address; raises WrongPassphrase for another passcode, Tampered for damage."""
    if len(sealed) < KEY + OVERHEAD:
        raise Tampered(N_("A sealed value is cut short."))
    key, commitment = _keys(_read(secret), place, salt, passcode)
    # Compared first: AES-GCM does not commit to its key, and a passcode is chosen by whoever types it.
    if not same(commitment, sealed[:KEY]):
        raise WrongPassphrase(N_("That is not the passcode of this link."), field="passcode")
    return unpack(decrypt(key, sealed[KEY:], place.to_bytes()))


def _read(secret: str) -> bytes:
    found = secret_in(secret)
    if found is None:
        raise NotFound(NOWHERE)
    return found


def _auth(secret: bytes) -> bytes:
    return sha256(derive(secret, "link auth")).digest()


def _keys(secret: bytes, place: LinkPlace, salt: bytes, passcode: str) -> tuple[bytes, bytes]:
    known = stretched(unicodedata.normalize("NFC", passcode), salt, *FLOOR) if salt else b""
    return committing(secret, "link content", place.to_bytes(), known)
