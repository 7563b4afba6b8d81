"""The pushed authorization request (RFC 9126): the only way to ask. All is checked here, before a person looks."""

import re

import msgspec
from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response

from mesinfos.consent import details, pushed, tokens
from mesinfos.errors import InvalidInput
from web.api.oauth.authority import Authority, Here, Speaker, Speaking
from web.api.oauth.metadata import SCOPES
from web.api.oauth.refusals import NO_STORE, OAuthError, invalid

router = APIRouter(tags=["oauth"])

HASH = re.compile(r"[A-Za-z0-9_-]{43}")
"""A SHA-256 in base64url: a PKCE challenge, a thumbprint."""

NOBODY = "a" * 26
"""The vault of a draft that is made to see whether it could be made."""


@router.post("/api/oauth/par", status_code=201, summary="Push a request (RFC 9126)")
def push(here: Here, speaking: Speaking) -> Response:
    """Keep a checked request for five minutes, and name it."""
    asked = checked(here, speaking)
    tokens.lapse(here.instance)
    told = {"request_uri": pushed.push(here.instance, asked), "expires_in": pushed.LIFETIME}
    return JSONResponse(told, 201, headers=NO_STORE)


def checked(here: Authority, speaking: Speaker) -> pushed.Asked:
    """The request in the form, every parameter as this flow demands; raises OAuthError."""
    client, form = speaking.client, speaking.form
    _check_flow(here, form)
    # Exactly one of the client's own, byte for byte; anything else is never redirected to, not even with an error.
    if form.get("redirect_uri") not in client.redirect_uris:
        raise invalid("redirect_uri is not one of the client's document.")
    if form.get("code_challenge_method") != "S256" or not HASH.fullmatch(form.get("code_challenge", "")):
        raise invalid("PKCE is required: code_challenge, with the method S256.")
    state = form.get("state")
    if state is not None and not (len(state) <= 512 and state.isascii() and state.isprintable()):
        raise invalid("state has 512 printable ASCII characters at most.")
    return pushed.Asked(
        client_id=client.client_id,
        client_name=client.name,
        domain=client.domain,
        proven=client.proven,
        redirect_uri=form["redirect_uri"],
        state=state,
        challenge=form["code_challenge"],
        jkt=_key(speaking),
        details=_details(here, speaking),
        webhook=client.webhook,
    )


def _check_flow(here: Authority, form: dict[str, str]) -> None:
    """Nothing but the one flow."""
    if "request" in form:
        raise OAuthError("request_not_supported", "Parameters are pushed as a form.")
    if "request_uri" in form:
        raise invalid("A pushed request cannot point to another one.")
    if form.get("response_type") != "code":
        raise OAuthError("unsupported_response_type", "response_type must be code.")
    if form.get("response_mode", "query") != "query":
        raise invalid("response_mode must be query.")
    if not set(form.get("scope", "").split()) <= set(SCOPES):
        raise OAuthError("invalid_scope", "Ask by authorization_details; the scopes are those of grant management.")
    if form.get("grant_management_action", "create") != "create" or "grant_id" in form:
        raise invalid("grant_management_action can be create only; a change is a new request.")
    if form.get("resource", here.resource).rstrip("/") != here.resource:
        raise OAuthError("invalid_target", "This server protects one resource only.")


def _key(speaking: Speaker) -> str:
    """The thumbprint of the key the code will be bound to: by parameter, by proof, or by both alike (RFC 9449 §10)."""
    named, proof = speaking.form.get("dpop_jkt", ""), speaking.proof
    if named and not HASH.fullmatch(named):
        raise invalid("dpop_jkt must be a SHA-256 thumbprint in base64url.")
    if named and proof and named != proof.jkt:
        raise OAuthError("invalid_dpop_proof", "dpop_jkt is not the key of the proof.")
    return named or (proof.jkt if proof else "")


def _details(here: Authority, speaking: Speaker) -> list[dict[str, object]]:
    text, client = speaking.form.get("authorization_details", ""), speaking.client
    try:
        wanted = details.wanted(text, here.resource)
        details.planned(wanted, NOBODY, client.client_id, (client.domain, client.domain))
        found = msgspec.json.decode(text, type=list[dict[str, object]])
    except InvalidInput as problem:
        raise OAuthError("invalid_authorization_details", str(problem)) from None
    except msgspec.MsgspecError:
        raise OAuthError("invalid_authorization_details", "A JSON array of objects is needed.") from None
    if client.types and not {one["type"] for one in found} <= set(client.types):
        raise OAuthError("invalid_authorization_details", "The client's document does not name this type.")
    return found
