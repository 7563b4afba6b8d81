"""The second gate: cuts a thing down to the fields of a grant. It can only remove.

It does not ask whether the merchant may see the thing (`decide` did), and trusts nothing that `decide` concluded:
each property below stands behind its own field. The names are schema.org's.
"""

from typing import Any

from mesinfos.catalogue import ProductCategory
from mesinfos.consent.fields import SENSITIVE_GOODS, Field, bracket
from mesinfos.consent.grant import Grant
from mesinfos.consent.things import Thing
from mesinfos.model.message import Message
from mesinfos.model.purchase import Item, Order, Parcel
from mesinfos.model.values import Money

Payload = dict[str, Any]


def project(grant: Grant, thing: Thing) -> Payload:
    """What the grant's fields leave of the thing, as JSON values; empty when they leave nothing."""
    if isinstance(thing.fact, Order):
        shown = _order(grant, thing, thing.fact)
    elif isinstance(thing.fact, Parcel):
        shown = _parcel(grant, thing.fact)
    else:
        shown = _message(grant, thing, thing.fact)
    if not shown:
        return {}
    kind, role = _TYPES[type(thing.fact)]
    return {"@type": kind, **shown, **_party(grant, thing, role)}


_CATEGORIES = frozenset(one.value for one in ProductCategory)
_TYPES = {Order: ("Order", "seller"), Parcel: ("ParcelDelivery", "seller"), Message: ("EmailMessage", "sender")}


def _order(grant: Grant, thing: Thing, order: Order) -> Payload:
    shown: Payload = {}
    if order.date and Field.ORDER_DATE in grant.fields:
        shown["orderDate"] = order.date.isoformat()
    if order.date and Field.ORDER_MONTH in grant.fields:
        shown["orderDate"] = f"{order.date:%Y-%m}"
    if Field.ORDER_STATUS in grant.fields:
        shown["orderStatus"] = f"https://schema.org/{order.status}"
    return shown | _amount(grant, order.total) | _items(grant, _unhidden(grant, thing, order.items))


def _amount(grant: Grant, total: Money | None) -> Payload:
    if total is None:
        return {}
    amount: Payload = {"@type": "MonetaryAmount", "currency": total.currency}
    if Field.ORDER_TOTAL in grant.fields:
        amount["value"] = f"{total.amount:f}"
    elif Field.ORDER_BRACKET in grant.fields and (interval := bracket(total)):
        low, high = interval
        amount |= {"minValue": str(low)} | ({} if high is None else {"maxValue": str(high)})
    else:
        return {}
    return {"partOfInvoice": {"@type": "Invoice", "totalPaymentDue": amount}}


def _unhidden(grant: Grant, thing: Thing, items: tuple[Item, ...]) -> tuple[Item, ...]:
    """The items without sensitive goods of a merchant that the grant does not name, by their names as by categories."""
    domain = thing.merchant.domain if thing.merchant else ""
    if domain and (domain == grant.domain or domain in grant.merchants):
        return items
    hidden = {goods for goods, kind in SENSITIVE_GOODS.items() if kind is None or kind not in grant.sensitive}
    return tuple(item for item in items if item.category not in hidden)


def _items(grant: Grant, items: tuple[Item, ...]) -> Payload:
    lines: list[Payload] = []
    if Field.ITEM_NAMES in grant.fields:
        lines = [_line(item.quantity, {"name": item.name}) for item in items]
    elif Field.ITEM_CATEGORIES in grant.fields:
        # One line a category: how many of them, and in which order, would tell items apart.
        # Only names of the taxonomy: whatever else a shop calls its goods could name the thing itself.
        categories = sorted({item.category for item in items if item.category in _CATEGORIES})
        lines = [_line(None, {"category": category}) for category in categories]
    return {"orderedItem": lines} if lines else {}


def _line(quantity: int | None, product: Payload) -> Payload:
    count = {} if quantity is None else {"orderQuantity": quantity}
    return {"@type": "OrderItem", **count, "orderedItem": {"@type": "Product", **product}}


def _parcel(grant: Grant, parcel: Parcel) -> Payload:
    if Field.PARCELS not in grant.fields:
        return {}
    shown: Payload = {"deliveryStatus": str(parcel.status)}
    if parcel.carrier:
        shown["provider"] = {"@type": "Organization", "name": parcel.carrier}
    if parcel.expected_from:
        shown["expectedArrivalFrom"] = parcel.expected_from.isoformat()
    if parcel.expected_until:
        shown["expectedArrivalUntil"] = parcel.expected_until.isoformat()
    return shown


def _message(grant: Grant, thing: Thing, message: Message) -> Payload:
    if thing.day is None or not {Field.MESSAGE_CATEGORIES, Field.MESSAGE_COUNTS} & set(grant.fields):
        return {}
    return {"genre": str(message.category), "dateReceived": f"{thing.day:%Y-%m}"}


def _party(grant: Grant, thing: Thing, role: str) -> Payload:
    if thing.merchant is None:
        return {}
    if Field.MERCHANT in grant.fields:
        merchant = {"name": thing.merchant.name, "url": f"https://{thing.merchant.domain}/"}
        return {role: {"@type": "Organization", **merchant}}
    if Field.SECTOR in grant.fields:
        return {role: {"@type": "Organization", "additionalType": str(thing.merchant.kind)}}
    return {}
