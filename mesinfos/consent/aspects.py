"""What there is to know of a thing, and which field of a grant shows how much of it: for people, not for decisions.

Nothing here decides. What is said to be shown is what `project` gave; a test holds the two to each other, so that a
page cannot explain what a merchant does not get, nor leave out what it does.
"""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from mesinfos.consent.fields import Field, Topic
from mesinfos.consent.grant import Grant
from mesinfos.consent.project import Payload, unhidden
from mesinfos.consent.things import Thing
from mesinfos.errors import N_
from mesinfos.model.purchase import Order
from mesinfos.model.values import Money

SHOWN = N_("shown")
AS_MONTH = N_("shown as the month")
AS_YEAR = N_("shown as the year")
AS_BRACKET = N_("shown as a bracket")
AS_CATEGORIES = N_("shown as categories")
AS_SECTOR = N_("shown as the sector")
COUNTED = N_("counted, not shown one by one")
PARTLY = N_("shown, but for sensitive goods")
LINKED = N_("shown as a mark that means nothing elsewhere")
NOT_GRANTED = N_("hidden: not granted")
NEVER = N_("hidden: no consent can show it")
NO_BRACKET = N_("hidden: it fits no bracket")
GOODS = N_("hidden: sensitive goods, or of no known category")
CODED = N_("hidden: it could hold a number or a code")
NO_KIND = N_("hidden: the mail does not name it in so many words")
WITHHELD = N_("hidden")


class Part(NamedTuple):
    """One thing to know: what the vault holds, what the merchant is shown of it, and the rule that made it so."""

    label: str
    held: str
    shown: str
    rule: str


class Aspect(NamedTuple):
    """One thing to know of a topic. `degrees`: the fields that show it and what each makes of it, the finest first."""

    label: str
    held: Callable[[Any], object]
    path: tuple[str, ...] = ()
    degrees: tuple[tuple[Field, str], ...] = ()
    withheld: str = WITHHELD


def parts(grant: Grant, thing: Thing, said: Payload) -> list[Part]:
    """All that is known of `thing`, with what `said`, the merchant's view of it, shows of each."""
    asked = [(aspect, _text(aspect.held(thing.fact))) for aspect in ASPECTS[thing.topic]]
    found = [_part(grant, thing, aspect, held, said) for aspect, held in asked if held]
    if thing.merchant:
        found.append(_part(grant, thing, _PARTY[thing.topic], thing.merchant.name, said))
    if "partOfOrder" in said:
        found.append(Part(N_("Order"), "", " · ".join(leaves(said["partOfOrder"])), LINKED))
    return found


