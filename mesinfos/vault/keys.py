"""Key derivation, identifiers, and the one way a value is sealed under a key we hold.

Everything here is specified in docs/sealing.md §1-2. Every key that enters `derive` is uniformly random
(drawn from the system, derived, or Argon2id's output), so HKDF needs its expand step only (RFC 5869 §3.3).
"""

import hmac
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from functools import cache
from hashlib import sha256
from struct import Struct

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from mesinfos.errors import N_, Tampered, UnknownFormat

VERSION = b"\x01"
"""First byte of everything sealed; a reader that meets another one stops."""

NONCE = 12
TAG = 16
KEY = 32
OVERHEAD = len(VERSION) + NONCE + TAG

_LETTERS = b"abcdefghijklmnopqrstuvwxyz234567" * 8
"""A letter for each of the 256 values of a byte, each letter eight times."""


def joined(*parts: bytes) -> bytes:
    """How many parts, the length of each (4 bytes, big endian), then the parts: no two lists give the same bytes."""
    return _lengths(len(parts))(len(parts), *map(len, parts)) + b"".join(parts)


@cache
def _lengths(count: int) -> Callable[..., bytes]:
    """Writes a count of parts and their lengths; kept, for `joined` runs several times for each record."""
    return Struct(f">{count + 1}I").pack


def derive(key: bytes, label: str, *context: bytes, size: int = KEY) -> bytes:
    """A key of `size` bytes for one purpose: HKDF-Expand-SHA256 (RFC 5869 §2.3) of `key`."""
    return HKDFExpand(SHA256(), size, joined(f"mesinfos/1 {label}".encode(), *context)).derive(key)


def unpadded(data: bytes) -> str:
    """Base64url without padding (RFC 7515 §2)."""
    return urlsafe_b64encode(data).decode().rstrip("=")


def secret_in(text: str, mark: str = "") -> bytes | None:
    """The 32 bytes written in base64url behind `mark`; None for anything else.

    Python reads over what is not base64, so what is read must be written the same: a secret has one spelling.
    """
    try:
        secret = urlsafe_b64decode(text.removeprefix(mark) + "=")
    except ValueError:
        return None
    return secret if len(secret) == KEY and text == mark + unpadded(secret) else None


def committing(secret: bytes, label: str, *context: bytes) -> tuple[bytes, bytes]:
    """A key and the commitment to it that readers compare first: AES-GCM does not commit to its key."""
    both = derive(secret, label, *context, size=2 * KEY)
    return both[:KEY], both[KEY:]


def expander(key: bytes, label: str) -> Callable[[bytes], bytes]:
    """`derive(key, label, context)` for many contexts: the key's two HMAC pads are hashed once (RFC 2104 §4).

    The library's object costs three times as much, and this runs once for each record.
    """
    inner, outer = (sha256(bytes(byte ^ pad for byte in key.ljust(64, b"\0"))) for pad in (0x36, 0x5C))
    name = f"mesinfos/1 {label}".encode()

    def expand(context: bytes) -> bytes:
        first, second = inner.copy(), outer.copy()
        first.update(joined(name, context) + b"\x01")
        second.update(first.digest())
        return second.digest()

    return expand


def same(one: bytes, other: bytes) -> bool:
    """Equality in constant time."""
    return hmac.compare_digest(one, other)


def encrypt(key: bytes, plaintext: bytes, bound: bytes) -> bytes:
    """VERSION ‖ random nonce ‖ AES-256-GCM (NIST SP 800-38D) of `plaintext`, bound to `bound`."""
    nonce = os.urandom(NONCE)
    return VERSION + nonce + AESGCM(key).encrypt(nonce, plaintext, bound)


def decrypt(key: bytes, sealed: bytes, bound: bytes) -> bytes:
    """What `encrypt` sealed; raises UnknownFormat for another version, Tampered for any other difference."""
    check_form(sealed)
    try:
        return AESGCM(key).decrypt(sealed[1 : 1 + NONCE], sealed[1 + NONCE :], bound)
    except InvalidTag:
        raise Tampered(N_("A sealed value was changed, or lies where it does not belong.")) from None


def check_form(sealed: bytes) -> None:
    """Refuse what cannot be ours before any key is touched."""
    if len(sealed) < OVERHEAD:
        raise Tampered(N_("A sealed value is cut short."))
    if sealed[:1] != VERSION:
        raise UnknownFormat(N_("A value was sealed by a newer MesInfos, or not by MesInfos."))


def seal_under(key: bytes, label: str, context: tuple[bytes, ...], plaintext: bytes) -> bytes:
    """Seal a value under a key derived from `key` for this label and context, and bound to them."""
    return encrypt(derive(key, label, *context), plaintext, joined(label.encode(), *context))


def open_under(key: bytes, label: str, context: tuple[bytes, ...], sealed: bytes) -> bytes:
    """What `seal_under` sealed; raises Tampered or UnknownFormat."""
    return decrypt(derive(key, label, *context), sealed, joined(label.encode(), *context))


def new_id(size: int = 16) -> str:
    """A random identifier of at least `size` bytes: lower-case base32, which is safe in addresses, files and shells."""
    return os.urandom((8 * size + 4) // 5).translate(_LETTERS).decode()


def new_record_id() -> str:
    """A name for a record; 128 random bits, so that it tells nothing."""
    return new_id()
