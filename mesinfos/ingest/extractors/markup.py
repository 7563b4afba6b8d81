"""schema.org markup: JSON-LD and microdata, looked for by substring before anything is parsed.

A few mails in a hundred carry it, in odd forms: arrays, `@graph`, prices as text, dates without a zone, unquoted
attributes. It is taken as a hint like any other; STANDARDS of the properties: schema.org Order, ParcelDelivery,
Invoice, Reservation, and Gmail's DiscountOffer.
"""

import datetime as dt
import json
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, NamedTuple

from selectolax.lexbor import LexborNode

from mesinfos.ingest.extractors.amounts import number
from mesinfos.ingest.sheet import Sheet
from mesinfos.ingest.words import unescape
from mesinfos.model.provenance import Provenance
from mesinfos.model.purchase import Booking, Invoice, Item, Offer, Order, Parcel
from mesinfos.model.values import BookingStatus, Money, OrderStatus, ParcelStatus, utc

Node = dict[str, Any]
MAX_NODES, MANY = 400, 100_000  # nodes read; pieces of a thing that nobody buys
_TRAILING = re.compile(r",\s*([}\]])")
_AMOUNT = re.compile(r"\d[\d .,'\u00a0\u202f]*")
_SURE, _BOOKED = 0.97, BookingStatus.CONFIRMED
_PARCEL_STATUS = {
    OrderStatus.PROCESSING: ParcelStatus.ANNOUNCED,
    OrderStatus.IN_TRANSIT: ParcelStatus.IN_TRANSIT,
    OrderStatus.DELIVERED: ParcelStatus.DELIVERED,
    OrderStatus.PICKUP_AVAILABLE: ParcelStatus.PICKUP_AVAILABLE,
    OrderStatus.PROBLEM: ParcelStatus.PROBLEM,
    OrderStatus.RETURNED: ParcelStatus.RETURNED,
}


class Markup(NamedTuple):
    """What the markup says."""

    orders: tuple[Order, ...] = ()
    parcels: tuple[Parcel, ...] = ()
    offers: tuple[Offer, ...] = ()
    invoices: tuple[Invoice, ...] = ()
    bookings: tuple[Booking, ...] = ()


def markup(sheet: Sheet) -> Markup:
    """Every fact that the mail's markup declares."""
    page = sheet.mail.page
    nodes: list[Node] = []
    for block in page.json_ld[:20]:
        nodes += _walk(_load(block))
    if "itemtype" in page.html and "schema.org" in page.html:
        nodes += [_microdata(node) for node in page.whole.css("[itemscope]:not([itemprop])")[:20]]
    if not nodes:
        return Markup()
    return Markup(
        tuple(order for node in nodes if _is(node, "Order") and (order := _order(node))),
        tuple(parcel for node in nodes if _is(node, "ParcelDelivery") and (parcel := _parcel(node))),
        tuple(offer for node in nodes if _is(node, "DiscountOffer") and (offer := _offer(node))),
        tuple(invoice for node in nodes if _is(node, "Invoice") and (invoice := _invoice(node))),
        tuple(booking for node in nodes if _kind(node).endswith("Reservation") and (booking := _booking(node))),
    )


def _load(block: str) -> Any:
    text = block.strip().removeprefix("<!--").removesuffix("-->").strip()
    for attempt in (text, unescape(text), _TRAILING.sub(r"\1", unescape(text).replace("\n", " "))):
        try:
            return json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _walk(value: Any) -> list[Node]:
    """The typed nodes of a document, those of arrays and `@graph` too; orders inside parcels are found as well."""
    nodes: list[Node] = []
    pending = [value]
    while pending and len(nodes) < MAX_NODES:
        one = pending.pop(0)
        if isinstance(one, list):
            pending += one[:MAX_NODES]
        elif isinstance(one, dict):
            if "@graph" in one:
                pending.append(one["@graph"])
            if "@type" in one:
                nodes.append(one)
                pending += [
                    one[key] for key in ("partOfOrder", "partOfInvoice", "orderDelivery", "about") if key in one
                ]
    return nodes


