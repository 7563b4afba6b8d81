"""What reaches a merchant while the vault is locked: news of a thing, which its fold replaces when the vault opens."""

from datetime import timedelta

from mesinfos.consent import outbox
from mesinfos.consent.fields import Field
from mesinfos.model.values import BookingStatus, Category, OrderStatus
from tests.consent.conftest import give
from tests.consent.makers import NOW, a_benefit, a_booking, a_message, an_order, promise, remember, seen, told


def test_news_reaches_the_outbox_while_locked(alice, reading) -> None:
    """With the vault closed, a shipping mail becomes news of the same thing; opening it folds both into one."""
    draft = promise(alice, fields=(Field.ORDER_MONTH, Field.ORDER_STATUS, Field.PARCELS))
    held = give(alice, draft, reading)
    first = outbox.page(alice.instance, held.token)
    known = {one["data"]["@type"]: one["id"] for one in told(first)}
    later = NOW + timedelta(days=2)
    news = [
        seen(an_order(status=OrderStatus.DELIVERED, items=()), message="m9", observed_at=later),
        seen(an_order(date=None, order_number="A-2"), message="m10", observed_at=later),
    ]
    remember(alice, news, disclose=True)
    told_now = told(outbox.page(alice.instance, held.token, first.next))
    data = {"@type": "Order", "orderDate": "2026-11", "orderStatus": "https://schema.org/OrderDelivered"}
    assert told_now == [{"id": known["Order"], "partial": True, "data": data}]
    reading.refresh(alice)
    assert outbox.refresh(alice, reading) == 2
    folded = told(outbox.page(alice.instance, held.token, first.next))
    assert {"id": known["Order"], "data": data} in folded
    assert sorted(outbox.page(alice.instance, held.token).disclosures) == sorted(outbox.preview(alice, draft, reading))


def test_news_of_bookings_and_benefits_meet_their_fold(alice, reading) -> None:
    """A cancellation and a new balance, seen while locked, name the things they are about; without a day, one waits."""
    held = give(alice, promise(alice, fields=(Field.BENEFITS, Field.BOOKING_DAY)), reading)
    first = outbox.page(alice.instance, held.token)
    known = {one["data"]["@type"]: one["id"] for one in told(first)}
    cancelled = a_booking(status=BookingStatus.CANCELLED)
    news = [
        seen(cancelled, message="n1"),
        seen(a_benefit(points=9), message="n2"),
        seen(a_booking(reference="ZZ-1", start=None), message="n3"),
    ]
    remember(alice, news, disclose=True)
    shown = {one["data"]["@type"]: one for one in told(outbox.page(alice.instance, held.token, first.next))}
    assert {kind: one["id"] for kind, one in shown.items()} == known
    assert all(one["partial"] for one in shown.values())
    assert shown["ProgramMembership"]["data"]["membershipPointsEarned"] == 9
    assert shown["Reservation"]["data"]["reservationStatus"] == "https://schema.org/ReservationCancelled"


def test_mails_are_not_counted_while_locked(alice, reading) -> None:
    """A count needs the whole: a new mail is disclosed at the next opening, not before."""
    held = give(alice, promise(alice, fields=(Field.MESSAGE_COUNTS,)), reading)
    first = outbox.page(alice.instance, held.token)
    remember(alice, [seen(a_message(Category.BILLING), message="m20")], disclose=True)
    assert outbox.page(alice.instance, held.token, first.next).disclosures == []
    reading.refresh(alice)
    outbox.refresh(alice, reading)
    assert [one["data"]["value"] for one in told(outbox.page(alice.instance, held.token, first.next))] == [1]
