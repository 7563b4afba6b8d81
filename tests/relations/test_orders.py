"""Orders as the fold of what many mails say."""

from datetime import date
from decimal import Decimal

import pytest

from mesinfos.model.purchase import Invoice, Item, Order, Parcel
from mesinfos.model.values import OrderStatus, ParcelStatus
from mesinfos.relations.orders import fold_orders
from tests.cast import ZETA
from tests.relations.observed import COLIS, corrected, euros, saw

CONFIRMED = Order("A-1", date(2026, 3, 1), items=(Item("Lampe", 2, Decimal("24.95")),), total=euros("49.90"))
SHIPPED = Order("a-1 ", status=OrderStatus.IN_TRANSIT, items=(Item("Lampe"),))


def only(views):
    """The one view there must be."""
    assert len(views) == 1
    return views[0]


def test_many_mails_are_one_order():
    """Confirmation, shipping and delivery are one order, with the confirmation's money and the last status."""
    delivered = Order("#A-1", status=OrderStatus.DELIVERED)
    view = only(fold_orders([saw(delivered, 4, mail="m3"), saw(CONFIRMED, 0, mail="m1"), saw(SHIPPED, 2, mail="m2")]))
    assert view.order.status is OrderStatus.DELIVERED
    assert view.order.total == euros("49.90")
    assert view.order.items == CONFIRMED.items
    assert view.messages == ("m1", "m2", "m3")
    assert (view.last_seen - view.first_seen).days == 4


def test_invisible_marks_in_a_number_say_nothing():
    """A direction mark before the number, as some shops write it, is the same order."""
    assert len(fold_orders([saw(CONFIRMED), saw(Order("\u202ba-1"), 1)])) == 1


def test_same_number_elsewhere_is_another_order():
    """Two merchants may use the same number."""
    assert len(fold_orders([saw(CONFIRMED), saw(CONFIRMED, merchant=ZETA)])) == 2


def test_unverified_stands_alone_and_is_marked():
    """A mail nobody proved makes its own order, marked, and leaves the real one alone."""
    forged = Order("A-1", status=OrderStatus.CANCELLED, total=euros("999"))
    views = fold_orders([saw(CONFIRMED, mail="m1"), saw(forged, 1, mail="m2", verified=False)])
    assert {view.verified: view.order.status for view in views} == {
        True: OrderStatus.PROCESSING,
        False: OrderStatus.CANCELLED,
    }


def test_without_number_the_mail_is_the_key():
    """Two receipts without number are two orders, and the same mail seen twice is one."""
    receipt = Order("", total=euros("8"))
    assert len(fold_orders([saw(receipt, mail="m1"), saw(receipt, mail="m1"), saw(receipt, mail="m2")])) == 2


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ([OrderStatus.DELIVERED, OrderStatus.IN_TRANSIT], OrderStatus.DELIVERED),
        ([OrderStatus.IN_TRANSIT, OrderStatus.PROCESSING], OrderStatus.IN_TRANSIT),
        ([OrderStatus.DELIVERED, OrderStatus.RETURNED], OrderStatus.RETURNED),
        ([OrderStatus.PROCESSING, OrderStatus.CANCELLED, OrderStatus.PROCESSING], OrderStatus.CANCELLED),
        ([OrderStatus.CANCELLED, OrderStatus.IN_TRANSIT], OrderStatus.IN_TRANSIT),
        ([OrderStatus.RETURNED, OrderStatus.CANCELLED], OrderStatus.CANCELLED),
        ([OrderStatus.PAYMENT_DUE, OrderStatus.PROCESSING], OrderStatus.PROCESSING),
        ([OrderStatus.PROBLEM, OrderStatus.DELIVERED], OrderStatus.DELIVERED),
    ],
)
def test_status_precedence(steps, expected):
    """The furthest step counts, whenever it is heard of; an undoing counts from its date until things go on."""
    seen = [saw(Order("A-1", status=step), day) for day, step in enumerate(steps)]
    assert only(fold_orders(reversed(seen))).order.status is expected


