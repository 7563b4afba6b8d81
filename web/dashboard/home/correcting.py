"""A correction in two steps: what is not right in a mail, then which mails that changes."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import Response

from mesinfos.errors import N_, InvalidInput
from mesinfos.ingest import places
from mesinfos.ingest.extractors.amounts import amounts
from mesinfos.model.rule import Kind, Reach, Rule
from mesinfos.model.values import Category, Money
from mesinfos.relations.likeness import covers, sender_of
from mesinfos.relations.reading import Reading, Seen
from mesinfos.relations.replay import body_of
from mesinfos.relations.rules import MEANT, number_of
from mesinfos.relations.seen import sorted_in
from mesinfos.teach import Said, preview, rule_of, teach
from mesinfos.vault.openvault import OpenVault
from mesinfos.wording import plain_amount
from web.dashboard.answers import day_of, one_of
from web.deps import Form, Mine, Shown, Typed
from web.render import go, look, page, wrong

router = APIRouter(prefix="/messages/{record_id}/correct")
FIELDS = ("merchant", "category", "number", "total", "date", "reach")
OFFERED = 12  # values of a mail to choose from
SHOWN = 60  # mails of a preview


class Fact(NamedTuple):
    """What is corrected: its kind, and its values as a form shows them; nothing, where nothing was read."""

    kind: Kind
    number: str = ""
    total: Money | None = None
    date: dt.date | None = None
    dated: bool = True


@router.get("")
def blank(request: Request, vault: Mine, reading: Shown, record_id: str) -> Response:
    """The form, filled in with what was read; `kind`, `about` and `absent` say what the person comes from."""
    seen, asked = reading.message(record_id), request.query_params
    fact = _fact(reading, record_id, asked.get("kind", ""), asked.get("about", ""))
    start = _read(seen, fact, look(request).language) | {"absent": asked.get("absent", ""), "reach": ""}
    return _form(request, vault, reading, seen, fact, start)


@router.post("")
def look_first(request: Request, vault: Mine, reading: Shown, record_id: str, form: Form) -> Response:
    """The first step shows which mails change and how; the second, with `keep`, makes the rule."""
    seen = reading.message(record_id)
    fact = _fact(reading, record_id, form["kind"], form["about"])
    try:
        rule = rule_of(vault, reading, _said(_read(seen, fact, look(request).language), seen, fact, form))
    except InvalidInput as error:
        return _form(request, vault, reading, seen, fact, form, wrong=wrong(request, error, FIELDS), status=422)
    if form["back"]:
        return _form(request, vault, reading, seen, fact, form)
    if form["keep"]:
        return go(request, f"/messages/{record_id}", said="taught", undo=teach(vault, reading, record_id, rule))
    changed = preview(vault, reading, record_id, rule)
    return page(
        request, "messages/preview.html", seen=seen, rule=rule, form=form, changed=changed[:SHOWN], total=len(changed)
    )


def _form(  # noqa: PLR0913, PLR0917  what a form needs to be drawn
    request: Request,
    vault: OpenVault,
    reading: Reading,
    seen: Seen,
    fact: Fact,
    typed: Mapping[str, str],
    **more: Any,
) -> Response:
    offered = _offered(vault, seen)
    alike = {reach: _count(reading, seen, reach) for reach in (Reach.ALIKE, Reach.SENDER)}
    return page(
        request,
        "messages/correct.html",
        seen=seen,
        message=seen.message,
        fact=fact,
        typed=typed,
        offered=offered,
        alike=alike,
        merchants=reading.merchants(),
        categories=list(Category),
        **more,
    )


def _fact(reading: Reading, record_id: str, kind: str, about: str) -> Fact:
    """The fact that is meant, as it is shown now: the one asked for, else the first there is."""
    _, told = reading.shown()
    facts = [seen.observation.fact for seen in told.get(record_id, ())]
    for wanted in (Kind.ORDER, Kind.INVOICE, Kind.PARCEL):
        if kind in {"", wanted}:
            for fact in facts:
                if type(fact) in MEANT[wanted] and about in {"", number_of(fact)}:
                    total, day = getattr(fact, "total", None), getattr(fact, "date", None)
                    return Fact(wanted, number_of(fact), total, day, wanted is not Kind.PARCEL)
    return Fact(Kind.NOTHING)


def _read(seen: Seen, fact: Fact, language: str) -> dict[str, str]:
    """The values of the form as they were read, an amount with the comma or the point of the language."""
    merchant = seen.observation.merchant
    return {
        "merchant": merchant.name if merchant else "",
        "category": seen.message.category.value,
        "number": fact.number,
        "total": f"{plain_amount(fact.total.amount, language)} {fact.total.currency}" if fact.total else "",
        "date": fact.date.isoformat() if fact.date else "",
        "kind": fact.kind.value,
        "about": fact.number,
    }


def _said(was: Mapping[str, str], seen: Seen, fact: Fact, form: Typed) -> Said:
    """What the form says otherwise than it was read; raises InvalidInput."""
    new = {name: form[name] for name in ("merchant", "category", "number", "total", "date") if form[name] != was[name]}
    absent = bool(form["absent"])
    return Said(
        seen.record_id,
        reach=one_of(Reach, form["reach"] or Reach.MAIL, "reach"),
        kind=fact.kind,
        about=fact.number,
        absent=absent,
        merchant=new.get("merchant", ""),
        category=one_of(Category, new["category"], "category") if new.get("category") else None,
        total=_money(new["total"], fact.total) if new.get("total") and not absent else None,
        number="" if absent else new.get("number", "")[:80],
        date=day_of(new["date"], "date") if new.get("date") and not absent else None,
    )


def _money(text: str, like: Money | None) -> Money:
    found = [one for one in amounts(text[:80], bare=True) if one.value >= 0]
    if not found:
        found += amounts(f"{text[:40]} {like.currency if like else 'EUR'}")
    if len(found) != 1:
        raise InvalidInput(N_("An amount like 59.90 EUR is needed here."), field="total")
    return Money(found[0].value, found[0].currency or (like.currency if like else "EUR"))


def _offered(vault: OpenVault, seen: Seen) -> dict[str, list[places.Spot]]:
    """The amounts, numbers and days that stand in the mail, each once, those with telling words first."""
    with vault.instance.database.read(vault.vault_id) as conn:
        body = body_of(vault, conn, seen.record_id)
    if body is None:
        return {"total": [], "number": [], "date": []}
    sheet = places.sheet_of(seen.message, body)
    return {
        "total": _once(places.totals(sheet)),
        "number": _once(spot for spot in places.numbers(sheet) if spot.named),
        "date": _once(places.days(sheet)),
    }


def _once(spots: Iterable[places.Spot]) -> list[places.Spot]:
    by_value: dict[places.Value, places.Spot] = {}
    for spot in sorted(spots, key=lambda one: not one.named):
        by_value.setdefault(spot.value, spot)
    return list(by_value.values())[:OFFERED]


def _count(reading: Reading, seen: Seen, reach: Reach) -> int:
    """How many other mails a rule of this reach would speak of."""
    message, sender = seen.message, sender_of(seen.message)
    rule = Rule(reach, sender, message.subject, message.template, seen.observation.verified)
    theirs = reading.folded("mail by sender", lambda: sorted_in(reading.messages, lambda one: sender_of(one.message)))
    others = (one for one in theirs.get(sender, ()) if one.record_id != seen.record_id)
    return sum(covers(rule, one.message, proved=one.observation.verified) for one in others)
