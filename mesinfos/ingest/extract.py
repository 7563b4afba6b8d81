"""What is in a mail: orders, parcels, offers, invoices, bookings and benefits, the best of several readers."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from mesinfos.ingest.carriers import Carrier
from mesinfos.ingest.evidence import Clues, Scale, weigh
from mesinfos.ingest.extractors.benefit import benefits
from mesinfos.ingest.extractors.booking import bookings
from mesinfos.ingest.extractors.invoice import due_date, invoices, pays_out
from mesinfos.ingest.extractors.items import complete, named_items, read_items
from mesinfos.ingest.extractors.layout import BARE, Labelled, labelled_amounts
from mesinfos.ingest.extractors.markup import Markup, markup
from mesinfos.ingest.extractors.numbers import Numbered, numbers
from mesinfos.ingest.extractors.offer import code_of, offers
from mesinfos.ingest.extractors.orders import (
    Number,
    Total,
    choose_total,
    confirmed_on,
    linked_number,
    order_date,
    order_numbers,
    order_status,
    part,
    text_value,
)
from mesinfos.ingest.extractors.parcel import Candidate, candidates, parcels, sender_carrier, status_of
from mesinfos.ingest.parse import Mail
from mesinfos.ingest.sheet import Sheet
from mesinfos.model.merchant import Merchant
from mesinfos.model.provenance import Provenance
from mesinfos.model.purchase import Benefit, Booking, Invoice, Item, Offer, Order, Parcel
from mesinfos.model.values import Category, Kind, OrderStatus

_REPORTING = frozenset({Category.ORDERS, Category.DELIVERY, Category.BILLING, Category.AFTER_SALES})
_BILLERS = frozenset({Kind.ENERGY, Kind.TELECOM, Kind.FINANCE, Kind.ADMINISTRATION, Kind.HEALTH})
_NO_ORDER = Number("", "", 0.6, "")


class Found(Struct):
    """Everything one mail tells. `sheet` and `scale` are what `categorise` weighs; nothing keeps them afterwards."""

    orders: tuple[Order, ...] = ()
    parcels: tuple[Parcel, ...] = ()
    offers: tuple[Offer, ...] = ()
    invoices: tuple[Invoice, ...] = ()
    bookings: tuple[Booking, ...] = ()
    benefits: tuple[Benefit, ...] = ()
    sheet: Sheet | None = None
    scale: Scale | None = None


class _Reading(Struct):
    """What the readers saw, before it is decided which facts the mail reports."""

    sheet: Sheet
    numbers: list[Numbered]
    amounts: list[Labelled]
    named: list[Number]
    total: Total | None
    tracked: list[Candidate]
    status: str
    declared: Markup
    code: str


def read_sheet(mail: Mail, merchant: Merchant | None, received: datetime) -> Sheet:
    """The mail laid out for reading; the merchant's domain, else the sender's, tells its country."""
    sender = mail.from_[0].address.rpartition("@")[2].lower() if mail.from_ else ""
    return Sheet(mail, received, merchant.domain if merchant else sender)


def extract(mail: Mail, merchant: Merchant | None, received: datetime) -> Found:
    """Read one mail; pure, and silent about what is not there."""
    sheet = read_sheet(mail, merchant, received)
    sender = sender_carrier(sheet)
    reading, carrier = _read(sheet, sender), sender is not None
    points = benefits(sheet, merchant.name) if merchant and not reading.named and reading.total is None else ()
    scale = weigh(
        sheet, _clues(reading, carrier=carrier, points=bool(points)), merchant.kind if merchant else Kind.UNKNOWN
    )
    category, _ = scale.best()
    bank = merchant is not None and merchant.kind is Kind.FINANCE
    orders = () if carrier or bank else _orders(reading, category, merchant)
    number = next((one.value for one in reading.named if one.kind == "order"), "")
    return Found(
        orders=orders,
        parcels=_parcels(reading, number),
        offers=reading.declared.offers or offers(sheet, reading.code, promotion=category is Category.PROMO),
        invoices=_invoices(reading, category, orders, number, bank=bank),
        bookings=_bookings(reading, orders),
        benefits=points,
        sheet=sheet,
        scale=scale,
    )


def _read(sheet: Sheet, sender: Carrier | None) -> _Reading:
    found = numbers(sheet)
    amounts = [one for stream in sheet.streams for one in labelled_amounts(sheet, stream)]
    declared = markup(sheet)
    booked = [Number(one.reference, "booking", 0.97, "markup") for one in declared.bookings[:1] if one.reference]
    named = order_numbers(found) or booked or linked_number(sheet)
    total = choose_total(sheet, amounts)
    return _Reading(
        sheet,
        found,
        amounts,
        named,
        total,
        candidates(sheet, found, [one.value for one in named], sender),
        status_of(sheet),
        declared,
        code_of(sheet) if not named and total is None else "",
    )


def _clues(reading: _Reading, *, carrier: bool, points: bool) -> Clues:
    declared = reading.declared
    labelled = {one.kind for one in reading.numbers if one.confidence >= 0.8}
    return Clues(
        order_number=1.0 if declared.orders else max((one.confidence for one in reading.named), default=0.0),
        total=reading.total.rank if reading.total else 0,
        tracking=len(reading.tracked) + len(declared.parcels),
        invoice="invoice" in labelled or bool(declared.invoices),
        booking="booking" in labelled or bool(declared.bookings),
        code=bool(reading.code),
        carrier_sender=carrier,
        prices=sum(one.kind != BARE for one in reading.amounts),
        points=points,
    )


def _orders(reading: _Reading, category: Category, merchant: Merchant | None) -> tuple[Order, ...]:
    """An order exists only in a mail that reports one, with its number, or (from a known merchant) with its total."""
    if reading.declared.orders:
        return tuple(_enriched(order, reading) for order in reading.declared.orders)
    kind = merchant.kind if merchant else Kind.UNKNOWN
    if not _reports(reading, category) or _only_billed(reading, category, kind) or pays_out(reading.sheet):
        return ()
    if category is Category.BILLING:
        reading.status = ""  # "your invoice is available" speaks of no parcel
    if reading.named:
        return tuple(_order(reading, number) for number in reading.named)
    rank = reading.total.rank if reading.total and merchant else 0
    reports = rank >= (4 if category is Category.DELIVERY else 2) and category is not Category.AFTER_SALES
    return (_order(reading, _NO_ORDER),) if reports else ()


def _reports(reading: _Reading, category: Category) -> bool:
    """Whether this kind of mail reports an order; a notice or a complaint does about one that it names beyond doubt."""
    sure = any(one.kind in {"order", "booking"} and one.confidence >= 0.9 for one in reading.named)
    if category is Category.AFTER_SALES:
        return sure or any(one.kind == "order" for one in reading.named)
    return category in _REPORTING or (sure and category is Category.NOTIFICATIONS)


def _only_billed(reading: _Reading, category: Category, kind: Kind) -> bool:
    """A bill: its own number, a day on which it is due, or a sender who only ever bills; and no order's number."""
    if category is not Category.BILLING or any(one.kind in {"order", "booking", "receipt"} for one in reading.named):
        return False
    billed = any(one.kind == "invoice" and one.confidence >= 0.8 for one in reading.numbers)
    return billed or kind in _BILLERS or due_date(reading.sheet) is not None


