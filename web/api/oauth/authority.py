"""What the endpoints of OAuth share in one process: names of this server, its clients, and who may speak.

A client proves itself by a JWT signed with a key of its document (`private_key_jwt`, RFC 7523 §2.2 and FAPI 2.0
5.3.2.1): addressed to this server alone, young, and used once.
"""

import time
from typing import Annotated, NamedTuple
from urllib.parse import parse_qsl

from fastapi import Depends, Request

from mesinfos.consent.replay import NOWHERE, Proof, first_time, mark_of
from mesinfos.outbound import Reach
from mesinfos.vault.instance import Instance
from web.api.credential import Strangers, address
from web.api.oauth import dpop
from web.api.oauth.clients import Client, Clients
from web.api.oauth.jose import Malformed, Members, claims_of, unverified, verified
from web.api.oauth.refusals import OAuthError, invalid

ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
LARGEST = 64 << 10  # bytes of a form
LATEST = 600  # seconds that an assertion may still run
AHEAD = 10  # seconds: FAPI 2.0 5.3.2.1
FORM = "application/x-www-form-urlencoded"


class Authority:
    """This authorization server, as its clients name it."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.issuer = instance.settings.base_url
        self.resource = f"{self.issuer}/api/v1"
        self.clients = Clients(Reach(instance.settings.outbound_hosts))
        self.strangers = Strangers()

    def url(self, path: str) -> str:
        """An address of this server as proofs must name it, whatever a proxy calls it."""
        return self.issuer + path


class Speaker(NamedTuple):
    """A client that proved itself, its form, and its DPoP proof when it sent one."""

    client: Client
    form: dict[str, str]
    proof: Proof | None


def authority(request: Request) -> Authority:
    """This application's; made with its first request."""
    state = request.app.state
    if not hasattr(state, "authority"):
        state.authority = Authority(state.site.instance)
    found: Authority = state.authority
    return found


Here = Annotated[Authority, Depends(authority)]


async def form_of(request: Request) -> dict[str, str]:
    """The form of a request, each name once (RFC 6749 §3.2)."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
        raise invalid(f"The body must be {FORM}.")
    body = await request.body()
    if len(body) > LARGEST:
        raise OAuthError("invalid_request", "This request is too large.", 413)
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=60)
    except ValueError:
        raise invalid("The form cannot be read.") from None
    form = dict(pairs)
    if len(form) != len(pairs):
        raise invalid("A parameter is there twice.")
    return {name: value for name, value in form.items() if value}


Sent = Annotated[dict[str, str], Depends(form_of)]


def speaker(request: Request, here: Here, form: Sent) -> Speaker:
    """Who speaks, proved; raises OAuthError. Whoever proves nothing too often has to wait."""
    try:
        client, used = _proved(request, here, form)
    except OAuthError:
        here.strangers.note(address(request))
        raise
    proof = _possession(request, here)
    marks = [used] + ([(proof.mark, proof.until)] if proof else [])
    with here.instance.database.write() as conn:
        fresh = first_time(conn, NOWHERE, marks)
    if 0 not in fresh:
        raise OAuthError("invalid_client", "This assertion was used before.")
    if len(fresh) < len(marks):
        raise OAuthError("invalid_dpop_proof", "This proof was used before.")
    return Speaker(client, form, proof)


Speaking = Annotated[Speaker, Depends(speaker)]


def _possession(request: Request, here: Authority) -> Proof | None:
    path = request.url.path.removeprefix(str(request.scope.get("root_path", "")))
    try:
        shown = dpop.shown(request)
        return dpop.check(shown, request.method, here.url(path)) if shown else None
    except Malformed as problem:
        raise OAuthError("invalid_dpop_proof", str(problem)) from None


def _proved(request: Request, here: Authority, form: dict[str, str]) -> tuple[Client, tuple[bytes, int]]:
    if "authorization" in request.headers or "client_secret" in form:
        raise OAuthError("invalid_client", "The only method is private_key_jwt.")
    if form.get("client_assertion_type") != ASSERTION or "client_assertion" not in form:
        raise OAuthError("invalid_client", "A client_assertion is needed, of the type jwt-bearer.")
    try:
        client, claims = _read(request, here, form["client_assertion"], form.get("client_id"))
        _check(claims, client.client_id, here.issuer)
    except Malformed as problem:
        raise OAuthError("invalid_client", str(problem)) from None
    return client, (mark_of("assertion", client.client_id, claims["jti"]), round(claims["exp"] * 1_000_000))


def _read(request: Request, here: Authority, assertion: str, named: str | None) -> tuple[Client, Members]:
    """Whose assertion this is, and its claims; with a look at the client's keys of now when those kept do not fit."""
    header, claims = unverified(assertion)
    client_id = claims.get("sub")
    if not isinstance(client_id, str) or (named or client_id) != client_id:
        raise Malformed("sub must be the client_id.")
    if not here.clients.knows(client_id):
        here.strangers.check(address(request))  # before anything is fetched for whoever this is
    client = here.clients.find(client_id)
    try:
        return client, _signed(assertion, header, client)
    except Malformed:
        client = here.clients.find(client_id, fresh=True)
        return client, _signed(assertion, header, client)


def _signed(assertion: str, header: Members, client: Client) -> Members:
    if header.get("alg") not in client.algorithms:
        raise Malformed("The assertion's algorithm is not the client's.")
    kid = header.get("kid")
    for name, key in client.keys:
        if kid is None or kid == name:
            try:
                return claims_of(verified(assertion, key))
            except Malformed:
                continue
    raise Malformed("No key of the client signed this assertion.")


def _check(claims: Members, client_id: str, issuer: str) -> None:
    now = time.time()
    if claims.get("iss") != client_id or claims.get("sub") != client_id:
        raise Malformed("iss and sub must be the client_id.")
    if claims.get("aud") != issuer:
        raise Malformed("aud must be the issuer of this server, as one string.")
    if not isinstance(claims.get("jti"), str) or not 0 < len(claims["jti"]) <= dpop.LONGEST_ID:
        raise Malformed("jti is missing.")
    if not _is_number(claims.get("exp")) or not now < claims["exp"] <= now + LATEST:
        raise Malformed("exp must lie within the next ten minutes.")
    for name, oldest in (("iat", LATEST), ("nbf", LATEST)):
        at = claims.get(name, now)
        if not _is_number(at) or not now - oldest <= at <= now + AHEAD:
            raise Malformed(f"{name} is not now.")


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
