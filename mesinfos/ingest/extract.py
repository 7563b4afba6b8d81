"""What is in a mail: orders, parcels, offers, bills, bookings, benefits and returns, the best of several readers."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from mesinfos.directory import is_payment
from mesinfos.ingest.documents import document_lines, documents
from mesinfos.ingest.evidence import Clues, Scale, weigh
from mesinfos.ingest.extractors.benefit import benefits
from mesinfos.ingest.extractors.booking import begins, booked, bookings
from mesinfos.ingest.extractors.invoice import due_date, pays_out
from mesinfos.ingest.extractors.layout import BARE
from mesinfos.ingest.extractors.offer import offers
from mesinfos.ingest.extractors.orders import Number
from mesinfos.ingest.extractors.parcel import parcels, sender_carrier
from mesinfos.ingest.merge import Version, merged
from mesinfos.ingest.parse import Mail
from mesinfos.ingest.reading import (
    DOCUMENT,
    NO_ORDER,
    Reading,
    invoice_version,
    one_price,
    order_version,
    read_document,
    read_mail,
    read_sheet,
)
from mesinfos.ingest.sections import section_version, sections
from mesinfos.ingest.sheet import Sheet
from mesinfos.model.merchant import Merchant
from mesinfos.model.purchase import Benefit, Booking, Invoice, Offer, Order, Parcel, Return
from mesinfos.model.values import Category, Kind

__all__ = ("Found", "extract", "read_sheet")

_REPORTING = frozenset({Category.ORDERS, Category.DELIVERY, Category.BILLING, Category.AFTER_SALES})
# Mails of other kinds speak of returns as of a right.
_AFTERWARDS = frozenset({Category.AFTER_SALES, Category.BILLING, Category.ORDERS, Category.NOTIFICATIONS})
_UNBOUGHT = frozenset({Category.PROMO, Category.ACCOUNT})
_BILLERS = frozenset({Kind.ENERGY, Kind.TELECOM, Kind.FINANCE, Kind.ADMINISTRATION, Kind.HEALTH})


class Found(Struct):
    """Everything one mail tells. `sheet` and `scale` are what `categorise` weighs; nothing keeps them afterwards."""

    orders: tuple[Order, ...] = ()
    parcels: tuple[Parcel, ...] = ()
    offers: tuple[Offer, ...] = ()
    invoices: tuple[Invoice, ...] = ()
    bookings: tuple[Booking, ...] = ()
    benefits: tuple[Benefit, ...] = ()
    returns: tuple[Return, ...] = ()
    sheet: Sheet | None = None
    scale: Scale | None = None

    def count(self) -> int:
        """How many facts there are but offers, which stand beside what a mail is about."""
        return sum(
            map(len, (self.orders, self.parcels, self.invoices, self.bookings, self.returns, self.benefits)),
        )


def extract(mail: Mail, merchant: Merchant | None, received: datetime) -> Found:
    """Read one mail; pure, and silent about what is not there."""
    sheet = read_sheet(mail, merchant, received)
    sender = sender_carrier(sheet)
    reading = read_mail(sheet, sender, merchant.name if merchant else "")
    carrier = sender is not None
    kind = merchant.kind if merchant else Kind.UNKNOWN
    if merchant is not None and is_payment(merchant.domain):
        kind = Kind.UNKNOWN  # its mail is a shop's receipt; a bank's tells of money alone
    bank = kind is Kind.FINANCE
    points = benefits(sheet, merchant.name) if merchant and not reading.named and reading.total is None else ()
    readings = [reading]
    scale = weigh(sheet, _clues(readings, carrier=carrier, points=bool(points)), kind)
    if mail.attachments and not carrier and not bank and _lacks(reading, scale.best()[0], kind):
        readings += [read_document(sheet, lines) for lines in [document_lines(mail)] if lines]
        if len(readings) > 1:
            scale = weigh(sheet, _clues(readings, carrier=carrier, points=bool(points)), kind)
    category, _ = scale.best()
    named = next((one.named for one in readings if one.named), [])
    orders = () if carrier or bank else _orders(readings, named, category, kind if merchant else None)
    number = next((one.value for one in named if one.kind == "order"), "")
    return Found(
        orders=orders,
        parcels=_parcels(reading, number),
        offers=_offers(reading, category),
        invoices=_invoices(readings, category, orders, number, bank=bank),
        bookings=_bookings(readings, named, orders, promotion=category is Category.PROMO),
        benefits=points,
        returns=reading.back if category in _AFTERWARDS and not carrier else (),
        sheet=sheet,
        scale=scale,
    )


def _lacks(reading: Reading, category: Category, kind: Kind) -> bool:
    """Whether a document may tell what the mail leaves out: the number or the total of what was bought or billed, the
    things of an order, the day when a booking begins, or when a monthly bill is due. All else it repeats.
    """
    if category in _UNBOUGHT or not documents(reading.sheet.mail):
        return False
    declared = reading.declared
    named = reading.named or reading.billed or declared.orders or declared.invoices
    if not named or not (reading.total or declared.orders or declared.invoices):
        return True
    if any(one.kind == "booking" for one in reading.named):
        return not (reading.planned or declared.bookings or begins(reading.sheet))
    if category is Category.ORDERS:
        return not declared.orders and all(one.kind for one in reading.amounts)  # a price without label is a thing's
    return category is Category.BILLING and kind in _BILLERS and due_date(reading.sheet) is None


def _clues(readings: Sequence[Reading], *, carrier: bool, points: bool) -> Clues:
    reading, declared = readings[0], readings[0].declared
    labelled = {one.kind for each in readings for one in each.numbers if one.confidence >= 0.8}
    named = [one.confidence for each in readings for one in each.named]
    return Clues(
        order_number=1.0 if declared.orders else max(named, default=0.0),
        total=max((each.total.rank for each in readings if each.total), default=0),
        tracking=len(reading.tracked) + len(declared.parcels),
        invoice="invoice" in labelled or bool(declared.invoices),
        booking="booking" in labelled or bool(declared.bookings or reading.planned),
        code=bool(reading.code),
        carrier_sender=carrier,
        prices=sum(one.kind != BARE for one in reading.amounts),
        points=points,
        back=bool(reading.back) and not carrier,
    )


def _orders(
    readings: Sequence[Reading], named: Sequence[Number], category: Category, kind: Kind | None
) -> tuple[Order, ...]:
    """An order exists only in a mail that reports one, with its number, or (from a known merchant) with its total."""
    reading = readings[0]
    if reading.declared.orders:
        number = next(iter(named), NO_ORDER)
        return tuple(_declared(order, readings, number) for order in reading.declared.orders)
    if not _reports(named, category) or _only_billed(readings, named, category, kind) or pays_out(reading.sheet):
        return ()
    reading.confirms = category not in {Category.AFTER_SALES, Category.NOTIFICATIONS}
    if category is Category.BILLING:
        reading.status = ""  # "your invoice is available" speaks of no parcel
    if named:
        parts = sections(reading) if len(named) > 1 else {}
        if parts:
            return tuple(merged(Order, section_version(reading, parts[one.value], one)) for one in named)
        return tuple(merged(Order, *_versions(readings, number)) for number in named)
    rank = max((one.total.rank for one in readings if one.total), default=0) if kind is not None else 0
    reports = rank >= (4 if category is Category.DELIVERY else 2) and category is not Category.AFTER_SALES
    return (merged(Order, *_versions(readings, NO_ORDER)),) if reports else ()


def _reports(named: Sequence[Number], category: Category) -> bool:
    """Whether this kind of mail reports an order; a notice or a complaint does about one that it names beyond doubt."""
    sure = any(one.kind in {"order", "booking"} and one.confidence >= 0.9 for one in named)
    if category is Category.AFTER_SALES:
        return sure or any(one.kind == "order" for one in named)
    return category in _REPORTING or (sure and category is Category.NOTIFICATIONS)


def _only_billed(readings: Sequence[Reading], named: Sequence[Number], category: Category, kind: Kind | None) -> bool:
    """A bill: its own number, a day on which it is due, or a sender who only ever bills; and no order's number."""
    if category is not Category.BILLING or any(one.kind in {"order", "booking", "receipt"} for one in named):
        return False
    billed = any(one.billed for one in readings)
    return billed or kind in _BILLERS or any(due_date(one.sheet) for one in readings)


