"""Parcels that a person still waits for, by the day that matters, and which of them should have come by now.

What the person says of a parcel (a choice of `Topic.STATE`) ends the waiting, whatever mails tell.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from itertools import takewhile
from typing import NamedTuple

from mesinfos.errors import N_
from mesinfos.model.choice import Choice, State, Topic
from mesinfos.model.purchase import Parcel
from mesinfos.model.values import ParcelStatus
from mesinfos.relations.parcels import ParcelView
from mesinfos.relations.reading import Reading
from mesinfos.relations.states import chosen

SILENT = timedelta(days=45)
"""A parcel that nobody spoke of for so long is not on its way any more, whatever its last mail said."""

MOVING = frozenset({ParcelStatus.ANNOUNCED, ParcelStatus.IN_TRANSIT, ParcelStatus.OUT_FOR_DELIVERY})


class When(StrEnum):
    """Where a parcel stands in the agenda, in its order; the values are the headings."""

    TODAY = N_("Today")
    LATE = N_("Late or held up")
    FETCH = N_("To fetch")
    TOMORROW = N_("Tomorrow")
    WEEK = N_("This week")
    LATER = N_("Later")
    UNDATED = N_("Without a day")


class Range(NamedTuple):
    """The first and the last day on which something is expected."""

    first: date
    last: date


class Delay(NamedTuple):
    """Why a parcel is late, in words, and by how many days as far as a day was told."""

    reason: str
    days: int = 0


def on_the_way(reading: Reading) -> list[ParcelView]:
    """Parcels not yet in the person's hands, those that wait at a pickup point first."""
    limit = datetime.now(UTC) - SILENT
    return reading.derived(f"parcels waited for since {limit:%Y-%m-%d}", lambda: _moving(reading, limit))


def _moving(reading: Reading, limit: datetime) -> list[ParcelView]:
    recent = takewhile(lambda one: one.last_seen >= limit, reading.parcels())  # the one last heard of comes first
    return sorted((one for one in recent if _is_waited(reading, one)), key=_urgency)


def past(reading: Reading) -> Iterable[ParcelView]:
    """The others, the one last heard of first: received, sent back, or nobody speaks of them any more."""
    still = {one.id for one in on_the_way(reading)}
    return (one for one in reading.parcels() if one.id not in still)


def _is_waited(reading: Reading, one: ParcelView) -> bool:
    held_up = one.parcel.status is ParcelStatus.PROBLEM
    return one.verified and (one.open or held_up) and chosen(reading, one.id) is None


def _urgency(one: ParcelView) -> tuple[int, date]:
    ranks = {ParcelStatus.PICKUP_AVAILABLE: 0, ParcelStatus.PROBLEM: 1, ParcelStatus.LATE: 1}
    days = expected(one)
    return ranks.get(one.parcel.status, 2), one.parcel.pickup_until or (days.last if days else date.max)


def expected(one: ParcelView) -> Range | None:
    """When a parcel comes; a carrier that says "today" and no day means the day on which it said so."""
    parcel = one.parcel
    first, last = parcel.expected_from or parcel.expected_until, parcel.expected_until or parcel.expected_from
    if first and last:
        return Range(min(first, last), last)
    told = one.last_seen.astimezone().date()
    return Range(told, told) if parcel.status is ParcelStatus.OUT_FOR_DELIVERY else None


def is_late(one: ParcelView, day: date) -> bool:
    """Whether a parcel should have come by now."""
    days = expected(one)
    overdue = one.parcel.status in MOVING and days is not None and days.last < day
    return one.parcel.status is ParcelStatus.LATE or overdue


def late(reading: Reading, day: date) -> set[str]:
    """The ids of the parcels that should have come by now."""
    return {one.id for one in on_the_way(reading) if is_late(one, day)}


def delay(one: ParcelView, day: date) -> Delay | None:
    """Why a parcel is late or held up; None for one that is not."""
    days = expected(one)
    over = max((day - days.last).days, 0) if days else 0
    if one.parcel.status is ParcelStatus.PROBLEM:
        return Delay(N_("The carrier reports a problem."))
    if one.parcel.status is ParcelStatus.LATE:
        return Delay(N_("A mail announces the delay."), over)
    return Delay(N_("The announced day is over, and no mail tells of a delivery."), over) if is_late(one, day) else None


def when(one: ParcelView, day: date) -> When:
    """Where a parcel that is waited for stands on `day`; one at a pickup point is today's on its last day."""
    if one.parcel.status is ParcelStatus.PICKUP_AVAILABLE:
        return When.TODAY if one.parcel.pickup_until == day else When.FETCH
    if delay(one, day):
        return When.LATE
    days = expected(one)
    if days is None:
        return When.UNDATED
    return _ahead((days.first - day).days, 6 - day.weekday())


def _ahead(days: int, left: int) -> When:
    """A day so many days ahead, in a week of which so many are left."""
    if days <= 0:
        return When.TODAY
    if days == 1:
        return When.TOMORROW
    return When.WEEK if days <= left else When.LATER


def received(reading: Reading, one: ParcelView) -> list[Choice]:
    """What "I have it" decides: of the parcel, and of its order when no other parcel of it is waited for."""
    made = [Choice(Topic.STATE, one.id, State.RECEIVED)]
    others = [other for other in on_the_way(reading) if other.order_id == one.order_id and other.id != one.id]
    if one.order_id and not others and chosen(reading, one.order_id) is None:
        made.append(Choice(Topic.STATE, one.order_id, State.RECEIVED))
    return made


def is_scannable(parcel: Parcel) -> bool:
    """Whether a pickup code is of the kind that readers take: longer than what one types, letters and figures only."""
    code = parcel.pickup_code
    return len(code) >= 8 and code.isascii() and code.replace("-", "").isalnum()
