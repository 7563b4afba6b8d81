"""The closed lists that a grant is made of: fields, purposes, scopes, brackets, sensitive sectors.

Storage law: a value written here stands in signed grants for years. It is never renamed, and never used again for
something else. What is no longer wanted is no longer offered; it stays in the list.
"""

from decimal import Decimal
from enum import StrEnum

from mesinfos.catalogue import ProductCategory
from mesinfos.model.values import Kind, Money


class Topic(StrEnum):
    """What a disclosure is about."""

    ORDER = "order"
    PARCEL = "parcel"
    MESSAGE = "message"
    BENEFIT = "benefit"
    BOOKING = "booking"


class Field(StrEnum):
    """What one merchant may be shown of a thing. There is no field for names, addresses, numbers of orders or parcels.

    A tracking number opens the carrier's page, where name and address stand; an order number lets two merchants
    find out that they speak of the same person. Neither is needed for what can be granted today.
    """

    ORDER_DATE = "order.date"
    ORDER_MONTH = "order.month"
    ORDER_YEAR = "order.year"
    ORDER_STATUS = "order.status"
    ORDER_TOTAL = "order.total"
    ORDER_BRACKET = "order.bracket"
    ITEM_NAMES = "item.names"
    ITEM_CATEGORIES = "item.categories"
    PARCELS = "parcels"
    MESSAGE_CATEGORIES = "message.categories"
    MESSAGE_COUNTS = "message.counts"
    BENEFITS = "benefits"
    BOOKING_DAY = "booking.day"
    BOOKING_MONTH = "booking.month"
    MERCHANT = "merchant"
    SECTOR = "sector"


DEGREES = (
    (Field.ORDER_DATE, Field.ORDER_MONTH, Field.ORDER_YEAR),
    (Field.ORDER_TOTAL, Field.ORDER_BRACKET),
    (Field.ITEM_NAMES, Field.ITEM_CATEGORIES),
    (Field.MESSAGE_CATEGORIES, Field.MESSAGE_COUNTS),
    (Field.BOOKING_DAY, Field.BOOKING_MONTH),
    (Field.MERCHANT, Field.SECTOR),
)
"""The degrees of the same thing, the finest first: a grant has one of them or none, so that it reads plainly."""

OPENS: dict[Topic, frozenset[Field]] = {
    Topic.ORDER: frozenset(
        {
            Field.ORDER_DATE,
            Field.ORDER_MONTH,
            Field.ORDER_YEAR,
            Field.ORDER_STATUS,
            Field.ORDER_TOTAL,
            Field.ORDER_BRACKET,
            Field.ITEM_NAMES,
            Field.ITEM_CATEGORIES,
        }
    ),
    Topic.PARCEL: frozenset({Field.PARCELS}),
    Topic.MESSAGE: frozenset({Field.MESSAGE_CATEGORIES, Field.MESSAGE_COUNTS}),
    Topic.BENEFIT: frozenset({Field.BENEFITS}),
    Topic.BOOKING: frozenset({Field.BOOKING_DAY, Field.BOOKING_MONTH}),
}
"""Which fields open a topic. MERCHANT and SECTOR open none: they say of whom the others speak."""


class Scope(StrEnum):
    """Whose data: what the person did with this merchant, with merchants listed by domain, or with any."""

    OWN = "own"
    LISTED = "listed"
    ALL = "all"


class Deposit(StrEnum):
    """What a merchant may give back: its own side of the relation with this person, and no other."""

    ORDERS = "orders"
    INVOICES = "invoices"
    WARRANTIES = "warranties"
    BENEFITS = "benefits"


class Terms(StrEnum):
    """Agreements of the IEEE 7012 roster: the person's own terms, which the merchant accepts with the grant.

    Under each, third parties may neither analyse, track nor profile; the letters say what the merchant itself may do:
    analyse (A), track (T), profile (P), share anonymised data with third parties (S3P).
    """

    NONE = ""
    SD_BASE = "SD-BASE"
    SD_BASE_A = "SD-BASE-A"
    SD_BASE_AT = "SD-BASE-AT"
    SD_BASE_ATP = "SD-BASE-ATP"
    SD_BASE_ATP_S3P = "SD-BASE-ATP-S3P"
    SD_BASE_DP = "SD-BASE-DP"
    SD_BASE_A_DP = "SD-BASE-A-DP"
    SD_BASE_AT_DP = "SD-BASE-AT-DP"
    SD_BASE_ATP_DP = "SD-BASE-ATP-DP"
    SD_BASE_ATP_S3P_DP = "SD-BASE-ATP-S3P-DP"
    PDC_INTENT = "PDC-INTENT"


IEEE_7012 = "https://w3id.org/dpv/standards/ieee/7012#"


class Purpose(StrEnum):
    """What for; each stands for terms of the Data Privacy Vocabulary."""

    OFFERS = "offers"
    RECOMMENDATIONS = "recommendations"
    WARRANTY = "warranty"
    DELIVERY = "delivery"
    STATISTICS = "statistics"


DPV = "https://w3id.org/dpv#"
PURPOSE_IRIS: dict[Purpose, tuple[str, ...]] = {
    Purpose.OFFERS: (DPV + "PersonalisedBenefits", DPV + "DirectMarketing"),
    Purpose.RECOMMENDATIONS: (DPV + "ProvideProductRecommendations",),
    Purpose.WARRANTY: (DPV + "CustomerCare", DPV + "CustomerClaimsManagement"),
    Purpose.DELIVERY: (DPV + "DeliveryOfGoods",),
    Purpose.STATISTICS: (DPV + "ServiceUsageAnalytics",),
}
"""W3C DPV 2.3. Selling data or insights (dpv:SellDataToThirdParties) is not in the list, so nobody can ask for it."""

SENSITIVE = frozenset({Kind.HEALTH, Kind.FINANCE, Kind.ADMINISTRATION, Kind.SOCIAL, Kind.UNKNOWN})
"""Sectors shown to others only when the grant names the sector or the merchant.

Health, debts, benefits and dating are what a person regrets to have shown. A merchant of unknown sector may be a
clinic, so it counts as one.
"""

SENSITIVE_GOODS: dict[ProductCategory, Kind | None] = {
    ProductCategory.HEALTH: Kind.HEALTH,
    ProductCategory.MATURE: None,
    ProductCategory.RELIGIOUS: None,
}
"""Product categories that tell of health, sex life or belief (GDPR, article 9), wherever they were bought.

Of a merchant that the grant does not name, items of these categories stay hidden, unless the grant names the sector
beside it; the two others have no sector to name.
"""

_STEPS = (0, 20, 50, 100, 200, 500, 1000)


def bracket(money: Money) -> tuple[Decimal, Decimal | None] | None:
    """The interval [low, high) an amount lies in; high None: 1000 and more; None for a negative amount.

    The same numbers serve every currency: where they fit badly they tell less, not more.
    """
    reached = [step for step in _STEPS if money.amount >= step]
    if not reached:
        return None
    above = _STEPS[len(reached) :]
    return Decimal(reached[-1]), Decimal(above[0]) if above else None
