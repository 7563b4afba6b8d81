"""Purchases: orders, and where each was read."""

from datetime import date

from fastapi import APIRouter, Request
from fastapi.responses import Response

from mesinfos.model.choice import State
from mesinfos.model.values import OrderStatus
from mesinfos.relations.deadlines import country_of, deadlines
from mesinfos.relations.orders import OrderView
from mesinfos.relations.photos import photos_in
from mesinfos.relations.products import products_of
from mesinfos.relations.reading import Reading
from mesinfos.relations.search import plain
from mesinfos.relations.spending import spent
from mesinfos.relations.states import Where, chosen, state_of
from web.dashboard.listing import cut, number
from web.dashboard.purchases.spending import Narrowed
from web.dashboard.sharing.readers import credits_of
from web.dashboard.shown import in_month, mails_of, month_from, today
from web.deps import Shown
from web.render import page

router = APIRouter()


@router.get("/orders")
def orders(  # noqa: PLR0913, PLR0917  each is one field of the form
    request: Request, reading: Shown, only: Narrowed, q: str = "", status: str = "", month: str = ""
) -> Response:
    """Every order, newest first; the sum is of what is listed and was not undone."""
    everything = reading.orders()
    first, text = month_from(month), plain(q)
    kept = in_month(everything, first) if first else everything
    if only.asked:
        kept = [one for one in kept if only.takes(one)]
    if status or text:
        kept = [one for one in kept if (not status or state_of(reading, one) == status) and _holds(one, text)]
    shown = cut(kept, number(request))
    return page(
        request,
        "purchases/orders.html",
        shown=shown,
        sum=spent(kept) if kept is not everything else reading.folded("spent", lambda: spent(everything)),
        q=q,
        chosen=status,
        statuses=reading.derived("statuses", lambda: _statuses(reading, everything)),
        month=month if first else "",
        first=first,
        months=reading.folded("months of orders", lambda: _months(everything)),
        total=len(everything),
        only=only,
        only_name=only.named(reading),
        states={one.id: state_of(reading, one) for one in shown.items},
    )


def _holds(one: OrderView, text: str) -> bool:
    if not text:
        return True
    names = [
        one.merchant.name if one.merchant else "",
        one.order.order_number,
        *(item.name for item in one.order.items),
    ]
    return any(text in plain(name) for name in names)


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
