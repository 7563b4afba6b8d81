"""The shop's two keys, made at its first start: one proves which client it is, its tokens are bound to the other.

A real shop keeps them in a key store; here they lie in one file that nobody else may read.
"""

import json
import os
import time
from base64 import urlsafe_b64encode
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

from joserfc import jws, jwt
from joserfc.jwk import ECKey

ALGORITHM = "ES256"
"""FAPI 2.0 Security Profile 5.4.1 allows PS256, ES256 and EdDSA with Ed25519."""

MINUTE = 60


class Keys(NamedTuple):
    """`client` signs assertions (RFC 7523), `dpop` proofs of possession (RFC 9449)."""

    client: ECKey
    dpop: ECKey


def load_keys(folder: Path) -> Keys:
    """The keys in the folder; made there when there are none."""
    file = folder / "keys.json"
    if not file.exists():
        made = [ECKey.generate_key("P-256", private=True).as_dict(private=True) for _ in Keys._fields]
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            json.dump(made, out)
    return Keys(*(ECKey.import_key(one) for one in json.loads(file.read_text("utf-8"))))


def jwks(keys: Keys) -> dict[str, Any]:
    """The public half of the client key, as a JWK set (RFC 7517 §5); the DPoP key travels in each proof instead."""
    named = {"kid": keys.client.thumbprint(), "use": "sig", "alg": ALGORITHM}
    return {"keys": [keys.client.as_dict(private=False) | named]}


def assertion(keys: Keys, client_id: str, issuer: str) -> str:
    """Who we are, for one request: `private_key_jwt` (RFC 7523 §2.2); `aud` is the issuer alone (FAPI 2.0 5.3.3.1)."""
    now = int(time.time())
    claims = {"iss": client_id, "sub": client_id, "aud": issuer, "jti": str(uuid4()), "iat": now, "exp": now + MINUTE}
    return jwt.encode({"alg": ALGORITHM, "kid": keys.client.thumbprint()}, claims, keys.client)


def proof(keys: Keys, method: str, url: str, token: str = "", nonce: str = "") -> str:
    """That we hold the key a token is bound to, for this one request (RFC 9449 §4.2; `ath` §7, `nonce` §8)."""
    claims = {"jti": str(uuid4()), "htm": method, "htu": url.partition("?")[0], "iat": int(time.time())}
    if token:
        claims["ath"] = hashed(token)
    if nonce:
        claims["nonce"] = nonce
    header = {"typ": "dpop+jwt", "alg": ALGORITHM, "jwk": keys.dpop.as_dict(private=False)}
    return jwt.encode(header, claims, keys.dpop, registry=_PROOFS)


def hashed(text: str) -> str:
    """SHA-256 in base64url without padding, as PKCE, DPoP and thumbprints write it."""
    return urlsafe_b64encode(sha256(text.encode()).digest()).decode().rstrip("=")


_PROOFS = jws.JWSRegistry(algorithms=[ALGORITHM], strict_check_header=False)
"""joserfc checks the members of a header; `jwk` is one of those that only proofs have."""
