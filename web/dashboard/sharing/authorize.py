"""A merchant asks, its person answers: the page that a merchant's site leads to (RFC 6749 §3.1, RFC 9126 §4).

Nothing of the address is believed but the name of a request that its merchant pushed before. The person reads it as
one sentence, sees what it would show today, narrows it, and accepts or refuses the very draft that was shown. The
answer goes to the address that was checked with the request, and nowhere else; without a request, nothing leads away.
"""

import logging
from typing import Any, NamedTuple
from urllib.parse import urlencode, urlsplit

import msgspec
from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from starlette.background import BackgroundTask

from mesinfos.consent import pushed, tokens
from mesinfos.consent.describe import confide
from mesinfos.consent.details import Wanted, planned, wanted
from mesinfos.consent.explain import explain
from mesinfos.consent.grant import Grant, is_domain
from mesinfos.consent.outbox import fill_past
from mesinfos.consent.proving import Way, prove
from mesinfos.directory import by_domain, registrable
from mesinfos.errors import InvalidInput, MesInfosError
from mesinfos.relations.reading import Reading
from mesinfos.vault.openvault import OpenVault
from web.api.oauth.authority import authority
from web.dashboard.sharing.narrowing import choices, narrowed
from web.deps import Form, Here, Mine, Shown, Site
from web.render import look, page, wrong
from web.security import POLICY

router = APIRouter()
logger = logging.getLogger("mesinfos.web")
FEW = 10  # records shown of the preview
EXAMPLES = 20  # things whose absence is explained


class Request_(NamedTuple):  # noqa: N801  the other Request is HTTP's
    """What was pushed, for the person who looks.

    `domain` and `name` are facts: those that were proved, or else where the request really comes from.
    """

    uri: str
    asked: pushed.Asked
    wanted: Wanted
    proven: bool
    domain: str
    name: str


def kept(here: Here, client_id: str = "", request_uri: str = "") -> None:
    """A request is kept while its person finds the passphrase; raises NotFound for one that is none."""
    pushed.look(here.instance, request_uri, client_id)


def found(request: Request, vault: Mine, reading: Shown, client_id: str, request_uri: str) -> Request_:
    """The request that an address or a form names, now this person's."""
    here = authority(request)
    asked = pushed.look(here.instance, request_uri, client_id, vault.vault_id)
    # Asked even where the document lies on the domain: what was found is kept, and shown on the consent's page.
    way = prove(here.instance, vault.vault_id, asked.domain, asked.client_id).way
    proven = asked.proven or way is not Way.NONE
    rights = wanted(msgspec.json.encode(asked.details), here.resource)
    domain = asked.domain if proven else _home(asked)
    return Request_(request_uri, asked, rights, proven, domain, _name(asked, reading, proven=proven))


@router.get("/authorize", dependencies=[Depends(kept)])
def ask(request: Request, vault: Mine, reading: Shown, client_id: str = "", request_uri: str = "") -> Response:
    """What a merchant asks, as it asked it."""
    one = found(request, vault, reading, client_id, request_uri)
    return _page(request, vault, one, reading, _draft(one, vault.vault_id))


@router.post("/authorize")
def answer(request: Request, here: Here, vault: Mine, reading: Shown, form: Form) -> Response:
    """Look again, refuse, or accept."""
    one = found(request, vault, reading, form["client_id"], form["request_uri"])
    if form["answer"] == "refuse":
        tokens.refuse(vault, _draft(one, vault.vault_id, grant_id=form["grant_id"]), one.uri, one.asked)
        return _lead_back(request, one, error="access_denied")
    try:
        draft = _draft(one, vault.vault_id, **narrowed(one.wanted, form), grant_id=form["grant_id"])
        if form["answer"] != "accept":
            return _page(request, vault, one, reading, draft)
        given, code = tokens.give(vault, draft, one.uri, one.asked)
    except InvalidInput as error:
        asked = _draft(one, vault.vault_id)
        return _page(request, vault, one, reading, asked, wrong=wrong(request, error, FIELDS), status=422)
    led = _lead_back(request, one, code=code)
    led.background = BackgroundTask(_fill, here, vault, given)
    return led


FIELDS = ("fields", "merchants", "excluded", "until")


def _draft(one: Request_, vault_id: str, **more: Any) -> Grant:
    return planned(one.wanted, vault_id, one.asked.client_id, (one.domain, one.name), **more)


def _home(asked: pushed.Asked) -> str:
    """Where an unproven client really comes from: "its own relation" is that one, not the one it claims.

    A host of the operator's own, such as localhost, is no merchant's domain; who asks from there is believed so far.
    """
    home = registrable(urlsplit(asked.client_id).hostname or "")
    return home if is_domain(home) else asked.domain


def _name(asked: pushed.Asked, reading: Reading, *, proven: bool) -> str:
    """The merchant's name as this house knows it, never as it says itself; unproven, the host that really asks."""
    if not proven:
        return urlsplit(asked.client_id).hostname or asked.domain
    met = next((one.merchant.name for one in reading.merchants() if one.id == asked.domain), "")
    brand = by_domain(asked.domain)
    return met or (brand.name if brand else asked.domain)


def _page(  # noqa: PLR0913  what is on the page
    request: Request, vault: OpenVault, one: Request_, reading: Reading, draft: Grant, *, status: int = 200, **more: Any
) -> Response:
    told = explain(vault, draft, reading, EXAMPLES)
    made = page(
        request,
        "authorize/ask.html",
        status=status,
        one=one,
        grant=draft,
        sentence=confide(draft, look(request).language),
        host=urlsplit(one.asked.client_id).hostname,
        back=urlsplit(one.asked.redirect_uri).hostname,
        choices=choices(one.wanted, draft),
        records=told.records(0, FEW),
        total=len(told.contents),
        hidden=told.hidden,
        **more,
    )
    # A browser applies form-action to where a form's answer leads, too: the merchant's own address must be named.
    place = urlsplit(one.asked.redirect_uri)
    allowed = f"form-action 'self' {place.scheme}://{place.netloc}"
    made.headers["Content-Security-Policy"] = POLICY.replace("form-action 'self'", allowed)
    return made


def _lead_back(request: Request, one: Request_, **told: str) -> RedirectResponse:
    """To the merchant, with who answers (RFC 9207) and its own state; 303, so that no form is sent on."""
    told |= {"iss": authority(request).issuer} | ({} if one.asked.state is None else {"state": one.asked.state})
    mark = "&" if "?" in one.asked.redirect_uri else "?"
    return RedirectResponse(f"{one.asked.redirect_uri}{mark}{urlencode(told)}", 303)


def _fill(here: Site, vault: OpenVault, given: Grant) -> None:
    """Disclose the past, while the merchant fetches its tokens; its answers say that they are not complete yet."""
    try:
        fill_past(vault, given, here.readings.of(vault))
    except MesInfosError as error:
        logger.warning("the past was not disclosed yet: %s", type(error).__name__)