def _versions(readings: Sequence[Reading], number: Number) -> list[Version[Order]]:
    """The order of this number as the mail and its document have it; a document of another order says nothing."""
    printed = number.place == DOCUMENT
    versions = [order_version(readings[0], NO_ORDER if printed else number)]
    for document in readings[1:]:
        other = any(one.kind == number.kind == "order" and one.value != number.value for one in document.named)
        if printed or not other:
            versions.append(order_version(document, number if printed else NO_ORDER))
    return one_price(versions)


def _declared(order: Order, readings: Sequence[Reading], number: Number) -> Order:
    """A declared order keeps what it says; what it leaves out is read from the page."""
    read = _versions(readings, number if not order.order_number else NO_ORDER)
    return merged(Order, Version(order, {"status": 1.0}), *read)


def _offers(reading: Reading, category: Category) -> tuple[Offer, ...]:
    """What markup declares, and what the mail says of it: percentage and conditions have no place in markup."""
    declared = reading.declared.offers
    read = offers(reading.sheet, reading.code, promotion=category is Category.PROMO) if len(declared) < 2 else ()
    return (merged(Offer, *map(Version, declared), *map(Version, read)),) if declared and read else declared or read


def _parcels(reading: Reading, order_number: str) -> tuple[Parcel, ...]:
    read = parcels(reading.sheet, list(reading.tracked), reading.status, order_number)
    by_number = {one.tracking_number: one for one in read}
    declared = []
    for one in reading.declared.parcels:
        same = by_number.pop(one.tracking_number, None)
        versions = [Version(one, {"status": 1.0}), *([Version(same)] if same else [])]
        declared.append(merged(Parcel, *versions))
    return (*declared, *by_number.values())


def _invoices(
    readings: Sequence[Reading], category: Category, orders: Sequence[Order], order_number: str, *, bank: bool
) -> tuple[Invoice, ...]:
    """The bill of a mail that is one; of any other mail the one attached to it, which has its own number and total."""
    billing = category is Category.BILLING and not (orders and not bank and not any(one.billed for one in readings))
    wanted = readings if billing else [one for one in readings[1:] if one.billed and one.total]
    read = [version for one in wanted if (version := invoice_version(one, order_number))]
    declared = readings[0].declared.invoices
    if len(declared) > 1 or not read:
        return declared
    return (merged(Invoice, *map(Version, declared), *read),)


def _bookings(
    readings: Sequence[Reading], named: Sequence[Number], orders: Sequence[Order], *, promotion: bool
) -> tuple[Booking, ...]:
    """What is booked, as markup and calendars declare it, else as the page or the ticket has it."""
    planned = () if promotion and not named else readings[0].planned
    declared = list(dict.fromkeys(readings[0].declared.bookings))
    number = next((one for one in named if one.kind in {"booking", "reference"}), None)
    if not declared and number and orders:
        total = next((one.total.money for one in readings if one.total), None)
        read = (bookings(one.sheet, number.value, number.confidence, total) for one in readings)
        declared = list(next((found for found in read if found), ()))
    return booked(readings[0].sheet, declared, planned, next((one.value for one in named), ""))
