"""The shapes of every answer, published in the OpenAPI document; a test holds each disclosure to them.

Names are schema.org's where it has one. No member but these can occur: a merchant's program may refuse others.
"""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

DAY_OR_COARSER = r"^\d{4}(-\d{2}(-\d{2})?)?$"
DAY_OR_MONTH = r"^\d{4}-\d{2}(-\d{2})?$"
MONTH = r"^\d{4}-\d{2}$"
DECIMAL = r"^-?\d+(\.\d+)?$"


class Shape(BaseModel):
    """Closed: an unknown member is an error."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)


class Organization(Shape):
    """A merchant by name and address, or by its sector alone, or a carrier by name."""

    type: Literal["Organization"] = Field(alias="@type")
    name: str | None = None
    url: str | None = None
    additionalType: str | None = Field(None, description="The sector, such as shop or telecom.")  # noqa: N815


class MonetaryAmount(Shape):
    """An exact value, or a bracket [minValue, maxValue) without upper end from 1000 on."""

    type: Literal["MonetaryAmount"] = Field(alias="@type")
    currency: str
    value: str | None = Field(None, pattern=DECIMAL)
    minValue: str | None = Field(None, pattern=DECIMAL)  # noqa: N815
    maxValue: str | None = Field(None, pattern=DECIMAL)  # noqa: N815


class Invoice(Shape):
    """Where schema.org keeps what an order costs."""

    type: Literal["Invoice"] = Field(alias="@type")
    totalPaymentDue: MonetaryAmount  # noqa: N815


class Product(Shape):
    """By name, or by category alone."""

    type: Literal["Product"] = Field(alias="@type")
    name: str | None = None
    category: str | None = None


class OrderItem(Shape):
    """One line of an order; lines by category have no quantity."""

    type: Literal["OrderItem"] = Field(alias="@type")
    orderQuantity: int | None = None  # noqa: N815
    orderedItem: Product  # noqa: N815


class Order(Shape):
    """A purchase, cut down to the grant's fields."""

    type: Literal["Order"] = Field(alias="@type")
    orderDate: str | None = Field(None, pattern=DAY_OR_COARSER)  # noqa: N815
    orderStatus: str | None = None  # noqa: N815
    partOfInvoice: Invoice | None = None  # noqa: N815
    orderedItem: list[OrderItem] | None = None  # noqa: N815
    seller: Organization | None = None


class OrderReference(Shape):
    """The order a parcel belongs to, by the id that order's own disclosure has for this grant."""

    type: Literal["Order"] = Field(alias="@type")
    identifier: str


class ParcelDelivery(Shape):
    """A parcel; never its number, address or pick-up code."""

    type: Literal["ParcelDelivery"] = Field(alias="@type")
    deliveryStatus: str  # noqa: N815
    provider: Organization | None = None
    expectedArrivalFrom: date | None = None  # noqa: N815
    expectedArrivalUntil: date | None = None  # noqa: N815
    seller: Organization | None = None
    partOfOrder: OrderReference | None = None  # noqa: N815


class EmailMessage(Shape):
    """That a mail of a category came in a month; `genre` is the category."""

    type: Literal["EmailMessage"] = Field(alias="@type")
    genre: str
    dateReceived: str = Field(pattern=MONTH)  # noqa: N815
    sender: Organization | None = None


class MemberProgramTier(Shape):
    """A level of a loyalty programme."""

    type: Literal["MemberProgramTier"] = Field(alias="@type")
    name: str


class MemberProgram(Shape):
    """A loyalty programme: the one tier that was reached."""

    type: Literal["MemberProgram"] = Field(alias="@type")
    hasTiers: MemberProgramTier  # noqa: N815


class ProgramMembership(Shape):
    """Where one stands in a loyalty programme; never the card's number nor a voucher's code."""

    type: Literal["ProgramMembership"] = Field(alias="@type")
    programName: str | None = None  # noqa: N815
    program: MemberProgram | None = None
    membershipPointsEarned: int | None = None  # noqa: N815
    validThrough: date | None = Field(None, description="When points or voucher expire.")  # noqa: N815
    hostingOrganization: Organization | None = None  # noqa: N815


class Event(Shape):
    """The days of what is booked, or the month in which it begins."""

    type: Literal["Event"] = Field(alias="@type")
    startDate: str | None = Field(None, pattern=DAY_OR_MONTH)  # noqa: N815
    endDate: date | None = None  # noqa: N815


