"""A furnished vault: what a person might have after a year, without reading a single mail."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from mesinfos.catalogue import category_of
from mesinfos.consent.fields import Field, Purpose, Scope
from mesinfos.consent.grant import Grant, draft
from mesinfos.consent.ledger import add_grant
from mesinfos.consent.outbox import fill_past
from mesinfos.model.codec import encode
from mesinfos.model.facts import Fact, Observation
from mesinfos.model.merchant import Merchant, Sender
from mesinfos.model.message import Attachment, Body, Message, Quarantined
from mesinfos.model.provenance import Origin, Provenance
from mesinfos.model.purchase import Benefit, Booking, Invoice, Item, Offer, Order, Parcel, Return, Warranty
from mesinfos.model.rule import Reach, Rule
from mesinfos.model.values import Category, Kind, Money, OrderStatus, ParcelStatus, ReturnStatus
from mesinfos.relations.folding import DEPOSIT
from mesinfos.relations.reading import read
from mesinfos.vault.openvault import OpenVault
from mesinfos.vault.records import NewRecord, store_records
from mesinfos.vault.tags import Tags

NOW = datetime.now(UTC).replace(microsecond=0)
MERCHANTS = (
    Merchant("Acme", "acme.example", Kind.SHOP),
    Merchant("Librairie des Tilleuls", "tilleuls.example", Kind.LEISURE),
    Merchant("Maison Verdier", "verdier.example", Kind.SHOP),
    Merchant("Colis Vert", "colisvert.example", Kind.CARRIER),
    Merchant("Grand Bazar", "grandbazar.example", Kind.MARKETPLACE),
    Merchant("Rail & Rivage", "railrivage.example", Kind.TRAVEL),
    Merchant("Téléphonie Mistral", "mistral.example", Kind.TELECOM),
    Merchant("Mutuelle du Pays", "mutuelle.example", Kind.HEALTH),
    Merchant("Banque Armor", "armor.example", Kind.FINANCE),
    Merchant("Impôts du Canton", "impots.example", Kind.ADMINISTRATION),
    Merchant("Primeur Halles", "halles.example", Kind.FOOD),
    Merchant("Zeta", "zeta.example", Kind.SHOP),
)
THINGS = (
    "Lampe de bureau en laiton",
    "Bouilloire 1,7 L",
    "Carnet pointillé A5",
    "Écouteurs sans fil",
    "Chaise pliante",
)
LETTER = """Bonjour Alice,

Merci pour votre commande ! Voici ce que nous préparons :

  Lampe de bureau en laiton    1 × 59,90 €

Total : 59,90 €. Vous recevrez un message dès l’expédition.
<b>{{ 7*7 }}</b><script>document.title = "opened"</script>"""


class Furnisher:
    """Puts observations into an open vault, as a sync would."""

    def __init__(self, vault: OpenVault, source: str = "furnished") -> None:
        self._vault = vault
        self._source = source
        self._tags = Tags(vault.instance, vault.vault_id)
        self._records: list[NewRecord] = []

    def move_in(self) -> None:
        """Store everything, in one envelope."""
        vault = self._vault
        with vault.instance.database.write(vault.vault_id) as conn:
            store_records(vault.instance, conn, vault.vault_id, self._records)

    def keep(
        self,
        fact: Fact,
        merchant: Merchant | None,
        days: float = 0,
        parent: str = "",
        *,
        verified: bool = True,
        origin: Origin | None = None,
    ) -> str:
        """One observation made `days` days ago; returns its record's id."""
        at = NOW - timedelta(days=days)
        seen = Observation(fact, at, merchant, verified, parent, origin)
        hangs = parent if isinstance(fact, Body | Attachment) else ""
        stream = self._tags.stream(merchant.domain) if merchant else b""
        tag = self._tags.fact(self._source, str(len(self._records)))
        record = NewRecord(str(fact.__struct_config__.tag), encode(seen), tag, stream, at.date(), parent=hangs)
        self._records.append(record)
        return record.record_id

    def mail(
        self,
        merchant: Merchant,
        subject: str,
        category: Category,
        days: float,
        *,
        imitates: str = "",
        facts: int | None = None,
        text: str = LETTER,
        proved: bool = True,
        **more: object,
    ) -> str:
        """One mail with its text; an imitation has no merchant and no proof. `more` are fields of the message."""
        proved = proved and not imitates
        sender = Sender(f"info@{merchant.domain}", merchant.name, merchant.domain, proved, "dkim" if proved else "none")
        at = NOW - timedelta(days=days)
        reasons = ("subject: “commande”", "an order number")
        said = {"language": "fr", "imitates": imitates, "facts": facts}
        if category is Category.PROMO and proved:
            said |= {"list_id": f"news.{merchant.domain}", "unsubscribe": f"https://www.{merchant.domain}/out?u=1"}
            said |= {"one_click": True, "unsubscribe_mail": f"mailto:out@{merchant.domain}?subject=Stop"}
        message = Message(subject, sender, at, category, 0.9, reasons, "Bonjour Alice", **(said | more))  # type: ignore[arg-type]
        record = self.keep(message, None if imitates else merchant, days, verified=proved)
        if text:
            self.keep(Body(text=text), merchant, days, record)
        return record

    def order(self, merchant: Merchant, number: int, days: int, status: OrderStatus) -> str:
        """One order with its mail, its parcel unless it was undone, and its invoice."""
        mail = self.mail(merchant, f"Votre commande n° {number} est confirmée", Category.ORDERS, days)
        name = THINGS[number % len(THINGS)]
        total = Money(Decimal("19.90") + number % 90, "EUR")
        other = THINGS[(number + 2) % 5]
        items = (
            Item(name, 1, Decimal("19.90") + number % 3, category=category_of(name, "fr")),
            Item(other, 2, Decimal(7), category=category_of(other, "fr"), image="https://grandbazar.example/i.jpg"),
        )
        day = (NOW - timedelta(days=days)).date()
        found = Provenance("layout", 0.92, fields="pdf:total")
        self.keep(Order(f"A-{number}", day, status, items=items, total=total, provenance=found), merchant, days, mail)
        paper = Attachment("facture.pdf", "application/pdf", b"%PDF-1.7 furnished")
        self.keep(paper, merchant, days, mail)
        self.keep(Invoice(f"F-{number}", day, total, order_number=f"A-{number}"), merchant, days, mail)
        return mail


