"""What a shared link shows: some purchases or merchants as they were on that day, cut down to the parts ticked.

A copy, not a window: whoever holds the address sees what the person previewed, and never what comes later.
"""

import datetime as dt
from collections.abc import Collection, Iterable
from enum import StrEnum

from msgspec import MsgspecError
from msgspec.json import Decoder, Encoder

from mesinfos.errors import N_, InvalidInput, UnknownFormat
from mesinfos.model.purchase import Item
from mesinfos.model.values import Money, Value
from mesinfos.relations.folding import domain_of
from mesinfos.relations.merchants import MerchantView
from mesinfos.relations.orders import OrderView
from mesinfos.relations.reading import Reading

AT_MOST = 500
"""Things behind one link: more is an export, and its page would not be read."""


class Part(StrEnum):
    """What may be told of each thing."""

    ITEMS = "items"
    DAY = "day"
    MERCHANT = "merchant"
    AMOUNTS = "amounts"
    NUMBER = "number"


class Line(Value, frozen=True):
    """One item; `price` is that of one unit."""

    name: str
    quantity: int = 1
    price: Money | None = None


class Thing(Value, frozen=True):
    """A purchase, or a merchant with its name alone; what was not ticked is empty."""

    merchant: str = ""
    day: dt.date | None = None
    number: str = ""
    total: Money | None = None
    items: tuple[Line, ...] = ()


class Snapshot(Value, frozen=True):
    """A page to share: its title in the person's words, who shares it (may be empty), the day, and the things."""

    title: str
    by: str
    made_on: dt.date
    things: tuple[Thing, ...]


_encoder, _decoder = Encoder(), Decoder(Snapshot)


def encode(snapshot: Snapshot) -> bytes:
    """The bytes that a link seals."""
    return _encoder.encode(snapshot)


def decode(data: bytes) -> Snapshot:
    """The snapshot in a link; raises UnknownFormat."""
    try:
        return _decoder.decode(data)
    except MsgspecError:
        raise UnknownFormat(N_("This link was made by another version of MesInfos.")) from None


def chosen(reading: Reading, what: str, parts: Collection[Part]) -> tuple[Thing, ...]:
    """The things meant by `what`: "order:ID", "merchant:ID", "year:2026" or "merchants"; raises NotFound, InvalidInput.

    What nobody proved is left out: a forger would be given a page that looks like ours.
    """
    if not parts:
        raise InvalidInput(N_("Tick what the link shall show: nothing is ticked."), field="parts")
    kind, _, name = what.partition(":")
    if kind == "merchants":
        things = merchants(reading.merchants())
    elif kind == "order":
        things = purchases([reading.order(name)], parts)
    else:
        things = purchases((one for one in reading.orders() if _meant(one, kind, name)), parts)
    if not things:
        raise InvalidInput(N_("There is nothing proved to share here."), field="what")
    return things[:AT_MOST]


def purchases(orders: Iterable[OrderView], parts: Collection[Part]) -> tuple[Thing, ...]:
    """Orders, each cut down to its parts."""
    return tuple(_purchase(one, frozenset(parts)) for one in orders if one.verified)


def merchants(views: Iterable[MerchantView]) -> tuple[Thing, ...]:
    """Merchants one has bought from, by name alone."""
    return tuple(Thing(view.merchant.name) for view in views if view.orders)


def _meant(order: OrderView, kind: str, name: str) -> bool:
    if kind == "merchant":
        return bool(name) and domain_of(order.merchant) == name
    return kind == "year" and str(order.day.year) == name


def _purchase(view: OrderView, parts: Collection[Part]) -> Thing:
    order, amounts = view.order, Part.AMOUNTS in parts
    currency = order.total.currency if order.total and amounts else ""
    return Thing(
        merchant=view.merchant.name if view.merchant and Part.MERCHANT in parts else "",
        day=view.day if Part.DAY in parts else None,
        number=order.order_number if Part.NUMBER in parts else "",
        total=order.total if amounts else None,
        items=tuple(_line(item, currency) for item in order.items) if Part.ITEMS in parts else (),
    )


def _line(item: Item, currency: str) -> Line:
    price = Money(item.price, currency) if currency and item.price is not None else None
    return Line(item.name, item.quantity, price)
