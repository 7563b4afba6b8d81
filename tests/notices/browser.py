"""A browser's side of Web Push, written apart from ours: its keys, and how it opens what it gets (RFC 8188, 8291)."""

import os
from base64 import urlsafe_b64decode, urlsafe_b64encode

from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDH,
    SECP256R1,
    EllipticCurvePublicKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


def octets(text: str) -> bytes:
    """Base64url without padding, read."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Subscription:
    """A subscription at `endpoint`, with a key pair of its own."""

    def __init__(self, endpoint: str) -> None:
        self._private = generate_private_key(SECP256R1())
        self._auth = os.urandom(16)
        self._public = self._private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        self.values = {"endpoint": endpoint, "p256dh": self.written(self._public), "auth": self.written(self._auth)}

    @staticmethod
    def written(data: bytes) -> str:
        """Base64url without padding, written."""
        return urlsafe_b64encode(data).decode().rstrip("=")

    def opened(self, body: bytes) -> bytes:
        """The message of a request's body."""
        salt, length = body[:16], body[20]
        theirs = body[21 : 21 + length]
        shared = self._private.exchange(ECDH(), EllipticCurvePublicKey.from_encoded_point(SECP256R1(), theirs))
        info = b"WebPush: info\0" + self._public + theirs
        key = HKDF(SHA256(), 32, self._auth, info).derive(shared)
        content = HKDF(SHA256(), 16, salt, b"Content-Encoding: aes128gcm\0").derive(key)
        nonce = HKDF(SHA256(), 12, salt, b"Content-Encoding: nonce\0").derive(key)
        padded = AESGCM(content).decrypt(nonce, body[21 + length :], None)
        assert padded.endswith(b"\x02")
        return padded[:-1]
