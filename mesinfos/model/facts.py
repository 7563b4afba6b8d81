"""What recognising one raw item gives, and how one fact is kept."""

from datetime import datetime

from mesinfos.model.choice import Choice
from mesinfos.model.merchant import Merchant, Sender
from mesinfos.model.message import Attachment, Body, Message, Quarantined
from mesinfos.model.photo import Photo
from mesinfos.model.provenance import Origin
from mesinfos.model.purchase import Benefit, Booking, Invoice, Offer, Order, Parcel, Return, Warranty
from mesinfos.model.rule import Rule, Withdrawn
from mesinfos.model.values import Value

Purchase = Order | Parcel | Offer | Invoice | Booking | Benefit | Return
Fact = Message | Body | Attachment | Quarantined | Purchase | Warranty | Rule | Withdrawn | Choice | Photo


class Facts(Value, frozen=True):
    """All that one mail says. `merchant` is None for personal, forged or unprovable senders that imitate a merchant.

    `error` is the reason of a quarantine: then nothing else is set but what could still be read of the sender.
    """

    sender: Sender
    merchant: Merchant | None = None
    message: Message | None = None
    body: Body | None = None
    orders: tuple[Order, ...] = ()
    parcels: tuple[Parcel, ...] = ()
    offers: tuple[Offer, ...] = ()
    invoices: tuple[Invoice, ...] = ()
    bookings: tuple[Booking, ...] = ()
    benefits: tuple[Benefit, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    personal: bool = False
    error: str = ""
    returns: tuple[Return, ...] = ()

    def purchases(self) -> tuple[Purchase, ...]:
        """Every fact of commerce, in a fixed order."""
        early: tuple[Purchase, ...] = (*self.orders, *self.parcels, *self.offers, *self.invoices)
        late: tuple[Purchase, ...] = (*self.bookings, *self.benefits, *self.returns)
        return early + late


class Observation(Value, frozen=True):
    """A stored fact; immutable. What the screen shows is the fold of a thing's observations.

    `message` is the record id of the mail it was read from; `verified` whether that mail's sender was proved:
    an unverified observation is shown as such, and is never merged with others or disclosed. What a merchant gave back
    has no mail; its origin's source is "deposit", and the place the grant's id.
    """

    fact: Fact
    observed_at: datetime
    merchant: Merchant | None = None
    verified: bool = False
    message: str = ""
    origin: Origin | None = None
