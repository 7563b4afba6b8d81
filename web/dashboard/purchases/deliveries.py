"""Deliveries: an agenda of the parcels that are waited for, one parcel, its code in full size, and "I have it"."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from itertools import islice
from typing import Annotated, NamedTuple

import segno
from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from markupsafe import Markup

from mesinfos.choose import choose_all
from mesinfos.consent.feeds import Entry
from mesinfos.errors import N_, NotFound
from mesinfos.model.choice import State
from mesinfos.model.purchase import Item, Parcel
from mesinfos.relations.agenda import Event, Kind
from mesinfos.relations.orders import OrderView
from mesinfos.relations.parcels import ParcelView
from mesinfos.relations.reading import Reading
from mesinfos.relations.states import chosen
from mesinfos.relations.underway import (
    Delay,
    Range,
    When,
    delay,
    expected,
    is_late,
    is_scannable,
    on_the_way,
    past,
    received,
    when,
)
from web.calendars import alone
from web.dashboard.listing import cut, number
from web.dashboard.shown import agenda, mails_of, today
from web.deps import Mine, Shown
from web.render import go, look, page

router = APIRouter(prefix="/parcels")
FOLDED = 20  # of those that came


class Line(NamedTuple):
    """A parcel that is waited for, as the agenda shows it; `left` is how many days a pickup point still keeps it.

    `planned` says whether a day to come is known, that can go into a calendar.
    """

    view: ParcelView
    days: Range | None
    delay: Delay | None
    left: int | None
    items: tuple[Item, ...]
    planned: bool = False


class Group(NamedTuple):
    """The parcels of one heading."""

    when: When
    lines: list[Line]


@router.get("")
def parcels(request: Request, reading: Shown, state: Annotated[str, Query()] = "open") -> Response:
    """What to wait for, by day; with `state=all` every parcel there ever was, in one list."""
    day, total = today(), len(reading.parcels())
    if state == "all":
        shown = cut(reading.parcels(), number(request))
        late = {one.id for one in on_the_way(reading) if is_late(one, day)}
        return page(
            request, "deliveries/all.html", shown=shown, late=late, hers=_hers(reading, shown.items), total=total
        )
    came = list(islice(past(reading), FOLDED))
    groups = by_day(reading, day)
    return page(request, "deliveries/list.html", groups=groups, came=came, hers=_hers(reading, came), total=total)


def by_day(reading: Reading, day: date) -> list[Group]:
    """The parcels that are waited for under their headings; empty ones are left out."""
    found: dict[When, list[Line]] = {one: [] for one in When}
    dated = {event.ref.partition(" ")[2] for event in agenda(reading)((Kind.PARCELS, Kind.PICKUPS))}
    for one in on_the_way(reading):
        found[when(one, day)].append(_line(reading, one, day)._replace(planned=one.id in dated))
    return [Group(name, lines) for name, lines in found.items() if lines]


@router.get("/{parcel_id}")
def parcel(request: Request, reading: Shown, parcel_id: str) -> Response:
    """One parcel: where it is, where to fetch it, what it holds."""
    found = reading.parcel(parcel_id)
    return page(
        request,
        "deliveries/parcel.html",
        view=found,
        line=_line(reading, found, today()),
        parcel=found.parcel,
        holder=_holder(reading, found),
        mails=mails_of(reading, found.messages),
        late=is_late(found, today()),
        mine=chosen(reading, found.id),
        days=_days(reading, found),
    )


@router.get("/{parcel_id}/calendar.ics")
def parcel_day(request: Request, vault: Mine, reading: Shown, parcel_id: str) -> Response:
    """The day a parcel comes, or the last to fetch it, to be put into a calendar; raises NotFound without one."""
    found = _days(reading, reading.parcel(parcel_id))
    if not found:
        raise NotFound(N_("No day is known for this parcel."))
    event = found[0]
    entry = Entry(vault.calendar_uid(event.ref), event.kind, event.first, event.last, event.name, datetime.now(UTC))
    headers = {"Content-Disposition": 'attachment; filename="mesinfos.ics"'}
    return Response(alone(entry, look(request).language), media_type="text/calendar; charset=utf-8", headers=headers)


@router.get("/{parcel_id}/code")
def code(request: Request, reading: Shown, parcel_id: str) -> Response:
    """The pickup code as large as the screen: asked for by a press, shown nowhere else; raises NotFound without one."""
    found = reading.parcel(parcel_id)
    if not found.parcel.pickup_code:
        raise NotFound(N_("No mail gives a pickup code for this parcel."))
    return page(request, "deliveries/code.html", view=found, parcel=found.parcel, square=square(found.parcel))


@router.post("/{parcel_id}/received")
def have(request: Request, vault: Mine, reading: Shown, parcel_id: str) -> Response:
    """The person has it: the waiting ends, and what the parcel held counts as received."""
    found = reading.parcel(parcel_id)
    return go(request, "/parcels", said="received", undo=choose_all(vault, reading, received(reading, found)))


def square(parcel: Parcel) -> Markup:
    """A pickup code as a QR code, where a reader might take it; empty elsewhere."""
    if not is_scannable(parcel):
        return Markup()
    drawn = segno.make(parcel.pickup_code, micro=False, error="m")
    # Markup: drawn by us from letters and figures; segno writes shapes, and no text of the mail.
    return Markup(drawn.svg_inline(scale=8, border=4, omitsize=True))  # noqa: S704


def _line(reading: Reading, one: ParcelView, day: date) -> Line:
    until, holder = one.parcel.pickup_until, _holder(reading, one)
    left = (until - day).days if until else None
    return Line(one, expected(one), delay(one, day), left, holder.order.items if holder else ())


def _holder(reading: Reading, one: ParcelView) -> OrderView | None:
    return reading.order(one.order_id) if one.order_id else None


def _hers(reading: Reading, shown: Iterable[ParcelView]) -> dict[str, State]:
    """What the person says of some parcels, by their ids."""
    return {one.id: said for one in shown if (said := chosen(reading, one.id))}


def _days(reading: Reading, view: ParcelView) -> list[Event]:
    return [one for one in agenda(reading)((Kind.PARCELS, Kind.PICKUPS)) if one.ref.endswith(f" {view.id}")]
