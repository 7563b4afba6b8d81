"""Two merchants that are one: joined after a look at what that makes, split again by a press."""

from collections import Counter
from collections.abc import Iterator
from typing import Annotated, Any, NamedTuple

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from mesinfos.choose import choose, choose_all
from mesinfos.consent.grant import Grant
from mesinfos.errors import N_, InvalidInput, NotFound
from mesinfos.model.choice import Topic
from mesinfos.relations.folding import domain_of
from mesinfos.relations.merchants import MerchantView
from mesinfos.relations.merging import alike, joining, together
from mesinfos.relations.reading import Reading
from mesinfos.relations.search import named
from web.dashboard.merchants.standing import standings
from web.deps import Form, Mine, Shown
from web.render import go, page, wrong

router = APIRouter(prefix="/merchants/{merchant_id}")
AT_MOST = 8  # suggestions
MANY = 20  # merchants at a time


class Part(NamedTuple):
    """An address that is shown under this merchant, the name it wrote under, and how many mails it brought."""

    domain: str
    name: str
    mails: int


@router.get("/join")
def ask(
    request: Request, vault: Mine, reading: Shown, merchant_id: str, other: Annotated[list[str] | None, Query()] = None
) -> Response:
    """Who might be the same, and what joining two or more would make; nothing changes."""
    view = reading.merchant(merchant_id)
    try:
        others = _others(reading, view, other or [])
    except InvalidInput as error:
        shown = _values(reading, view) | {"wrong": wrong(request, error), "typed": {"other": (other or [""])[0]}}
        return page(request, "merchants/join.html", 422, **shown)
    values = _values(reading, view)
    if others:
        values |= {"others": others, "made": _made(reading, [view, *others]), "grants": _grants(vault, view, *others)}
    return page(request, "merchants/join.html", **values)


def _made(reading: Reading, views: list[MerchantView]) -> list[MerchantView]:
    """What all of them would be, shown as each of them."""
    return [together(reading, stays, [one for one in views if one is not stays]) for stays in views]


@router.post("/join")
def join(request: Request, vault: Mine, reading: Shown, merchant_id: str, form: Form) -> Response:
    """Show all as the one that is to stay."""
    view = reading.merchant(merchant_id)
    others = _others(reading, view, form.all("other") or [""])
    stays = next((one for one in others if one.id == form["stays"]), view)
    undo = choose_all(vault, reading, [joining(one, stays) for one in (view, *others) if one is not stays])
    return go(request, f"/merchants/{stays.id}", said="joined", undo=undo)


@router.post("/split")
def split(request: Request, vault: Mine, reading: Shown, merchant_id: str, form: Form) -> Response:
    """Show an address as a merchant of its own again."""
    if form["domain"] not in reading.joins().under(reading.merchant(merchant_id).id):
        raise NotFound(N_("That address is not joined to this merchant."))
    undo = choose(vault, reading, Topic.JOINED, form["domain"], "")
    return go(request, f"/merchants/{form['domain']}", said="split", undo=undo)


def _values(reading: Reading, view: MerchantView) -> dict[str, Any]:
    suggested = list(alike(reading, view))[:AT_MOST]
    others = [one for one in reading.merchants() if one.id != view.id]
    given = {"view": view, "parts": list(_parts(reading, view)), "suggested": suggested, "merchants": others}
    return given | {"others": [], "made": [], "grants": []}


def _parts(reading: Reading, view: MerchantView) -> Iterator[Part]:
    joined = reading.joins().under(view.id)
    names: dict[str, Counter[str]] = {domain: Counter() for domain in joined}
    for seen in reading.relation(view.id).messages if joined else ():
        merchant = reading.as_read(seen.record_id).observation.merchant
        if merchant and domain_of(merchant) in names:
            names[domain_of(merchant)][merchant.name] += 1
    for domain, counted in names.items():
        name = counted.most_common(1)[0][0] if counted else domain
        yield Part(domain, name, counted.total())


def _grants(vault: Mine, *views: MerchantView) -> list[Grant]:
    stand = standings(vault)
    return [grant for view in views for grant in stand.grants(view.id)]


def _others(reading: Reading, view: MerchantView, texts: list[str]) -> list[MerchantView]:
    """Other merchants, each once; raises InvalidInput for one that is none."""
    return list({one.id: one for text in texts[:MANY] for one in [_other(reading, view, text)]}.values())


def _other(reading: Reading, view: MerchantView, text: str) -> MerchantView:
    """Another merchant by its name or domain; raises InvalidInput."""
    for one in named(reading, text):
        if one.id != view.id:
            return one
    raise InvalidInput(N_("No other merchant of that name writes to you."), field="other")
