"""Everything that can be looked for, one entry a thing: its words, prepared once per reading, and what keys ask of it.

There is no index on disk (the promise allows no plaintext there): words are looked for in what the open vault
already holds in memory.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time
from typing import Any, NamedTuple

from mesinfos.model.merchant import Merchant
from mesinfos.model.values import Money, Value
from mesinfos.relations.folding import key_of
from mesinfos.relations.products import ProductView, products
from mesinfos.relations.query import Key, plain
from mesinfos.relations.reading import Reading
from mesinfos.relations.terms import CATEGORIES
from mesinfos.wording import translate


class Hit(Value, frozen=True):
    """Something that a query finds; `kind` and `ref` as in a timeline's entry, plus "merchant", "offer", "product"."""

    kind: str
    ref: str
    title: str
    merchant: str
    at: datetime
    message: str = ""
    amount: Money | None = None
    status: str = ""
    name: str = ""


class Entry(NamedTuple):
    """A hit, and what is asked of it."""

    hit: Hit
    text: str
    maker: str
    category: str
    day: date  # on this machine's calendar: to ask a clock at each search takes most of its time


class Table(NamedTuple):
    """All of them in columns, sorted by kind, each kind newest first: a search looks at those it is about alone."""

    hits: list[Hit]
    texts: list[str]
    columns: dict[Key, list[Any]]
    kinds: dict[str, range]
    places: dict[tuple[str, str], int]
    """Where a thing stands, by its kind and its id."""


def table(reading: Reading) -> Table:
    """Everything that can be found; made once per reading."""
    return reading.folded("search", lambda: _table(sorted(_entries(reading), key=_by_kind, reverse=True)))


def _table(found: list[Entry]) -> Table:
    same: dict[Any, Any] = {}  # a value that many share is kept once: a look at each would fetch it from afar
    columns: dict[Key, list[Any]] = {
        Key.MERCHANT: [same.setdefault(one.maker, one.maker) for one in found],
        Key.TYPE: [one.hit.kind for one in found],
        Key.STATUS: [same.setdefault(one.hit.status, one.hit.status) for one in found],
        Key.CATEGORY: [same.setdefault(one.category, one.category) for one in found],
        Key.AMOUNT: [one.hit.amount and same.setdefault(one.hit.amount.amount, one.hit.amount.amount) for one in found],
        Key.DATE: [same.setdefault(one.day, one.day) for one in found],
    }
    places = {(one.hit.kind, one.hit.ref): place for place, one in enumerate(found)}
    return Table([one.hit for one in found], [one.text for one in found], columns, _ranges(columns[Key.TYPE]), places)


def _ranges(kinds: list[str]) -> dict[str, range]:
    first: dict[str, int] = {}
    for place, kind in enumerate(kinds):
        first.setdefault(kind, place)
    ends = [*list(first.values())[1:], len(kinds)]
    return {kind: range(begin, end) for (kind, begin), end in zip(first.items(), ends, strict=True)}


def _by_kind(entry: Entry) -> tuple[str, datetime, str]:
    return entry.hit.kind, entry.hit.at, entry.hit.ref


def _entry(
    hit: Hit, merchant: Merchant | None, told: Iterable[str], messages: Sequence[str] = (), category: str = ""
) -> Entry:
    name, domain = (merchant.name, merchant.domain) if merchant else ("", "")
    whole = Hit(
        hit.kind, hit.ref, hit.title, domain, hit.at, messages[0] if messages else "", hit.amount, hit.status, name
    )
    return Entry(whole, plain(" ".join((*told, name))), plain(f"{name} {domain}"), category, _day(hit.at))


def _day(at: datetime) -> date:
    return at.astimezone().date()


def _entries(reading: Reading) -> Iterator[Entry]:
    for one in reading.merchants():
        yield _entry(Hit("merchant", one.id, one.merchant.name, "", one.last_seen), one.merchant, (one.id,))
    for seen in reading.messages:
        message = seen.message
        hit = Hit("message", seen.record_id, message.subject, "", message.sent_at)
        told = message.subject, message.sender.name
        yield _entry(hit, seen.observation.merchant, told, (), CATEGORIES[message.category])
    yield from _bought(reading)
    yield from _others(reading)


def _bought(reading: Reading) -> Iterator[Entry]:
    for one in reading.orders():
        fact = one.order
        names = [item.name for item in fact.items]
        hit = Hit("order", one.id, fact.order_number, "", one.first_seen, "", fact.total, fact.status)
        told = fact.order_number, key_of(fact.order_number), fact.seller, *names
        yield _entry(hit, one.merchant, told, one.messages, _shelves(item.category for item in fact.items))
    for parcel in reading.parcels():
        number = parcel.parcel.tracking_number
        hit = Hit("parcel", parcel.id, number, "", parcel.last_seen, "", None, parcel.parcel.status)
        yield _entry(hit, parcel.merchant, (number, key_of(number), parcel.parcel.carrier), parcel.messages)
    yield from map(_product, products(reading))


def _product(one: ProductView) -> Entry:
    """A product is found by whoever sold it; it is dated by the day on which it was bought last."""
    first = one.merchants[0] if one.merchants else None
    noon = datetime.combine(one.last, time(12), UTC)
    made = _entry(Hit("product", one.id, one.name, "", noon, "", one.last_price), first, (one.name, one.gtin))
    sellers = plain(" ".join(f"{each.name} {each.domain}" for each in one.merchants))
    return made._replace(maker=sellers, category=_shelves((one.category,)), day=one.last)


def _shelves(categories: Iterable[str]) -> str:
    """Categories of products as they are looked for, in both languages."""
    return plain(" ".join(f"{one} {translate(one, 'fr')}" for one in dict.fromkeys(categories) if one))


def _others(reading: Reading) -> Iterator[Entry]:
    for offer in reading.offers():
        hit = Hit("offer", offer.id, offer.offer.description, "", offer.last_seen, "", offer.offer.amount)
        yield _entry(hit, offer.merchant, (offer.offer.description, offer.offer.code), offer.messages)
    for invoice in reading.invoices():
        number = invoice.invoice.number
        hit = Hit("invoice", invoice.id, number, "", invoice.last_seen, "", invoice.invoice.total)
        yield _entry(hit, invoice.merchant, (number,), invoice.messages)
    for one in reading.bookings():
        fact = one.booking
        hit = Hit("booking", one.id, fact.what or fact.reference, "", one.first_seen, "", fact.total, fact.status)
        yield _entry(hit, one.merchant, (fact.what, fact.where, fact.reference), one.messages)
    for back in reading.returns():
        told = back.back.number or back.back.order_number
        hit = Hit("return", back.id, told, "", back.last_seen, "", back.back.amount, back.back.status)
        yield _entry(hit, back.merchant, (told, back.back.order_number), back.messages)
