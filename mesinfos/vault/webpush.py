"""Web push: what a browser's push service carries and cannot read (RFC 8291), and who sends it (VAPID, RFC 8292).

The key that signs is made of the instance key, one for each vault: it is stored nowhere, and a push service cannot tell
by it that two persons live in one house.
"""

import json
import os
import time
from base64 import urlsafe_b64decode
from binascii import Error as NotBase64
from struct import pack

from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDH,
    ECDSA,
    SECP256R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
    derive_private_key,
    generate_private_key,
)
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from mesinfos.errors import N_, InvalidInput
from mesinfos.vault.instancekey import InstanceKey
from mesinfos.vault.keys import unpadded

RECORD = 4096  # bytes; the one size that push services must take (RFC 8291 §4)
LONGEST = RECORD - 86 - 17  # of a message: less the header, the delimiter and the tag
HOURS = 12  # that a signature holds; RFC 8292 §2 allows 24
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""Of the base point of P-256 (SEC 2, §2.4.2)."""


def encrypt(message: bytes, public: str, secret: str) -> bytes:
    """`message` for the browser whose subscription has this key and this authentication secret (base64url).

    One record of aes128gcm (RFC 8188), under a key made for it alone. Raises InvalidInput for what no browser gives.
    """
    theirs, auth = _point(public), _octets(secret, 16)
    return sealed(message, theirs, auth, generate_private_key(SECP256R1()), os.urandom(16))


def sealed(
    message: bytes, theirs: EllipticCurvePublicKey, auth: bytes, ours: EllipticCurvePrivateKey, salt: bytes
) -> bytes:
    """The same for a key and a salt that are given, as in the RFC's own example."""
    if len(message) > LONGEST:
        raise ValueError("a push message is one record")
    mine, yours = _written(ours.public_key()), _written(theirs)
    shared = ours.exchange(ECDH(), theirs)
    key = HKDF(SHA256(), 32, auth, b"WebPush: info\x00" + yours + mine).derive(shared)
    content = HKDF(SHA256(), 16, salt, b"Content-Encoding: aes128gcm\x00").derive(key)
    nonce = HKDF(SHA256(), 12, salt, b"Content-Encoding: nonce\x00").derive(key)
    # A nonce is used once because its key is: both come of a salt and a key pair made for this message.
    body = AESGCM(content).encrypt(nonce, message + b"\x02", None)
    return salt + pack(">IB", RECORD, len(mine)) + mine + body


def checked(public: str, secret: str) -> None:
    """Raise InvalidInput unless these can be the keys of a browser's subscription."""
    _point(public)
    _octets(secret, 16)


def application_key(key: InstanceKey, vault_id: str) -> str:
    """The public half of what signs for this vault, as a browser is told it when it subscribes (base64url)."""
    return unpadded(_written(_signer(key, vault_id).public_key()))


def authorization(key: InstanceKey, vault_id: str, audience: str, contact: str) -> str:
    """The header by which a push service knows who sends (RFC 8292 §3): a JWT for this origin, signed with ES256."""
    head = _segment({"typ": "JWT", "alg": "ES256"})
    claims = _segment({"aud": audience, "exp": int(time.time()) + HOURS * 3600, "sub": contact})
    signer, signed = _signer(key, vault_id), f"{head}.{claims}"
    first, second = decode_dss_signature(signer.sign(signed.encode(), ECDSA(SHA256())))
    signature = unpadded(first.to_bytes(32, "big") + second.to_bytes(32, "big"))  # RFC 7518 §3.4
    return f"vapid t={signed}.{signature}, k={application_key(key, vault_id)}"


def _signer(key: InstanceKey, vault_id: str) -> EllipticCurvePrivateKey:
    """48 bytes to a number below the order: what the remainder favours is less than 1 in 2^120 (FIPS 186-5, A.2.1)."""
    seed = key.token(vault_id, "web push", "first") + key.token(vault_id, "web push", "second")[:16]
    return derive_private_key(int.from_bytes(seed, "big") % (_ORDER - 1) + 1, SECP256R1())


def _written(point: EllipticCurvePublicKey) -> bytes:
    return point.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _point(text: str) -> EllipticCurvePublicKey:
    try:
        return EllipticCurvePublicKey.from_encoded_point(SECP256R1(), _octets(text, 65))
    except ValueError:  # a point that is not on the curve
        raise _unusable() from None


def _octets(text: str, size: int) -> bytes:
    try:
        found = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (NotBase64, ValueError):
        raise _unusable() from None
    if len(found) != size:
        raise _unusable()
    return found


def _segment(value: dict[str, object]) -> str:
    return unpadded(json.dumps(value, separators=(",", ":")).encode())


def _unusable() -> InvalidInput:
    return InvalidInput(N_("This browser gave keys that cannot be used."))
