"""Parcels as shops and carriers tell of them."""

from datetime import date

from mesinfos.model.purchase import Order, Parcel
from mesinfos.model.values import ParcelStatus
from mesinfos.relations.parcels import fold_parcels
from tests.cast import ACME, ZETA
from tests.relations.observed import COLIS, corrected, saw


def test_shop_and_carrier_tell_of_one_parcel():
    """The shop's announcement and the carrier's delivery are one parcel, of the shop, with the last dates."""
    announced = Parcel(
        "", "6A 123", order_number="A-1", expected_from=date(2026, 3, 4), expected_until=date(2026, 3, 6)
    )
    delivered = Parcel("Colis Vert", "6a123", ParcelStatus.DELIVERED, expected_from=date(2026, 3, 5))
    (view,) = fold_parcels([saw(delivered, 4, COLIS), saw(announced)])
    assert view.merchant == ACME
    assert view.parcel.carrier == "Colis Vert"
    assert view.parcel.status is ParcelStatus.DELIVERED
    assert (view.parcel.expected_from, view.parcel.expected_until) == (date(2026, 3, 5), None)
    assert not view.open


def test_another_shop_cannot_move_it():
    """A proved mail of another shop about the same number is another parcel."""
    mine = saw(Parcel("Colis Vert", "6A1"))
    views = fold_parcels([mine, saw(Parcel("Colis Vert", "6A1", ParcelStatus.DELIVERED), 1, ZETA)])
    assert {view.merchant: view.parcel.status for view in views}[ACME] is ParcelStatus.ANNOUNCED


def test_a_carrier_alone():
    """A parcel only the carrier tells of is the carrier's."""
    (view,) = fold_parcels([saw(Parcel("Colis Vert", "6A1"), 0, COLIS), saw(Parcel("Colis Vert", "6A1"), 1, COLIS)])
    assert view.merchant == COLIS
    assert view.open


def test_mail_without_number_joins_the_only_parcel():
    """A mail that only says "your order has arrived" moves the order's parcel, when it has just one."""
    sent = saw(Parcel("Colis Vert", "6A1", ParcelStatus.IN_TRANSIT, "A-1"))
    arrived = saw(Parcel("", "", ParcelStatus.DELIVERED, "A-1"), 2)
    (view,) = fold_parcels([arrived, sent])
    assert view.parcel.status is ParcelStatus.DELIVERED
    second = saw(Parcel("Colis Vert", "6A2", ParcelStatus.IN_TRANSIT, "A-1"))
    assert len(fold_parcels([arrived, sent, second])) == 3


def test_parcels_that_say_nothing_stand_alone():
    """Without tracking and order number, each mail is a parcel of its own."""
    nameless = Parcel("", "")
    assert len(fold_parcels([saw(nameless, mail="m1"), saw(nameless, mail="m2"), saw(nameless, mail="m2")])) == 2


def test_order_of_a_parcel():
    """A parcel names its order only when this vault knows that order."""
    parcel = saw(Parcel("", "6A1", order_number="A-1"))
    assert fold_parcels([parcel])[0].order_id == ""
    assert fold_parcels([parcel, saw(Order("A-1"))])[0].order_id != ""


def test_two_orders_in_one_mail_hold_no_parcel():
    """When the mail tells of two orders, a parcel without order number belongs to none."""
    seen = [saw(Order("A-1"), mail="m1"), saw(Order("A-2"), mail="m1"), saw(Parcel("", "6A1"), mail="m1")]
    assert fold_parcels(seen)[0].order_id == ""


def test_received_says_the_person():
    """The person's word on a parcel wins over a later problem."""
    seen = [
        saw(Parcel("", "6A1", ParcelStatus.IN_TRANSIT)),
        corrected(Parcel("", "6A1", ParcelStatus.DELIVERED), 1),
        saw(Parcel("", "6A1", ParcelStatus.PROBLEM), 2),
    ]
    assert fold_parcels(seen)[0].parcel.status is ParcelStatus.DELIVERED
