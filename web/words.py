"""The words of closed lists as people read them, with the tone and the icon that go with each."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from babel.dates import format_date

from mesinfos.consent.describe import confide
from mesinfos.consent.dpv import Event
from mesinfos.consent.fields import Purpose
from mesinfos.consent.grant import Grant
from mesinfos.consent.proving import Way
from mesinfos.errors import N_
from mesinfos.model.choice import Manner, Welcome
from mesinfos.model.values import BookingStatus, Category, Kind, Money, OrderStatus, ParcelStatus, ReturnStatus
from mesinfos.wording import translate
from web import alarms


class Word(NamedTuple):
    """A text, how it feels ("good", "warn", "bad", "calm", "") and its icon."""

    text: str
    tone: str = ""
    icon: str = ""


CATEGORY = {
    Category.ORDERS: Word(N_("Orders"), icon="receipt"),
    Category.DELIVERY: Word(N_("Delivery"), icon="parcel"),
    Category.BILLING: Word(N_("Billing"), icon="file"),
    Category.AFTER_SALES: Word(N_("After-sales"), icon="sync"),
    Category.ACCOUNT: Word(N_("Account"), icon="person"),
    Category.NOTIFICATIONS: Word(N_("Notifications"), icon="info"),
    Category.PROMO: Word(N_("Promotions"), icon="offer"),
    Category.OTHER: Word(N_("Other"), icon="mail"),
}

KIND = {
    Kind.SHOP: N_("Shop"),
    Kind.MARKETPLACE: N_("Marketplace"),
    Kind.CARRIER: N_("Carrier"),
    Kind.TRAVEL: N_("Travel"),
    Kind.LEISURE: N_("Leisure and culture"),
    Kind.TELECOM: N_("Telecom"),
    Kind.ENERGY: N_("Energy"),
    Kind.FINANCE: N_("Bank, insurance, payment"),
    Kind.HEALTH: N_("Health"),
    Kind.FOOD: N_("Food"),
    Kind.SOCIAL: N_("Social network"),
    Kind.ADMINISTRATION: N_("Administration"),
    Kind.SERVICE: N_("Service"),
    Kind.UNKNOWN: N_("Unsorted"),
}

ORDER = {
    OrderStatus.PROCESSING: Word(N_("In preparation"), "calm", "clock"),
    OrderStatus.IN_TRANSIT: Word(N_("On its way"), "calm", "parcel"),
    OrderStatus.DELIVERED: Word(N_("Delivered"), "good", "done"),
    OrderStatus.PICKUP_AVAILABLE: Word(N_("Waiting at the pickup point"), "warn", "parcel"),
    OrderStatus.PAYMENT_DUE: Word(N_("To be paid"), "warn", "warning"),
    OrderStatus.PROBLEM: Word(N_("Problem"), "bad", "warning"),
    OrderStatus.RETURNED: Word(N_("Returned"), "", "sync"),
    OrderStatus.CANCELLED: Word(N_("Cancelled"), "", "remove"),
}

PARCEL = {
    ParcelStatus.ANNOUNCED: Word(N_("Announced"), "", "clock"),
    ParcelStatus.IN_TRANSIT: Word(N_("On its way"), "calm", "parcel"),
    ParcelStatus.OUT_FOR_DELIVERY: Word(N_("Arriving today"), "calm", "parcel"),
    ParcelStatus.PICKUP_AVAILABLE: Word(N_("Waiting at the pickup point"), "warn", "parcel"),
    ParcelStatus.DELIVERED: Word(N_("Delivered"), "good", "done"),
    ParcelStatus.LATE: Word(N_("Late"), "bad", "warning"),
    ParcelStatus.PROBLEM: Word(N_("Problem"), "bad", "warning"),
    ParcelStatus.RETURNED: Word(N_("Returned to sender"), "", "sync"),
}

BOOKING = {
    BookingStatus.CONFIRMED: Word(N_("Confirmed"), "good", "done"),
    BookingStatus.PENDING: Word(N_("Awaiting confirmation"), "calm", "clock"),
    BookingStatus.HOLD: Word(N_("Awaiting confirmation"), "calm", "clock"),
    BookingStatus.CANCELLED: Word(N_("Cancelled"), "", "remove"),
}

RETURN = {
    ReturnStatus.REQUESTED: Word(N_("Return asked for"), "calm", "clock"),
    ReturnStatus.IN_TRANSIT: Word(N_("On its way back"), "calm", "parcel"),
    ReturnStatus.RECEIVED: Word(N_("Return received"), "calm", "parcel"),
    ReturnStatus.REFUNDED: Word(N_("Refunded"), "good", "done"),
    ReturnStatus.REFUSED: Word(N_("Return refused"), "bad", "warning"),
}

SOURCE = {
    "idle": Word(N_("Up to date"), "good", "done"),
    "running": Word(N_("Reading"), "calm", "sync"),
    "paused": Word(N_("Paused"), "", "pause"),
    "error": Word(N_("Error"), "bad", "warning"),
    "reconnect": Word(N_("To reconnect"), "bad", "warning"),
    "waiting": Word(N_("Waits until you open the vault"), "warn", "lock"),
}

PHASE = {
    "connect": N_("Connecting"),
    "list": N_("Listing"),
    "headers": N_("Looking at headers"),
    "read": N_("Reading mail"),
    "done": N_("Finished"),
}

FOUND = {
    "messages": N_("Messages"),
    "merchants": N_("Merchants"),
    "orders": N_("Orders"),
    "parcels": N_("Parcels"),
    "offers": N_("Offers"),
    "invoices": N_("Invoices"),
    "bookings": N_("Bookings"),
    "benefits": N_("Benefits"),
    "returns": N_("Returns"),
    "new": N_("New"),
    "known": N_("Already known"),
    "personal": N_("Personal mail, left where it is"),
    "rejected": N_("Left at the source"),
    "quarantined": N_("Unreadable"),
}

WELCOME = {
    Welcome.ACCEPTED: Word(N_("Accepted"), "good", "done"),
    Welcome.PAUSED: Word(N_("Paused"), "warn", "pause"),
    Welcome.REFUSED: Word(N_("Refused"), "", "refuse"),
}

MANNER = {
    Manner.SHOW: N_("Show"),
    Manner.DIGEST: N_("Weekly"),
    Manner.HIDE: N_("Hide"),
}


def category(value: Category) -> Word:
    """A category's word."""
    return CATEGORY[value]


