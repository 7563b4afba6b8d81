"""What the readers see in a mail or in its document, before it is decided which facts that reports."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from mesinfos.ingest.calendars import Event, events
from mesinfos.ingest.carriers import Carrier
from mesinfos.ingest.extractors.identifiers import identified
from mesinfos.ingest.extractors.invoice import invoices
from mesinfos.ingest.extractors.items import Read, complete, named_items, read_items
from mesinfos.ingest.extractors.layout import Labelled, all_amounts
from mesinfos.ingest.extractors.markup import Markup, markup
from mesinfos.ingest.extractors.numbers import Numbered, numbers
from mesinfos.ingest.extractors.offer import code_of
from mesinfos.ingest.extractors.orders import (
    Number,
    Total,
    choose_total,
    confirmed_on,
    linked_number,
    order_date,
    order_numbers,
    order_status,
    own_number,
    part,
    text_value,
)
from mesinfos.ingest.extractors.parcel import Candidate, candidates, status_of
from mesinfos.ingest.extractors.returns import returns
from mesinfos.ingest.merge import Version, credited
from mesinfos.ingest.parse import Mail
from mesinfos.ingest.sheet import Sheet
from mesinfos.model.merchant import Merchant
from mesinfos.model.provenance import Provenance
from mesinfos.model.purchase import Invoice, Item, Order, Return
from mesinfos.model.values import OrderStatus

DOCUMENT = "pdf"
NO_ORDER = Number("", "", 0.6, "")
_FEW_LINKS = 12
_LABELLED = 0.6  # a value below a label that other things share: seller, payment, shipping
_SURE_TOTAL = {6: 0.95, 4: 0.85, 3: 0.7, 2: 0.5, 1: 0.3}  # by the rank of its label


class Reading(Struct):
    """Everything seen on one sheet."""

    sheet: Sheet
    numbers: list[Numbered]
    amounts: list[Labelled]
    named: list[Number]
    total: Total | None
    tracked: Sequence[Candidate] = ()
    status: str = ""
    declared: Markup = Markup()
    code: str = ""
    document: bool = False
    confirms: bool = True
    planned: Sequence[Event] = ()
    back: tuple[Return, ...] = ()

    @property
    def billed(self) -> bool:
        """Whether a number is called that of a bill."""
        return any(one.kind == "invoice" and one.confidence >= 0.8 for one in self.numbers)


def read_sheet(mail: Mail, merchant: Merchant | None, received: datetime) -> Sheet:
    """The mail laid out for reading; the merchant's domain, else the sender's, tells its country."""
    sender = mail.from_[0].address.rpartition("@")[2].lower() if mail.from_ else ""
    return Sheet(mail, received, merchant.domain if merchant else sender)


def read_mail(sheet: Sheet, sender: Carrier | None, merchant: str = "") -> Reading:
    """What the mail itself says."""
    found = numbers(sheet)
    amounts = all_amounts(sheet)
    declared = markup(sheet)
    booked = [Number(one.reference, "booking", 0.97, "markup") for one in declared.bookings[:1] if one.reference]
    total, status = choose_total(sheet, amounts), status_of(sheet)
    named = order_numbers(found) or own_number(sheet, merchant) or booked
    # A newsletter's hundred links hold no order's number and no parcel's: many are read where something was bought.
    traded = bool(total or status or named or sender) or len(sheet.mail.page.links) < _FEW_LINKS
    named = named or (linked_number(sheet) if traded else [])
    return Reading(
        sheet,
        found,
        amounts,
        named,
        total,
        candidates(sheet, found, [one.value for one in named], sender, linked=traded),
        status,
        declared,
        code_of(sheet) if not named and total is None else "",
        planned=events(sheet.mail) if sheet.mail.attachments else (),
        back=returns(sheet, found, amounts, total, next((one.value for one in named if one.kind == "order"), "")),
    )


def read_document(sheet: Sheet, lines: list[str]) -> Reading:
    """What the mail's documents say: numbers and amounts; of parcels, states and offers they tell nothing reliable."""
    page = sheet.printed(DOCUMENT, lines)
    found = numbers(page)
    amounts = all_amounts(page)
    return Reading(page, found, amounts, order_numbers(found), choose_total(page, amounts), document=True)


