"""A relation as a story: orders, mails, parcels, invoices and bookings of one merchant, newest first."""

from collections.abc import Iterator
from datetime import datetime

from mesinfos.model.values import Value, utc
from mesinfos.relations.reading import Reading, Relation, Seen


class Entry(Value, frozen=True):
    """One moment of a relation.

    `kind` is "message", "order", "parcel", "invoice", "booking" or "return"; `ref` the id under which it is found;
    `title` its subject or number; `detail` the category, status or amount in the model's own words.
    """

    at: datetime
    kind: str
    title: str
    ref: str
    detail: str


def timeline(reading: Reading, merchant_id: str) -> list[Entry]:
    """The story with one merchant, newest first; raises NotFound for a merchant this vault does not know."""
    relation = reading.relation(merchant_id)
    return reading.folded(
        f"story of {relation.view.id}",
        lambda: sorted(_entries(relation), key=lambda entry: (entry.at, entry.kind, entry.ref), reverse=True),
    )


def _entries(relation: Relation) -> Iterator[Entry]:
    for seen in relation.messages:
        yield _mail(seen)
    for order in relation.orders:
        yield Entry(order.first_seen, "order", order.order.order_number, order.id, order.order.status)
    for parcel in relation.parcels:
        yield Entry(parcel.last_seen, "parcel", parcel.parcel.tracking_number, parcel.id, parcel.parcel.status)
    for invoice in relation.invoices:
        total = invoice.invoice.total
        detail = f"{total.amount} {total.currency}" if total else ""
        yield Entry(invoice.last_seen, "invoice", invoice.invoice.number, invoice.id, detail)
    for booking in relation.bookings:
        start = utc(booking.booking.start).isoformat() if booking.booking.start else ""
        yield Entry(booking.first_seen, "booking", booking.booking.what or booking.booking.reference, booking.id, start)
    for one in relation.returns:
        yield Entry(one.last_seen, "return", one.back.number or one.back.order_number, one.id, one.back.status)


def _mail(seen: Seen) -> Entry:
    message = seen.message
    return Entry(message.sent_at, "message", message.subject, seen.record_id, message.category)
