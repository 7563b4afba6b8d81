"""What consent decides on: an order, a parcel or a message, with just what a decision needs beside it.

A thing comes from the folded past (`from_reading`) or from one new observation while the vault is locked
(`from_observation`). Both name it with the same key, so that news of a thing and its fold meet.
"""

import datetime as dt
from collections.abc import Iterator

from mesinfos.consent.fields import Topic
from mesinfos.model.facts import Observation
from mesinfos.model.merchant import Merchant
from mesinfos.model.message import Message
from mesinfos.model.purchase import Order, Parcel
from mesinfos.model.values import Value
from mesinfos.relations.folding import alone_id, domain_of, identity, key_of, merged_id
from mesinfos.relations.orders import OrderView
from mesinfos.relations.parcels import ParcelView
from mesinfos.relations.reading import Reading, Seen

Shown = Order | Parcel | Message


class Thing(Value, frozen=True):
    """One thing a grant may show. `key` names it inside the vault and never leaves it; `order` is its order's key.

    `day` is what the grant's `since` is compared with: an order's own date, the day of a mail, the day a parcel was
    last heard of; None when it is not known. `partial` marks a single observation, seen while the vault was locked:
    what the merchant already knows of the thing still stands beside it.
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
        if isinstance(self.fact, Order):
            return Topic.ORDER
        return Topic.PARCEL if isinstance(self.fact, Parcel) else Topic.MESSAGE


def from_reading(reading: Reading) -> Iterator[Thing]:
    """Every thing of an open vault, folded."""
    yield from map(_folded_order, reading.orders())
    yield from map(_folded_parcel, reading.parcels())
    yield from map(_message, reading.messages)


def from_observation(record_id: str, seen: Observation) -> Thing | None:
    """The thing one observation speaks of, or None when no grant can ever show it (offers, bodies, attachments…)."""
    if isinstance(seen.fact, Message):
        return _message(Seen(record_id, 0, seen))
    if isinstance(seen.fact, Parcel):
        order = identity("order", seen, seen.fact.order_number) if seen.fact.order_number else ""
        day = seen.observed_at.date()
        return Thing(seen.fact, _parcel_key(seen, seen.fact), seen.merchant, seen.verified, day, order, partial=True)
    if isinstance(seen.fact, Order):
        # A shipping mail without the order's date may speak of an order from before `since`: only the fold knows.
        key = identity("order", seen, seen.fact.order_number)
        return Thing(seen.fact, key, seen.merchant, seen.verified, seen.fact.date, partial=True)
    return None


def _folded_order(view: OrderView) -> Thing:
    return Thing(view.order, view.id, view.merchant, view.verified, view.day)


def _folded_parcel(view: ParcelView) -> Thing:
    return Thing(view.parcel, view.id, view.merchant, view.verified, view.last_seen.date(), view.order_id)


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
