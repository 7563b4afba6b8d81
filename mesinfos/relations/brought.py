"""What one run of a source brought, as its report tells it: what is new, what updated, what a person had put right."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple, Protocol

from mesinfos.model.message import Quarantined
from mesinfos.relations.reading import Reading
from mesinfos.relations.rules import Lessons
from mesinfos.relations.seen import Seen


class Thing(NamedTuple):
    """A merchant, an order or a parcel of the report: where its page is, and what it is called."""

    path: str
    name: str
    number: str


class Brought(NamedTuple):
    """`new` things were not known before the run, `updated` ones were; `protected` mails carry what the person said."""

    messages: int
    new: tuple[Thing, ...]
    updated: tuple[Thing, ...]
    protected: int
    unread: Mapping[str, int]


class _Told(Protocol):
    """What orders and parcels have in common: the mails that told of them."""

    @property
    def messages(self) -> tuple[str, ...]:
        """The records of those mails."""
        ...


def brought(reading: Reading, source_id: str, after: int, until: int) -> Brought:
    """The report of the run that stored the records of `source_id` numbered after `after` and up to `until`."""
    mails = [seen for seen in reading.messages if is_of(seen, source_id, after, until)]
    mine = {seen.record_id for seen in mails}
    before = {seen.record_id for seen in reading.messages if seen.seq <= after}
    things = [*_orders(reading), *_parcels(reading)]
    told = [(thing, one) for thing, one in things if not mine.isdisjoint(one.messages)]
    new = tuple(thing for thing, one in told if before.isdisjoint(one.messages))
    updated = tuple(thing for thing, one in told if not before.isdisjoint(one.messages))
    corrected = said_of(reading.lessons())
    unread: dict[str, int] = {}
    for seen in reading.quarantined:
        if is_of(seen, source_id, after, until) and isinstance(seen.observation.fact, Quarantined):
            unread[seen.observation.fact.reason] = unread.get(seen.observation.fact.reason, 0) + 1
    return Brought(len(mails), new, updated, len(mine & corrected), unread)


def is_of(seen: Seen, source_id: str, after: int, until: int) -> bool:
    """Whether that run stored this record."""
    origin = seen.observation.origin
    return after < seen.seq <= until and origin is not None and origin.source == source_id


def said_of(lessons: Lessons) -> set[str]:
    """The mails of which the person said something that holds."""
    return {one.mail for one in lessons.all}


def _orders(reading: Reading) -> Iterable[tuple[Thing, _Told]]:
    for one in reading.orders():
        yield Thing(f"/orders/{one.id}", one.merchant.name if one.merchant else "", one.order.order_number), one


def _parcels(reading: Reading) -> Iterable[tuple[Thing, _Told]]:
    for one in reading.parcels():
        name = one.merchant.name if one.merchant else one.parcel.carrier
        yield Thing(f"/parcels/{one.id}", name, one.parcel.tracking_number), one
