"""Merchants: the list, and of one relation its purchases and its mail, under the header that all its pages share."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from mesinfos.consent.ledger import State
from mesinfos.model.choice import Topic
from mesinfos.model.values import Category
from mesinfos.relations.reading import Reading, Relation
from mesinfos.relations.sieve import monday
from web.dashboard.listing import cut, number
from web.dashboard.merchants.partners import reception
from web.dashboard.merchants.standing import standings
from web.dashboard.sharing.resting import consents_of
from web.dashboard.shown import day_from, today
from web.deps import Mine, Shown
from web.leaving import leaves
from web.render import page

router = APIRouter(prefix="/merchants")


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
