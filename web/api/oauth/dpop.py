"""Proof of possession (RFC 9449): each request is signed for its own address, moment and token.

No nonces are asked for: a proof is good for a minute, and once; the one use is written down in the transaction of what
it allows (`mesinfos.consent.replay`), so that of two workers one refuses.
"""

from functools import lru_cache
from hashlib import sha256
from time import time
from typing import Any

from fastapi import Request
from joserfc.jwk import Key

from mesinfos.consent.replay import Proof, mark_of
from mesinfos.vault.keys import unpadded
from web.api.oauth.jose import ALGORITHMS, LONGEST, Malformed, claims_of, public_key, unverified, verified

OLDEST, AHEAD = 60, 10  # seconds around our clock
MEMBERS = frozenset({"typ", "alg", "jwk"})
LONGEST_ID = 200  # characters of a jti


def shown(request: Request) -> str:
    """The one DPoP header of a request, "" when there is none; raises Malformed for several."""
    headers = request.headers.getlist("dpop")
    if len(headers) > 1:
        raise Malformed("There must be one DPoP header.")
    return headers[0] if headers else ""


def check(proof: str, method: str, url: str, token: str = "") -> Proof:
    """The proof, for this method and address and, at a resource, this access token; raises Malformed.

    Whether it was used before is for the transaction to say.
    """
    if not proof or len(proof) > LONGEST:
        raise Malformed("A DPoP proof is needed.")
    key, jkt = _signer(proof.partition(".")[0])
    claims = claims_of(verified(proof, key))
    _check_claims(claims, method, url)
    if token and claims.get("ath") != _hash_of(token):
        raise Malformed("ath is not the hash of the access token.")
    until = round((claims["iat"] + OLDEST + AHEAD) * 1_000_000)
    return Proof(jkt, mark_of("dpop", jkt, claims["jti"]), until)


def _check_claims(claims: dict[str, Any], method: str, url: str) -> None:
    jti, at = claims.get("jti"), claims.get("iat")
    if not isinstance(jti, str) or not 0 < len(jti) <= LONGEST_ID:
        raise Malformed("jti is missing.")
    if claims.get("htm") != method:
        raise Malformed("htm is not the method of this request.")
    htu = claims.get("htu")
    if not isinstance(htu, str) or (htu != url and _plain(htu) != _plain(url)):
        raise Malformed("htu is not the address of this request.")
    if isinstance(at, bool) or not isinstance(at, int | float) or not time() - OLDEST <= at <= time() + AHEAD:
        raise Malformed("iat is not now.")


@lru_cache(maxsize=1_000)
def _signer(header: str) -> tuple[Key, str]:
    """Key and thumbprint of a proof's header, which a merchant's program writes alike each time."""
    members, _ = unverified(f"{header}.e30.AA")
    if members.get("typ") != "dpop+jwt" or members.get("alg") not in ALGORITHMS or not members.keys() <= MEMBERS:
        raise Malformed("The proof's header must be typ dpop+jwt, alg and jwk, and nothing else.")
    key = public_key(members.get("jwk"))
    return key, key.thumbprint()


@lru_cache(maxsize=1_000)
def _hash_of(token: str) -> str:
    return unpadded(sha256(token.encode()).digest())


def _plain(url: str) -> str:
    """An address without query, fragment and a port that goes without saying, its scheme and host in lower case."""
    base = url.partition("#")[0].partition("?")[0]
    scheme, found, rest = base.partition("://")
    host, slash, path = rest.partition("/")
    scheme, host = scheme.lower(), host.lower().removesuffix({"https": ":443", "http": ":80"}.get(scheme.lower(), "\0"))
    return f"{scheme}{found}{host}{slash or '/'}{path}"