def kind(value: Kind) -> str:
    """A kind's word."""
    return KIND[value]


def amount(text: str) -> Money | None:
    """Such as "59.98 EUR", as a timeline's detail has it, as money; None when it is not one."""
    value, _, currency = text.partition(" ")
    try:
        return Money(Decimal(value), currency) if currency else None
    except InvalidOperation:
        return None


def sentence(grant: Grant, language: str) -> str:
    """A grant in one sentence, with whom it leaves out."""
    return confide(grant, language)


def choices(values: Iterable[str]) -> list[tuple[str, str]]:
    """The values of a select with their texts, which are technical names where no word is better."""
    names = {"tls": "TLS", "starttls": "STARTTLS"}
    return [(value, names.get(value, value)) for value in values]


def told(lines: Iterable[str], language: str) -> list[str]:
    """A manifest's own lines, translated where the catalogue knows them."""
    return [translate(line, language) for line in lines]


GRANT = {
    "live": Word(N_("In force"), "good", "done"),
    "suspended": Word(N_("Suspended"), "warn", "pause"),
    "refused": Word(N_("Not signed by you"), "bad", "warning"),
    "withdrawn": Word(N_("Revoked"), "", "remove"),
    "expired": Word(N_("Over"), "", "clock"),
}

ACTION = {
    "grant.given": Word(N_("Consent given"), "good", "sharing"),
    "grant.withdrawn": Word(N_("Consent revoked"), "", "remove"),
    "grant.expired": Word(N_("Consent over"), "", "clock"),
    "grant.refused": Word(N_("A consent that you did not sign was set aside"), "bad", "warning"),
    "grant.suspended": Word(N_("Consent suspended"), "warn", "pause"),
    "grant.resumed": Word(N_("Consent in force again"), "good", "play"),
    "grant.renewed": Word(N_("Consent signed again"), "", "sync"),
    "grant.changed": Word(N_("Consent changed"), "good", "sharing"),
    "consent.refused": Word(N_("Consent refused"), "", "remove"),
    "receipts.read": Word(N_("The merchant read its receipts"), "calm", "file"),
    "grant.read": Word(N_("The merchant read the terms"), "calm", "eye"),
    "data.disclosed": Word(N_("Data laid out for the merchant"), "calm", "parcel"),
    "data.read": Word(N_("The merchant read data"), "calm", "eye"),
    "data.deposited": Word(N_("The merchant gave data back"), "calm", "receipt"),
    "deposit.refused": Word(N_("The merchant tried to give what it may not"), "warn", "lock"),
    "link.made": Word(N_("Link shared"), "good", "sharing"),
    "link.read": Word(N_("Somebody looked at a shared link"), "calm", "eye"),
    "link.ended": Word(N_("Link ended"), "", "remove"),
    "calendar.made": Word(N_("Calendar made"), "good", "calendar"),
    "calendar.read": Word(N_("Calendar fetched"), "calm", "calendar"),
    "calendar.ended": Word(N_("Calendar ended"), "", "remove"),
    "data.exported": Word(N_("Data exported"), "", "file"),
    "data.erased": Word(N_("Data erased"), "", "remove"),
    "source.added": Word(N_("Source connected"), "", "source"),
    "source.removed": Word(N_("Source removed"), "", "remove"),
    "source.synced": Word(N_("Source read"), "", "sync"),
    "source.undone": Word(N_("What a reading brought was deleted"), "", "back"),
    "backup.made": Word(N_("Backup made"), "", "file"),
    "backup.verified": Word(N_("Backup verified by restoring it"), "good", "done"),
    "vault.opened": Word(N_("Vault opened"), "", "unlock"),
    "vault.restored": Word(N_("Vault restored from a backup"), "warn", "sync"),
    "passphrase.changed": Word(N_("Passphrase changed"), "", "key"),
    "passkey.added": Word(N_("Passkey added"), "", "key"),
    "passkey.removed": Word(N_("Passkey removed"), "", "key"),
    "code.switched_on": Word(N_("Codes are asked at the door"), "good", "lock"),
    "code.switched_off": Word(N_("No codes are asked any more"), "warn", "lock"),
}

