"""The shapes of a deposit: schema.org's types and names, closed and exact, and what each states.

No member but these is taken; `docs/api.md` shows an example of each. What a member would not tell the person is left
out on purpose: no picture, no address, no means of payment.
"""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Literal

from pydantic import Field, model_validator

from mesinfos.consent.deposit import Party, Statement
from mesinfos.consent.fields import Deposit
from mesinfos.model.purchase import Benefit, Invoice, Order, Warranty
from mesinfos.model.values import OrderStatus
from web.api.parts import (
    Context,
    Duration,
    Listed,
    MonetaryAmount,
    Offer,
    OrderItem,
    OrderReference,
    OrderTotal,
    Organization,
    ParcelDelivery,
    Product,
    Shape,
)
from web.api.values import Day, Number, PastDay, Status, Text

# ruff: noqa: N815  the names are schema.org's


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