def order_version(reading: Reading, number: Number) -> Version[Order]:
    """The order as this sheet has it, and how sure each field is."""
    sheet, total, amounts = reading.sheet, reading.total, reading.amounts
    status = OrderStatus.PROCESSING if reading.document else order_status(sheet, reading.status)
    labelled = order_date(sheet)
    confirmed = reading.confirms and not labelled and not reading.document and status is OrderStatus.PROCESSING
    items, stream, proved = _items(reading, number.value)
    main = Provenance(DOCUMENT if reading.document else "layout", round(number.confidence, 2), number.place)
    order = Order(
        order_number=number.value,
        date=confirmed_on(sheet) if confirmed else labelled,
        status=status,
        seller=text_value(sheet, "seller"),
        items=items,
        total=total.money if total else None,
        shipping=part(sheet, amounts, "shipping"),
        discount=part(sheet, amounts, "discount"),
        tax=part(sheet, amounts, "tax"),
        payment_method=text_value(sheet, "payment_method"),
        provenance=credited(main, {"total": total.place.partition(":")[0] if total else "", "items": stream}),
    )
    sure = {
        **dict.fromkeys(("seller", "shipping", "discount", "tax", "payment_method"), _LABELLED),
        "date": 0.8 if labelled else 0.5,
        "items": 0.9 if proved else 0.5,
        "total": _SURE_TOTAL[total.rank] if total else 0.0,
    }
    return Version(order, {name: confidence for name, confidence in sure.items() if getattr(order, name)})


def one_price(versions: list[Version[Order]]) -> list[Version[Order]]:
    """Money comes from one place: of two different totals the less sure one goes, with all that adds up to it."""
    priced = [version for version in versions if version.fact.total]
    best = max(priced, key=lambda version: version.sure["total"], default=None)
    return [
        version if best is None or version.fact.total in {None, best.fact.total} else _unpriced(version)
        for version in versions
    ]


def _unpriced(version: Version[Order]) -> Version[Order]:
    order = replace(version.fact, items=(), total=None, shipping=None, discount=None, tax=None)
    return Version(order, {name: sure for name, sure in version.sure.items() if getattr(order, name)})


def invoice_version(reading: Reading, order_number: str) -> Version[Invoice] | None:
    """The bill as this sheet has it; None where it is none."""
    if reading.document and not (reading.billed or reading.total):
        return None  # an amount that no label explains is one line of many there
    found = invoices(reading.sheet, reading.numbers, reading.total, reading.amounts, order_number)
    if not found:
        return None
    invoice, total = found[0], reading.total
    sure = {"total": _SURE_TOTAL[total.rank] if total else 0.4, "date": 0.5, "due": 0.9}
    if reading.document:
        provenance = replace(invoice.provenance or Provenance(""), extractor=DOCUMENT)
        issued = order_date(reading.sheet)
        invoice = replace(invoice, date=issued or invoice.date, provenance=provenance)
        sure["date"] = 0.9 if issued else 0.4
    return Version(invoice, {name: confidence for name, confidence in sure.items() if getattr(invoice, name)})


def _items(reading: Reading, order_number: str) -> tuple[tuple[Item, ...], str, bool]:
    """The reading whose sum is proved, else the text part's, where names are whole; else what is named alone.

    With the rendering it comes from, and whether it is proved.
    """
    sheet = reading.sheet
    best, source = Read([], proved=False), ""
    for stream in sheet.streams:
        read = read_items(sheet, stream, [one for one in reading.amounts if one.source == stream.name])
        if read.proved or len(read.items) > len(best.items):
            best, source = read, stream.name
        if read.proved:
            break
    items = complete(sheet, best.items or named_items(sheet))
    return identified(sheet, reading.amounts, items, order_number), source, best.proved
