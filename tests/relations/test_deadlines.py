"""Until when a buyer has which right, by the table of laws."""

from datetime import date, timedelta

import pytest

from mesinfos.directory.buyers import MEMBERS, Right, countries, law_of, laws
from mesinfos.model.choice import Choice, Topic
from mesinfos.model.merchant import Merchant
from mesinfos.model.purchase import Item, Order, Parcel, Return
from mesinfos.model.values import Kind, OrderStatus, ParcelStatus, ReturnStatus
from mesinfos.relations.deadlines import HOME, coming, deadlines, ending
from tests.cast import ACME
from tests.relations.observed import reading_of, saw

SHOP = Merchant("Acme", "acme.example", Kind.SHOP)
ORDERED = Order("A-1", date(2026, 3, 1), items=(Item("Bouilloire 1,7 L"),))


def rights(*more, order=ORDERED, merchant=SHOP):
    """The rights of one order, by kind."""
    reading = reading_of(saw(order, 0, merchant, "r9"), *more)
    return {one.right: one for one in deadlines(reading, reading.orders()[0])}


def came(day: int, number: str = "6A1"):
    """The mail that says that a parcel was delivered."""
    return saw(Parcel("Colis Vert", number, ParcelStatus.DELIVERED, "A-1"), day, SHOP)


@pytest.mark.parametrize(
    ("country", "right", "day", "first", "last"),
    [
        ("EU", Right.WITHDRAWAL, "2026-03-01", "2026-03-05", "2026-03-19"),
        ("FR", Right.GUARANTEE, "2026-03-01", "2026-03-05", "2028-03-05"),
        ("ES", Right.GUARANTEE, "2021-12-31", "2022-01-04", "2024-01-04"),
        ("ES", Right.GUARANTEE, "2022-01-01", "2022-01-04", "2025-01-04"),
        ("PT", Right.GUARANTEE, "2024-02-20", "2024-02-29", "2027-02-28"),
        ("SE", Right.GUARANTEE, "2026-03-01", "2026-03-05", "2029-03-05"),
        ("PL", Right.WITHDRAWAL, "2026-03-01", "2026-03-05", "2026-03-19"),
        ("CH", Right.WITHDRAWAL, "2026-03-01", "2026-03-05", "2026-03-05"),
        ("NL", Right.GUARANTEE, "2026-03-01", "2026-03-05", None),
    ],
)
def test_terms_follow_the_country_and_the_day(country, right, day, first, last):
    """Each country's own law of the day of the order; the Union's where a member has no entry of its own."""
    law = law_of(country, right, date.fromisoformat(day))
    end = law.end(date.fromisoformat(first))
    assert end == (date.fromisoformat(last) if last else None)


def test_the_table_is_whole():
    """Every member has both rights today, each entry names its law, and nothing is claimed for other countries."""
    today = date(2026, 11, 26)
    assert all(law_of(one, right, today) for one in MEMBERS for right in (Right.WITHDRAWAL, Right.GUARANTEE))
    assert all(law.law and law.country in {"EU", *countries()} for law in laws())
    assert law_of("US", Right.WITHDRAWAL, today) is None
    assert law_of("FR", Right.WITHDRAWAL, date(2010, 1, 1)) is None


def test_terms_begin_with_the_last_parcel():
    """Two parcels: both must have come, and the later one counts, by the first mail that says so."""
    found = rights(came(3), came(5, "6B2"), came(9, "6B2"))
    assert found[Right.WITHDRAWAL].ends == date(2026, 3, 20)
    assert found[Right.GUARANTEE].ends == date(2028, 3, 6)
    assert not found[Right.WITHDRAWAL].estimated


def test_undelivered_is_estimated_from_the_order():
    """A parcel still on its way, or none: the day of the order is counted from, and said to be a guess."""
    moving = saw(Parcel("Colis Vert", "6B2", ParcelStatus.IN_TRANSIT, "A-1"), 2, SHOP)
    for more in ((), (came(3), moving)):
        found = rights(*more)
        assert found[Right.WITHDRAWAL].estimated
        assert found[Right.WITHDRAWAL].ends == date(2026, 3, 15)


