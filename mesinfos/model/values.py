"""Closed lists, money and the base of every frozen value.

Values are msgspec structs: immutable, compared by content, and encoded to JSON without code of ours.
"""

from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum

from msgspec import Struct


class Value(Struct, frozen=True, omit_defaults=True, gc=False):
    """The base of every value: immutable, and silent about fields that hold their default."""


class Category(StrEnum):
    """What kind of message this is (OneCub's second sort)."""

    ACCOUNT = "account"
    ORDERS = "orders"
    DELIVERY = "delivery"
    BILLING = "billing"
    AFTER_SALES = "after_sales"
    NOTIFICATIONS = "notifications"
    PROMO = "promo"
    OTHER = "other"


class Kind(StrEnum):
    """What kind of organisation a merchant is (OneCub's first sort)."""

    SHOP = "shop"
    MARKETPLACE = "marketplace"
    CARRIER = "carrier"
    TRAVEL = "travel"
    LEISURE = "leisure"
    TELECOM = "telecom"
    ENERGY = "energy"
    FINANCE = "finance"
    HEALTH = "health"
    FOOD = "food"
    SOCIAL = "social"
    ADMINISTRATION = "administration"
    SERVICE = "service"
    UNKNOWN = "unknown"


class OrderStatus(StrEnum):
    """schema.org OrderStatus, last segment of its address."""

    PROCESSING = "OrderProcessing"
    IN_TRANSIT = "OrderInTransit"
    DELIVERED = "OrderDelivered"
    PICKUP_AVAILABLE = "OrderPickupAvailable"
    PAYMENT_DUE = "OrderPaymentDue"
    PROBLEM = "OrderProblem"
    RETURNED = "OrderReturned"
    CANCELLED = "OrderCancelled"


class ParcelStatus(StrEnum):
    """Where a parcel is, in the words of schema.org's OrderStatus and of carriers."""

    ANNOUNCED = "announced"
    IN_TRANSIT = "in_transit"
    OUT_FOR_DELIVERY = "out_for_delivery"
    PICKUP_AVAILABLE = "pickup_available"
    DELIVERED = "delivered"
    LATE = "late"
    PROBLEM = "problem"
    RETURNED = "returned"


class BookingStatus(StrEnum):
    """schema.org ReservationStatusType, last segment of its address."""

    CONFIRMED = "ReservationConfirmed"
    PENDING = "ReservationPending"
    HOLD = "ReservationHold"
    CANCELLED = "ReservationCancelled"


class ReturnStatus(StrEnum):
    """How far a return is, in the words of after-sales mail; the money back is its end."""

    REQUESTED = "requested"
    IN_TRANSIT = "in_transit"
    RECEIVED = "received"
    REFUNDED = "refunded"
    REFUSED = "refused"


class Money(Value, frozen=True):
    """An exact amount; `currency` is an ISO 4217 code."""

    amount: Decimal
    currency: str


def utc(moment: datetime) -> datetime:
    """The same instant in UTC; a naive time is taken as UTC already."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
