"""What consent decides on: an order, a parcel, a message, a benefit or a booking, with what a decision needs beside.

A thing comes from the folded past (`from_reading`) or from one new observation while the vault is locked
(`from_observation`). Both name it with the same key, so that news of a thing and its fold meet.
"""

import datetime as dt
from collections.abc import Iterator

from mesinfos.consent.fields import Topic
from mesinfos.model.facts import Observation
from mesinfos.model.merchant import Merchant
from mesinfos.model.message import Message
from mesinfos.model.purchase import Benefit, Booking, Order, Parcel
from mesinfos.model.values import Value
from mesinfos.relations.folding import alone_id, domain_of, identity, key_of, merged_id
from mesinfos.relations.offers import BenefitView, BookingView, benefit_id, booking_id
from mesinfos.relations.orders import OrderView
from mesinfos.relations.parcels import ParcelView
from mesinfos.relations.reading import Reading, Seen

Shown = Order | Parcel | Message | Benefit | Booking


class Thing(Value, frozen=True):
    """One thing a grant may show. `key` names it inside the vault and never leaves it; `order` is its order's key.

    `day` is what the grant's `since` and `through` are compared with: an order's own date, the day of a mail, the day a
    parcel or a programme was last heard of, the first day of what is booked; None when it is not known. `partial` marks
    a single observation, seen while the vault was locked: what the merchant already knows of the thing still stands
    beside it.
    """

    fact: Shown
    key: str
    merchant: Merchant | None
    verified: bool
    day: dt.date | None
    order: str = ""
    partial: bool = False

    @property
    def topic(self) -> Topic:
        """What the thing is."""
        return _TOPICS[type(self.fact)]


_TOPICS: dict[type[Value], Topic] = {
    Order: Topic.ORDER,
    Parcel: Topic.PARCEL,
    Message: Topic.MESSAGE,
    Benefit: Topic.BENEFIT,
    Booking: Topic.BOOKING,
}


def from_reading(reading: Reading) -> Iterator[Thing]:
    """Every thing of an open vault, folded."""
    yield from map(_folded_order, reading.orders())
    yield from map(_folded_parcel, reading.parcels())
    yield from map(_message, reading.messages)
    yield from map(_folded_benefit, reading.benefits())
    yield from map(_folded_booking, reading.bookings())


def from_observation(record_id: str, seen: Observation) -> Thing | None:
    """The thing one observation speaks of, or None when no grant can ever show it (offers, bodies, attachments…)."""
    match seen.fact:
        case Message():
            return _message(Seen(record_id, 0, seen))
        case Order() as order:
            # A shipping mail without the order's date may speak of an order from before `since`: only the fold knows.
            return _news(seen, order, identity("order", seen, order.order_number), order.date)
        case Parcel() as parcel:
            order_key = identity("order", seen, parcel.order_number) if parcel.order_number else ""
            return _news(seen, parcel, _parcel_key(seen, parcel), seen.observed_at.date(), order_key)
        case Benefit() as benefit:
            return _news(seen, benefit, benefit_id(seen, benefit), seen.observed_at.date())
        case Booking() as booking:
            # Without its first day a mail speaks of a journey that only the fold can find: it has no day, so it waits.
            return _news(seen, booking, booking_id(seen, booking, booking.start), _first_day(booking))
        case _:
            return None


def _news(seen: Observation, fact: Shown, key: str, day: dt.date | None, order: str = "") -> Thing:
    return Thing(fact, key, seen.merchant, seen.verified, day, order, partial=True)


def _folded_order(view: OrderView) -> Thing:
    return Thing(view.order, view.id, view.merchant, view.verified, view.day)


def _folded_parcel(view: ParcelView) -> Thing:
    return Thing(view.parcel, view.id, view.merchant, view.verified, view.last_seen.date(), view.order_id)


def _folded_benefit(view: BenefitView) -> Thing:
    return Thing(view.benefit, view.id, view.merchant, view.verified, view.last_seen.date())


def _folded_booking(view: BookingView) -> Thing:
    return Thing(view.booking, view.id, view.merchant, view.verified, _first_day(view.booking))


def _first_day(booking: Booking) -> dt.date | None:
    return booking.start.date() if booking.start else None


def _message(seen: Seen) -> Thing:
    observation = seen.observation
    return Thing(
        fact=seen.message,
        key=f"message {seen.record_id}",
        merchant=observation.merchant,
        verified=observation.verified,
        day=seen.message.sent_at.date(),
    )


def _parcel_key(seen: Observation, parcel: Parcel) -> str:
    """The fold's own key for a shop's mail. A carrier's mail may join a shop's parcel later; the fold tells then."""
    domain, number, order = domain_of(seen.merchant), key_of(parcel.tracking_number), key_of(parcel.order_number)
    if not (seen.verified and domain and (number or order)):
        return alone_id("parcel", seen, number)
    return merged_id("parcel", domain, number) if number else merged_id("parcel-of-order", domain, order)