def _order(reading: _Reading, number: Number) -> Order:
    sheet, total, amounts = reading.sheet, reading.total, reading.amounts
    status = order_status(sheet, reading.status)
    return Order(
        order_number=number.value,
        date=order_date(sheet) or (confirmed_on(sheet) if status is OrderStatus.PROCESSING else None),
        status=status,
        seller=text_value(sheet, "seller"),
        items=_items(sheet, amounts),
        total=total.money if total else None,
        shipping=part(sheet, amounts, "shipping"),
        discount=part(sheet, amounts, "discount"),
        tax=part(sheet, amounts, "tax"),
        payment_method=text_value(sheet, "payment_method"),
        provenance=Provenance("layout", round(number.confidence, 2), number.place),
    )


def _enriched(declared: Order, reading: _Reading) -> Order:
    """A declared order keeps what it says; what it leaves out is read from the page."""
    read = _order(reading, _NO_ORDER)
    return Order(
        order_number=declared.order_number or next((one.value for one in reading.named), ""),
        date=declared.date or read.date,
        status=declared.status,
        seller=declared.seller or read.seller,
        items=declared.items or read.items,
        total=declared.total or read.total,
        shipping=read.shipping,
        discount=declared.discount if declared.discount is not None else read.discount,
        tax=read.tax,
        payment_method=declared.payment_method or read.payment_method,
        provenance=declared.provenance,
    )


def _items(sheet: Sheet, amounts: list[Labelled]) -> tuple[Item, ...]:
    """The reading whose sum is proved, else the text part's, where names are whole; else what is named alone."""
    reads = [
        read_items(sheet, stream, [one for one in amounts if one.source == stream.name]) for stream in sheet.streams
    ]
    best = next((read for read in reads if read.proved), None) or next((read for read in reads if read.items), None)
    return complete(sheet, best.items if best else named_items(sheet))


def _parcels(reading: _Reading, order_number: str) -> tuple[Parcel, ...]:
    read = parcels(reading.sheet, reading.tracked, reading.status, order_number)
    declared = {one.tracking_number for one in reading.declared.parcels}
    return (*reading.declared.parcels, *(one for one in read if one.tracking_number not in declared))


def _invoices(
    reading: _Reading, category: Category, orders: Sequence[Order], order_number: str, *, bank: bool
) -> tuple[Invoice, ...]:
    numbered = any(one.kind == "invoice" and one.confidence >= 0.8 for one in reading.numbers)
    if reading.declared.invoices or category is not Category.BILLING or (orders and not bank and not numbered):
        return reading.declared.invoices
    return invoices(reading.sheet, reading.numbers, reading.total, reading.amounts, order_number)


def _bookings(reading: _Reading, orders: Sequence[Order]) -> tuple[Booking, ...]:
    if reading.declared.bookings:
        return tuple(dict.fromkeys(reading.declared.bookings))
    named = next((one for one in reading.named if one.kind in {"booking", "reference"}), None)
    if named is None or not orders:
        return ()
    return bookings(reading.sheet, named.value, named.confidence, reading.total.money if reading.total else None)
