"""What consent decides on: an order, a parcel or a message, with just what a decision needs beside it."""

import datetime as dt

from mesinfos.consent.fields import Topic
from mesinfos.model.facts import Observation
from mesinfos.model.merchant import Merchant
from mesinfos.model.message import Message
from mesinfos.model.purchase import Order, Parcel
from mesinfos.model.values import Value

Shown = Order | Parcel | Message


class Thing(Value, frozen=True):
    """One thing a grant may show. `key` names it inside the vault, the same for every observation of it.

    `day` is what the grant's `since` is compared with: an order's own date, a parcel's or a message's day of arrival;
    None when that is not known. `partial` marks a single observation, seen while the vault was locked: what the
    merchant already knows of the thing still stands beside it.
    """

    fact: Shown
    key: tuple[str, ...]
    merchant: Merchant | None
    verified: bool
    day: dt.date | None
    partial: bool = False

    @property
    def topic(self) -> Topic:
        """What the thing is."""
        if isinstance(self.fact, Order):
            return Topic.ORDER
        return Topic.PARCEL if isinstance(self.fact, Parcel) else Topic.MESSAGE


def from_observation(record_id: str, observation: Observation) -> Thing | None:
    """The thing one observation speaks of, or None when no grant can ever show it (offers, bodies, attachments…)."""
    fact = observation.fact
    if not isinstance(fact, Order | Parcel | Message):
        return None
    seen = observation.observed_at.date()
    return Thing(
        fact=fact,
        key=key_of(fact, observation.merchant, record_id),
        merchant=observation.merchant,
        verified=observation.verified,
        # A shipping mail without the order's date may speak of an order from before `since`: only the fold knows.
        day=fact.date if isinstance(fact, Order) else seen,
        partial=not isinstance(fact, Message),
    )


def key_of(fact: Shown, merchant: Merchant | None, record_id: str) -> tuple[str, ...]:
    """The name of a thing inside the vault: by its number where it has one, else by the record it was read from."""
    domain = merchant.domain if merchant else ""
    if isinstance(fact, Order) and fact.order_number:
        return order_key(domain, fact.order_number)
    if isinstance(fact, Parcel) and fact.tracking_number:
        return (Topic.PARCEL, fact.tracking_number)
    return (Topic.PARCEL if isinstance(fact, Parcel) else "record", record_id)


def order_key(domain: str, number: str) -> tuple[str, ...]:
    """The key of a numbered order: merchants number independently of each other, so the domain belongs to it."""
    return (Topic.ORDER, domain, number)
