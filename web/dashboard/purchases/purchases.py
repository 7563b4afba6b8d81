"""Purchases: orders and parcels, and where each was read."""

from datetime import UTC, date, datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from mesinfos.consent.feeds import Entry
from mesinfos.errors import N_, NotFound
from mesinfos.model.choice import State
from mesinfos.model.values import OrderStatus
from mesinfos.relations.agenda import Event, Kind
from mesinfos.relations.deadlines import country_of, deadlines
from mesinfos.relations.orders import OrderView
from mesinfos.relations.parcels import ParcelView
from mesinfos.relations.photos import photos_in
from mesinfos.relations.products import products_of
from mesinfos.relations.reading import Reading
from mesinfos.relations.search import plain
from mesinfos.relations.spending import spent
from mesinfos.relations.states import Where, chosen, state_of
from web.calendars import alone
from web.dashboard.listing import cut, number
from web.dashboard.purchases.spending import Narrowed
from web.dashboard.sharing.readers import credits_of
from web.dashboard.shown import agenda, in_month, is_late, mails_of, month_from, on_the_way, today
from web.deps import Shown
from web.render import look, page

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


@router.get("/parcels")
def parcels(request: Request, reading: Shown, state: Annotated[str, Query()] = "open") -> Response:
    """Parcels on their way, or all of them."""
    moving = on_the_way(reading)
    kept = reading.parcels() if state == "all" else moving
    day = today()
    late = {one.id for one in moving if is_late(one, day)}
    return page(
        request,
        "deliveries/list.html",
        shown=cut(kept, number(request)),
        state=state,
        late=late,
        total=len(reading.parcels()),
    )


@router.get("/parcels/{parcel_id}")
def parcel(request: Request, reading: Shown, parcel_id: str) -> Response:
    """One parcel: where it is, where to fetch it, what it holds."""
    found: ParcelView = reading.parcel(parcel_id)
    holder = next((one for one in reading.orders() if one.id == found.order_id), None)
    mails = mails_of(reading, found.messages)
    return page(
        request,
        "deliveries/parcel.html",
        view=found,
        parcel=found.parcel,
        holder=holder,
        mails=mails,
        late=is_late(found, today()),
        days=_days(reading, found),
    )


@router.get("/parcels/{parcel_id}/calendar.ics")
def parcel_day(request: Request, reading: Shown, parcel_id: str) -> Response:
    """The day a parcel comes, or the last to fetch it, to be put into a calendar; raises NotFound without one."""
    view = reading.parcel(parcel_id)
    found = _days(reading, view)
    if not found:
        raise NotFound(N_("No day is known for this parcel."))
    entry = Entry(view.id, found[0].kind, found[0].first, found[0].last, found[0].name, datetime.now(UTC))
    headers = {"Content-Disposition": 'attachment; filename="mesinfos.ics"'}
    return Response(alone(entry, look(request).language), media_type="text/calendar; charset=utf-8", headers=headers)


def _days(reading: Reading, view: ParcelView) -> list[Event]:
    return [one for one in agenda(reading)((Kind.PARCELS, Kind.PICKUPS)) if one.ref.endswith(f" {view.id}")]