def _microdata(scope: LexborNode, depth: int = 0) -> Node:
    node: Node = {"@type": (scope.attributes.get("itemtype") or "").rstrip("/").rsplit("/", 1)[-1]}
    pending = list(scope.iter(include_text=False))
    while pending:
        child = pending.pop(0)
        name = child.attributes.get("itemprop")
        nested = "itemscope" in child.attributes
        if name:
            value = _microdata(child, depth + 1) if nested and depth < 6 else _content(child)
            known = node.get(name)
            node[name] = value if known is None else [*(known if isinstance(known, list) else [known]), value]
        if not nested:
            pending[:0] = list(child.iter(include_text=False))
    return node


def _content(node: LexborNode) -> str:
    at = node.attributes
    for name in ("content", "href", "datetime", "src"):
        if at.get(name):
            return str(at[name]).strip()
    return " ".join(node.text().split())


def _kind(node: Node) -> str:
    kind = node.get("@type")
    if isinstance(kind, list):
        kind = kind[0] if kind else ""
    return str(kind or "").rstrip("/").rsplit("/", 1)[-1]


def _is(node: Node, name: str) -> bool:
    return _kind(node) == name


def _first(node: Any, *names: str) -> Any:
    if not isinstance(node, dict):
        return None
    for name in names:
        value = node.get(name)
        if isinstance(value, list):
            value = value[0] if value else None
        if value not in (None, "", {}):
            return value
    return None


def _text(node: Any, *names: str) -> str:
    value = _first(node, *names)
    if isinstance(value, dict):
        value = _first(value, "name", "@id", "value")
    return " ".join(unescape(str(value)).split())[:500] if isinstance(value, str | int | float) else ""


def _decimal(value: Any) -> Decimal | None:
    match = _AMOUNT.search(str(value)) if isinstance(value, str | int | float) else None
    return number(match.group().strip(" .,'\u00a0\u202f")) if match else None


def _money(node: Node, *names: str) -> Money | None:
    value = _first(node, *names)
    currency = _text(node, "priceCurrency", "currency", "totalPriceCurrency")
    if isinstance(value, dict):
        currency = _text(value, "priceCurrency", "currency") or currency
        value = _first(value, "price", "value", "minPrice")
    amount = _decimal(value)
    return Money(amount, currency.upper()) if amount is not None and len(currency) == 3 else None


def _moment(value: Any) -> dt.datetime | None:
    text = value if isinstance(value, str) else _text(value, "@value") if isinstance(value, dict) else ""
    text = text.strip().replace(" UTC", "Z").replace("Z", "+00:00")
    for shape in (text, text[:19], text[:16], text[:10]):
        try:
            return utc(dt.datetime.fromisoformat(shape))
        except ValueError:
            continue
    return None


def _day(value: Any) -> dt.date | None:
    moment = _moment(value)
    return moment.date() if moment else None


def _status(value: str) -> OrderStatus:
    last = value.rstrip("/").rsplit("/", 1)[-1]
    return next((status for status in OrderStatus if status.value == last), OrderStatus.PROCESSING)


def _many(node: Node, *names: str) -> list[Any]:
    for name in names:
        value = node.get(name)
        if value:
            return value if isinstance(value, list) else [value]
    return []


def _items(node: Node) -> Iterator[Item]:
    for offer in _many(node, "acceptedOffer", "orderedItem")[:100]:
        product = _first(offer, "itemOffered", "orderedItem") or offer
        name = _text(product, "name")
        quantity = _first(offer, "eligibleQuantity", "orderQuantity")
        quantity = _decimal(_first(quantity, "value") if isinstance(quantity, dict) else quantity)
        price = _decimal(_first(offer, "price") or _first(_first(offer, "priceSpecification"), "price"))
        if name:
            pictured = _text(_first(product, "image"), "contentUrl", "url") or _text(product, "image")
            shown = {"image": pictured, "url": _text(product, "url")}
            gtin = _text(product, "gtin", "gtin13", "gtin14", "gtin12", "gtin8", "isbn").replace("-", "")
            many = max(1, int(quantity)) if quantity and quantity < MANY else 1
            yield Item(name, many, price, **shown, gtin=gtin, sku=_text(product, "sku", "productID", "mpn"))


