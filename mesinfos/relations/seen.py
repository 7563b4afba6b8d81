"""What a reading hands out: single observations, and everything about one merchant."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple, TypeVar, cast

from msgspec import Struct
from msgspec.structs import force_setattr

from mesinfos.errors import N_, NotFound
from mesinfos.model.facts import Observation
from mesinfos.model.merchant import Merchant, Sender
from mesinfos.model.message import Message
from mesinfos.model.rule import Withdrawn
from mesinfos.relations.invoices import InvoiceView
from mesinfos.relations.merchants import MerchantView
from mesinfos.relations.offers import BenefitView, BookingView, OfferView
from mesinfos.relations.orders import OrderView
from mesinfos.relations.parcels import ParcelView
from mesinfos.relations.returns import ReturnView
from mesinfos.relations.warranties import WarrantyView

T = TypeVar("T")


class Seen(Struct, frozen=True, gc=False):
    """One observation and the record that keeps it."""

    record_id: str
    seq: int
    observation: Observation

    @property
    def message(self) -> Message:
        """The message, for a record known to hold one."""
        return cast("Message", self.observation.fact)


class Relation(NamedTuple):
    """Everything about one merchant, each list in the order of the list it was cut from."""

    view: MerchantView
    messages: list[Seen]
    orders: list[OrderView]
    parcels: list[ParcelView]
    offers: list[OfferView]
    invoices: list[InvoiceView]
    bookings: list[BookingView]
    benefits: list[BenefitView]
    returns: list[ReturnView]
    warranties: list[WarrantyView]


def share(known: dict[Any, Any], seen: Observation) -> None:
    """Keep one copy of each merchant and sender: a hundred thousand records name a few hundred."""
    if seen.merchant is not None:
        _keep_one(known, seen, seen.merchant)
    if isinstance(seen.fact, Message):
        _keep_one(known, seen.fact, seen.fact.sender)


def withdrawn(ends: Iterable[Seen]) -> set[str]:
    """The records, rules or choices, that these ends took back."""
    return {seen.observation.fact.rule for seen in ends if isinstance(seen.observation.fact, Withdrawn)}


def sorted_in(things: Iterable[T], key: Callable[[T], str]) -> dict[str, list[T]]:
    """Things by their key, each list in the order of the things."""
    drawers: dict[str, list[T]] = {}
    for thing in things:
        drawers.setdefault(key(thing), []).append(thing)
    return drawers


def shelve(shelves: dict[type[Any], list[Seen]], found: Iterable[Seen]) -> dict[type[Any], list[Seen]]:
    """Put observations on the shelf of their fact's kind, behind those that are there."""
    for seen in found:
        kind = type(seen.observation.fact)
        if kind not in shelves:
            shelves[kind] = []
        shelves[kind].append(seen)
    return shelves


def named(by_id: Mapping[str, T], wanted: str) -> T:
    """What has this id; raises NotFound."""
    if wanted not in by_id:
        raise NotFound(N_("There is nothing under this address in this vault."))
    return by_id[wanted]


def by_mail(views: Iterable[T]) -> dict[str, list[T]]:
    """Folded things by each mail that told of them, each list in the order of the things."""
    drawers: dict[str, list[T]] = {}
    for view in views:
        for mail in cast("Any", view).messages:
            drawers.setdefault(mail, []).append(view)
    return drawers


def _keep_one(known: dict[Any, Any], holder: Observation | Message, value: Merchant | Sender) -> None:
    """Let a record hold the copy of a value that others hold already."""
    same = known.get(value)
    if same is None:
        known[value] = value
    elif same is not value:
        # Equal values, so nobody can tell the difference but the memory meter.
        force_setattr(holder, "merchant" if isinstance(value, Merchant) else "sender", same)
