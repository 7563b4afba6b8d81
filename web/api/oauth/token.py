"""Tokens: a code becomes an access and a refresh token; a refresh token gives the next access token; either is revoked.

Two grant types exist, no others. What is handed out opens the grant's key (docs/sealing.md §9); nothing of it stays.
"""

import re
from hashlib import sha256
from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response

from mesinfos.consent import tokens
from mesinfos.consent.details import granted
from mesinfos.errors import NoGrant
from mesinfos.vault.keys import unpadded
from web.api.oauth.authority import Authority, Here, Speaker, Speaking
from web.api.oauth.metadata import SCOPES
from web.api.oauth.refusals import NO_STORE, OAuthError, invalid

router = APIRouter(tags=["oauth"])

VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")
OVER = "This code or token is over, was used before, or is not yours."


@router.post("/api/oauth/token", summary="Fetch tokens (RFC 6749 §3.2, RFC 9449)")
def token(here: Here, speaking: Speaking) -> Response:
    """Tokens for a code, or the next access token."""
    form = speaking.form
    kind = form.get("grant_type")
    if kind not in {"authorization_code", "refresh_token"}:
        raise OAuthError("unsupported_grant_type", "grant_type is authorization_code or refresh_token.")
    if speaking.proof is None:
        raise OAuthError("invalid_dpop_proof", "A DPoP proof is needed: tokens are bound to its key.")
    try:
        issued = _redeemed(here, speaking) if kind == "authorization_code" else _renewed(here, speaking)
    except NoGrant:
        raise OAuthError("invalid_grant", OVER) from None
    return JSONResponse(_told(here, issued), headers=NO_STORE | {"Pragma": "no-cache"})


@router.post("/api/oauth/revoke", summary="Let go of a token (RFC 7009)")
def revoke(here: Here, speaking: Speaking) -> Response:
    """Nothing is told of a token that was none. With its refresh token, the whole grant ends."""
    if "token" not in speaking.form:
        raise invalid("token is missing.")
    tokens.revoke_token(here.instance, speaking.form["token"], speaking.client.client_id)
    here.instance.database.forget_deleted()
    return Response(status_code=200, headers=NO_STORE)


def _redeemed(here: Authority, speaking: Speaker) -> tokens.Issued:
    form, proof = speaking.form, speaking.proof
    if "code" not in form or proof is None:
        raise invalid("code is missing.")
    if not VERIFIER.fullmatch(form.get("code_verifier", "")):
        raise invalid("code_verifier is missing (RFC 7636): 43 to 128 characters.")
    digest = sha256(form["code_verifier"].encode()).digest()
    challenge = unpadded(digest)
    return tokens.redeem(here.instance, form["code"], speaking.client.client_id, challenge, proof.jkt)


def _renewed(here: Authority, speaking: Speaker) -> tokens.Issued:
    form, proof = speaking.form, speaking.proof
    if "refresh_token" not in form or proof is None:
        raise invalid("refresh_token is missing.")
    return tokens.renew(here.instance, form["refresh_token"], speaking.client.client_id, proof.jkt)


def _told(here: Authority, issued: tokens.Issued) -> dict[str, Any]:
    told: dict[str, Any] = {"access_token": issued.access, "token_type": "DPoP", "expires_in": tokens.ACCESS_SECONDS}
    told |= {"refresh_token": issued.refresh} if issued.refresh else {}
    told |= {
        "scope": " ".join(SCOPES),
        "grant_id": issued.grant.grant_id,
        "sub": tokens.subject(here.instance, issued.grant),
    }
    told |= {"authorization_details": granted(issued.grant, here.resource)}
    return told | {"receipt_uri": here.url("/api/v1/receipts")}