def _order(node: Node) -> Order | None:
    found = Order(
        order_number=_text(node, "orderNumber", "confirmationNumber"),
        date=_day(_first(node, "orderDate")),
        status=_status(_text(node, "orderStatus")),
        seller=_text(node, "seller", "merchant"),
        items=tuple(_items(node)),
        total=_money(node, "price", "totalPrice", "totalPaymentDue"),
        discount=_decimal(_first(node, "discount")),
        payment_method=_text(node, "paymentMethod"),
        provenance=Provenance("markup", _SURE, "schema.org Order"),
    )
    return found if found.order_number or found.items else None


def _parcel(node: Node) -> Parcel | None:
    number_ = _text(node, "trackingNumber")
    event = _first(node, "deliveryStatus")
    status = _text(event, "name") if isinstance(event, dict) else str(event or "")
    order = _first(node, "partOfOrder")
    status = status or (_text(order, "orderStatus") if isinstance(order, dict) else "")
    return (
        Parcel(
            carrier=_text(node, "carrier", "provider"),
            tracking_number=number_.replace(" ", ""),
            status=_PARCEL_STATUS.get(_status(status), ParcelStatus.IN_TRANSIT) if status else ParcelStatus.IN_TRANSIT,
            order_number=_text(order, "orderNumber") if isinstance(order, dict) else "",
            tracking_url=_text(node, "trackingUrl"),
            expected_from=_day(_first(node, "expectedArrivalFrom")),
            expected_until=_day(_first(node, "expectedArrivalUntil", "expectedArrivalFrom")),
            provenance=Provenance("markup", _SURE, "schema.org ParcelDelivery"),
        )
        if number_
        else None
    )


def _offer(node: Node) -> Offer | None:
    description = _text(node, "description")
    if not description and not _text(node, "discountCode"):
        return None
    return Offer(
        description=description,
        code=_text(node, "discountCode"),
        valid_from=_day(_first(node, "availabilityStarts", "validFrom")),
        valid_through=_day(_first(node, "availabilityEnds", "validThrough")),
        provenance=Provenance("markup", _SURE, "DiscountOffer"),
    )


def _invoice(node: Node) -> Invoice:
    references = _first(node, "referencesOrder")
    return Invoice(
        number=_text(node, "confirmationNumber", "accountId", "identifier"),
        total=_money(node, "totalPaymentDue", "minimumPaymentDue"),
        due=_day(_first(node, "paymentDueDate", "paymentDue")),
        order_number=_text(references, "orderNumber") if isinstance(references, dict) else "",
        provenance=Provenance("markup", _SURE, "schema.org Invoice"),
    )


def _booking(node: Node) -> Booking | None:
    thing = _first(node, "reservationFor")
    thing = thing if isinstance(thing, dict) else {}
    where = _first(thing, "departureAirport", "departureStation", "location", "address", "departureBusStop")
    where = (
        _text(where, "name", "addressLocality", "streetAddress", "iataCode")
        if isinstance(where, dict)
        else _text({"name": where}, "name")
    )
    start = _first(node, "checkinTime", "checkinDate", "startTime", "pickupTime") or _first(
        thing, "departureTime", "startDate", "departureDay"
    )
    end = _first(node, "checkoutTime", "checkoutDate", "endTime", "dropoffTime") or _first(
        thing, "arrivalTime", "endDate"
    )
    reference = _text(node, "reservationNumber", "reservationId")
    return (
        Booking(
            reference=reference,
            what=_text(thing, "name", "flightNumber", "trainNumber"),
            where=where,
            start=_moment(start),
            end=_moment(end),
            total=_money(node, "totalPrice", "price"),
            provenance=Provenance("markup", _SURE, f"schema.org {_kind(node)}"),
            status=next((one for one in BookingStatus if one in _text(node, "reservationStatus")), _BOOKED),
        )
        if reference or start
        else None
    )
