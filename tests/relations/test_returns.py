"""Returns and refunds: one a number, part of their order, and what they leave of its cost."""

from decimal import Decimal

import pytest

from mesinfos.consent.things import from_observation
from mesinfos.model.purchase import Booking, Invoice, Offer, Order, Return
from mesinfos.model.values import BookingStatus, OrderStatus, ReturnStatus
from mesinfos.relations.orders import fold_orders
from mesinfos.relations.returns import fold_returns
from mesinfos.relations.timeline import timeline
from tests.cast import ZETA
from tests.relations.observed import START, euros, mail, reading_of, saw

BOUGHT = saw(Order("A-1", status=OrderStatus.DELIVERED, total=euros("50")))


def test_a_return_is_followed_from_the_label_to_the_money():
    """Asked for, received, paid back: one return, with the last status and the amount."""
    seen = [
        saw(Return("RMA-7", "A-1"), 1),
        saw(Return("RMA-7", status=ReturnStatus.RECEIVED), 5),
        saw(Return("", "A-1", ReturnStatus.REFUNDED, euros("50")), 8),
    ]
    (view,) = fold_returns([BOUGHT, *seen])
    assert (view.back.number, view.back.status, view.back.amount) == ("RMA-7", ReturnStatus.REFUNDED, euros("50"))
    assert view.order_id == fold_orders([BOUGHT])[0].id


def test_two_returns_of_one_order_stay_two():
    """A mail that names the order alone joins neither of two numbered returns."""
    seen = [saw(Return(number, "A-1"), day) for day, number in enumerate(("R-1", "R-2", ""))]
    assert len(fold_returns([BOUGHT, *seen])) == 3


def test_all_of_the_money_undoes_an_order():
    """An order whose whole total came back is returned, and costs nothing."""
    reading = reading_of(BOUGHT, saw(Return("R", "A-1", ReturnStatus.REFUNDED, euros("50")), 3))
    assert reading.orders()[0].order.status is OrderStatus.RETURNED
    assert reading.spending_by_month() == []


def test_a_part_of_the_money_leaves_the_order_as_it_was():
    """A refund of a part, whose mail calls the order returned, lowers its cost and nothing else."""
    notice = saw(Order("A-1", status=OrderStatus.RETURNED), 3)
    reading = reading_of(BOUGHT, notice, saw(Return("R", "A-1", ReturnStatus.REFUNDED, euros("20")), 3))
    (order,) = reading.orders()
    assert order.order.status is OrderStatus.DELIVERED
    assert order.refunded == euros("20")
    assert reading.spending_by_month()[0].total == euros("30")


def test_a_return_under_way_changes_no_sum():
    """Money counts when it is back, and in its own currency."""
    asked = saw(Return("R", "A-1", ReturnStatus.RECEIVED, euros("50")), 3)
    reading = reading_of(BOUGHT, asked)
    assert reading.orders()[0].refunded is None
    assert reading.spending_by_month()[0].total == euros("50")


def test_nobody_returns_what_another_sold():
    """A return that nobody proved, or of another merchant, touches no order."""
    forged = saw(Return("R", "A-1", ReturnStatus.REFUNDED, euros("50")), 3, verified=False)
    foreign = saw(Return("R", "A-1", ReturnStatus.REFUNDED, euros("50")), 3, ZETA)
    (order,) = fold_orders([BOUGHT, forged, foreign])
    assert order.returns == ()
    assert order.order.status is OrderStatus.DELIVERED


def test_the_story_tells_returns():
    """A return is a moment of the relation."""
    reading = reading_of(mail("Retour"), BOUGHT, saw(Return("RMA-7", "A-1"), 1))
    (entry,) = [one for one in timeline(reading, "acme.example") if one.kind == "return"]
    assert (entry.title, entry.detail) == ("RMA-7", "requested")


def test_a_cancelled_booking_stays_cancelled():
    """A cancellation without a date meets the only journey of its reference; a late reminder does not revive it."""
    seen = [
        saw(Booking("QX7", "TGV", start=START)),
        saw(Booking("QX7", status=BookingStatus.CANCELLED), 1),
        saw(Booking("QX7", start=START), 2),
    ]
    (view,) = reading_of(*seen).bookings()
    assert view.booking.status is BookingStatus.CANCELLED
    assert view.booking.what == "TGV"


@pytest.mark.parametrize(
    "fact",
    [
        Return("R", "A-1", ReturnStatus.REFUNDED, euros("5")),
        Offer("Soldes", conditions="dès 50 €"),
        Invoice("F", total=euros("5")),
    ],
    ids=lambda fact: type(fact).__name__,
)
def test_no_grant_can_show_it(fact):
    """What consent has no field for is no thing that a merchant may be shown, whatever was granted."""
    assert from_observation("r1", saw(fact)) is None


def test_what_came_back_is_summed():
    """Two refunds of one order add up."""
    seen = [saw(Return(name, "A-1", ReturnStatus.REFUNDED, euros("15")), 3) for name in ("R-1", "R-2")]
    (order,) = fold_orders([BOUGHT, *seen])
    assert order.refunded is not None
    assert order.refunded.amount == Decimal(30)
