"""What is to be confirmed: facts that were read with little to go by, and mails in which nothing could be read.

The limits come from the labelled mails (`make quality -v`; 86 of them when they were set): of 51 order, parcel and bill
numbers read with 0.8 or more, none was wrong but two that a mail names beside the one meant; below lie numbers that
stand in links only (0.76), those whose words hardly say what they are, and orders that have an amount and no number
(0.6). A bill without a number is ordinary (receipts, bank alerts), so only an amount that no label announces (0.65) is
doubtful there. Merchants read with 0.6 and more were all right; below are those that only links name, in the mail of a
house that writes for others. Of the categories the one wrong verdict had 0.61, and the right ones mostly more.
"""

from collections.abc import Iterator
from datetime import datetime

from mesinfos.errors import N_
from mesinfos.model.merchant import Merchant
from mesinfos.model.message import Message
from mesinfos.model.provenance import Provenance
from mesinfos.model.rule import Kind
from mesinfos.model.values import Category, Money, Value
from mesinfos.relations.reading import Reading
from mesinfos.relations.seen import Seen

SURE, BILLED, NAMED, SORTED = 0.8, 0.7, 0.6, 0.65
"""Below these a number, a bill, a merchant, a category is to be confirmed."""

REPORTING = frozenset({Category.ORDERS, Category.DELIVERY, Category.BILLING})
"""Mail of these kinds tells of something; when nothing was read in it, that is suspicious."""

NO_NUMBER = N_("An amount was found, but no order number.")
IN_LINK = N_("The number was found in a link only.")
WEAK = N_("The words around it hardly say what it is.")
UNLABELLED = N_("No label says what the amount is.")
BY_LINKS = N_("Only links in the mail name this merchant.")
NOTHING = N_("The mail speaks of a purchase, but nothing could be read in it.")
UNSORTED = N_("Little tells which kind of mail this is.")


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


def why(provenance: Provenance | None, number: str, *, least: float = SURE) -> str:
    """Why a fact read so is doubtful; "" when it is not."""
    if provenance is None or provenance.confidence >= least:
        return ""
    if not number:
        return NO_NUMBER if least == SURE else UNLABELLED
    return IN_LINK if provenance.place.startswith("link") else WEAK


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
    return reading.derived("doubts", lambda: sorted(_all(reading), key=_newest, reverse=True))


def _newest(one: Doubt) -> tuple[datetime, str, str]:
    return one.at, one.kind, one.ref


def _all(reading: Reading) -> Iterator[Doubt]:
    for order in reading.orders():
        fact, number = order.order, order.order.order_number
        if told := why(fact.provenance, number):
            mail = _first(order.messages)
            yield Doubt(Kind.ORDER, order.id, mail, order.merchant, order.last_seen, told, number, fact.total)
    for parcel in reading.parcels():
        number = parcel.parcel.tracking_number
        if number and (told := why(parcel.parcel.provenance, number)):
            mail = _first(parcel.messages)
            yield Doubt(Kind.PARCEL, parcel.id, mail, parcel.merchant, parcel.last_seen, told, number)
    for bill in reading.invoices():
        number, total = bill.invoice.number, bill.invoice.total
        if told := why(bill.invoice.provenance, number, least=BILLED):
            yield Doubt(
                Kind.INVOICE, bill.id, _first(bill.messages), bill.merchant, bill.last_seen, told, number, total
            )
    yield from _mails(reading)


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