def test_a_correction_wins():
    """What the person says wins over mails before and after it, and fills nothing it does not say."""
    said = Order("A-1", status=OrderStatus.RETURNED, total=euros("12"), items=(Item("Lampe de bureau"),))
    view = only(fold_orders([saw(CONFIRMED), corrected(said, 1), saw(Order("A-1", status=OrderStatus.DELIVERED), 9)]))
    assert view.corrected
    assert view.order.status is OrderStatus.RETURNED
    assert view.order.total == euros("12")
    assert view.order.items == said.items
    assert view.order.date == date(2026, 3, 1)


def test_the_latest_correction_wins():
    """A person may change their mind."""
    seen = [saw(CONFIRMED), corrected(Order("A-1", seller="A"), 1), corrected(Order("A-1", seller="B"), 2)]
    assert only(fold_orders(seen)).order.seller == "B"


def test_a_correction_stands_though_parcels_go_on():
    """A carrier's news do not overrule the person."""
    seen = [
        corrected(Order("A-1", status=OrderStatus.PROBLEM)),
        saw(Parcel("Colissimo", "6A1", ParcelStatus.DELIVERED, "A-1"), 1),
    ]
    assert only(fold_orders(seen)).order.status is OrderStatus.PROBLEM


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [
        ([ParcelStatus.DELIVERED], OrderStatus.DELIVERED),
        ([ParcelStatus.DELIVERED, ParcelStatus.IN_TRANSIT], OrderStatus.IN_TRANSIT),
        ([ParcelStatus.PICKUP_AVAILABLE], OrderStatus.PICKUP_AVAILABLE),
        ([ParcelStatus.ANNOUNCED], OrderStatus.PROCESSING),
    ],
)
def test_an_order_goes_on_when_its_parcels_do(statuses, expected):
    """An order is delivered when its last parcel is, though the shop never said so."""
    parcels = [saw(Parcel("", f"6A{at}", status, "A-1"), at) for at, status in enumerate(statuses)]
    view = only(fold_orders([saw(CONFIRMED), *parcels]))
    assert view.order.status is expected
    assert len(view.parcels) == len(statuses)


def test_a_cancelled_order_stays_cancelled():
    """A parcel on its way does not bring an order back."""
    seen = [
        saw(Order("A-1", status=OrderStatus.CANCELLED), 2),
        saw(Parcel("", "6A1", ParcelStatus.IN_TRANSIT, "A-1"), 1),
    ]
    assert only(fold_orders(seen)).order.status is OrderStatus.CANCELLED


def test_invoices_and_parcels_attach_by_number_or_mail():
    """An invoice of the order's number and a parcel of the order's mail belong to it; a stranger's do not."""
    seen = [
        saw(CONFIRMED, mail="m1"),
        saw(Invoice("F-9", total=euros("49.90"), order_number="a-1"), 1, mail="m2"),
        saw(Invoice("F-9", total=euros("49.90"), order_number="A-1"), 3, mail="m4"),
        saw(Parcel("Colis Vert", "6A1"), mail="m1"),
        saw(Invoice("Z-1", order_number="A-1"), 1, ZETA, mail="m3"),
    ]
    view = only(fold_orders(seen))
    assert [invoice.invoice.number for invoice in view.invoices] == ["F-9"]
    assert [parcel.parcel.tracking_number for parcel in view.parcels] == ["6A1"]


def test_carrier_is_not_the_shop():
    """The merchant of an order is the shop even when the carrier tells of the parcel."""
    seen = [saw(CONFIRMED), saw(Parcel("", "6A1", order_number="A-1")), saw(Parcel("Colis Vert", "6A1"), 1, COLIS)]
    view = only(fold_orders(seen))
    assert view.parcels[0].merchant.domain == "acme.example"


def test_the_day_of_an_order():
    """An order that states no date is of the day it was first heard of."""
    assert only(fold_orders([saw(Order("A-1"), 2)])).day == date(2026, 3, 3)
