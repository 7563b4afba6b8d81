"""What a merchant gave back, folded with what its mails said."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given as over
from hypothesis import settings
from hypothesis import strategies as st

from mesinfos.model.merchant import Merchant
from mesinfos.model.provenance import Provenance
from mesinfos.model.purchase import Benefit, Invoice, Item, Order, Parcel, Warranty
from mesinfos.model.values import Kind, OrderStatus, ParcelStatus
from mesinfos.relations.folding import RULE, by_merchant, pieces
from mesinfos.relations.invoices import fold_invoices
from mesinfos.relations.merchants import fold_merchants, tally
from mesinfos.relations.offers import fold_benefits
from mesinfos.relations.orders import fold_orders
from mesinfos.relations.parcels import fold_parcels
from tests.cast import ACME, ZETA
from tests.relations.observed import COLIS, START, corrected, euros, given, observations, saw

MAILED = Order("A-1", date(2026, 3, 1), items=(Item("Lampe"),), total=euros("61.98"), shipping=Decimal(2))
STATED = Order("A-1", date(2026, 3, 1), OrderStatus.DELIVERED, items=(Item("Lampe", 2),), total=euros("59.98"))


def test_the_merchants_statement_and_its_mail_are_one_order() -> None:
    """They meet by merchant and number; what the merchant states is shown, and how far the order has got joins in."""
    (order,) = fold_orders([saw(MAILED, mail="m1"), given(STATED, day=5)])
    assert order.order.total == euros("59.98")
    assert order.order.status is OrderStatus.DELIVERED
    assert order.given_at == START + timedelta(days=5)
    assert order.messages == ("m1",)


def test_where_they_differ_both_stand_with_their_origin() -> None:
    """Each difference names the field, both values, when each was told, and in which mail."""
    (order,) = fold_orders([saw(MAILED, mail="m1"), given(STATED, day=5)])
    total, items = order.differences
    assert (total.field, total.given, total.mailed, total.mail) == ("total", euros("59.98"), euros("61.98"), "m1")
    assert (total.given_at, total.mailed_at) == (START + timedelta(days=5), START)
    assert (items.field, items.given, items.mailed) == ("items", 2, 1)


def test_silence_is_no_difference() -> None:
    """A field that one of them does not tell, or tells alike, is no conflict; a mail's details are kept beside it."""
    (order,) = fold_orders([saw(MAILED, mail="m1"), given(Order("A-1", total=euros("61.98")))])
    assert order.differences == ()
    assert order.order.shipping == Decimal(2)
    assert order.order.items == (Item("Lampe"),)


def test_a_total_that_differs_takes_no_details_from_the_mail() -> None:
    """The delivery costs of another total are not the statement's."""
    (order,) = fold_orders([saw(MAILED, mail="m1"), given(STATED)])
    assert order.order.shipping is None


def test_what_the_person_says_goes_before_what_the_merchant_states() -> None:
    """A correction wins over both, and so does a mail that the person put right or confirmed; then nothing is open."""
    right = Order("A-1", total=euros("60.00"), items=(Item("Lampe", 3),), date=date(2026, 3, 1))
    (order,) = fold_orders([saw(MAILED, mail="m1"), given(STATED, day=5), corrected(right, day=2)])
    assert (order.order.total, order.order.items, order.differences) == (euros("60.00"), (Item("Lampe", 3),), ())
    confirmed = Order("A-1", total=euros("61.98"), provenance=Provenance(RULE))
    (order,) = fold_orders([saw(confirmed, mail="m1"), given(STATED, day=5)])
    assert order.order.total == euros("61.98")
    assert [one.field for one in order.differences] == []


def test_a_newer_statement_takes_the_place_of_the_earlier_one() -> None:
    """What the merchant stated before is not heard any more, not even a step that it took back."""
    early, late = Order("A-1", total=euros("10"), status=OrderStatus.CANCELLED), Order("A-1", total=euros("20.50"))
    for seen in ([given(early, 1), given(late, 2)], [given(late, 2), given(early, 1)]):
        (order,) = fold_orders(seen)
        assert (order.order.total, order.order.status) == (euros("20.50"), OrderStatus.PROCESSING)


def test_what_another_merchant_states_touches_nothing() -> None:
    """Zeta may state the number of Acme's order: it is another order, of Zeta."""
    before = fold_orders([saw(MAILED, mail="m1")])
    after = fold_orders([saw(MAILED, mail="m1"), given(STATED, merchant=ZETA)])
    assert [one for one in after if one.merchant == ACME] == before
    assert len(after) == 2


