"""HPKE's base mode written out from RFC 9180, to check the library that MesInfos trusts.

Two KEMs: DHKEM(X25519, HKDF-SHA256), which has published vectors, and the hybrid X-Wing (ML-KEM-768 + X25519,
draft-connolly-cfrg-xwing-kem), which MesInfos uses.
"""

import hmac
from hashlib import sha3_256
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

X25519_KEM, XWING_KEM, HKDF_SHA256 = 0x0020, 0x647A, 0x0001
AES_128_GCM, AES_256_GCM = 0x0001, 0x0002


class Ids(NamedTuple):
    """Which KEM and AEAD; the KDF is always HKDF-SHA256."""

    kem: int
    aead: int

    @property
    def suite(self) -> bytes:
        """suite_id of RFC 9180 §5.1."""
        return b"HPKE" + b"".join(number.to_bytes(2, "big") for number in (self.kem, HKDF_SHA256, self.aead))


def extract(suite: bytes, salt: bytes, label: bytes, material: bytes) -> bytes:
    """LabeledExtract of RFC 9180 §4."""
    return hmac.digest(salt or bytes(32), b"HPKE-v1" + suite + label + material, "sha256")


def expand(suite: bytes, key: bytes, label: bytes, info: bytes, size: int) -> bytes:
    """LabeledExpand of RFC 9180 §4, for one block."""
    return hmac.digest(key, size.to_bytes(2, "big") + b"HPKE-v1" + suite + label + info + b"\1", "sha256")[:size]


def shared_x25519(private: bytes, enc: bytes) -> bytes:
    """Decap of DHKEM(X25519, HKDF-SHA256), RFC 9180 §4.1."""
    key = X25519PrivateKey.from_private_bytes(private)
    secret = key.exchange(X25519PublicKey.from_public_bytes(enc))
    suite = b"KEM" + X25519_KEM.to_bytes(2, "big")
    context = enc + key.public_key().public_bytes_raw()
    return expand(suite, extract(suite, b"", b"eae_prk", secret), b"shared_secret", context, 32)


def shared_xwing(seed: bytes, enc: bytes) -> bytes:
    """Decapsulation of X-Wing: SHA3-256 over both secrets, X25519's two public values and a label."""
    first = MLKEM768PrivateKey.from_seed_bytes(seed[:64]).decapsulate(enc[:1088])
    key = X25519PrivateKey.from_private_bytes(seed[64:])
    second = key.exchange(X25519PublicKey.from_public_bytes(enc[1088:]))
    public = key.public_key().public_bytes_raw()
    return sha3_256(first + second + enc[1088:] + public + bytes.fromhex("5c2e2f2f5e5c")).digest()


def open_base(ids: Ids, secret: bytes, info: bytes, ciphertext: bytes, aad: bytes = b"") -> bytes:
    """KeySchedule of RFC 9180 §5.1 in base mode, then Open with sequence number 0."""
    suite = ids.suite
    context = b"\0" + extract(suite, b"", b"psk_id_hash", b"") + extract(suite, b"", b"info_hash", info)
    schedule = extract(suite, secret, b"secret", b"")
    key = expand(suite, schedule, b"key", context, 16 if ids.aead == AES_128_GCM else 32)
    nonce = expand(suite, schedule, b"base_nonce", context, 12)
    return AESGCM(key).decrypt(nonce, ciphertext, aad)
