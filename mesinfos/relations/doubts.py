"""What is to be confirmed: facts that were read with little to go by, and mails in which nothing could be read.

The limits come from labelled mails (382 when they were set, 320 of them by senders that no rule was written for).
Order numbers: of 52 read with 0.8 all were right, of 120 surer ones 109 (a mail that names two numbers is no doubt of
its reader); below lie those that stand in links only, and orders that have an amount and no number: 6 of 11 of those
mails did name one. Tracking numbers: of 8 read with 0.78 seven were wrong, of 8 with 0.8 five, of 60 surer ones five. A
bill without a number is ordinary (receipts, bank alerts), so only an amount that no label announces (0.65) is doubtful
there. Merchants with 0.5 and more were as often right as any; less sure are those whose mail a house sent that writes
for many, and which nothing else names. Of 8 categories below 0.65 one was wrong, of 346 others two. Of 6 mails in
which nothing was read, 3 told of something.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from mesinfos.errors import N_
from mesinfos.model.merchant import Merchant
from mesinfos.model.message import Message
from mesinfos.model.purchase import Invoice, Order, Parcel
from mesinfos.model.rule import Kind
from mesinfos.model.values import Category, Money, Value
from mesinfos.relations.differences import ASKED
from mesinfos.relations.orders import OrderView
from mesinfos.relations.reading import Reading
from mesinfos.relations.rules import number_of
from mesinfos.relations.seen import Seen

SURE, TRACKED, BILLED, NAMED, SORTED = 0.8, 0.85, 0.7, 0.5, 0.65
"""Below these an order, a parcel, a bill, a merchant, a category is to be confirmed."""

REPORTING = frozenset({Category.ORDERS, Category.DELIVERY, Category.BILLING})
"""Mail of these kinds tells of something; when nothing was read in it, that is suspicious."""

NO_NUMBER = N_("An amount was found, but no order number.")
IN_LINK = N_("The number was found in a link only.")
WEAK = N_("The words around it hardly say what it is.")
UNLABELLED = N_("No label says what the amount is.")
BY_LINKS = N_("Another house sent the mail, and little in it names this merchant.")
NOTHING = N_("The mail speaks of a purchase, but nothing could be read in it.")
UNSORTED = N_("Little tells which kind of mail this is.")
DIFFERS = N_("Its merchant gave other figures than its mail tells.")


_LEAST: dict[type[Any], float] = {Order: SURE, Parcel: TRACKED, Invoice: BILLED}


class Doubt(Value, frozen=True):
    """One thing to confirm.

    `ref` is the thing's id (a merchant's domain, a mail's record for a mail without facts), `mail` the record of the
    mail it was read from, `why` a sentence to translate, `number` and `total` what was read.
    """

    kind: str
    ref: str
    mail: str
    merchant: Merchant | None
    at: datetime
    why: str
    number: str = ""
    total: Money | None = None


def why(fact: Order | Parcel | Invoice) -> str:
    """Why a fact is doubtful; "" when it is not."""
    provenance, number = fact.provenance, number_of(fact)
    if provenance is None or provenance.confidence >= _LEAST[type(fact)]:
        return ""
    if number:
        return IN_LINK if provenance.place.startswith("link") else WEAK
    if isinstance(fact, Parcel):
        return ""  # "your parcel has come" needs no number to be true
    return NO_NUMBER if isinstance(fact, Order) else UNLABELLED


def unsorted(message: Message) -> str:
    """Why a mail's category is doubtful; "" when it is not."""
    return UNSORTED if message.category_confidence < SORTED else ""


def unnamed(merchant: Merchant | None) -> str:
    """Why a mail's merchant is doubtful; "" when it is not, or when there is none."""
    return BY_LINKS if merchant is not None and merchant.confidence < NAMED else ""


def is_suspicious(seen: Seen) -> bool:
    """Whether a merchant's mail should tell of something, and nothing could be read in it (a suspicious zero)."""
    message = seen.message
    told = message.facts != 0 or message.category not in REPORTING
    return not told and seen.observation.merchant is not None and not message.imitates


def doubts(reading: Reading) -> list[Doubt]:
    """Everything to confirm, the newest first."""
    return reading.folded("doubts", lambda: sorted(_all(reading), key=_newest, reverse=True))


def _newest(one: Doubt) -> tuple[datetime, str, str]:
    return one.at, one.kind, one.ref


def _all(reading: Reading) -> Iterator[Doubt]:
    for order in reading.orders():
        fact, number = order.order, order.order.order_number
        if told := why(fact):
            mail = _first(order.messages)
            yield Doubt(Kind.ORDER, order.id, mail, order.merchant, order.last_seen, told, number, fact.total)
        yield from _differing(order)
    for parcel in reading.parcels():
        number = parcel.parcel.tracking_number
        if told := why(parcel.parcel):
            mail = _first(parcel.messages)
            yield Doubt(Kind.PARCEL, parcel.id, mail, parcel.merchant, parcel.last_seen, told, number)
    for bill in reading.invoices():
        number, total = bill.invoice.number, bill.invoice.total
        if told := why(bill.invoice):
            yield Doubt(
                Kind.INVOICE, bill.id, _first(bill.messages), bill.merchant, bill.last_seen, told, number, total
            )
    yield from _mails(reading)


def _differing(order: OrderView) -> Iterator[Doubt]:
    """An order, or a bill of it, on which its merchant and its mail do not agree; the order's page shows both."""
    found = [(Kind.ORDER, order.order.order_number, order.order.total, order.differences)]
    found += [(Kind.INVOICE, one.invoice.number, one.invoice.total, one.differences) for one in order.invoices]
    for kind, number, total, differences in found:
        for one in [one for one in differences if one.field in ASKED][:1]:
            yield Doubt(kind, order.id, one.mail, order.merchant, order.last_seen, DIFFERS, number, total)


def _mails(reading: Reading) -> Iterator[Doubt]:
    """Mails that tell nothing, and merchants by the newest mail that names them so: one line each, not one a mail."""
    asked: set[str] = set()
    for seen in reading.newest():
        merchant, at = seen.observation.merchant, seen.message.sent_at
        if is_suspicious(seen):
            yield Doubt(Kind.NOTHING, seen.record_id, seen.record_id, merchant, at, NOTHING)
        if merchant is not None and merchant.domain not in asked and (told := unnamed(merchant)):
            asked.add(merchant.domain)
            yield Doubt("merchant", merchant.domain, seen.record_id, merchant, at, told)


def _first(messages: tuple[str, ...]) -> str:
    return messages[0] if messages else ""
