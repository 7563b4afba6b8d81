"""What is to be confirmed, and what rules make of single mails: pure facts, no vault."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from mesinfos.model.provenance import Provenance
from mesinfos.model.purchase import Invoice, Order, Parcel
from mesinfos.model.rule import Kind, Reach, Rule, Withdrawn
from mesinfos.model.values import Category, Money
from mesinfos.model.values import Kind as Sector
from mesinfos.relations.doubts import IN_LINK, NO_NUMBER, UNLABELLED, WEAK, doubts, why
from mesinfos.relations.likeness import alike, resemblance
from tests.cast import ACME
from tests.relations.observed import euros, mail, reading_of, saw

HOUSE = replace(ACME, domain="postino.example", name="Postino", confidence=0.49, kind=Sector.UNKNOWN)


@pytest.mark.parametrize(
    ("fact", "reason"),
    [
        (Order("A-1", provenance=Provenance("layout", 0.8)), ""),
        (Order("A-1", provenance=Provenance("layout", 0.76, "link")), IN_LINK),
        (Order("A-1", provenance=Provenance("layout", 0.7, "html")), WEAK),
        (Order("", total=euros("9"), provenance=Provenance("layout", 0.6)), NO_NUMBER),
        (Parcel("GLS", "123456", provenance=Provenance("parcel", 0.8, "text")), WEAK),
        (Parcel("GLS", "123456", provenance=Provenance("parcel", 0.85, "text")), ""),
        (Parcel("GLS", "", provenance=Provenance("parcel", 0.3)), ""),
        (Invoice("", total=euros("9"), provenance=Provenance("layout", 0.65)), UNLABELLED),
        (Invoice("", total=euros("9"), provenance=Provenance("layout", 0.7)), ""),
        (Order("A-1"), ""),
    ],
)
def test_a_fact_is_doubtful_below_its_limit(fact, reason):
    """Each kind of fact has its own limit, and each doubt its reason; what has no provenance is not doubted."""
    assert why(fact) == reason


def test_two_mails_that_read_the_same_leave_no_doubt():
    """A number that one mail names in a link only is sure once another names it in words."""
    linked = saw(Order("A-1", provenance=Provenance("layout", 0.76, "link")), mail="r1")
    named = saw(Order("A-1", provenance=Provenance("layout", 0.95, "text")), 1, mail="r2")
    assert [one.kind for one in doubts(reading_of(linked))] == [Kind.ORDER]
    assert doubts(reading_of(linked, named)) == []


def test_a_mail_that_tells_nothing_is_suspicious_only_if_it_should():
    """Orders, deliveries and bills should tell of something; newsletters, repeated facts and old records need not."""
    silent = [mail("Votre commande", category) for category in Category]
    counted = [replace(seen, fact=replace(seen.fact, facts=0)) for seen in silent]
    found = doubts(reading_of(*counted))
    assert {one.kind for one in found} == {Kind.NOTHING}
    assert len(found) == 3
    assert doubts(reading_of(*silent)) == []
    told = [replace(seen, fact=replace(seen.fact, facts=1)) for seen in silent]
    assert doubts(reading_of(*told)) == []


def test_a_merchant_is_asked_about_once():
    """A merchant that little names is one line, however many mails it sent: the newest of them."""
    mails = [mail(f"Lettre {number}", Category.PROMO, number, HOUSE) for number in range(4)]
    (one,) = doubts(reading_of(*mails))
    assert (one.kind, one.ref, one.mail) == ("merchant", "postino.example", "r4")


def test_mails_are_alike_by_their_words():
    """Without sketches two subjects decide; digits and case say nothing."""
    assert resemblance("Votre commande 12 est expédiée", "VOTRE commande 99 est expédiée") == 1.0
    assert resemblance("", "") == 0.0
    one, other = mail("Votre commande n° 1 est prête").fact, mail("Votre commande n° 2 est prête").fact
    assert alike(one, other)
    assert not alike(one, mail("Nos offres du mois").fact)


_rules = st.builds(
    Rule,
    reach=st.sampled_from(Reach),
    sender=st.sampled_from(["acme.example", "zeta.example"]),
    subject=st.just("Votre commande"),
    kind=st.sampled_from([Kind.ORDER, Kind.INVOICE, Kind.NOTHING]),
    absent=st.booleans(),
    right=st.booleans(),
    merchant=st.sampled_from([None, HOUSE]),
    category=st.sampled_from([None, Category.BILLING]),
    total=st.sampled_from([None, Money(Decimal(3), "EUR")]),
    number=st.sampled_from(["", "B-9"]),
)


@given(st.lists(_rules, max_size=4))
def test_withdrawn_rules_leave_no_trace(rules):
    """Whatever was said, once every rule is withdrawn all is shown as it was read."""
    mails = [mail("Votre commande", day=1), mail("Votre commande", Category.PROMO, 2)]
    facts = [saw(Order("A-1", total=euros("10")), 1, mail="r1"), saw(Invoice("F-1", total=euros("5")), 2, mail="r2")]
    said = [saw(rule, 3, None, "r1") for rule in rules]
    plain = reading_of(*mails, *facts)
    ruled = reading_of(*mails, *facts, *said)
    again = reading_of(*mails, *facts, *said, *(saw(Withdrawn(f"r{at}"), 4, None) for at in range(5, 5 + len(said))))
    assert (again.orders(), again.invoices()) == (plain.orders(), plain.invoices())
    assert [one.merchant for one in again.merchants()] == [one.merchant for one in plain.merchants()]
    assert reading_of(*mails, *facts, *said).orders() == ruled.orders()
    own = [rule for rule in rules if rule.absent and rule.kind is not Kind.INVOICE]
    if own and not any(rule.number or rule.total for rule in rules):
        assert not any("r1" in one.messages for one in ruled.orders())
