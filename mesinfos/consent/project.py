"""The second gate: cuts a thing down to the fields of a grant. It can only remove.

It does not ask whether the merchant may see the thing (`decide` did), and trusts nothing that `decide` concluded:
each property below stands behind its own field. The names are schema.org's.
"""

from datetime import date
from typing import Any

from mesinfos.catalogue import ProductCategory
from mesinfos.consent.fields import SENSITIVE_GOODS, Field, bracket
from mesinfos.consent.grant import Grant
from mesinfos.consent.things import Thing
from mesinfos.model.message import Message
from mesinfos.model.purchase import Benefit, Booking, Item, Order, Parcel
from mesinfos.model.values import Money

Payload = dict[str, Any]


def project(grant: Grant, thing: Thing) -> Payload:
    """What the grant's fields leave of the thing, as JSON values; empty when they leave nothing."""
    match thing.fact:
        case Order() as order:
            return _whole("Order", _order(grant, thing, order), _party(grant, thing, "seller"))
        case Parcel() as parcel:
            return _whole("ParcelDelivery", _parcel(grant, parcel), _party(grant, thing, "seller"))
        case Message() as message:
            return _whole("EmailMessage", _message(grant, thing, message), _party(grant, thing, "sender"))
        case Benefit() as benefit:
            shown = _benefit(grant, benefit)
            return _whole("ProgramMembership", shown, _party(grant, thing, "hostingOrganization"))
        case Booking() as booking:
            return _reservation(grant, thing, booking)


_CATEGORIES = frozenset(one.value for one in ProductCategory)
_KINDS = (
    *("BoatReservation", "BusReservation", "EventReservation", "FlightReservation", "FoodEstablishmentReservation"),
    *("LodgingReservation", "RentalCarReservation", "TaxiReservation", "TrainReservation"),
)
"""What is booked, as schema.org sorts it: the one word about a booking that comes from a closed list."""


def _whole(kind: str, shown: Payload, party: Payload) -> Payload:
    return {"@type": kind, **shown, **party} if shown else {}


def _order(grant: Grant, thing: Thing, order: Order) -> Payload:
    shown: Payload = {}
    if order.date and Field.ORDER_DATE in grant.fields:
        shown["orderDate"] = order.date.isoformat()
    if order.date and Field.ORDER_MONTH in grant.fields:
        shown["orderDate"] = _month(order.date)
    if order.date and Field.ORDER_YEAR in grant.fields:
        shown["orderDate"] = _year(order.date)
    if Field.ORDER_STATUS in grant.fields:
        shown["orderStatus"] = f"https://schema.org/{order.status}"
    return shown | _amount(grant, order.total) | _items(grant, unhidden(grant, thing, order.items))


def _month(day: date) -> str:
    return day.isoformat()[:7]


def _year(day: date) -> str:
    return day.isoformat()[:4]


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


def unhidden(grant: Grant, thing: Thing, items: tuple[Item, ...]) -> tuple[Item, ...]:
    """The items without sensitive goods of a merchant that the grant does not name, by their names as by categories."""
    if thing.merchant and thing.merchant.domain in {grant.domain, *grant.merchants}:
        return items
    hidden = {
        goods for goods, kind in SENSITIVE_GOODS.items() if goods not in grant.goods and kind not in grant.sensitive
    }
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
    return {"genre": str(message.category), "dateReceived": _month(thing.day)}


def _benefit(grant: Grant, benefit: Benefit) -> Payload:
    if Field.BENEFITS not in grant.fields:
        return {}
    shown: Payload = {}
    if name := _plain(benefit, benefit.programme):
        shown["programName"] = name
    if tier := _plain(benefit, benefit.tier):
        shown["program"] = {"@type": "MemberProgram", "hasTiers": {"@type": "MemberProgramTier", "name": tier}}
    if benefit.points is not None:
        shown["membershipPointsEarned"] = benefit.points
    if benefit.expires:
        shown["validThrough"] = benefit.expires.isoformat()
    return shown


def _plain(benefit: Benefit, text: str) -> str:
    """The text, or nothing where it could hold a card number or a voucher code."""
    codes = {benefit.number, benefit.voucher} - {""}
    return "" if any(code in text for code in codes) or any(letter.isdigit() for letter in text) else text


def _reservation(grant: Grant, thing: Thing, booking: Booking) -> Payload:
    if Field.BOOKING_DAY in grant.fields:
        return _whole("Reservation", _booking(booking), _party(grant, thing, "provider"))
    if Field.BOOKING_MONTH in grant.fields:
        return _whole("Reservation", _month_of(booking), _sector(thing, "provider"))
    return {}


def _booking(booking: Booking) -> Payload:
    """Kind, state and days. What and where are a mail's own words: an address, a doctor's name, a reference."""
    shown: Payload = {"reservationStatus": f"https://schema.org/{booking.status}"}
    kind = booking.provenance.place.removeprefix("schema.org ") if booking.provenance else ""
    if kind in _KINDS:
        shown["additionalType"] = f"https://schema.org/{kind}"
    days: Payload = {}
    if booking.start:
        days["startDate"] = booking.start.date().isoformat()
    if booking.end:
        days["endDate"] = booking.end.date().isoformat()
    return shown | ({"reservationFor": {"@type": "Event", **days}} if days else {})


def _month_of(booking: Booking) -> Payload:
    if booking.start is None:
        return {}
    return {"reservationFor": {"@type": "Event", "startDate": _month(booking.start.date())}}


def _party(grant: Grant, thing: Thing, role: str) -> Payload:
    if thing.merchant and Field.MERCHANT in grant.fields:
        merchant = {"name": thing.merchant.name, "url": f"https://{thing.merchant.domain}/"}
        return {role: {"@type": "Organization", **merchant}}
    return _sector(thing, role) if Field.SECTOR in grant.fields else {}


def _sector(thing: Thing, role: str) -> Payload:
    if thing.merchant is None:
        return {}
    return {role: {"@type": "Organization", "additionalType": str(thing.merchant.kind)}}