@pytest.mark.parametrize(
    ("order", "merchant", "kinds"),
    [
        (Order("A-1", ORDERED.date, OrderStatus.CANCELLED, items=ORDERED.items), SHOP, set()),
        (Order("A-1", ORDERED.date, items=(Item("Paris–Lyon"),)), Merchant("R", "r.example", Kind.TRAVEL), set()),
        (Order("A-1", ORDERED.date), ACME, {Right.WITHDRAWAL, Right.GUARANTEE}),
        (Order("A-1", ORDERED.date, items=(Item("Pommes"),)), Merchant("P", "p.example", Kind.FOOD), {Right.GUARANTEE}),
    ],
)
def test_only_goods_that_stand_have_rights(order, merchant, kinds):
    """Nothing for what was undone, nor for a journey; food is not taken back for a change of mind."""
    assert rights(order=order, merchant=merchant).keys() == kinds


def test_an_unproved_order_has_none():
    """A forged confirmation must not set a date."""
    reading = reading_of(saw(ORDERED, 0, SHOP, "r9", verified=False))
    assert deadlines(reading, reading.orders()[0]) == []


def test_a_return_asked_for_has_its_own_end():
    """Fourteen days to send back, from the day on which the return was asked for."""
    found = rights(came(3), saw(Return("R-1", "A-1", ReturnStatus.REQUESTED, date=date(2026, 3, 9)), 8, SHOP))
    assert found[Right.RETURN].ends == date(2026, 3, 23)


def test_the_chosen_country_counts():
    """In Spain a guarantee lasts three years; where nothing was chosen, the Union's two."""
    chosen = saw(Choice(Topic.COUNTRY, HOME, "ES"), 9, None)
    assert rights(came(3), chosen)[Right.GUARANTEE].ends == date(2029, 3, 4)


def test_what_ends_soon_is_told():
    """Three days before for a change of mind, a month for the guarantee; never of what may not have come."""
    reading = reading_of(saw(ORDERED, 0, SHOP, "r9"), came(3))
    last = date(2026, 3, 18)
    assert [one.deadline.right for one in ending(reading, last)] == [Right.WITHDRAWAL]
    assert ending(reading, last + timedelta(days=1)) == []
    assert ending(reading, last - timedelta(days=4)) == []
    assert [one.deadline.right for one in ending(reading, date(2028, 2, 10))] == [Right.GUARANTEE]
    assert ending(reading_of(saw(ORDERED, 0, SHOP, "r9")), date(2026, 3, 14)) == []


@pytest.mark.parametrize("country", ["FR", "ES", "SE"])
@pytest.mark.parametrize("leap", [date(2022, 6, 1), date(2024, 2, 29), date(2025, 12, 31)])
def test_no_ending_is_ruled_out_too_early(country, leap):
    """The quick look at most orders keeps every one whose term ends soon, over leap years too."""
    years = law_of(country, Right.GUARANTEE, leap).years
    order = Order("A-1", leap, OrderStatus.DELIVERED, items=ORDERED.items)
    offset = (leap - date(2026, 3, 1)).days
    parcel = saw(Parcel("Colis Vert", "6A1", ParcelStatus.DELIVERED, "A-1"), offset, SHOP)
    chosen = saw(Choice(Topic.COUNTRY, HOME, country), 9, None)
    reading = reading_of(saw(order, offset, SHOP, "r9"), parcel, chosen)
    end = law_of(country, Right.GUARANTEE, leap).end(leap)
    assert end.year == leap.year + years
    for before in range(31):
        assert [one.deadline.ends for one in ending(reading, end - timedelta(days=before))] == [end]


@pytest.mark.parametrize(
    "start", [date(2026, 3, 6), date(2026, 3, 15), date(2026, 3, 18), date(2028, 1, 20), date(2028, 2, 4)]
)
def test_what_comes_is_what_ending_begins_to_hold(start):
    """Day by day: each right that home will begin to tell is foreseen, for that day, and nothing else is."""
    asked = saw(Return("R-1", "A-1", ReturnStatus.REQUESTED, date=date(2026, 3, 9)), 8, SHOP)
    reading = reading_of(saw(ORDERED, 0, SHOP, "r9"), came(3), asked)
    foreseen = {(on, one.deadline.right) for on, one in coming(reading, start, 20)}
    before = {one.deadline.right for one in ending(reading, start - timedelta(days=1))}
    told = set()
    for on in (start + timedelta(days=ahead) for ahead in range(21)):
        now = {one.deadline.right for one in ending(reading, on)}
        told |= {(on, right) for right in now - before}
        before = now
    assert foreseen == told
