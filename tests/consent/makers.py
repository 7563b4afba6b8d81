"""Grants and things for the tests of consent, each with one word to change what matters."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec

from mesinfos.consent import ledger, outbox
from mesinfos.consent.fields import Field, Purpose, Scope
from mesinfos.consent.grant import Grant, draft
from mesinfos.consent.things import Thing, from_observation
from mesinfos.model.codec import encode
from mesinfos.model.facts import Observation, Purchase
from mesinfos.model.merchant import Merchant, Sender
from mesinfos.model.message import Message
from mesinfos.model.provenance import Provenance
from mesinfos.model.purchase import Benefit, Booking, Item, Order, Parcel
from mesinfos.model.values import Category, Kind, Money, OrderStatus, ParcelStatus
from mesinfos.vault.openvault import OpenVault
from mesinfos.vault.records import NewRecord, store_records
from tests.cast import ACME, ZETA

NOW = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)
TODAY = NOW.date()
LONG_AGO = datetime(2024, 5, 1, 9, 0, tzinfo=UTC)
GRANT_ID = "abcdefghijklmnopqrstuvwxyz"
CLINIC = Merchant("Clinique", "clinique.example", Kind.HEALTH)
DARTY = Merchant("Darty", "darty.example", Kind.SHOP)
EVERYTHING_FINE = (
    *(Field.ORDER_DATE, Field.ORDER_STATUS, Field.ORDER_TOTAL, Field.ITEM_NAMES),
    *(Field.PARCELS, Field.MESSAGE_CATEGORIES, Field.BENEFITS, Field.BOOKING_DAY, Field.MERCHANT),
)
EVERYTHING_COARSE = (
    *(Field.ORDER_MONTH, Field.ORDER_STATUS, Field.ORDER_BRACKET, Field.ITEM_CATEGORIES),
    *(Field.PARCELS, Field.MESSAGE_COUNTS, Field.BENEFITS, Field.BOOKING_MONTH, Field.SECTOR),
)


def a_grant(**changes: Any) -> Grant:
    """Acme may see the month and status of what Alice ordered there, for a year."""
    answers: dict[str, Any] = {
        "vault_id": "vault-of-alice",
        "domain": ACME.domain,
        "name": ACME.name,
        "fields": (Field.ORDER_MONTH, Field.ORDER_STATUS),
        "scope": Scope.OWN,
        "since": date(2025, 1, 1),
        "until": date(2027, 2, 20),
        "purpose": Purpose.OFFERS,
        "grant_id": GRANT_ID,
        "now": NOW,
    }
    return draft(**(answers | changes))


def an_order(**changes: Any) -> Order:
    """Two lines, 59.98 EUR."""
    values: dict[str, Any] = {
        "order_number": "A-1001",
        "date": date(2026, 11, 2),
        "status": OrderStatus.IN_TRANSIT,
        "seller": "Acme",
        "items": (
            Item("Casque audio", 1, Decimal("49.99"), category="Electronics"),
            Item("Câble", 2, Decimal("4.99"), url="https://acme.example/c", category="Electronics"),
        ),
        "total": Money(Decimal("59.97"), "EUR"),
        "payment_method": "Visa 4242",
    }
    return Order(**(values | changes))


def a_parcel(**changes: Any) -> Parcel:
    """On its way, with everything a parcel may hold."""
    values: dict[str, Any] = {
        "carrier": "Colissimo",
        "tracking_number": "6A12345678901",
        "status": ParcelStatus.IN_TRANSIT,
        "order_number": "A-1001",
        "tracking_url": "https://suivi.example/6A12345678901",
        "expected_from": date(2026, 11, 24),
        "expected_until": date(2026, 11, 25),
        "pickup_place": "Relais du Port",
        "pickup_code": "731902",
    }
    return Parcel(**(values | changes))


def a_message(category: Category = Category.PROMO) -> Message:
    """A newsletter with a subject nobody else may read."""
    sender = Sender("news@acme.example", "Acme", "acme.example", verified=True, proof="dkim")
    return Message("Secret de Noël", sender, NOW, category, snippet="Bonjour Alice", message_id="<1@acme.example>")


def a_benefit(**changes: Any) -> Benefit:
    """A programme with points and a tier, and with a card and a voucher that nobody else may see."""
    values: dict[str, Any] = {
        "programme": "Club Acme",
        "number": "9250017734",
        "points": 1240,
        "tier": "Argent",
        "voucher": "MERCI-77X",
        "expires": date(2027, 1, 31),
        "amount": Money(Decimal("8.15"), "EUR"),
    }
    return Benefit(**(values | changes))


def a_booking(**changes: Any) -> Booking:
    """Three nights in a house with a name, under a reference."""
    values: dict[str, Any] = {
        "reference": "RQXF77",
        "what": "Hôtel du Vieux Moulin",
        "where": "12 quai Duguay, Saint-Malo",
        "start": datetime(2026, 12, 4, 15, 0, tzinfo=UTC),
        "end": datetime(2026, 12, 7, 11, 0, tzinfo=UTC),
        "total": Money(Decimal("411.30"), "EUR"),
        "provenance": Provenance("markup", 0.98, "schema.org LodgingReservation"),
    }
    return Booking(**(values | changes))


HIDDEN = (
    *("A-1001", "6A123", "731902", "Relais", "Visa", "Secret", "Bonjour", "news@", "suivi.example"),
    *("9250017734", "MERCI", "8.15", "RQXF77", "Moulin", "Duguay", "Malo", "411.30", "T15", "T11"),
)
"""What stands in these things and has no field: no grant shows it."""


def seen(fact: Purchase | Message, **changes: Any) -> Observation:
    """An observation of Acme, proved, made now."""
    values: dict[str, Any] = {"fact": fact, "observed_at": NOW, "merchant": ACME, "verified": True, "message": "m1"}
    return Observation(**(values | changes))


def a_thing(fact: Purchase | Message | None = None, **changes: Any) -> Thing:
    """The thing an observation of `fact` (an order if not said) speaks of."""
    thing = from_observation("r1", seen(fact or an_order(), **changes))
    assert thing is not None
    return thing


def past() -> list[Observation]:
    """What Alice's vault remembers in most tests."""
    day = date(2026, 6, 3)
    return [
        seen(an_order(), message="m1"),
        seen(an_order(order_number="A-0900", date=date(2024, 5, 1)), message="m0", observed_at=LONG_AGO),
        seen(an_order(order_number="Z-7", date=day, seller="Zeta"), merchant=ZETA, message="m2"),
        seen(an_order(order_number="C-1", date=day, seller="Clinique"), merchant=CLINIC, message="m3"),
        seen(an_order(order_number="A-6666", date=day), verified=False, message="m4"),
        seen(a_parcel(), message="m5"),
        seen(a_message(), message="m6"),
        seen(a_message(), message="m7"),
        seen(a_message(Category.DELIVERY), message="m8", merchant=ZETA),
        seen(a_benefit(), message="b1"),
        seen(a_booking(), message="b2"),
    ]


def remember(vault: OpenVault, observations: Sequence[Observation], *, disclose: bool = False) -> list[str]:
    """Store observations as a sync does, in one transaction; with `disclose`, disclose them too."""
    records = [
        NewRecord(type(one.fact).__name__.lower(), encode(one), b"", b"", one.observed_at.date())
        for one in observations
    ]
    with vault.instance.database.write(vault.vault_id) as conn:
        ids = store_records(vault.instance, conn, vault.vault_id, records)
        if disclose:
            pairs = list(zip(ids, observations, strict=True))
            outbox.disclose_batch(vault.instance, conn, vault.vault_id, pairs)
    return ids


def promise(vault: OpenVault, **changes: Any) -> Grant:
    """`a_grant` for this vault, dated today, with an id of its own."""
    own = {"vault_id": vault.vault_id, "grant_id": "", "now": None, "since": date(2025, 1, 1), "until": None}
    answers = own | changes
    answers["until"] = answers["until"] or ledger.today() + timedelta(days=90)
    return a_grant(**answers)


def told(page: outbox.Page) -> list[dict[str, Any]]:
    """The disclosures of a page, decoded."""
    return [msgspec.json.decode(one) for one in page.disclosures]
