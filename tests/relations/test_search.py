"""What search finds beside words: the person's own states, what is late, and what was put aside, which is apart."""

from datetime import UTC, date, datetime, timedelta

import pytest
from msgspec.structs import replace

from mesinfos.model.choice import Choice, Topic
from mesinfos.model.purchase import Item, Offer, Order, Parcel
from mesinfos.model.values import Category, OrderStatus, ParcelStatus
from mesinfos.relations.products import products
from mesinfos.relations.query import parse
from mesinfos.relations.reading import Reading
from mesinfos.relations.search import refs, search
from tests.cast import ZETA
from tests.relations.observed import mail, reading_of, saw

NOW = datetime.now(UTC)
TODAY = NOW.date()


def lately(fact, days: int = 2):
    """Something a merchant said a few days ago."""
    return replace(saw(fact), observed_at=NOW - timedelta(days=days))


def kinds(reading: Reading, query: str, day: date = TODAY) -> list[str]:
    """The kinds of what is found, in the order of the table."""
    found = search(reading, parse(query), day)
    return [hit.kind for hit in found.hits(found.places)]


@pytest.mark.parametrize("words", ["resold", "revendu", "REVENDUE"])
def test_a_thing_is_found_by_what_its_person_said_of_it(words):
    """The person's word on an order or a product is what is asked for, and no longer its mail's."""
    bought = saw(Order("A-1", status=OrderStatus.DELIVERED, items=(Item("Lampe", 1),)))
    plain = reading_of(bought)
    assert kinds(plain, "status:delivered") == ["product", "order"]
    said = [saw(Choice(Topic.STATE, plain.orders()[0].id, "resold"), 3, None)]
    said += [saw(Choice(Topic.STATE, products(plain)[0].id, "in_use"), 4, None)]
    reading = reading_of(bought, *said)
    assert kinds(reading, f"statut:{words}") == ["order"]
    assert kinds(reading, 'état:"en usage"') == kinds(reading, "status:in-use") == ["product"]
    assert kinds(reading, "status:delivered") == []


def test_what_should_have_come_is_late():
    """A parcel is late by its mail's word, or because its day is over; not before, and not once it came."""
    due = lately(Parcel("GLS", "1", ParcelStatus.IN_TRANSIT, expected_until=TODAY - timedelta(days=1)))
    told = lately(Parcel("GLS", "2", ParcelStatus.LATE))
    here = lately(Parcel("GLS", "3", ParcelStatus.DELIVERED, expected_until=TODAY - timedelta(days=1)))
    reading = reading_of(due, told, here)
    late = search(reading, parse("statut:retard"), TODAY)
    assert {hit.title for hit in late.hits(late.places)} == {"1", "2"}
    early = search(reading, parse("statut:retard"), TODAY - timedelta(days=1))
    assert {hit.title for hit in early.hits(early.places)} == {"2"}


def test_what_was_put_aside_is_found_apart():
    """Mail of a refused merchant, and offers of such mail, are counted beside results; the merchant stays one."""
    news, offer = mail("Soldes d'été", Category.PROMO), saw(Offer("Soldes", code="ETE"), mail="r1")
    refused = saw(Choice(Topic.MERCHANT, "acme.example", "refused"), 19, None)
    others = mail("Soldes aussi", Category.PROMO, merchant=ZETA)
    before, after = reading_of(news, offer, others), reading_of(news, offer, others, refused)
    assert kinds(before, "soldes") == ["offer", "message", "message"]
    assert kinds(after, "soldes") == ["message"]
    found = search(after, parse("soldes"), TODAY)
    assert (len(found.of("message")), len(found.of("message", aside=True)), len(found.aside)) == (1, 1, 2)
    assert kinds(after, "merchant:acme -type:message") == kinds(after, "statut:refusé") == ["merchant"]
    assert kinds(before, "status:refused") == []


def test_a_list_asks_for_one_kind():
    """Only ids of that kind come back, put aside or not, and a query of another kind finds none."""
    refused = saw(Choice(Topic.MERCHANT, "acme.example", "refused"), 19, None)
    reading = reading_of(mail("Soldes", Category.PROMO), saw(Order("S-1", items=(Item("Soldes"),))), refused)
    assert refs(reading, parse("soldes"), "message", TODAY) == {"r1"}
    assert refs(reading, parse("soldes type:order"), "message", TODAY) == set()
    assert refs(reading, parse("-soldes"), "message", TODAY) == set()


def test_without_a_term_nothing_is_found():
    """An empty search is no search for everything."""
    assert len(search(reading_of(mail("Soldes")), [], TODAY)) == 0
