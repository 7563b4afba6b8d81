"""The kind of a merchant that the directory does not know, from its name and from what was read in its mail.

A guess for one mail: what the directory says is never touched, and where nothing is clear the kind stays unknown.
"""

from msgspec.structs import replace

from mesinfos.directory import kind_billed, kind_booked, kind_named
from mesinfos.ingest.extract import Found
from mesinfos.ingest.parse import Mail
from mesinfos.model.merchant import Merchant
from mesinfos.model.values import Kind

MAX_LINES = 60


def with_kind(merchant: Merchant, mail: Mail, found: Found) -> Merchant:
    """The merchant as it is when its kind is known, else with the kind that its name or this mail tells."""
    if merchant.kind is not Kind.UNKNOWN:
        return merchant
    shown = mail.from_[0].name if mail.from_ else ""
    kind = kind_named(f"{merchant.name} {shown}"[:200], merchant.domain)
    if kind is Kind.UNKNOWN:
        kind = _traded(mail, found)
    return merchant if kind is Kind.UNKNOWN else replace(merchant, kind=kind)


def _traded(mail: Mail, found: Found) -> Kind:
    """Goods come from a shop, a journey or a stay from travel; a bill of no order from a service, or what it names."""
    if found.bookings:
        kind = kind_booked(_text(mail))
        return Kind.TRAVEL if kind is Kind.UNKNOWN else kind
    if any(order.items for order in found.orders):
        return Kind.SHOP
    if not found.orders and any(bill.due and not bill.order_number for bill in found.invoices):
        kind = kind_billed(_text(mail))
        return Kind.SERVICE if kind is Kind.UNKNOWN else kind
    return Kind.UNKNOWN


def _text(mail: Mail) -> str:
    return "\n".join([mail.subject, *(mail.text_lines or mail.page.lines)[:MAX_LINES]])