def test_a_guessed_tracking_number_draws_no_carriers_mail() -> None:
    """A merchant that states another's number learns nothing of that parcel; its own mail would be needed."""
    theirs = saw(Parcel("Colis Vert", "6A1"), merchant=ZETA, mail="m1")
    carrier = saw(Parcel("Colis Vert", "6A1", ParcelStatus.DELIVERED), 1, COLIS, "m2")
    found = {
        one.merchant: one
        for one in fold_parcels([theirs, carrier, given(Parcel("Colis Vert", "6A1", order_number="A-1"))])
    }
    assert found[ACME].parcel.status is ParcelStatus.ANNOUNCED
    assert found[ZETA].parcel.status is ParcelStatus.DELIVERED


def test_a_carrier_states_its_own_parcels_only() -> None:
    """What a carrier gives back moves no shop's parcel: deposits stay in the merchant's own relation."""
    shop = saw(Parcel("Colis Vert", "6A1"), mail="m1")
    found = fold_parcels([shop, given(Parcel("Colis Vert", "6A1", ParcelStatus.DELIVERED), 1, COLIS)])
    assert [one.parcel.status for one in found if one.merchant == ACME] == [ParcelStatus.ANNOUNCED]


def test_where_a_parcel_is_the_latest_word_tells() -> None:
    """A statement of last week knows less than today's mail: the days expected are those told last."""
    early = given(Parcel("Colis Vert", "6A1", expected_from=date(2026, 3, 9)))
    late = saw(Parcel("Colis Vert", "6A1", expected_from=date(2026, 3, 12)), 2, mail="m1")
    (parcel,) = fold_parcels([early, late])
    assert parcel.parcel.expected_from == date(2026, 3, 12)


def test_invoices_and_points_are_stated_too() -> None:
    """A bill's statement differs visibly from its mail; a balance is simply the last one told."""
    (bill,) = fold_invoices(
        [saw(Invoice("F-1", total=euros("10")), mail="m1"), given(Invoice("F-1", total=euros("12")))]
    )
    assert (bill.invoice.total, [one.field for one in bill.differences]) == (euros("12"), ["total"])
    (club,) = fold_benefits([saw(Benefit("Club", points=10), 1, mail="m1"), given(Benefit("Club", points=30), 2)])
    assert (club.benefit.points, club.given_at) == (30, START + timedelta(days=2))


def test_a_warranty_hangs_on_its_order() -> None:
    """It names the product, its days, and the order that it was bought with; the last statement counts."""
    first = Warranty("Lampe", "A-1", date(2026, 3, 1), date(2028, 2, 29))
    longer = Warranty("lampe", "A-1", date(2026, 3, 1), date(2031, 2, 28))
    (order,) = fold_orders([saw(MAILED, mail="m1"), given(first), given(longer, 1)])
    (one,) = order.warranties
    assert (one.warranty.ends, one.verified, one.given_at) == (date(2031, 2, 28), True, START + timedelta(days=1))


def test_statements_do_not_rename_a_merchant() -> None:
    """However much a merchant gives back, it is called what its mails call it."""
    loud = Merchant("ACME!!! BEST", "acme.example", Kind.SHOP, 0.0)
    seen = [saw(MAILED, mail="m1"), *(given(Order(f"A-{n}"), merchant=loud) for n in range(9))]
    (view,) = fold_merchants(tally(seen), fold_orders(seen), [], [])
    assert view.merchant.name == "Acme"
    assert {one.merchant.name for one in fold_orders(seen) if one.order.order_number == "A-1"} == {"Acme"}


@settings(max_examples=150, deadline=None)
@over(st.lists(observations, max_size=10), st.lists(observations, max_size=6))
def test_statements_of_others_change_no_order(seen, others) -> None:
    """Property: whatever other merchants state, in any order, Acme's orders and parcels stay exactly as they were."""
    mine = [one for one in seen if one.verified and one.merchant == ACME]
    theirs = [one for one in others if one.merchant not in {ACME, None} and one.message == "" and _stated(one)]
    for fold in (fold_orders, fold_parcels):
        before = {view.id: view for view in fold(mine)}
        assert {view.id: view for view in fold(theirs + mine) if view.id in before} == before


def _stated(one) -> bool:
    return all(by_merchant(piece) for piece in pieces([one], object))
