"""Finding things by what a query asks, accents and case ignored: subjects, merchants, items, numbers, amounts, days.

There is no index on disk (the promise allows no plaintext there): words are looked for in what the open vault
already holds in memory, prepared once per reading.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import NamedTuple

from mesinfos.model.merchant import Merchant
from mesinfos.model.values import Money, Value
from mesinfos.relations.folding import key_of
from mesinfos.relations.merchants import MerchantView
from mesinfos.relations.query import Key, Term, parse, plain
from mesinfos.relations.reading import Reading
from mesinfos.relations.terms import CATEGORIES
from mesinfos.wording import translate

__all__ = ["Entry", "Hit", "find", "named", "plain", "search"]


class Hit(Value, frozen=True):
    """Something that a query finds; `kind` and `ref` as in a timeline's entry, plus "merchant" and "offer"."""

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

    text: str
    hit: Hit
    maker: str
    category: str
    day: date  # on this machine's calendar: to ask a clock at each search takes most of its time

    def answers(self, term: Term) -> bool:
        """Whether it is what one term asks."""
        return self._is(term) is not term.negated

    def _is(self, term: Term) -> bool:
        hit = self.hit
        match term.key:
            case Key.WORD:
                so = term.text in self.text
            case Key.MERCHANT:
                so = term.text in self.maker
            case Key.TYPE:
                so = hit.kind in term.values
            case Key.STATUS:
                so = hit.status in term.values
            case Key.CATEGORY:
                so = term.text in self.category
            case Key.AMOUNT:
                so = term.span.holds(hit.amount.amount if hit.amount else None)
            case Key.DATE:
                so = term.span.holds(self.day)
        return so


def find(reading: Reading, text: str, limit: int = 200) -> list[Hit]:
    """What answers to every term of `text`: merchants first, then the rest newest first; nothing for an empty text.

    Raises InvalidInput for a text that is no query.
    """
    return search(reading, parse(text))[:limit]


def search(reading: Reading, terms: Sequence[Term]) -> list[Hit]:
    """Everything that answers to every term, in the same order."""
    if not terms:
        return []
    found = reading.folded("search", lambda: sorted(_entries(reading), key=_merchants_then_newest, reverse=True))
    for term in sorted(terms, key=_narrowness):
        if term.key is Key.WORD and not term.negated:
            text = term.text  # of a hundred thousand entries most are asked for this alone
            found = [entry for entry in found if text in entry.text]
        else:
            found = [entry for entry in found if entry.answers(term)]
    return [entry.hit for entry in found]


def named(reading: Reading, text: str) -> Iterator[MerchantView]:
    """The merchants of that name or domain, accents and case ignored; none for an empty text."""
    wanted = plain(text.strip())
    return (view for view in reading.merchants() if wanted and wanted in {plain(view.merchant.name), view.id})


def _narrowness(term: Term) -> tuple[bool, int]:
    """The longest word leaves the fewest to look at; keys come after the words."""
    return term.key is not Key.WORD or term.negated, -len(term.text)


def _merchants_then_newest(entry: Entry) -> tuple[bool, datetime, str, str]:
    hit = entry.hit
    return hit.kind == "merchant", hit.at, hit.kind, hit.ref


def _entry(
    hit: Hit, merchant: Merchant | None, told: Iterable[str], messages: Sequence[str] = (), category: str = ""
) -> Entry:
    name, domain = (merchant.name, merchant.domain) if merchant else ("", "")
    whole = Hit(
        hit.kind, hit.ref, hit.title, domain, hit.at, messages[0] if messages else "", hit.amount, hit.status, name
    )
    return Entry(plain(" ".join((*told, name))), whole, plain(f"{name} {domain}"), category, hit.at.astimezone().date())


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
