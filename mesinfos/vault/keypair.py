"""The two kinds of recipient of an envelope, a vault and a grant, have the same kind of key pair.

HPKE (RFC 9180) with the hybrid ML-KEM-768 + X25519, HKDF-SHA256 and AES-256-GCM: what is sealed today
stays sealed when a quantum computer can break X25519.
"""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from mesinfos.errors import N_, Tampered

SUITE = hpke.Suite(hpke.KEM.MLKEM768_X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)

SEED = 96
"""64 bytes for ML-KEM-768 (FIPS 203, d ‖ z), then 32 bytes for X25519 (RFC 7748)."""

PUBLIC = 1216
"""1184 bytes of ML-KEM-768, then 32 of X25519."""

SEALED_EXTRA = 1136
"""What HPKE adds to a plaintext: 1088 + 32 bytes of encapsulated key, 16 of tag."""


class KeyPair:
    """A private key made from 96 bytes, and its public bytes."""

    def __init__(self, seed: bytes) -> None:
        first, second = MLKEM768PrivateKey.from_seed_bytes(seed[:64]), X25519PrivateKey.from_private_bytes(seed[64:])
        self._private = hpke.MLKEM768X25519PrivateKey(first, second)
        self.public = first.public_key().public_bytes_raw() + second.public_key().public_bytes_raw()

    def __repr__(self) -> str:
        return "KeyPair(…)"

    def open(self, sealed: bytes, info: bytes) -> bytes:
        """What `seal_to` sealed to this pair with the same `info`; raises Tampered."""
        if len(sealed) < SEALED_EXTRA:
            raise Tampered(N_("A sealed key is cut short."))
        try:
            return SUITE.decrypt(sealed, self._private, info=info)
        except (InvalidTag, ValueError):
            raise Tampered(N_("A sealed key was changed, or belongs to someone else.")) from None


def seal_to(public: bytes, plaintext: bytes, info: bytes) -> bytes:
    """Seal `plaintext` so that only the holder of the private key of `public` opens it, with the same `info`."""
    if len(public) != PUBLIC:
        raise Tampered(N_("A public key has the wrong length."))
    try:
        first = MLKEM768PublicKey.from_public_bytes(public[:1184])
        key = hpke.MLKEM768X25519PublicKey(first, X25519PublicKey.from_public_bytes(public[1184:]))
        return SUITE.encrypt(plaintext, key, info=info)
    except ValueError:
        raise Tampered(N_("A public key is not valid.")) from None
