"""Finding things by words, accents and case ignored: subjects, merchants, items and numbers.

There is no index on disk (the promise allows no plaintext there): words are looked for in what the open vault
already holds in memory, prepared once per reading.
"""

import unicodedata
from collections.abc import Iterator
from datetime import datetime

from mesinfos.model.values import Value
from mesinfos.relations.folding import key_of
from mesinfos.relations.reading import Reading


class Hit(Value, frozen=True):
    """Something that holds every word asked for; `kind` and `ref` as in a timeline's entry, plus "merchant"."""

    kind: str
    ref: str
    title: str
    merchant: str
    at: datetime


def plain(text: str) -> str:
    """Text as it is compared: "Évêque" is "eveque", "Straße" is "strasse"."""
    if text.isascii():
        return text.lower()
    spread = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in spread if not unicodedata.combining(char))


def find(reading: Reading, text: str, limit: int = 200) -> list[Hit]:
    """What holds every word of `text`: merchants first, then the rest newest first; nothing for an empty text."""
    words = plain(text).split()
    if not words:
        return []
    found = reading.derived("search", lambda: _shelf(reading))
    for word in sorted(words, key=len, reverse=True):  # the longest word leaves the fewest to look at
        found = [entry for entry in found if word in entry[0]]
    return [hit for _, hit in found[:limit]]


def _shelf(reading: Reading) -> list[tuple[str, Hit]]:
    return sorted(_entries(reading), key=_merchants_then_newest, reverse=True)


def _merchants_then_newest(entry: tuple[str, Hit]) -> tuple[bool, datetime, str, str]:
    hit = entry[1]
    return hit.kind == "merchant", hit.at, hit.kind, hit.ref


def _entries(reading: Reading) -> Iterator[tuple[str, Hit]]:
    for one in reading.merchants():
        yield plain(f"{one.merchant.name} {one.id}"), Hit("merchant", one.id, one.merchant.name, one.id, one.last_seen)
    for seen in reading.messages:
        message, merchant = seen.message, seen.observation.merchant
        name, domain = (merchant.name, merchant.domain) if merchant else ("", "")
        text = f"{message.subject} {name} {message.sender.name}"
        yield plain(text), Hit("message", seen.record_id, message.subject, domain, message.sent_at)
    for order in reading.orders():
        name, domain = (order.merchant.name, order.merchant.domain) if order.merchant else ("", "")
        items = " ".join(item.name for item in order.order.items)
        text = f"{order.order.order_number} {key_of(order.order.order_number)} {name} {order.order.seller} {items}"
        yield plain(text), Hit("order", order.id, order.order.order_number, domain, order.first_seen)
    for parcel in reading.parcels():
        name, domain = (parcel.merchant.name, parcel.merchant.domain) if parcel.merchant else ("", "")
        number = parcel.parcel.tracking_number
        text = f"{number} {key_of(number)} {parcel.parcel.carrier} {name}"
        yield plain(text), Hit("parcel", parcel.id, number, domain, parcel.last_seen)
    for offer in reading.offers():
        name, domain = (offer.merchant.name, offer.merchant.domain) if offer.merchant else ("", "")
        text = f"{offer.offer.description} {offer.offer.code} {name}"
        yield plain(text), Hit("offer", offer.id, offer.offer.description, domain, offer.last_seen)
    for invoice in reading.invoices():
        name, domain = (invoice.merchant.name, invoice.merchant.domain) if invoice.merchant else ("", "")
        yield (
            plain(f"{invoice.invoice.number} {name}"),
            Hit("invoice", invoice.id, invoice.invoice.number, domain, invoice.last_seen),
        )
