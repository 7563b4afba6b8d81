"""Under which day a parcel stands, why one is late, and what "I have it" decides."""

from datetime import UTC, date, datetime, timedelta

import pytest

from mesinfos.model.choice import State, Topic
from mesinfos.model.purchase import Item, Order, Parcel
from mesinfos.model.values import ParcelStatus
from mesinfos.relations.folding import Observation
from mesinfos.relations.parcels import ParcelView
from mesinfos.relations.underway import Range, When, delay, expected, is_scannable, on_the_way, past, received, when
from tests.cast import ACME
from tests.relations.observed import reading_of, saw

MONDAY = date(2026, 11, 23)


def seen(status: ParcelStatus, first: int | None = None, last: int | None = None, until: int | None = None):
    """A parcel expected so many days from Monday on, told of at Monday noon."""
    days = [MONDAY + timedelta(days=one) if one is not None else None for one in (first, last, until)]
    fact = Parcel("Colis Vert", "6A1", status, expected_from=days[0], expected_until=days[1], pickup_until=days[2])
    at = datetime(2026, 11, 23, 12, tzinfo=UTC)
    return ParcelView("p", ACME, fact, "", at, verified=True, messages=(), first_seen=at)


@pytest.mark.parametrize(
    ("view", "place"),
    [
        (seen(ParcelStatus.IN_TRANSIT, 0), When.TODAY),
        (seen(ParcelStatus.IN_TRANSIT, -1, 2), When.TODAY),
        (seen(ParcelStatus.OUT_FOR_DELIVERY), When.TODAY),
        (seen(ParcelStatus.IN_TRANSIT, 1, 3), When.TOMORROW),
        (seen(ParcelStatus.ANNOUNCED, 6), When.WEEK),
        (seen(ParcelStatus.ANNOUNCED, 7), When.LATER),
        (seen(ParcelStatus.ANNOUNCED), When.UNDATED),
        (seen(ParcelStatus.IN_TRANSIT, -3, -1), When.LATE),
        (seen(ParcelStatus.LATE, 2), When.LATE),
        (seen(ParcelStatus.PROBLEM, 2), When.LATE),
        (seen(ParcelStatus.PICKUP_AVAILABLE, -5, until=5), When.FETCH),
        (seen(ParcelStatus.PICKUP_AVAILABLE, until=0), When.TODAY),
    ],
)
def test_each_parcel_has_its_place(view: ParcelView, place: When):
    """A range counts from its first day; what waits at a pickup point is never late; the week ends on Sunday."""
    assert when(view, MONDAY) is place


def test_why_it_is_late():
    """The reason is the carrier's word or the day that went by, counted from the range's last day."""
    assert delay(seen(ParcelStatus.IN_TRANSIT, -3, -1), MONDAY).days == 1
    assert "announces" in delay(seen(ParcelStatus.LATE), MONDAY).reason
    assert "problem" in delay(seen(ParcelStatus.PROBLEM), MONDAY).reason
    assert delay(seen(ParcelStatus.IN_TRANSIT, 0), MONDAY) is None


def test_out_for_delivery_is_of_the_day_it_was_said():
    """A carrier's "today" without a day is late tomorrow, not for ever due today."""
    assert expected(seen(ParcelStatus.OUT_FOR_DELIVERY)) == Range(MONDAY, MONDAY)
    assert when(seen(ParcelStatus.OUT_FOR_DELIVERY), MONDAY + timedelta(days=1)) is When.LATE


def told(*numbers: str) -> list[Observation]:
    """An order of today and its parcels, on their way."""
    now = datetime.now(UTC)
    order = Order("A-1", now.date(), items=(Item("Bouilloire"),))
    parcels = [Parcel("Colis Vert", number, ParcelStatus.IN_TRANSIT, "A-1") for number in numbers]
    days = (now - datetime(2026, 3, 1, 9, tzinfo=UTC)).days
    return [saw(fact, days, ACME, "r9") for fact in (order, *parcels)]


def test_having_the_last_parcel_is_having_the_order():
    """With another parcel of the order on its way, only the parcel is received; both are one press."""
    alone = reading_of(*told("6A1"))
    assert [one.topic for one in received(alone, on_the_way(alone)[0])] == [Topic.STATE, Topic.STATE]
    two = reading_of(*told("6A1", "6A2"))
    first = on_the_way(two)[0]
    (choice,) = received(two, first)
    assert (choice.subject, choice.value) == (first.id, State.RECEIVED)


def test_what_the_person_has_is_waited_for_no_more():
    """The choice moves a parcel from what is waited for to what came."""
    before = reading_of(*told("6A1"))
    choices = received(before, on_the_way(before)[0])
    after = reading_of(*told("6A1"), *(saw(one, 400) for one in choices))
    assert on_the_way(after) == []
    assert [one.parcel.tracking_number for one in past(after)] == ["6A1"]


@pytest.mark.parametrize(("code", "does"), [("4711", False), ("AB12-CD34", True), ("código 123", False), ("", False)])
def test_codes_that_a_reader_takes(code: str, does: bool):
    """A short code is typed, a long one of plain letters and figures may be scanned."""
    assert is_scannable(Parcel("Colis Vert", "6A1", pickup_code=code)) is does
