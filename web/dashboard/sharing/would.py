"""What would this merchant see? Of the consents in force on a day, for a purpose: the exact bytes, field by field."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

import msgspec
from fastapi import APIRouter, Request
from fastapi.responses import Response

from mesinfos.consent.explain import Explanation, explain
from mesinfos.consent.fields import Purpose
from mesinfos.consent.grant import Grant
from mesinfos.consent.ledger import State
from mesinfos.consent.ledger import today as day_in_utc
from mesinfos.consent.presets import PRESETS
from mesinfos.errors import N_, InvalidInput
from mesinfos.relations.merchants import MerchantView
from mesinfos.relations.reading import Reading
from mesinfos.relations.search import plain
from web.dashboard.answers import day_of
from web.dashboard.sharing.resting import consents_of
from web.deps import Mine, Shown
from web.render import page, wrong

router = APIRouter(prefix="/consents")
EXAMPLES = 3
FIRST = 10


class Seen(NamedTuple):
    """One consent, explained on that day, and how many records it gives today."""

    grant: Grant
    told: Explanation
    now: int


class Asked(NamedTuple):
    """Whom, on which day, for which purpose ("" for any)."""

    view: MerchantView
    day: date
    purpose: str


@router.get("/would")
def would(  # noqa: PLR0913, PLR0917  three of them are the query
    request: Request, vault: Mine, reading: Shown, merchant: str = "", day: str = "", purpose: str = ""
) -> Response:
    """The form, and the answer when a merchant is named."""
    typed = {"merchant": merchant, "day": day or str(day_in_utc()), "purpose": purpose}
    values: dict[str, Any] = {"typed": typed, "merchants": reading.merchants(), "purposes": tuple(Purpose)}
    values["asked"] = None
    if not merchant:
        return page(request, "consents/would.html", **values)
    try:
        asked = _asked(reading, merchant, day, purpose)
    except InvalidInput as error:
        shown = values | {"wrong": wrong(request, error, typed)}
        return page(request, "consents/would.html", 422, **shown)
    found = _seen(vault, reading, asked)
    examples = [one for one in PRESETS if one.fields and (not asked.purpose or one.purpose == asked.purpose)]
    resting = sum(held.state is State.SUSPENDED for held in consents_of(vault, reading, asked.view.id))
    more = {"asked": asked, "found": found, "first": FIRST, "examples": examples, "resting": resting}
    return page(request, "consents/would.html", **values | more)


@router.get("/would.json")
def as_json(vault: Mine, reading: Shown, merchant: str = "", day: str = "", purpose: str = "") -> Response:
    """The same as a file: each disclosure byte for byte as the merchant would be given it."""
    asked = _asked(reading, merchant, day, purpose)
    head = {"merchant": asked.view.id, "day": asked.day, "purpose": asked.purpose or None}
    parts = [payload(one.grant, one.told) for one in _seen(vault, reading, asked)]
    body = msgspec.json.encode(head)[:-1] + b',"consents":[' + b",".join(parts) + b"]}"
    return download(body, f"mesinfos-{asked.view.id}-{asked.day}.json")


def payload(grant: Grant, told: Explanation) -> bytes:
    """What one consent gives, as JSON: the disclosures are not written anew, but put in as they are served."""
    head = {"consent": grant.grant_id, "merchant": grant.domain, "purpose": grant.purpose, "until": grant.until}
    return msgspec.json.encode(head)[:-1] + b',"disclosures":[' + b",".join(told.contents) + b"]}"


def download(body: bytes, name: str) -> Response:
    """JSON to keep as a file."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(body, media_type="application/json", headers=headers)


def _asked(reading: Reading, merchant: str, day: str, purpose: str) -> Asked:
    named = plain(merchant.strip())
    view = next((one for one in reading.merchants() if named in {one.id, plain(one.merchant.name)}), None)
    if view is None:
        raise InvalidInput(N_("No merchant of this name or domain writes to you."), field="merchant")
    on = day_of(day, "day") if day else day_in_utc()
    if on < day_in_utc():
        raise InvalidInput(N_("Choose today or a later day: what was read before stands in the journal."), field="day")
    return Asked(view, on, purpose if purpose in set(Purpose) else "")


def _seen(vault: Mine, reading: Reading, asked: Asked) -> Sequence[Seen]:
    """The consents that are in force now and for that purpose; one that ends before that day gives nothing then."""
    grants = [
        held.grant
        for held in consents_of(vault, reading, asked.view.id)
        if held.state is State.LIVE and (not asked.purpose or held.grant.purpose == asked.purpose)
    ]
    return [_on(vault, reading, grant, asked.day) for grant in grants]


def _on(vault: Mine, reading: Reading, grant: Grant, day: date) -> Seen:
    told = explain(vault, grant, reading, EXAMPLES, day)
    now = len(told.contents) if day == day_in_utc() else len(explain(vault, grant, reading, 0).contents)
    return Seen(grant, told, now)
