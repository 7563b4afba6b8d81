"""Merchants, offers, spending, timeline and search on a reading."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from mesinfos.errors import NotFound
from mesinfos.model.merchant import Merchant
from mesinfos.model.message import Quarantined
from mesinfos.model.purchase import Benefit, Booking, Invoice, Item, Offer, Order, Parcel
from mesinfos.model.values import Category, Kind, Money, OrderStatus, ParcelStatus
from mesinfos.relations.reading import Reading, Seen
from mesinfos.relations.search import find, plain
from mesinfos.relations.timeline import timeline
from tests.cast import ACME, ZETA
from tests.relations.observed import euros, mail, reading_of, saw


@pytest.fixture
def household() -> Reading:
    """A small relation with Acme, and less with Zeta."""
    return reading_of(
        mail("Votre commande A-1", day=0),
        saw(Order("A-1", date(2026, 3, 1), items=(Item("Théière émaillée"),), total=euros("30")), 0, mail="r1"),
        mail("Votre colis est en route", Category.DELIVERY, 2),
        saw(Parcel("Colis Vert", "6A 123", ParcelStatus.IN_TRANSIT, "A-1"), 2, mail="r3"),
        mail("Nos soldes d'été", Category.PROMO, 5),
        saw(Offer("Soldes d'été", code="ETE20", percent=Decimal(20)), 5, mail="r5"),
        saw(Order("A-2", date(2026, 4, 2), total=euros("12.50")), 32),
        saw(Order("A-3", date(2026, 4, 3), OrderStatus.CANCELLED, total=euros("400")), 33),
        saw(Order("A-4", date(2026, 4, 3), total=euros("999")), 33, verified=False, mail="r99"),
        saw(Invoice("F-7", total=euros("30"), order_number="A-1"), 3),
        saw(Booking("QX7", "Paris–Lyon", start=datetime(2026, 5, 1, 8)), 4),  # noqa: DTZ001  mails often name no zone
        saw(Benefit("Club Acme", points=120), 6),
        saw(Order("Z-1", date(2026, 3, 9), total=Money(Decimal(80), "CHF")), 8, ZETA),
        saw(Quarantined("no header ends"), 9, None, verified=False),
    )


def test_merchant_sums_up_its_domain(household):
    """Everything of one domain is one merchant, whatever the mail called it; forged orders cost nothing."""
    acme = household.merchant("acme.example")
    assert (acme.messages, acme.orders, acme.parcels, acme.offers) == (3, 4, 1, 1)
    assert acme.by_category == {Category.DELIVERY: 1, Category.ORDERS: 1, Category.PROMO: 1}
    assert acme.spent == (euros("42.50"),)
    assert [one.id for one in household.merchants()] == ["acme.example", "zeta.example"]


def test_merchant_is_named_as_most_mails_do():
    """The most used name wins, and a known kind beats none."""
    names = [Merchant("Acme", "acme.example"), Merchant("ACME SAS", "acme.example", Kind.SHOP), ACME, ACME]
    reading = reading_of(*(saw(Order(f"A-{at}"), at, merchant) for at, merchant in enumerate(names)))
    assert reading.merchants()[0].merchant == ACME


def test_spending(household):
    """Sums are kept by month, merchant and currency; cancelled and unproved orders are left out."""
    months = [(row.month, row.total, row.orders) for row in household.spending_by_month()]
    assert months == [
        (date(2026, 4, 1), euros("12.50"), 1),
        (date(2026, 3, 1), Money(Decimal(80), "CHF"), 1),
        (date(2026, 3, 1), euros("30"), 1),
    ]
    spenders = [(row.merchant.name, row.total) for row in household.spending_by_merchant()]
    assert spenders == [("Zeta", Money(Decimal(80), "CHF")), ("Acme", euros("42.50"))]


def test_timeline_tells_all_newest_first(household):
    """Orders, mails, parcels, invoices and bookings of one merchant, and of no other, newest first."""
    story = timeline(household, "acme.example")
    assert {entry.kind for entry in story} == {"message", "order", "parcel", "invoice", "booking"}
    assert [entry.at for entry in story] == sorted((entry.at for entry in story), reverse=True)
    assert not any("Z-1" in entry.title for entry in story)
    booking = next(entry for entry in story if entry.kind == "booking")
    assert booking.detail == datetime(2026, 5, 1, 8, tzinfo=UTC).isoformat()
    with pytest.raises(NotFound):
        timeline(household, "nobody.example")


@pytest.mark.parametrize(
    ("words", "kinds"),
    [
        ("THEIERE emaillee", ["order", "product"]),
        ("6a123", ["parcel"]),
        ("ete", ["offer", "message"]),
        ("acme colis", ["message", "parcel"]),
        ("f-7", ["invoice"]),
        ("zeta", ["merchant", "order"]),
        ("ete20 nonsense", []),
        ("  ", []),
    ],
)
def test_search_ignores_accents(household, words, kinds):
    """Words are found without their accents in subjects, merchants, items and numbers; all must be there."""
    assert sorted(hit.kind for hit in find(household, words)) == sorted(kinds)


def test_search_puts_merchants_first_and_stops(household):
    """A merchant's name finds the merchant before its mails, and no more than asked for."""
    assert next(hit.kind for hit in find(household, "acme", limit=2)) == "merchant"
    assert len(find(household, "acme", limit=2)) == 2


