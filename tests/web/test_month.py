"""Deliveries by the month: which day holds which parcel."""

from datetime import UTC, date, datetime, timedelta

from mesinfos.model.purchase import Parcel
from mesinfos.model.values import ParcelStatus
from tests.cast import ACME, ZETA
from tests.relations.observed import reading_of, saw
from tests.web.served import Browser
from web.dashboard.purchases.month import squares

TODAY = datetime.now(UTC).date()
DAYS = (TODAY - date(2026, 3, 1)).days
"""From the day on which what tests see begins to today."""


def marked(*parcels: Parcel) -> dict[date, list[str]]:
    """The words on each day of the months around today."""
    told = reading_of(*(saw(one, DAYS, ACME if at else ZETA) for at, one in enumerate(parcels)))
    first = TODAY.replace(day=1)
    months = ((first - timedelta(days=1)).replace(day=1), first, (first + timedelta(days=31)).replace(day=1))
    squared = [square for month in months for week in squares(told, month, TODAY) for square in week]
    return {one.date: [mark.word.text for mark in one.marks] for one in squared if one.marks}


def test_a_range_marks_each_of_its_days():
    """Two days are two squares, once each, over the end of a month too; a year by mistake marks no year."""
    last = TODAY + timedelta(days=1)
    assert marked(Parcel("Colis Vert", "6A1", ParcelStatus.IN_TRANSIT, expected_from=TODAY, expected_until=last)) == {
        TODAY: ["On its way"],
        last: ["On its way"],
    }
    endless = Parcel("Colis Vert", "6A1", expected_from=TODAY, expected_until=TODAY + timedelta(days=900))
    assert len(marked(endless)) <= 32


def test_what_came_and_what_waits():
    """A parcel stands on the day it came; at a pickup point, on the last day there, whatever was expected before."""
    until = TODAY + timedelta(days=2)
    waits = Parcel("Colis Vert", "6A2", ParcelStatus.PICKUP_AVAILABLE, expected_from=TODAY, pickup_until=until)
    assert marked(Parcel("Colis Vert", "6A1", ParcelStatus.DELIVERED), waits) == {
        TODAY: ["Delivered"],
        until: ["Waiting at the pickup point"],
    }


def test_months_that_no_calendar_has(alices: Browser):
    """Nonsense, and the ends of time, show this month; the neighbours are a press away."""
    for month in ("2026-13", "0001-01", "9999-12", "x"):
        answer = alices.get("/parcels/month", params={"month": month})
        assert answer.status_code == 200
        assert 'aria-current="date"' in answer.text
    assert 'aria-current="date"' not in alices.get("/parcels/month?month=2020-02").text