def leaves(value: Any) -> Iterator[str]:
    """Every value in a payload as text, without schema.org's address; types say nothing of the person."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key != "@type":
                yield from leaves(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from leaves(inner)
    else:
        yield str(value).removeprefix("https://schema.org/")


def _part(grant: Grant, thing: Thing, aspect: Aspect, held: str, said: Payload) -> Part:
    value: Any = said if aspect.path else None
    for step in aspect.path:
        value = value.get(step) if isinstance(value, dict) else None
    shown = " · ".join(leaves(value)) if value is not None else ""
    return Part(aspect.label, held, shown, _rule(grant, thing, aspect, shown))


def _rule(grant: Grant, thing: Thing, aspect: Aspect, shown: str) -> str:
    if not aspect.degrees:
        return NEVER
    rule = next((rule for field, rule in aspect.degrees if field in grant.fields), "")
    if shown and aspect.path == ("orderedItem",) and _goods_are_hidden(grant, thing):
        return PARTLY
    if shown:
        return rule
    return aspect.withheld if rule else NOT_GRANTED


def _goods_are_hidden(grant: Grant, thing: Thing) -> bool:
    return isinstance(thing.fact, Order) and len(unhidden(grant, thing, thing.fact.items)) < len(thing.fact.items)


def _text(value: object) -> str:
    if isinstance(value, Money):
        return f"{value.amount:f} {value.currency}"
    return "" if value is None else str(value)


def _day(moment: Any) -> object:
    return moment.date() if moment else None


def _kind(booking: Any) -> str:
    return booking.provenance.place.removeprefix("schema.org ") if booking.provenance else ""


_MAIL = ((Field.MESSAGE_CATEGORIES, SHOWN), (Field.MESSAGE_COUNTS, COUNTED))
_PARCEL = ((Field.PARCELS, SHOWN),)
_BENEFIT = ((Field.BENEFITS, SHOWN),)
_BOOKING = ((Field.BOOKING_DAY, SHOWN),)
_WHOSE = ((Field.MERCHANT, SHOWN), (Field.SECTOR, AS_SECTOR))

ASPECTS: dict[Topic, tuple[Aspect, ...]] = {
    Topic.ORDER: (
        Aspect(
            N_("Date"),
            lambda order: order.date,
            ("orderDate",),
            ((Field.ORDER_DATE, SHOWN), (Field.ORDER_MONTH, AS_MONTH), (Field.ORDER_YEAR, AS_YEAR)),
        ),
        Aspect(N_("Status"), lambda order: order.status, ("orderStatus",), ((Field.ORDER_STATUS, SHOWN),)),
        Aspect(
            N_("Amount"),
            lambda order: order.total,
            ("partOfInvoice",),
            ((Field.ORDER_TOTAL, SHOWN), (Field.ORDER_BRACKET, AS_BRACKET)),
            NO_BRACKET,
        ),
        Aspect(
            N_("Items"),
            lambda order: ", ".join(item.name for item in order.items),
            ("orderedItem",),
            ((Field.ITEM_NAMES, SHOWN), (Field.ITEM_CATEGORIES, AS_CATEGORIES)),
            GOODS,
        ),
        Aspect(N_("Order number"), lambda order: order.order_number),
        Aspect(N_("Payment"), lambda order: order.payment_method),
    ),
    Topic.PARCEL: (
        Aspect(N_("Delivery"), lambda parcel: parcel.status, ("deliveryStatus",), _PARCEL),
        Aspect(N_("Carrier"), lambda parcel: parcel.carrier, ("provider",), _PARCEL),
        Aspect(N_("Expected from"), lambda parcel: parcel.expected_from, ("expectedArrivalFrom",), _PARCEL),
        Aspect(N_("Expected until"), lambda parcel: parcel.expected_until, ("expectedArrivalUntil",), _PARCEL),
        Aspect(N_("Tracking number"), lambda parcel: parcel.tracking_number),
        Aspect(N_("Pick-up place"), lambda parcel: parcel.pickup_place),
        Aspect(N_("Pick-up code"), lambda parcel: parcel.pickup_code),
    ),
    Topic.MESSAGE: (
        Aspect(N_("Kind of mail"), lambda mail: mail.category, ("genre",), _MAIL),
        Aspect(N_("Received"), lambda mail: mail.sent_at.date(), ("dateReceived",), _MAIL),
        Aspect(N_("Subject"), lambda mail: mail.subject),
    ),
    Topic.BENEFIT: (
        Aspect(N_("Programme"), lambda benefit: benefit.programme, ("programName",), _BENEFIT, CODED),
        Aspect(N_("Tier"), lambda benefit: benefit.tier, ("program",), _BENEFIT, CODED),
        Aspect(N_("Points"), lambda benefit: benefit.points, ("membershipPointsEarned",), _BENEFIT),
        Aspect(N_("Expires"), lambda benefit: benefit.expires, ("validThrough",), _BENEFIT),
        Aspect(N_("Card number"), lambda benefit: benefit.number),
        Aspect(N_("Voucher"), lambda benefit: benefit.voucher),
    ),
    Topic.BOOKING: (
        Aspect(N_("Kind of booking"), _kind, ("additionalType",), _BOOKING, NO_KIND),
        Aspect(N_("State"), lambda booking: booking.status, ("reservationStatus",), _BOOKING),
        Aspect(
            N_("First day"),
            lambda booking: _day(booking.start),
            ("reservationFor", "startDate"),
            (*_BOOKING, (Field.BOOKING_MONTH, AS_MONTH)),
        ),
        Aspect(N_("Last day"), lambda booking: _day(booking.end), ("reservationFor", "endDate"), _BOOKING),
        Aspect(N_("What"), lambda booking: booking.what),
        Aspect(N_("Where"), lambda booking: booking.where),
        Aspect(N_("Reference"), lambda booking: booking.reference),
    ),
}

_PARTY: dict[Topic, Aspect] = {
    Topic.ORDER: Aspect(N_("Merchant"), str, ("seller",), _WHOSE),
    Topic.PARCEL: Aspect(N_("Merchant"), str, ("seller",), _WHOSE),
    Topic.MESSAGE: Aspect(N_("Merchant"), str, ("sender",), _WHOSE),
    Topic.BENEFIT: Aspect(N_("Merchant"), str, ("hostingOrganization",), _WHOSE),
    Topic.BOOKING: Aspect(N_("Merchant"), str, ("provider",), ((Field.BOOKING_MONTH, AS_SECTOR), *_WHOSE)),
}
"""A booking by month names its sector, whatever else is granted."""
