"""Days to come: when parcels arrive and must be fetched, until when one may change one's mind, what ends."""

from collections.abc import Callable, Collection, Iterator
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


_Part = Callable[[Reading, date], Iterator[Event]]
_ENDS = {Right.WITHDRAWAL: Kind.WITHDRAWALS, Right.RETURN: Kind.WITHDRAWALS, Right.GUARANTEE: Kind.GUARANTEES}


def events(reading: Reading, day: date, kinds: Collection[Kind]) -> list[Event]:
    """Everything of these kinds that is not over on `day`, by date; only what was proved.

    What is not asked for is not worked out: the terms of orders take all products, which the days of parcels do not.
    """
    found = [one for part, told in _PARTS.items() if told & set(kinds) for one in _part(reading, day, part)]
    return sorted((one for one in found if one.kind in kinds), key=lambda one: (one.first, one.ref))


def _part(reading: Reading, day: date, part: _Part) -> list[Event]:
    name = f"agenda of {part.__name__} on {day}"
    return reading.derived(name, lambda: [one for one in part(reading, day) if one.last >= day])


def _comings(reading: Reading, _: date) -> Iterator[Event]:
    """When parcels come, and until when those at a pickup point wait."""
    for parcel in reading.parcels():
        if parcel.open and parcel.verified and chosen(reading, parcel.id) is None:
            yield from _of_parcel(parcel)


def _terms(reading: Reading, _: date) -> Iterator[Event]:
    """Last days that the law gives for orders."""
    for order in reading.orders():
        for term in deadlines(reading, order):
            if term.exists and term.ends:
                kind = _ENDS[term.right]
                yield Event(f"order {order.id} {term.right}", kind, term.ends, term.ends, _name(order.merchant))


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


_PARTS: dict[_Part, frozenset[Kind]] = {
    _comings: frozenset({Kind.PARCELS, Kind.PICKUPS}),
    _terms: frozenset(_ENDS.values()),
    _ends: frozenset({Kind.OFFERS, Kind.WARRANTIES}),
}
