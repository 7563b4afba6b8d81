"""The parts of a deposit's shapes: schema.org's own types and names, closed and exact."""

from calendar import monthrange
from datetime import date, timedelta
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from mesinfos.model.purchase import Item, Parcel
from mesinfos.model.values import Money, ParcelStatus
from web.api.values import Amount, Currency, Day, Delivered, Gtin, Number, Text, Web, money

# ruff: noqa: N815  the names are schema.org's


class Shape(BaseModel):
    """Closed and strict: an unknown member, or a number where a text belongs, is an error."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


def _listed(value: Any) -> Any:
    """One thing stands for a list of one, as everywhere in schema.org."""
    return value if isinstance(value, list) else [value]


Listed = BeforeValidator(_listed)
Context = Annotated[Literal["https://schema.org", "https://schema.org/"] | None, Field(alias="@context")]


class Organization(Shape):
    """The grant's own merchant, or the carrier of a parcel."""

    type: Literal["Organization"] = Field(alias="@type")
    name: Text
    url: Web | None = None


class Product(Shape):
    """What was bought, by its name; `sku` is the seller's own number of it."""

    type: Literal["Product"] = Field(alias="@type")
    name: Text
    sku: Number | None = None
    gtin: Gtin | None = None


class QuantitativeValue(Shape):
    """How many."""

    type: Literal["QuantitativeValue"] = Field(alias="@type")
    value: int = Field(ge=1, le=9999)


class Duration(Shape):
    """How long: years (ANN), months (MON) or days (DAY), by the codes of UN/CEFACT."""

    type: Literal["QuantitativeValue"] = Field(alias="@type")
    value: int = Field(ge=1, le=36_500)
    unitCode: Literal["ANN", "MON", "DAY"]

    def after(self, first: date) -> date:
        """The last day of what lasts so long and begins that day; raises ValueError beyond fifty years."""
        if self.unitCode == "DAY":
            last = first + timedelta(days=self.value - 1)
        else:
            months = first.month - 1 + self.value * (12 if self.unitCode == "ANN" else 1)
            year, month = first.year + months // 12, months % 12 + 1
            last = first.replace(year=min(year, 9999), month=month, day=1)
            last = last.replace(day=min(first.day, monthrange(last.year, month)[1])) - timedelta(days=1)
        if last.year > first.year + 51:
            raise ValueError("lasts longer than fifty years")
        return last


class MonetaryAmount(Shape):
    """An exact amount."""

    type: Literal["MonetaryAmount"] = Field(alias="@type")
    currency: Currency
    value: Amount

    @model_validator(mode="after")
    def _decimals(self) -> "MonetaryAmount":
        money(self.value, self.currency)
        return self

    def money(self) -> Money:
        """The amount."""
        return Money(self.value, self.currency)


class Offer(Shape):
    """A line of an order that tells a price, of one unit."""

    type: Literal["Offer"] = Field(alias="@type")
    itemOffered: Product
    price: Amount | None = None
    priceCurrency: Currency | None = None
    eligibleQuantity: QuantitativeValue | None = None

    @model_validator(mode="after")
    def _whole(self) -> "Offer":
        if (self.price is None) != (self.priceCurrency is None):
            raise ValueError("price and priceCurrency belong together")
        if self.price is not None and self.priceCurrency is not None:
            money(self.price, self.priceCurrency)
        return self

    def item(self) -> Item:
        """The line."""
        count = self.eligibleQuantity.value if self.eligibleQuantity else 1
        return _item(self.itemOffered, count, self.price)


class OrderItem(Shape):
    """A line of an order without a price."""

    type: Literal["OrderItem"] = Field(alias="@type")
    orderQuantity: int = Field(1, ge=1, le=9999)
    orderedItem: Product

    def item(self) -> Item:
        """The line."""
        return _item(self.orderedItem, self.orderQuantity, None)


def _item(product: Product, count: int, price: Decimal | None) -> Item:
    return Item(product.name, count, price, gtin=product.gtin or "", sku=product.sku or "")


class OrderTotal(Shape):
    """Where schema.org keeps what an order costs; a bill with a number is a deposit of its own."""

    type: Literal["Invoice"] = Field(alias="@type")
    totalPaymentDue: MonetaryAmount


class OrderReference(Shape):
    """An order of the same merchant, by its number."""

    type: Literal["Order"] = Field(alias="@type")
    orderNumber: Number


class ParcelDelivery(Shape):
    """A parcel of the order."""

    type: Literal["ParcelDelivery"] = Field(alias="@type")
    trackingNumber: Number | None = None
    trackingUrl: Web | None = None
    provider: Organization | None = None
    deliveryStatus: Delivered = ParcelStatus.ANNOUNCED
    expectedArrivalFrom: Day | None = None
    expectedArrivalUntil: Day | None = None

    def parcel(self, order_number: str) -> Parcel:
        """The parcel."""
        return Parcel(
            carrier=self.provider.name if self.provider else "",
            tracking_number=self.trackingNumber or "",
            status=self.deliveryStatus,
            order_number=order_number,
            tracking_url=self.trackingUrl or "",
            expected_from=self.expectedArrivalFrom,
            expected_until=self.expectedArrivalUntil,
        )
