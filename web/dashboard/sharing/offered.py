"""What a consent's form offers."""

from typing import NamedTuple

from mesinfos.consent import fields
from mesinfos.consent.describe import PURPOSE_LABELS, SECTOR_LABELS, TERMS_LABELS
from mesinfos.consent.fields import Deposit, Field, Purpose, Scope, Terms
from mesinfos.errors import N_
from mesinfos.model.values import Kind


class Degrees(NamedTuple):
    """One thing to show finely, coarsely or not at all; `ways` goes from the coarsest to the finest."""

    label: str
    ways: tuple[tuple[Field, str], ...]


DEGREES = (
    Degrees(
        N_("When you bought"),
        (
            (Field.ORDER_YEAR, N_("the year")),
            (Field.ORDER_MONTH, N_("the month")),
            (Field.ORDER_DATE, N_("the day")),
        ),
    ),
    Degrees(N_("For how much"), ((Field.ORDER_BRACKET, N_("a bracket")), (Field.ORDER_TOTAL, N_("the exact amount")))),
    Degrees(
        N_("What you bought"), ((Field.ITEM_CATEGORIES, N_("categories")), (Field.ITEM_NAMES, N_("the items’ names")))
    ),
    Degrees(N_("Where you bought"), ((Field.SECTOR, N_("the sector")), (Field.MERCHANT, N_("the merchant’s name")))),
    Degrees(
        N_("Which mail you get"),
        (
            (Field.MESSAGE_COUNTS, N_("counts by kind and month")),
            (Field.MESSAGE_CATEGORIES, N_("the kind of each")),
        ),
    ),
    Degrees(
        N_("What you booked"),
        ((Field.BOOKING_MONTH, N_("month and sector")), (Field.BOOKING_DAY, N_("days, kind and state"))),
    ),
)
ALONE = (
    (Field.ORDER_STATUS, N_("Whether orders arrived, were cancelled or returned")),
    (Field.PARCELS, N_("How parcels progress, without number or place")),
    (Field.BENEFITS, N_("Loyalty programmes: tier, points and expiry, without card or voucher")),
)
SCOPES = {
    Scope.OWN: N_("Only what concerns this merchant"),
    Scope.LISTED: N_("What concerns the merchants I name"),
    Scope.ALL: N_("What concerns every merchant"),
}
PURPOSES: dict[Purpose, str] = PURPOSE_LABELS
SENSITIVE: dict[Kind, str] = {kind: text for kind, text in SECTOR_LABELS.items() if kind in fields.SENSITIVE}

GOODS = tuple(fields.SENSITIVE_GOODS)
DEPOSITS: dict[Deposit, str] = {
    Deposit.ORDERS: N_("My orders there"),
    Deposit.INVOICES: N_("My invoices there"),
    Deposit.WARRANTIES: N_("My warranties there"),
    Deposit.BENEFITS: N_("My loyalty benefits there"),
}
TERMS: dict[Terms, str] = {Terms.NONE: N_("no terms of the roster"), **TERMS_LABELS}
