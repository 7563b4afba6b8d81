"""Merchants: the list, and of one relation its purchases and its mail, under the header that all its pages share."""

from collections import Counter
from collections.abc import Callable
from typing import Annotated, Any, NamedTuple

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from mesinfos.consent.ledger import State
from mesinfos.model.choice import Topic, Welcome
from mesinfos.model.values import Category, Kind
from mesinfos.relations.merchants import MerchantView
from mesinfos.relations.reading import Reading, Relation
from mesinfos.relations.search import plain
from mesinfos.relations.sieve import monday
from web.dashboard.listing import cut, number
from web.dashboard.merchants.partners import Reception, reception
from web.dashboard.merchants.standing import Standing, standings
from web.dashboard.sharing.resting import consents_of
from web.dashboard.shown import day_from, today
from web.deps import Mine, Shown
from web.leaving import leaves
from web.render import page

router = APIRouter(prefix="/merchants")

SORTS: dict[str, Callable[[MerchantView], Any]] = {
    "recent": lambda one: -one.last_seen.timestamp(),
    "name": lambda one: plain(one.merchant.name),
    "orders": lambda one: (-one.orders, plain(one.merchant.name)),
    "mail": lambda one: (-one.messages, plain(one.merchant.name)),
}


class Row(NamedTuple):
    """A merchant in the list, with how it stands with the person."""

    view: MerchantView
    standing: Standing
    reception: Reception


class Wanted(NamedTuple):
    """What the list is asked for."""

    q: str
    kind: str
    sort: str
    state: str

    def has(self, row: Row) -> bool:
        """Whether a merchant answers; those that are refused are only shown when they are asked for."""
        one, welcome = row.view, row.reception.welcome
        named = plain(self.q) in plain(one.merchant.name) or plain(self.q) in one.id
        state = welcome == self.state if self.state else welcome is not Welcome.REFUSED
        return named and state and (not self.kind or one.merchant.kind == self.kind)


def wanted(q: str = "", kind: str = "", sort: str = "recent", state: str = "") -> Wanted:
    """The query of the list."""
    return Wanted(q, kind, sort, state if state in set(Welcome) else "")


@router.get("")
def merchants(request: Request, vault: Mine, reading: Shown, asked: Annotated[Wanted, Depends(wanted)]) -> Response:
    """Every merchant, found by name or domain, sifted by kind and state, sorted as asked."""
    rows = _rows(vault, reading)
    found = sorted(filter(asked.has, rows), key=lambda row: SORTS.get(asked.sort, SORTS["recent"])(row.view))
    return page(
        request,
        "merchants/list.html",
        shown=cut(found, number(request)),
        **asked._asdict(),
        kinds=sorted({row.view.merchant.kind for row in rows}, key=list(Kind).index),
        states=Counter(row.reception.welcome for row in rows),
        total=len(rows),
    )


def _rows(vault: Mine, reading: Shown) -> list[Row]:
    stand, chosen, day = standings(vault), reading.choices().all(Topic.MERCHANT), today()
    under = reading.joins().under
    return [
        Row(one, stand.of(one.id, *under(one.id)), reception(chosen.get(one.id), day)) for one in reading.merchants()
    ]


@router.get("/{merchant_id}/purchases")
def purchases(request: Request, vault: Mine, reading: Shown, merchant_id: str) -> Response:
    """Orders, parcels, bookings and benefits with one merchant."""
    found = reading.relation(merchant_id)
    return tab(request, (vault, reading), found, "/purchases", shown=cut(found.orders, number(request)))


@router.get("/{merchant_id}/messages")
def messages(  # noqa: PLR0913, PLR0917  two of them are the query
    request: Request, vault: Mine, reading: Shown, merchant_id: str, category: str = "", week: str = ""
) -> Response:
    """One merchant's mail, by category, or that of one week, which begins on a Monday."""
    found = reading.relation(merchant_id)
    chosen = category if category in set(Category) else ""
    since = day_from(week)
    kept = [
        seen
        for seen in found.messages
        if (not chosen or seen.message.category == chosen) and (not since or monday(seen.message.sent_at) == since)
    ]
    values = {
        "shown": cut(kept, number(request)),
        "category": chosen,
        "week": since,
        "leaves": leaves(reading, merchant_id),
    }
    return tab(request, (vault, reading), found, "/messages", **values)


STATES = {"live": State.LIVE, "resting": State.SUSPENDED}
TEMPLATES = {
    "": "relation",
    "/purchases": "purchases",
    "/messages": "messages",
    "/consents": "consents",
    "/rights": "rights",
}


def tab(request: Request, mine: tuple[Mine, Reading], found: Relation, path: str, **values: Any) -> Response:
    """One tab of a merchant's page: the same header above each."""
    vault, reading = mine
    domain, joined = found.view.id, reading.joins().under(found.view.id)
    received = reception(reading.choices().all(Topic.MERCHANT).get(domain), today())
    consents = consents_of(vault, reading, domain)
    held: dict[str, Any] = {"standing": standings(vault).of(domain, *joined), "reception": received, "joined": joined}
    held["over"] = [one for one in consents if one.state not in STATES.values()]
    held |= {name: [one for one in consents if one.state is state] for name, state in STATES.items()}
    return page(request, f"merchants/{TEMPLATES[path]}.html", found=found, view=found.view, tab=path, **held, **values)
