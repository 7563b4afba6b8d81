"""Invoices: their number, amount and due date; and payments that no order of this sender explains (bank alerts)."""

from collections.abc import Sequence
from datetime import date

from mesinfos.ingest.extractors.dates import dates
from mesinfos.ingest.extractors.layout import Labelled, values
from mesinfos.ingest.extractors.numbers import Numbered
from mesinfos.ingest.extractors.orders import Total
from mesinfos.ingest.sheet import Sheet
from mesinfos.model.provenance import Provenance
from mesinfos.model.purchase import Invoice
from mesinfos.model.values import Money


def due_date(sheet: Sheet) -> date | None:
    """The labelled day on which a bill is to be paid or debited."""
    calendar = sheet.calendar._replace(future=True)
    for text, _, _ in values(sheet, "due"):
        spans = dates(text, calendar)
        if spans and sheet.near(spans[0].first, 400, 400):
            return spans[0].first
    return None


def paid_in_words(amounts: Sequence[Labelled]) -> Money | None:
    """The first amount of a payment notice that labels none ("You have paid Acme $12.00")."""
    first = next((one for one in amounts if one.line < 25 and one.amount.sure and one.amount.value > 0), None)
    return Money(first.amount.value, first.amount.currency) if first else None


def pays_out(sheet: Sheet) -> bool:
    """Whether money goes to the person: a host's payout, a sale; what the other side paid is no order."""
    return any(phrase in sheet.subject_low or phrase in sheet.head_low[:400] for phrase in sheet.lexicon.payout)


def invoices(
    sheet: Sheet, numbers: Sequence[Numbered], total: Total | None, amounts: Sequence[Labelled], order_number: str
) -> tuple[Invoice, ...]:
    """The bill a mail of the billing category tells of; without a number or an amount there is none."""
    named = max((one for one in numbers if one.kind == "invoice" and one.confidence >= 0.8), key=_sure, default=None)
    words = named is None and (total is None or pays_out(sheet))
    money = paid_in_words(amounts) if words else total.money if total else None
    if named is None and money is None:
        return ()
    found = Invoice(
        number=named.value if named else "",
        date=sheet.sent if sheet.sent.year >= 1980 else None,  # a saved page may have no day
        total=money,
        due=due_date(sheet),
        order_number=order_number,
        provenance=_provenance(named, labelled=not words),
    )
    return (found,)


def _provenance(named: Numbered | None, *, labelled: bool) -> Provenance:
    """A number is as sure as its words; an amount alone is less so, and least when no label says what it is."""
    if named is None:
        return Provenance("layout", 0.7 if labelled else 0.65)
    return Provenance("layout", round(named.confidence, 2), named.source)


def _sure(one: Numbered) -> tuple[float, int]:
    return one.confidence, -one.line
