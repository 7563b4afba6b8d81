"""What commerce mails tell: orders, parcels, offers, invoices, bookings, benefits, returns, by schema.org's names.

A warranty is told by no mail that we read yet: a merchant gives it back under a grant (docs/consent.md).
"""

import datetime as dt
from decimal import Decimal

from mesinfos.model.provenance import Provenance
from mesinfos.model.values import BookingStatus, Money, OrderStatus, ParcelStatus, ReturnStatus, Value


class Item(Value, frozen=True):
    """One line of an order; `price` is that of one unit, in the order's currency; `category` a product category.

    `gtin` and `sku` are schema.org's: the number of the trade item, and the seller's own number of it.
    """

    name: str
    quantity: int = 1
    price: Decimal | None = None
    image: str = ""
    url: str = ""
    category: str = ""
    gtin: str = ""
    sku: str = ""


class Order(Value, frozen=True, tag="order"):
    """schema.org Order. `total` is what was paid or is to be paid."""

    order_number: str
    date: dt.date | None = None
    status: OrderStatus = OrderStatus.PROCESSING
    seller: str = ""
    items: tuple[Item, ...] = ()
    total: Money | None = None
    shipping: Decimal | None = None
    discount: Decimal | None = None
    tax: Decimal | None = None
    payment_method: str = ""
    provenance: Provenance | None = None


class Parcel(Value, frozen=True, tag="parcel"):
    """schema.org ParcelDelivery."""

    carrier: str
    tracking_number: str
    status: ParcelStatus = ParcelStatus.ANNOUNCED
    order_number: str = ""
    tracking_url: str = ""
    expected_from: dt.date | None = None
    expected_until: dt.date | None = None
    pickup_place: str = ""
    pickup_code: str = ""
    pickup_until: dt.date | None = None
    provenance: Provenance | None = None


class Offer(Value, frozen=True, tag="offer"):
    """A promotion; either `percent` or `amount` is set when the mail says how much.

    `conditions` is the sentence that limits it ("from 50 € of purchases, except on books").
    """

    description: str
    code: str = ""
    percent: Decimal | None = None
    amount: Money | None = None
    valid_from: dt.date | None = None
    valid_through: dt.date | None = None
    provenance: Provenance | None = None
    conditions: str = ""


class Invoice(Value, frozen=True, tag="invoice"):
    """schema.org Invoice: something was billed."""

    number: str = ""
    date: dt.date | None = None
    total: Money | None = None
    due: dt.date | None = None
    order_number: str = ""
    provenance: Provenance | None = None


class Booking(Value, frozen=True, tag="booking"):
    """schema.org Reservation: a stay, a journey, a table, a show."""

    reference: str
    what: str = ""
    where: str = ""
    start: dt.datetime | None = None
    end: dt.datetime | None = None
    total: Money | None = None
    provenance: Provenance | None = None
    status: BookingStatus = BookingStatus.CONFIRMED


class Benefit(Value, frozen=True, tag="benefit"):
    """A loyalty programme's state: points, tier, voucher; `amount` is what the voucher is worth."""

    programme: str
    number: str = ""
    points: int | None = None
    tier: str = ""
    voucher: str = ""
    expires: dt.date | None = None
    provenance: Provenance | None = None
    amount: Money | None = None


class Return(Value, frozen=True, tag="return"):
    """A return or a refund: `number` is the merchant's own of it, `amount` what is given back."""

    number: str = ""
    order_number: str = ""
    status: ReturnStatus = ReturnStatus.REQUESTED
    amount: Money | None = None
    date: dt.date | None = None
    provenance: Provenance | None = None


class Warranty(Value, frozen=True, tag="warranty"):
    """schema.org WarrantyPromise: what a product of an order is guaranteed for; `begins` and `ends` are days, both in.

    Stored by merchants' deposits, so fields are added at the end only, and none is renamed.
    """

    product: str
    order_number: str = ""
    begins: dt.date | None = None
    ends: dt.date | None = None
    scope: str = ""
    gtin: str = ""
    sku: str = ""
    provenance: Provenance | None = None