class Reservation(Shape):
    """Something booked: its kind, state and days, or its month and sector; never its reference, name or place."""

    type: Literal["Reservation"] = Field(alias="@type")
    additionalType: str | None = Field(None, description="schema.org's kind, such as LodgingReservation.")  # noqa: N815
    reservationStatus: str | None = None  # noqa: N815
    reservationFor: Event | None = None  # noqa: N815
    provider: Organization | None = None


class Observation(Shape):
    """How many mails look like `observationAbout`."""

    type: Literal["Observation"] = Field(alias="@type")
    observationAbout: EmailMessage  # noqa: N815
    value: int = Field(ge=1)


Data = Annotated[
    Order | ParcelDelivery | EmailMessage | ProgramMembership | Reservation | Observation, Field(discriminator="type")
]


class Disclosure(Shape):
    """What may be read about one thing. A later one of the same `id` replaces it; a `partial` one only what it says."""

    id: str = Field(pattern=r"^[0-9a-f]{32}$", description="Stable within this grant, meaningless outside it.")
    data: Data | None = None
    partial: Literal[True] | None = Field(None, description="News of the thing: members it lacks keep their value.")
    gone: Literal[True] | None = Field(None, description="Forget this thing.")


class Disclosures(Shape):
    """One page. Ask again with `after` = `next`: at once while there is `more`, later for what is new."""

    disclosures: list[Disclosure]
    next: int
    more: bool
    complete: bool = Field(description="False while the past is still being disclosed.")
    journal_head: str = Field(description="Last hash of the person's journal: keep it, it proves this read was noted.")
    damaged: int = Field(0, description="Disclosures that could not be opened; they are made anew later.")
    left_today: int | None = Field(
        None, ge=0, description="What may still be read today (UTC), where there is a limit."
    )
    again_on: date | None = Field(None, description="Nothing is left today, and there is more: ask again that day.")


class Merchant(Shape):
    """To whom the grant was given."""

    name: str
    domain: str


class Terms(Shape):
    """What was granted, in data and in the sentence that the person read; whom they leave out is not named."""

    grant_id: str
    merchant: Merchant
    fields: list[str]
    scope: str
    merchants: list[str]
    sensitive: list[str]
    goods: list[str] = Field(description="Sensitive categories of products that are included.")
    since: date = Field(description="First day of the data.")
    through: date | None = Field(description="Last day of the data; null for no end.")
    until: date = Field(description="Last day of the grant.")
    retention: int = Field(description="Days you may keep what you read; 0: as long as the purpose needs it.")
    volume: int = Field(description="Disclosures you may read a day (UTC); 0: any number.")
    terms: str = Field(description="The agreement of the IEEE 7012 roster you accepted; empty for none.")
    terms_iri: str
    deposits: list[str] = Field(description="What you may give back.")
    purpose: str
    purpose_iris: list[str]
    sentence: dict[str, str]


class Accepted(Shape):
    """One object of a deposit, by what its merchant calls it."""

    type: str = Field(alias="@type")
    orderNumber: str | None = None  # noqa: N815
    identifier: str | None = None
    programName: str | None = None  # noqa: N815


class Deposited(Shape):
    """What was accepted, object by object, in the order of the body."""

    accepted: list[Accepted]
    journal_head: str = Field(description="Last hash of the person's journal: keep it, it proves that this was noted.")


class Receipt(Shape):
    """ISO/IEC TS 27560 in JSON-LD of DPV 2.3, its detached signatures, and the keys they verify with."""

    format: Literal["mesinfos-receipt/1"]
    receipt: dict[str, Any] = Field(description="What is signed, in its canonical form (RFC 8785).")
    signatures: list[str] = Field(description="Detached JWS (RFC 7515, appendix F), EdDSA; the instance's first.")
    keys: list[dict[str, str]] = Field(description="Public keys as JWK; compare the first with /api/v1/keys.")


class Receipts(Shape):
    """Every receipt of the grant so far; the one of its end comes by another way."""

    receipts: list[Receipt]
    closing_token: str = Field(
        description="Keep it: after the end it opens /api/v1/receipts/closing, and nothing else."
    )
    journal_head: str


class Keys(Shape):
    """A JWK set (RFC 7517)."""

    keys: list[dict[str, str]]


class Problem(BaseModel):
    """RFC 9457, as application/problem+json."""

    type: str
    title: str
    status: int
    detail: str = ""


class Fault(BaseModel):
    """One place that is wrong."""

    pointer: str = Field(description="A JSON pointer (RFC 6901) into the body.")
    detail: str


class Misshapen(Problem):
    """A problem that names each place."""

    errors: list[Fault] = []
