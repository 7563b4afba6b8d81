"""What is in a mail: orders, parcels, offers, invoices, bookings and benefits, the best of several readers."""

from datetime import datetime

from msgspec import Struct

from mesinfos.ingest.evidence import Clues, weigh
from mesinfos.ingest.extractors.layout import Labelled, labelled_amounts
from mesinfos.ingest.extractors.numbers import numbers
from mesinfos.ingest.extractors.orders import (
    Number,
    Total,
    choose_total,
    order_date,
    order_numbers,
    order_status,
    part,
    text_value,
)
from mesinfos.ingest.parse import Mail
from mesinfos.ingest.sheet import Sheet
from mesinfos.model.merchant import Merchant
from mesinfos.model.provenance import Provenance
from mesinfos.model.purchase import Benefit, Booking, Invoice, Offer, Order, Parcel
from mesinfos.model.values import Category


class Found(Struct):
    """Everything one mail tells. `clues` and `sheet` are what `categorise` weighs; nothing keeps them afterwards."""

    orders: tuple[Order, ...] = ()
    parcels: tuple[Parcel, ...] = ()
    offers: tuple[Offer, ...] = ()
    invoices: tuple[Invoice, ...] = ()
    bookings: tuple[Booking, ...] = ()
    benefits: tuple[Benefit, ...] = ()
    clues: Clues = Clues()
    sheet: Sheet | None = None


_REPORTING = {Category.ORDERS, Category.DELIVERY, Category.BILLING, Category.AFTER_SALES}


def read_sheet(mail: Mail, merchant: Merchant | None, received: datetime) -> Sheet:
    """The mail laid out for reading; the merchant's domain, else the sender's, tells its country."""
    sender = mail.from_[0].address.rpartition("@")[2].lower() if mail.from_ else ""
    return Sheet(mail, received, merchant.domain if merchant else sender)


def extract(mail: Mail, merchant: Merchant | None, received: datetime) -> Found:
    """Read one mail; pure, and silent about what is not there."""
    sheet = read_sheet(mail, merchant, received)
    found_numbers = numbers(sheet)
    found_amounts = [one for stream in sheet.streams for one in labelled_amounts(sheet, stream)]
    named = order_numbers(found_numbers)
    total = choose_total(found_amounts)
    clues = Clues(
        order_number=named[0].confidence if named else 0.0,
        total=total.rank if total else 0,
        prices=len(found_amounts),
        invoice=any(one.kind == "invoice" and one.confidence >= 0.8 for one in found_numbers),
        booking=any(one.kind == "booking" and one.confidence >= 0.8 for one in found_numbers),
    )
    category, _ = weigh(sheet, clues).best()
    orders: tuple[Order, ...] = ()
    if category in _REPORTING and (named or (total and total.rank >= 2)):
        orders = tuple(_order(sheet, number, total, found_amounts) for number in (named or [Number("", "", 0.6, "")]))
    return Found(orders=orders, clues=clues, sheet=sheet)


def _order(sheet: Sheet, number: Number, total: Total | None, amounts: list[Labelled]) -> Order:
    return Order(
        order_number=number.value,
        date=order_date(sheet),
        status=order_status(sheet, ""),
        total=total.money if total else None,
        shipping=part(amounts, "shipping"),
        discount=part(amounts, "discount"),
        tax=part(amounts, "tax"),
        payment_method=text_value(sheet, "payment_method"),
        seller=text_value(sheet, "seller"),
        provenance=Provenance("layout", number.confidence, number.place),
    )