def test_plain_text():
    """Case, accents and ligatures do not count."""
    assert plain("Évêque STRASSE ﬁn") == plain("eveque straße fin")


def test_a_code_announced_twice_is_one_offer():
    """The same code in three newsletters is one offer, with the last end it was given."""
    reading = reading_of(
        saw(Offer("-10 %", code="MARS", valid_through=date(2026, 3, 5))),
        saw(Offer("-10 % prolongés", code="mars", valid_through=date(2026, 3, 9)), 3),
        saw(Offer("Soldes", valid_through=date(2026, 3, 9))),
    )
    offers = {view.offer.code.casefold(): view for view in reading.offers()}
    assert offers["mars"].offer.description == "-10 % prolongés"
    assert offers["mars"].valid_on(date(2026, 3, 9))
    assert not offers["mars"].valid_on(date(2026, 3, 10))
    assert len(offers) == 2


def test_there_and_back_are_two_bookings():
    """One reference with two departures is two journeys; the same departure twice is one."""
    there, back = datetime(2026, 5, 1, 8, tzinfo=UTC), datetime(2026, 5, 3, 18, tzinfo=UTC)
    seen = [
        saw(Booking("QX7", start=there)),
        saw(Booking("QX7", start=back)),
        saw(Booking("QX7", "TGV", start=there), 1),
    ]
    assert [view.booking.what for view in reading_of(*seen).bookings()] == ["", "TGV"]


def test_the_last_statement_counts():
    """A loyalty programme is as its last statement says."""
    reading = reading_of(saw(Benefit("Club", points=200), 30), saw(Benefit("Club", points=120)))
    assert [view.benefit.points for view in reading.benefits()] == [200]


def test_views_are_kept_until_something_is_new(household):
    """Asking twice folds once; a new observation is seen at the next asking."""
    orders = household.orders()
    assert household.orders() is orders
    household.add([Seen("r90", 90, saw(Order("A-9"), 60))])
    assert household.orders()[0].order.order_number == "A-9"
    household.add([])
    assert household.seq == 90
    assert "90" in repr(household)


def test_forgotten_records_are_gone_from_every_view(household):
    """What was deleted from the vault is not shown any more."""
    before = len(household)
    household.forget(["r5", "r6", "unknown"])
    assert not household.offers()
    assert household.merchant("acme.example").messages == 2
    assert len(household) == before - 2
    household.forget(["unknown"])


def test_things_by_id(household):
    """Each thing is found under its id, and an unknown id is said to be so."""
    order, parcel = household.orders()[-1], household.parcels()[0]
    assert household.order(order.id) is order
    assert household.parcel(parcel.id) is parcel
    assert household.message("r1").message.subject == "Votre commande A-1"
    for ask in (household.order, household.parcel, household.merchant, household.message):
        with pytest.raises(NotFound):
            ask("r2")


def test_observations_by_kind(household):
    """Observations come by kind in the order of their records; without a kind, all of them."""
    assert [seen.record_id for seen in household.observations(Offer, Invoice)] == ["r6", "r10"]
    assert len(household.observations()) == len(household)
    assert len(household.quarantined) == 1
    assert household.newest()[0].message.subject == "Nos soldes d'été"


def test_equal_merchants_are_kept_once():
    """A hundred thousand records that name one merchant hold one merchant in memory."""
    reading = reading_of(mail("one"), mail("two", merchant=Merchant("Acme", "acme.example", Kind.SHOP)))
    first, second = (seen.observation for seen in reading.messages)
    assert first.merchant is second.merchant
    assert first.fact.sender is second.fact.sender
