"""Merchants: the list, and one relation as a story, its purchases, its mail, its consents."""

from collections.abc import Callable
from typing import Any, NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import Response

from mesinfos.model.values import Category, Kind
from mesinfos.relations.merchants import MerchantView
from mesinfos.relations.reading import Relation
from mesinfos.relations.search import plain
from mesinfos.relations.timeline import timeline
from web.dashboard.listing import cut, number
from web.dashboard.standing import Standing, standings
from web.deps import Mine, Shown
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


@router.get("")
def merchants(  # noqa: PLR0913, PLR0917  three of them are the query
    request: Request, vault: Mine, reading: Shown, q: str = "", kind: str = "", sort: str = "recent"
) -> Response:
    """Every merchant, found by name or domain, sifted by kind, sorted as asked."""
    everyone = reading.merchants()
    wanted = [one for one in everyone if _matches(one, plain(q), kind)]
    wanted.sort(key=SORTS.get(sort, SORTS["recent"]))
    stand = standings(vault)
    shown = cut([Row(one, stand.of(one.id)) for one in wanted], number(request))
    kinds = sorted({one.merchant.kind for one in everyone}, key=list(Kind).index)
    return page(
        request, "merchants/list.html", shown=shown, q=q, kind=kind, kinds=kinds, sort=sort, total=len(everyone)
    )


def _matches(one: MerchantView, text: str, kind: str) -> bool:
    return (not kind or one.merchant.kind == kind) and (text in plain(one.merchant.name) or text in one.id)


@router.get("/{merchant_id}")
def relation(request: Request, vault: Mine, reading: Shown, merchant_id: str) -> Response:
    """The relation as a story, newest first."""
    found = reading.relation(merchant_id)
    shown = cut(timeline(reading, merchant_id), number(request))
    return _tab(request, vault, found, "", shown=shown, orders={order.id: order for order in found.orders})


@router.get("/{merchant_id}/purchases")
def purchases(request: Request, vault: Mine, reading: Shown, merchant_id: str) -> Response:
    """Orders, parcels, bookings and benefits with one merchant."""
    found = reading.relation(merchant_id)
    return _tab(request, vault, found, "/purchases", shown=cut(found.orders, number(request)))


@router.get("/{merchant_id}/messages")
def messages(request: Request, vault: Mine, reading: Shown, merchant_id: str, category: str = "") -> Response:
    """One merchant's mail, by category."""
    found = reading.relation(merchant_id)
    chosen = category if category in set(Category) else ""
    kept = [seen for seen in found.messages if not chosen or seen.message.category == chosen]
    return _tab(request, vault, found, "/messages", shown=cut(kept, number(request)), category=chosen)


@router.get("/{merchant_id}/consents")
def consents(request: Request, vault: Mine, reading: Shown, merchant_id: str) -> Response:
    """What this merchant may see, and could."""
    found = reading.relation(merchant_id)
    stand = standings(vault)
    return _tab(request, vault, found, "/consents", grants=stand.grants(merchant_id))


TEMPLATES = {"": "relation", "/purchases": "purchases", "/messages": "messages", "/consents": "consents"}


def _tab(request: Request, vault: Mine, found: Relation, tab: str, **values: Any) -> Response:
    """One tab of a merchant's page: the same header above each."""
    standing = standings(vault).of(found.view.id)
    return page(
        request, f"merchants/{TEMPLATES[tab]}.html", found=found, view=found.view, tab=tab, standing=standing, **values
    )
