"""Days to come: when parcels arrive and must be fetched, until when one may change one's mind, what ends."""

from collections.abc import Collection, Iterator
from datetime import date
from enum import StrEnum

from mesinfos.directory.buyers import Right
from mesinfos.model.merchant import Merchant
from mesinfos.model.values import ParcelStatus, Value
from mesinfos.relations.deadlines import deadlines
from mesinfos.relations.parcels import ParcelView
from mesinfos.relations.reading import Reading
from mesinfos.relations.sieve import sift
from mesinfos.relations.states import chosen


class Kind(StrEnum):
    """What a day is about. Stored: words are added at the end only."""

    PARCELS = "parcels"
    PICKUPS = "pickups"
    WITHDRAWALS = "withdrawals"
    GUARANTEES = "guarantees"
    OFFERS = "offers"
    WARRANTIES = "warranties"


class Event(Value, frozen=True):
    """Whole days from `first` to `last`; `ref` stays the same when they change."""

    ref: str
    kind: Kind
    first: date
    last: date
    name: str


_ENDS = {Right.WITHDRAWAL: Kind.WITHDRAWALS, Right.RETURN: Kind.WITHDRAWALS, Right.GUARANTEE: Kind.GUARANTEES}


def events(reading: Reading, day: date, kinds: Collection[Kind]) -> list[Event]:
    """Everything of these kinds that is not over on `day`, by date; only what was proved."""
    every = reading.derived(
        f"agenda on {day}", lambda: sorted(_events(reading, day), key=lambda one: (one.first, one.ref))
    )
    return [one for one in every if one.kind in kinds]


def _events(reading: Reading, day: date) -> Iterator[Event]:
    for parcel in reading.parcels():
        if parcel.open and parcel.verified and chosen(reading, parcel.id) is None:
            yield from (one for one in _of_parcel(parcel) if one.last >= day)
    for order in reading.orders():
        for term in deadlines(reading, order):
            if term.exists and term.ends and term.ends >= day:
                kind = _ENDS[term.right]
                yield Event(f"order {order.id} {term.right}", kind, term.ends, term.ends, _name(order.merchant))
    yield from (one for one in _ends(reading, day) if one.last >= day)


def _ends(reading: Reading, day: date) -> Iterator[Event]:
    """Last days that merchants told: of offers that their person wants to see, of vouchers, of warranties."""
    sifted = sift(reading, day)
    for offer in reading.offers():
        until = offer.offer.valid_through
        if offer.verified and until and not sifted.hides(offer.merchant, offer.messages):
            yield Event(f"offer {offer.id}", Kind.OFFERS, until, until, _name(offer.merchant))
    for one in reading.benefits():
        if one.verified and one.benefit.expires:
            until = one.benefit.expires
            yield Event(f"benefit {one.id}", Kind.OFFERS, until, until, _name(one.merchant))
    for held in reading.warranties():
        if held.verified and held.warranty.ends:
            until = held.warranty.ends
            yield Event(f"warranty {held.id}", Kind.WARRANTIES, until, until, _name(held.merchant))


def _of_parcel(view: ParcelView) -> Iterator[Event]:
    parcel, name = view.parcel, _name(view.merchant) or view.parcel.carrier
    if parcel.status is ParcelStatus.PICKUP_AVAILABLE:
        if parcel.pickup_until:
            yield Event(f"pickup {view.id}", Kind.PICKUPS, parcel.pickup_until, parcel.pickup_until, name)
        return
    last = parcel.expected_until or parcel.expected_from
    if last:
        yield Event(f"parcel {view.id}", Kind.PARCELS, parcel.expected_from or last, last, name)


def _name(merchant: Merchant | None) -> str:
    return merchant.name if merchant else ""
