"""Signed JSON of strangers, read by joserfc: only asymmetric algorithms of FAPI 2.0, only public keys, nothing larger.

`EdDSA` and `Ed25519` (RFC 9864) are two names of one algorithm; merchants' libraries write either.
"""

import json
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, Key, OKPKey, RSAKey, import_key

ALGORITHMS = ("ES256", "EdDSA", "Ed25519", "PS256")
LONGEST = 8_000  # characters of a JWT
RSA_BITS = 2048
PRIVATE = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
Members = dict[str, Any]


class Malformed(Exception):
    """Not a JWT that can be used, or not signed by this key."""


class _Registry(jws.JWSRegistry):
    """joserfc's registry for our algorithms. Its limit of 512 bytes for a header is too small for an RSA key in it."""

    max_header_length = 3_000

    def get_alg(self, name: str) -> Any:
        if name not in ALGORITHMS:
            raise Malformed("The algorithm must be ES256, EdDSA, Ed25519 or PS256.")
        return self.algorithms[name]


_REGISTRY = _Registry(strict_check_header=False)


def unverified(text: str) -> tuple[Members, Members]:
    """Header and claims of a JWT that nobody has checked yet; raises Malformed."""
    if len(text) > LONGEST:
        raise Malformed("This JWT is too long.")
    try:
        found = jws.extract_compact(text.encode("ascii"), registry=_REGISTRY)
        return found.headers(), claims_of(found.payload or b"")
    except (JoseError, ValueError, TypeError, KeyError):
        raise Malformed("This is not a JWT.") from None


def verified(text: str, key: Key) -> bytes:
    """The payload of a JWT that this key signed; raises Malformed."""
    try:
        return jws.deserialize_compact(text.encode("ascii"), key, registry=_REGISTRY).payload or b""
    except (JoseError, ValueError, TypeError, KeyError):
        raise Malformed("The signature does not fit.") from None


def claims_of(payload: bytes) -> Members:
    """The claims in a payload; raises Malformed when it is no JSON object."""
    try:
        found = json.loads(payload)
    except (ValueError, RecursionError):
        raise Malformed("The claims are not JSON.") from None
    if not isinstance(found, dict):
        raise Malformed("The claims are not a JSON object.")
    return found


def public_key(jwk: Any) -> Key:
    """A stranger's public key that is strong enough; raises Malformed."""
    if not isinstance(jwk, dict) or jwk.get("kty") not in {"EC", "OKP", "RSA"} or PRIVATE & jwk.keys():
        raise Malformed("The key must be a public EC, OKP or RSA key.")
    try:
        key: Key = import_key(jwk)
        strong = _is_strong(key)
    except (JoseError, ValueError, TypeError, KeyError):
        raise Malformed("The key cannot be read.") from None
    if not strong:
        raise Malformed("The key must be P-256, Ed25519, or RSA of 2048 bits or more.")
    return key


def _is_strong(key: Key) -> bool:
    if isinstance(key, RSAKey):
        return RSA_BITS <= key.raw_value.key_size <= 2 * RSA_BITS
    return isinstance(key, ECKey | OKPKey) and key.curve_name in {"P-256", "Ed25519"}
