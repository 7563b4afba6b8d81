"""Deliveries by the month: a table of weeks, each day with the parcels that come, came or must be fetched by then."""

from calendar import Calendar
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import Response

from mesinfos.model.values import ParcelStatus
from mesinfos.relations.parcels import ParcelView
from mesinfos.relations.reading import Reading
from mesinfos.relations.underway import expected, is_late, on_the_way
from web.dashboard.shown import month_from, today
from web.deps import Shown
from web.render import page
from web.words import PARCEL, Word

router = APIRouter(prefix="/parcels")
EARLIEST, LATEST = date(2000, 1, 1), date(2099, 12, 1)


class Mark(NamedTuple):
    """A parcel on one day: what it does there."""

    view: ParcelView
    word: Word


class Day(NamedTuple):
    """A square of the table; one of a neighbouring month is left blank."""

    date: date
    inside: bool
    marks: list[Mark]


@router.get("/month")
def month(request: Request, reading: Shown, month: str = "") -> Response:
    """One month; this one when the address names none that a calendar has."""
    day = today()
    first = month_from(month) or day.replace(day=1)
    first = first if EARLIEST <= first <= LATEST else day.replace(day=1)
    weeks = squares(reading, first, day)
    return page(
        request,
        "deliveries/month.html",
        first=first,
        before=(first - timedelta(days=1)).replace(day=1),
        after=(first + timedelta(days=31)).replace(day=1),
        weeks=weeks,
        any=any(one.marks for week in weeks for one in week),
        today=day,
        total=len(reading.parcels()),
    )


def squares(reading: Reading, first: date, day: date) -> list[list[Day]]:
    """The weeks of a month, from Monday on, with what its parcels do each day."""
    found: defaultdict[date, list[Mark]] = defaultdict(list)
    waited = {one.id for one in on_the_way(reading)}
    for view in reading.parcels():
        for at, word in _marks(view, day, waited=view.id in waited):
            found[at].append(Mark(view, word))
    weeks = Calendar().monthdatescalendar(first.year, first.month)
    return [[_square(one, first, found) for one in week] for week in weeks]


def _square(at: date, first: date, found: dict[date, list[Mark]]) -> Day:
    inside = at.month == first.month
    return Day(at, inside, found.get(at, []) if inside else [])


def _marks(view: ParcelView, day: date, *, waited: bool) -> Iterator[tuple[date, Word]]:
    """The days of a parcel: that of its coming, the last to fetch it, or all of the range in which it is expected."""
    if view.delivered_on and view.parcel.status is ParcelStatus.DELIVERED and view.verified:
        yield view.delivered_on, PARCEL[ParcelStatus.DELIVERED]
    if not waited:
        return
    if view.parcel.status is ParcelStatus.PICKUP_AVAILABLE:
        if view.parcel.pickup_until:
            yield view.parcel.pickup_until, PARCEL[ParcelStatus.PICKUP_AVAILABLE]
        return
    if days := expected(view):
        word = PARCEL[ParcelStatus.LATE if is_late(view, day) else view.parcel.status]
        # A range that a misread mail makes years long marks its first month, not a thousand squares.
        for ahead in range(min((days.last - days.first).days, 31) + 1):
            yield days.first + timedelta(days=ahead), word
