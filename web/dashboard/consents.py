"""Consents: given in two steps, seen as the merchant sees them, taken back in one."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import msgspec
from fastapi import APIRouter, Request
from fastapi.responses import Response

from mesinfos.consent.describe import describe
from mesinfos.consent.fields import Field, Purpose, Scope
from mesinfos.consent.grant import Grant, draft
from mesinfos.consent.journal import entries
from mesinfos.consent.ledger import State, add_grant, get_grant, list_grants, resume, revoke, unreadable_grants
from mesinfos.consent.outbox import fill_past, preview
from mesinfos.errors import InvalidInput
from mesinfos.relations.reading import Reading
from web.dashboard.given import given_by
from web.dashboard.listing import cut, number
from web.dashboard.offered import ALONE, PAIRS, PURPOSES, SCOPES, SENSITIVE, day_of, one_of, readable
from web.dashboard.receipts import proofs
from web.dashboard.shown import today
from web.deps import Form, Here, Mine, Shown, Typed
from web.render import go, look, page, wrong

router = APIRouter(prefix="/consents")
FIELDS = ("domain", "name", "fields", "merchants", "since", "until", "purpose", "scope", "grant_id")


@router.get("")
def consents(request: Request, vault: Mine) -> Response:
    """Every consent: those in force, then those that are over."""
    held = list_grants(vault)
    live = [one for one in held if one.state in {State.LIVE, State.SUSPENDED}]
    over = [one for one in held if one not in live]
    return page(request, "consents/list.html", live=live, over=over[:50], broken=unreadable_grants(vault))


@router.get("/new")
def blank(request: Request, reading: Shown, merchant: str = "") -> Response:
    """The form of a new consent: nothing is ticked, because empty means nothing."""
    known = next((one.merchant.name for one in reading.merchants() if one.id == merchant), "")
    start = {
        "domain": merchant,
        "name": known,
        "scope": Scope.OWN,
        "since": today().replace(month=1, day=1).isoformat(),
        "until": (today() + timedelta(days=182)).isoformat(),
        "purpose": Purpose.OFFERS,
    }
    return _form(request, reading, start)


@router.post("/preview")
def look_first(request: Request, vault: Mine, reading: Shown, form: Form) -> Response:
    """The first step: the sentence, and the exact bytes the merchant would read today."""
    try:
        planned = _draft(vault.vault_id, reading, form)
    except InvalidInput as error:
        return _form(request, reading, form, wrong=wrong(request, error, FIELDS), status=422)
    if form["back"]:
        return _form(request, reading, form)
    return page(
        request,
        "consents/preview.html",
        grant=planned,
        sentence=describe(planned, look(request).language),
        form=form,
        fields=_ticked(form),
        **_shows(preview(vault, planned, reading)),
    )


@router.post("")
def give(request: Request, vault: Mine, reading: Shown, form: Form) -> Response:
    """The second step: sign the very draft that was seen; the token is shown here and nowhere else."""
    try:
        planned = _draft(vault.vault_id, reading, form)
        signed, token = add_grant(vault, planned)
    except InvalidInput as error:
        return _form(request, reading, form, wrong=wrong(request, error, FIELDS), status=422)
    fill_past(vault, signed, reading)
    base = request.app.state.site.instance.settings.base_url
    return page(
        request,
        "consents/token.html",
        status=201,
        grant=signed,
        token=token,
        address=f"{base}/api/v1/disclosures",
        sentence=describe(signed, look(request).language),
    )


@router.get("/{grant_id}")
def consent(request: Request, vault: Mine, reading: Shown, grant_id: str) -> Response:
    """One consent: its sentence, what its merchant sees now, and when it looked."""
    held = get_grant(vault, grant_id)
    shown = preview(vault, held.grant, reading) if held.state is State.LIVE else []
    few = cut(shown, number(request), 10)
    return page(
        request,
        "consents/consent.html",
        held=held,
        grant=held.grant,
        sentence=describe(held.grant, look(request).language),
        lines=entries(vault, limit=20, subject=grant_id),
        given_back=given_by(reading, held.grant.domain),
        cut=few,
        **proofs(vault, held.grant),
        **_shows(few.items, len(shown)),
    )


@router.post("/{grant_id}/revoke")
def take_back(request: Request, here: Here, vault: Mine, grant_id: str) -> Response:
    """One press, at once, no question asked."""
    revoke(here.instance, vault.vault_id, grant_id)
    return go(request, "/consents", said="revoked")


@router.post("/{grant_id}/resume")
def put_back(request: Request, vault: Mine, grant_id: str) -> Response:
    """Put a consent in force again that a restored backup had suspended."""
    resume(vault, grant_id)
    return go(request, f"/consents/{grant_id}", said="saved")


def _shows(contents: Sequence[bytes], total: int | None = None) -> dict[str, Any]:
    """The first records as the merchant gets them: as a table of words, and byte for byte."""
    shown = [(readable(msgspec.json.decode(one)), one.decode()) for one in contents[:20]]
    return {"records": shown, "total": len(contents) if total is None else total}


def _ticked(form: Typed) -> set[str]:
    """The fields chosen: boxes, and the degree of each pair."""
    chosen = set(form.all("field")) | {form[f"degree{place}"] for place in range(len(PAIRS))}
    return chosen & {str(field) for field in Field}


def _draft(vault_id: str, reading: Reading, form: Typed) -> Grant:
    """What the form says, as a grant not yet signed; raises InvalidInput on the field at fault."""
    domain = form["domain"].lower()
    known = next((one.merchant.name for one in reading.merchants() if one.id == domain), "")
    return draft(
        vault_id,
        domain=domain,
        name=form["name"] or known or domain,
        fields=tuple(Field(one) for one in _ticked(form)),
        scope=one_of(Scope, form["scope"], "scope"),
        since=day_of(form["since"], "since"),
        until=day_of(form["until"], "until"),
        purpose=one_of(Purpose, form["purpose"], "purpose"),
        merchants=tuple(form["merchants"].replace(",", " ").split()) if form["scope"] == Scope.LISTED else (),
        sensitive=tuple(kind for kind in SENSITIVE if kind in form.all("sensitive")),
        grant_id=form["grant_id"],
    )


def _form(
    request: Request, reading: Reading, start: Mapping[str, str], *, status: int = 200, **values: Any
) -> Response:
    return page(
        request,
        "consents/form.html",
        status=status,
        typed=start,
        ticked=_ticked(start) if isinstance(start, Typed) else set(),
        chosen=start.all("sensitive") if isinstance(start, Typed) else (),
        pairs=PAIRS,
        alone=ALONE,
        sensitive=SENSITIVE,
        scopes=SCOPES,
        purposes=PURPOSES,
        merchants=reading.merchants(),
        **values,
    )