def furnish(vault: OpenVault) -> None:
    """Forty mails of twelve merchants, orders in every state, parcels, offers, a booking, an imitation, a consent."""
    house = Furnisher(vault)
    statuses = list(OrderStatus)
    for number, merchant in enumerate(MERCHANTS * 2):
        house.order(merchant, 4100 + number, number * 9, statuses[number % len(statuses)])
        house.mail(merchant, "Les nouveautés du mois", Category.PROMO, number * 7 + 2)
    _parcels(house)
    _others(house)
    _doubtful(house)
    _given(house)
    broken = Quarantined("malformed multipart", 2048, "news@odd.example")
    house.keep(broken, None, 4, verified=False)
    house.mail(Merchant("Acme", "acme-secure.example"), "Votre colis est bloqué", Category.DELIVERY, 1, imitates="Acme")
    house.move_in()


def _parcels(house: Furnisher) -> None:
    today = NOW.date()
    acme, carrier = MERCHANTS[0], MERCHANTS[3]
    house.keep(
        Parcel("Colissimo", "6A11111111111", ParcelStatus.PICKUP_AVAILABLE, "A-4100", pickup_place="Tabac de la Gare",
               pickup_code="4711", pickup_until=today + timedelta(days=5)), acme, 1)  # fmt: skip
    soon = {"expected_from": today + timedelta(days=1), "expected_until": today + timedelta(days=3)}
    house.keep(Parcel("Chronopost", "XY222222222FR", ParcelStatus.IN_TRANSIT, **soon), MERCHANTS[2], 1)
    house.keep(Parcel("Colis Vert", "CV333", ParcelStatus.LATE, expected_until=today - timedelta(days=2)), carrier, 2)
    house.keep(Parcel("Colis Vert", "CV444", ParcelStatus.DELIVERED), carrier, 20)


def _doubtful(house: Furnisher) -> None:
    """A number found in a link only, a mail in which nothing could be read, and a rule about a newsletter."""
    acme = MERCHANTS[0]
    mail = house.mail(acme, "Merci pour votre achat", Category.ORDERS, 6)
    total = Money(Decimal("59.90"), "EUR")
    house.keep(Order("A-9001", total=total, provenance=Provenance("layout", 0.76, "link")), acme, 6, mail)
    house.mail(MERCHANTS[6], "Votre commande Mistral", Category.ORDERS, 5, facts=0)
    news = house.mail(MERCHANTS[10], "Le panier de la semaine", Category.ORDERS, 30)
    house.keep(Rule(Reach.MAIL, "halles.example", "Le panier", category=Category.PROMO), None, 1, news)


def _given(house: Furnisher) -> None:
    """What Acme gave back: two years on the kettle."""
    acme, origin = MERCHANTS[0], Origin(DEPOSIT, "a grant that is over")
    day = NOW.date()
    ends = day + timedelta(days=730)
    paper = Warranty(THINGS[1], "A-4100", day, ends, "Pièces et main-d’œuvre", provenance=Provenance(DEPOSIT))
    house.keep(paper, acme, 1, origin=origin)


def _others(house: Furnisher) -> None:
    today = NOW.date()
    offers = (
        Offer("Sur toute la papeterie", "TILLEUL15", Decimal(15), valid_through=today + timedelta(days=9)),
        Offer("Livraison offerte", conditions="Dès 30 € d’achat, hors meubles"),
        Offer("Soldes d’été", "ETE", Decimal(30), valid_through=date(2026, 1, 5)),
    )
    for offer, merchant in zip(offers, MERCHANTS[1:4], strict=True):
        house.keep(offer, merchant, 3)
    house.keep(Benefit("Carte Bazar", points=1240, tier="Argent"), MERCHANTS[4], 8)
    back = Return("RMA-12", "A-4100", ReturnStatus.REFUNDED, Money(Decimal("9.90"), "EUR"), today)
    house.keep(back, MERCHANTS[0], 1)
    house.keep(Booking("RR-8812", "Rennes → Brest", "Rennes", NOW + timedelta(days=12)), MERCHANTS[5], 10)


def consent(vault: OpenVault, merchant: Merchant = MERCHANTS[0], days: int = 90) -> tuple[Grant, str]:
    """A consent to one merchant, its past disclosed, and the token that reads it."""
    planned = draft(
        vault.vault_id,
        domain=merchant.domain,
        name=merchant.name,
        fields=(Field.ORDER_MONTH, Field.ORDER_STATUS, Field.ORDER_BRACKET, Field.ITEM_CATEGORIES, Field.SECTOR),
        scope=Scope.ALL,
        since=date(2025, 1, 1),
        until=NOW.date() + timedelta(days=days),
        purpose=Purpose.OFFERS,
    )
    given, token = add_grant(vault, planned)
    fill_past(vault, given, read(vault))
    return given, token
