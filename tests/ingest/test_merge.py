"""Field by field, the surest reader that says something wins."""

from datetime import UTC, date, datetime
from decimal import Decimal

from mesinfos.ingest.merge import Version, credited, merged, source_of
from mesinfos.model.provenance import Provenance
from mesinfos.model.purchase import Booking, Invoice, Item, Order
from mesinfos.model.values import Money, OrderStatus

TEN, TWELVE = Money(Decimal(10), "EUR"), Money(Decimal(12), "EUR")


def by(extractor: str, confidence: float = 0.9) -> Provenance:
    """A reader and how sure it is."""
    return Provenance(extractor, confidence)


def test_gaps_are_filled():
    """What one reader leaves out, another one says; the fact names both."""
    declared = Order("A-1", provenance=by("markup", 0.97))
    read = Order("A-1", date(2026, 11, 2), items=(Item("Lampe"),), total=TEN, provenance=by("layout"))
    order = merged(Order, Version(declared), Version(read))
    assert (order.order_number, order.date, order.total) == ("A-1", date(2026, 11, 2), TEN)
    assert order.provenance == Provenance("markup", 0.97, "", "layout:date,items,total")


def test_the_surer_field_wins():
    """Confidence counts field by field, not fact by fact."""
    mail = Invoice("F-1", total=TEN, provenance=by("layout", 0.95))
    paper = Invoice("F-2", total=TWELVE, provenance=by("pdf", 0.8))
    bill = merged(Invoice, Version(mail, {"total": 0.5}), Version(paper, {"total": 0.95}))
    assert (bill.number, bill.total) == ("F-1", TWELVE)
    assert bill.provenance.fields == "pdf:total"


def test_of_equals_the_first_wins():
    """Two readers as sure as each other: the order in which they are asked decides, so the same mail reads the same."""
    one, two = (Invoice("F", total=total, provenance=by(name)) for name, total in (("layout", TEN), ("pdf", TWELVE)))
    assert merged(Invoice, Version(one), Version(two)).total == TEN
    assert merged(Invoice, Version(two), Version(one)).total == TWELVE


def test_a_default_says_nothing_unless_it_is_meant():
    """A status at its default gives way to one that was read, but not when markup states it."""
    declared, read = Order("A", provenance=by("markup", 0.97)), Order("", status=OrderStatus.DELIVERED)
    assert merged(Order, Version(declared), Version(read)).status is OrderStatus.DELIVERED
    meant = merged(Order, Version(declared, {"status": 1.0}), Version(read))
    assert meant.status is OrderStatus.PROCESSING


def test_zero_is_said():
    """Free shipping is an amount, not a gap."""
    free = Order("A", shipping=Decimal(0), provenance=by("pdf", 0.95))
    assert merged(Order, Version(free), Version(Order("A", shipping=Decimal(5)))).shipping == 0


def test_one_version_is_the_fact_itself():
    """Nothing to merge, nothing to pay."""
    fact = Booking("QX7", start=datetime(2026, 5, 1, tzinfo=UTC))
    assert merged(Booking, Version(fact)) is fact


def test_sources_survive_a_second_merge():
    """A field that came from the page's text still does after a document was merged."""
    mail = Order("A", items=(Item("Lampe"),), provenance=credited(by("layout"), {"items": "text", "total": "layout"}))
    whole = merged(Order, Version(mail), Version(Order("", total=TEN, provenance=by("pdf", 0.5))))
    assert whole.provenance.fields == "text:items pdf:total"
    assert [source_of(whole.provenance, name) for name in ("order_number", "items", "total")] == [
        "layout",
        "text",
        "pdf",
    ]
