"""Purchases: orders, and where each was read."""

from collections.abc import Mapping, Sequence
from datetime import date
from operator import attrgetter

from fastapi import APIRouter, Request
from fastapi.responses import Response

from mesinfos.model.choice import State
from mesinfos.model.values import OrderStatus
from mesinfos.relations.deadlines import country_of, deadlines
from mesinfos.relations.orders import OrderView
from mesinfos.relations.photos import photos_in
from mesinfos.relations.products import products_of
from mesinfos.relations.reading import Reading
from mesinfos.relations.spending import spent
from mesinfos.relations.states import Where, chosen, state_of
from mesinfos.vault.openvault import OpenVault
from web.dashboard.listing import cut, number
from web.dashboard.purchases.spending import Narrowed, Only, only
from web.dashboard.querying import Asked, Query
from web.dashboard.saved import counts, shelf
from web.dashboard.sharing.readers import credits_of
from web.dashboard.shown import in_month, mails_of, month_from, today
from web.deps import Mine, Shown
from web.render import page

router = APIRouter()


@router.get("/orders")
def orders(  # noqa: PLR0913, PLR0917  each is one field of the form
    request: Request, vault: Mine, reading: Shown, narrowed: Narrowed, asked: Asked, status: str = "", month: str = ""
) -> Response:
    """Every order, newest first; the sum is of what is listed and was not undone."""
    everything, first = reading.orders(), month_from(month)
    kept = _kept(reading, asked, narrowed, status, first)
    shown = cut(kept, number(request))
    return page(
        request,
        "purchases/orders.html",
        asked.status,
        shown=shown,
        sum=spent(kept) if kept is not everything else reading.folded("spent", lambda: spent(everything)),
        q=asked.text,
        wrong=asked.wrong(request),
        shelf=shelf(request, vault, reading, "/orders"),
        chosen=status,
        statuses=reading.derived("statuses", lambda: _statuses(reading, everything)),
        month=month if first else "",
        first=first,
        months=reading.folded("months of orders", lambda: _months(everything)),
        total=len(everything),
        only=narrowed,
        only_name=narrowed.named(reading),
        states={one.id: state_of(reading, one) for one in shown.items},
    )


@counts("/orders")
def _count(_: OpenVault, reading: Reading, asked: Mapping[str, str]) -> int:
    narrowed = only(**{name: asked.get(name, "") for name in Only._fields})
    query, first = Query.of(asked.get("q", "")), month_from(asked.get("month", ""))
    return len(_kept(reading, query, narrowed, asked.get("status", ""), first))


def _kept(reading: Reading, asked: Query, narrowed: Only, status: str, first: date | None) -> Sequence[OrderView]:
    """The orders that answer; the list itself where nothing is asked."""
    kept: Sequence[OrderView] = reading.orders()
    if first:
        kept = in_month(kept, first)
    if narrowed.asked:
        kept = [one for one in kept if narrowed.takes(one)]
    if status:
        kept = [one for one in kept if state_of(reading, one) == status]
    return asked.keep(reading, "order", kept, attrgetter("id"))


def _statuses(reading: Reading, everything: list[OrderView]) -> list[Where]:
    """The states that occur, in the order of the lists."""
    known = {state_of(reading, order) for order in everything}
    return [one for one in (*OrderStatus, *State) if one in known]


def _months(everything: list[OrderView]) -> list[date]:
    """The months in which something was ordered, newest first."""
    return sorted({order.day.replace(day=1) for order in everything}, reverse=True)


@router.get("/orders/{order_id}")
def order(request: Request, reading: Shown, order_id: str) -> Response:
    """One order: what, how much, where it is, and the mails it was read from."""
    found = reading.order(order_id)
    return page(
        request,
        "purchases/order.html",
        view=found,
        order=found.order,
        mails=mails_of(reading, found.messages),
        products=products_of(reading, order_id),
        photos=photos_in(reading, order_id),
        credits=credits_of(found.order.provenance),
        rights=deadlines(reading, found),
        state=state_of(reading, found),
        mine=chosen(reading, found.id),
        country=country_of(reading),
        today=today(),
    )