PURPOSE = {
    Purpose.OFFERS: N_("offers"),
    Purpose.RECOMMENDATIONS: N_("recommendations"),
    Purpose.WARRANTY: N_("warranty"),
    Purpose.DELIVERY: N_("delivery"),
    Purpose.STATISTICS: N_("statistics"),
}
"""What for, in one word: for filters and tables; a consent's sentence says it whole."""

EVENT = {
    Event.GIVEN: Word(N_("Consent given"), "good", "sharing"),
    Event.UPDATED: Word(N_("Consent changed"), "good", "sync"),
    Event.WITHDRAWN: Word(N_("Consent revoked"), "", "remove"),
    Event.EXPIRED: Word(N_("Consent over"), "", "clock"),
    Event.REFUSED: Word(N_("Consent refused"), "", "remove"),
}

PROOF = {
    Way.CLIENT_ID: Word(N_("proven: it asks from this domain"), "good", "done"),
    Way.DNS: Word(N_("proven by the domain’s DNS"), "good", "done"),
    Way.FILE: Word(N_("proven by a file on the domain"), "good", "done"),
    Way.NONE: Word(N_("unproven"), "warn", "warning"),
}


def action(name: str) -> Word:
    """The words of a line of the journal."""
    return ACTION.get(name, Word(name, "", "info"))


alarm = alarms.alarm


def month(first: date, language: str) -> str:
    """A month in words: "novembre 2026"."""
    return format_date(first, "LLLL y", locale=language)


def weekday(day: date, language: str, width: str = "wide") -> str:
    """A day of the week: "lundi", or "lun." when abbreviated."""
    return format_date(day, "EEEE" if width == "wide" else "EEE", locale=language)


def month_letters(key: str, language: str, width: str = "LLL") -> str:
    """A month written "2026-11", short ("nov.") or as a width of CLDR has it."""
    return format_date(date.fromisoformat(f"{key}-01"), width, locale=language)


def priced(value: Decimal | None, like: Money | None) -> Money | None:
    """A bare amount in the currency of another; None when either is missing."""
    return Money(value, like.currency) if value is not None and like else None
