"""The shapes of a deposit: schema.org's types and names, closed and exact, and what each states.

No member but these is taken; `docs/api.md` shows an example of each. What a member would not tell the person is left
out on purpose: no picture, no address, no means of payment.
"""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from mesinfos.consent.deposit import Party, Statement
from mesinfos.consent.fields import Deposit
from mesinfos.model.purchase import Benefit, Invoice, Item, Order, Parcel, Warranty
from mesinfos.model.values import Money, OrderStatus, ParcelStatus
from web.api.values import (
    Amount,
    Currency,
    Day,
    Delivered,
    Gtin,
    Number,
    PastDay,
    Status,
    Text,
    Web,
    money,
)

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


class Top(Shape):
    """What may stand at the top of a body."""

    context: Context = None
    seller: Organization | None = None

    def statements(self, path: str) -> Iterator[Statement]:
        """What it states; `path` is where it stands."""
        raise NotImplementedError

    def parties(self, path: str) -> Iterator[Party]:
        """Whom it names as the merchant."""
        if self.seller:
            yield Party(self.seller.name, self.seller.url or "", f"{path}/seller")


class OrderGiven(Top):
    """schema.org Order."""

    type: Literal["Order"] = Field(alias="@type")
    orderNumber: Number
    orderDate: PastDay
    orderStatus: Status = OrderStatus.PROCESSING
    acceptedOffer: Annotated[tuple[Offer, ...], Listed, Field(max_length=100, strict=False)] = ()
    orderedItem: Annotated[tuple[OrderItem, ...], Listed, Field(max_length=100, strict=False)] = ()
    partOfInvoice: OrderTotal | None = None
    orderDelivery: Annotated[tuple[ParcelDelivery, ...], Listed, Field(max_length=20, strict=False)] = ()

    @model_validator(mode="after")
    def _whole(self) -> "OrderGiven":
        if self.acceptedOffer and self.orderedItem:
            raise ValueError("acceptedOffer and orderedItem are two ways to tell the same; choose one")
        paid = self.partOfInvoice.totalPaymentDue.currency if self.partOfInvoice else None
        if any(one.priceCurrency not in {None, paid} for one in self.acceptedOffer):
            raise ValueError("prices need partOfInvoice.totalPaymentDue in their currency")
        return self

    def statements(self, path: str) -> Iterator[Statement]:
        """The order, and each of its parcels."""
        lines = tuple(one.item() for one in self.acceptedOffer or self.orderedItem)
        total = self.partOfInvoice.totalPaymentDue.money() if self.partOfInvoice else None
        order = Order(self.orderNumber, self.orderDate, self.orderStatus, items=lines, total=total)
        yield Statement(order, Deposit.ORDERS, path)
        for place, one in enumerate(self.orderDelivery):
            yield Statement(one.parcel(self.orderNumber), Deposit.ORDERS, f"{path}/orderDelivery/{place}")


class InvoiceGiven(Top):
    """schema.org Invoice; `dateIssued` is the name that schema.org has for a ticket's day."""

    type: Literal["Invoice"] = Field(alias="@type")
    identifier: Number
    dateIssued: PastDay
    totalPaymentDue: MonetaryAmount
    paymentDueDate: Day | None = None
    referencesOrder: OrderReference | None = None

    def statements(self, path: str) -> Iterator[Statement]:
        """The bill."""
        number = self.referencesOrder.orderNumber if self.referencesOrder else ""
        total = self.totalPaymentDue.money()
        fact = Invoice(self.identifier, self.dateIssued, total, self.paymentDueDate, number)
        yield Statement(fact, Deposit.INVOICES, path)


class WarrantyGiven(Top):
    """schema.org WarrantyPromise, with its product and its order, by the names that Offer and Invoice have for them."""

    type: Literal["WarrantyPromise"] = Field(alias="@type")
    itemOffered: Product
    referencesOrder: OrderReference
    validFrom: Day
    validThrough: Day | None = None
    durationOfWarranty: Duration | None = None
    warrantyScope: Text | None = None

    @model_validator(mode="after")
    def _whole(self) -> "WarrantyGiven":
        if (self.validThrough is None) == (self.durationOfWarranty is None):
            raise ValueError("says either validThrough or durationOfWarranty")
        if self.last < self.validFrom:
            raise ValueError("ends before it begins")
        return self

    @property
    def last(self) -> date:
        """The last day."""
        if self.durationOfWarranty:
            return self.durationOfWarranty.after(self.validFrom)
        return self.validThrough or self.validFrom

    def statements(self, path: str) -> Iterator[Statement]:
        """The warranty."""
        product, number = self.itemOffered, self.referencesOrder.orderNumber
        marks = (self.warrantyScope or "", product.gtin or "", product.sku or "")
        yield Statement(Warranty(product.name, number, self.validFrom, self.last, *marks), Deposit.WARRANTIES, path)


class MembershipGiven(Top):
    """schema.org ProgramMembership: a loyalty programme and its balance."""

    type: Literal["ProgramMembership"] = Field(alias="@type")
    programName: Text
    membershipNumber: Number | None = None
    membershipPointsEarned: int = Field(ge=0, le=10**9)
    hostingOrganization: Organization | None = None

    def statements(self, path: str) -> Iterator[Statement]:
        """The balance."""
        fact = Benefit(self.programName, self.membershipNumber or "", self.membershipPointsEarned)
        yield Statement(fact, Deposit.BENEFITS, path)

    def parties(self, path: str) -> Iterator[Party]:
        """Whoever runs the programme is the merchant too."""
        yield from super().parties(path)
        if self.hostingOrganization:
            host = self.hostingOrganization
            yield Party(host.name, host.url or "", f"{path}/hostingOrganization")


SHAPES: dict[str, type[Top]] = {
    "Order": OrderGiven,
    "Invoice": InvoiceGiven,
    "WarrantyPromise": WarrantyGiven,
    "ProgramMembership": MembershipGiven,
}
