"""Observations for the tests of folds: short ways to say them, and strategies that make conflicting ones."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from mesinfos.model.facts import Fact, Observation
from mesinfos.model.merchant import Merchant, Sender
from mesinfos.model.message import Message
from mesinfos.model.provenance import Origin
from mesinfos.model.purchase import Benefit, Booking, Invoice, Item, Offer, Order, Parcel, Return, Warranty
from mesinfos.model.values import BookingStatus, Category, Kind, Money, OrderStatus, ParcelStatus, ReturnStatus
from mesinfos.relations.folding import DEPOSIT, PERSON
from mesinfos.relations.reading import Reading, Seen
from tests.cast import ACME, ZETA

START = datetime(2026, 3, 1, 9, tzinfo=UTC)
COLIS = Merchant("Colis Vert", "colisvert.example", Kind.CARRIER)


def saw(
    fact: Fact, day: int = 0, merchant: Merchant | None = ACME, mail: str = "", verified: bool = True
) -> Observation:
    """An observation made `day` days after the first of March 2026."""
    return Observation(fact, START + timedelta(days=day), merchant, verified, mail)


def corrected(fact: Fact, day: int = 0, merchant: Merchant | None = ACME, mail: str = "") -> Observation:
    """What the person says about it."""
    return Observation(fact, START + timedelta(days=day), merchant, True, mail, Origin(source=PERSON))


def given(fact: Fact, day: int = 0, merchant: Merchant | None = ACME) -> Observation:
    """What the merchant itself gave back about it, under a grant."""
    return Observation(fact, START + timedelta(days=day), merchant, True, "", Origin(DEPOSIT, "grant"))


def euros(amount: str) -> Money:
    """An amount in euros."""
    return Money(Decimal(amount), "EUR")


def mail(subject: str, category: Category = Category.ORDERS, day: int = 0, merchant: Merchant = ACME) -> Observation:
    """A message seen that day."""
    sender = Sender(f"info@{merchant.domain}", merchant.name, merchant.domain, verified=True, proof="dkim")
    return saw(Message(subject, sender, START + timedelta(days=day), category), day, merchant)


def reading_of(*observations: Observation) -> Reading:
    """A reading that holds these observations, records named r1, r2 and so on."""
    reading = Reading()
    reading.add([Seen(f"r{at}", at, observation) for at, observation in enumerate(observations, 1)])
    return reading


_numbers = st.sampled_from(["", "A-1", "a-1", "B 2"])
_tracking = st.sampled_from(["", "6A1", "6a 1", "6B2"])
_totals = st.sampled_from([None, euros("10"), euros("20.50"), Money(Decimal(7), "CHF")])
_days = st.sampled_from([None, date(2026, 3, 1), date(2026, 3, 5)])
_items = st.sampled_from([(), (Item("Lampe"),), (Item("Lampe", 1, Decimal(10)), Item("Vis", 2, Decimal("0.50")))])

facts = st.one_of(
    st.builds(Order, _numbers, date=_days, status=st.sampled_from(OrderStatus), items=_items, total=_totals),
    st.builds(
        Parcel,
        st.sampled_from(["", "Colissimo"]),
        _tracking,
        status=st.sampled_from(ParcelStatus),
        order_number=_numbers,
        expected_from=_days,
    ),
    st.builds(Invoice, _numbers, total=_totals, order_number=_numbers),
    st.builds(Offer, st.sampled_from(["-10 %", "Soldes"]), code=st.sampled_from(["", "MARS"]), valid_through=_days),
    st.builds(
        Booking,
        st.sampled_from(["", "QX7"]),
        what=st.sampled_from(["", "Paris–Lyon"]),
        start=st.sampled_from([None, START]),
        total=_totals,
        status=st.sampled_from(BookingStatus),
    ),
    st.builds(
        Return, st.sampled_from(["", "R-1", "R-2"]), _numbers, st.sampled_from(ReturnStatus), amount=_totals, date=_days
    ),
    st.builds(Benefit, st.sampled_from(["Club", "club"]), points=st.sampled_from([None, 10, 20])),
    st.builds(Warranty, st.sampled_from(["Lampe", "lampe", "Vis"]), _numbers, begins=_days, ends=_days),
)
observations = st.builds(
    Observation,
    facts,
    st.integers(0, 3).map(lambda day: START + timedelta(days=day)),
    st.sampled_from([ACME, ZETA, COLIS, None]),
    st.booleans(),
    st.sampled_from(["", "m1", "m2"]),
    st.sampled_from([None, Origin("imap", "INBOX", "1/2"), Origin(source=PERSON), Origin(DEPOSIT, "grant")]),
)
