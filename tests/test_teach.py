"""Learning: what the person puts right holds for the mails that are alike, past and to come, and can be undone."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from mesinfos.consent.fields import Field, Purpose, Scope
from mesinfos.consent.grant import draft
from mesinfos.consent.ledger import add_grant
from mesinfos.consent.outbox import fill_past, page
from mesinfos.errors import InvalidInput, NotFound
from mesinfos.model.rule import Kind, Reach
from mesinfos.model.values import Category, Money
from mesinfos.relations.doubts import doubts
from mesinfos.relations.effects import Change
from mesinfos.relations.reading import read
from mesinfos.teach import Said, preview, rule_of, teach, withdraw
from tests.syncing.conftest import Desk
from tests.syncing.letters import mixed, write_mbox

PROVIDER = "mx.maison.example"


def letter(number: int, what: str = "bill", shop: str = "zeta.example", points: str = "") -> bytes:
    """A made-up shop's mail in which the largest amount is not what was paid, or of another kind."""
    at = f"5 Jan 2026 10:{number:02d}:00 +0000"
    bodies = {
        "bill": (
            f"Votre commande ZT-{7000 + number} est confirmée",
            (
                f"Bonjour Alice,\n\nVotre commande est confirmée, nous la préparons avec soin.\n\n"
                f"Numéro de commande : ZT-{7000 + number}\nMontant total : {80 + number},00 €\n"
                f"Votre part à la cagnotte collective : {20 + number},50 €\n{points}\nMerci et à bientôt,\nZeta\n"
            ),
        ),
        "quiz": (
            f"Votre commande du mois, partie {number}",
            (
                f"Bonjour Alice,\n\nLe grand jeu de la commande confirmée : répondez et gagnez.\n\n"
                f"Numéro de commande : JEU-{9000 + number}\nTotal : {3 + number},00 €\n\nLe club des joueurs de Zeta\n"
            ),
        ),
        "mute": (
            "Votre commande est confirmée",
            "Bonjour Alice,\n\nVotre commande est confirmée. Vous la retrouverez dans votre espace client.\n\nZeta\n",
        ),
    }
    subject, body = bodies[what]
    head = (
        f"Authentication-Results: {PROVIDER}; dkim=pass header.d={shop}; dmarc=pass header.from={shop}\n"
        f"From: Zeta <commandes@{shop}>\nTo: alice@maison.example\nDate: {at}\nSubject: {subject}\n"
        f"Message-ID: <{what}{number}@{shop}>\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n"
    )
    return (head + body).encode()


@pytest.fixture
def instance(sqlite_instance):
    """On SQLite: rules are records, whose tests run on both engines."""
    return sqlite_instance


@pytest.fixture
def shop(alice, tmp_path):
    """Alice's desk, with a function that brings her mail."""
    alice.instance.settings = alice.instance.settings.model_copy(update={"workers": 0})
    desk = Desk(alice)
    sources = {}

    def bring(*mails: bytes):
        """Deliver these into the one archive, and sync."""
        path = tmp_path / "mail.mbox"
        kept = sources.setdefault("mails", [])
        kept += [f"X-Id: {len(kept)}\n".encode() + one for one in mails]
        write_mbox(path, kept)
        if "source" not in sources:
            sources["source"] = desk.archive(path)
        desk.sync(sources["source"])
        return read(alice)

    desk.bring = bring
    return desk


def totals(reading):
    """Order numbers and totals, as shown."""
    return {view.order.order_number: view.order.total.amount for view in reading.orders() if view.order.total}


def mail_of(reading, number):
    """The record of the mail that told an order."""
    return next(view.messages[0] for view in reading.orders() if view.order.order_number == number)


def euros(text):
    """An amount in euros."""
    return Money(Decimal(text), "EUR")


def test_a_total_put_right_is_read_so_in_past_and_later_mails(shop):
    """The rule names the value's place; the preview tells what changes; a later sync follows and overwrites nothing."""
    reading = shop.bring(*(letter(number) for number in range(4)))
    assert totals(reading)["ZT-7001"] == Decimal("81.00")
    mail = mail_of(reading, "ZT-7001")
    rule = rule_of(shop.vault, reading, Said(mail, Reach.ALIKE, total=euros("21.50")))
    assert rule.total_at is not None
    assert "cagnotte" in rule.total_at.label
    seen = preview(shop.vault, reading, mail, rule)
    assert [one.changes for one in seen][-1] == (Change("total", euros("80.00"), euros("20.50")),)
    assert totals(reading)["ZT-7001"] == Decimal("81.00"), "a preview keeps nothing"
    rule_id = teach(shop.vault, reading, mail, rule)
    assert set(totals(reading).values()) == {Decimal(f"2{number}.50") for number in range(4)}
    later = shop.bring(letter(7))
    assert totals(later)["ZT-7007"] == Decimal("27.50")
    assert len(totals(later)) == 5
    withdraw(shop.vault, later, rule_id)
    assert totals(later)["ZT-7007"] == Decimal("87.00")
    assert totals(read(shop.vault)) == totals(later)
    assert later.lessons().all == []
    with pytest.raises(NotFound):
        withdraw(shop.vault, later, rule_id)


def test_not_an_order_holds_for_its_template_only(shop):
    """The game's mails are no orders any more; the shop's real orders stay."""
    reading = shop.bring(letter(1), letter(2), letter(1, "quiz"), letter(2, "quiz"))
    assert len(reading.orders()) == 4
    mail = mail_of(reading, "JEU-9001")
    said = Said(mail, Reach.ALIKE, absent=True, category=Category.PROMO)
    teach(shop.vault, reading, mail, rule_of(shop.vault, reading, said))
    assert set(totals(reading)) == {"ZT-7001", "ZT-7002"}
    assert {seen.message.category for seen in reading.messages if "mois" in seen.message.subject} == {Category.PROMO}
    assert set(totals(shop.bring(letter(5, "quiz"), letter(5)))) == {"ZT-7001", "ZT-7002", "ZT-7005"}


def test_a_merchant_put_right_takes_its_mails_along(shop):
    """Mails, orders and counts move to the merchant that the person names, an undo moves them back."""
    reading = shop.bring(letter(1), letter(2, shop="zeta-mailing.example"))
    assert len(reading.merchants()) == 2
    mail = mail_of(reading, "ZT-7002")
    said = Said(mail, Reach.SENDER, merchant="zeta.example")
    rule_id = teach(shop.vault, reading, mail, rule_of(shop.vault, reading, said))
    (merchant,) = reading.merchants()
    assert (merchant.id, merchant.messages, merchant.orders) == ("zeta.example", 2, 2)
    withdraw(shop.vault, reading, rule_id)
    assert len(reading.merchants()) == 2
    rule = rule_of(shop.vault, reading, Said(mail, Reach.SENDER, merchant="Zeta la Douce"))
    assert rule.merchant is not None
    assert (rule.merchant.name, rule.merchant.domain) == ("Zeta la Douce", "zeta-mailing.example")


def test_a_mail_that_told_nothing_is_listed_until_it_is_filled_in(shop):
    """A suspicious zero shows as such; what the person types becomes its order, or the person says it is none."""
    reading = shop.bring(letter(1, "mute"))
    (doubt,) = doubts(reading)
    assert doubt.kind == Kind.NOTHING
    said = Said(doubt.mail, kind=Kind.NOTHING, number="ZT-1", total=euros("12.00"), date=date(2026, 1, 6))
    rule_id = teach(shop.vault, reading, doubt.mail, rule_of(shop.vault, reading, said))
    (order,) = reading.orders()
    assert (order.order.order_number, order.order.total, order.day) == ("ZT-1", euros("12.00"), date(2026, 1, 6))
    assert doubts(reading) == []
    withdraw(shop.vault, reading, rule_id)
    assert (reading.orders(), len(doubts(reading))) == ([], 1)
    said = Said(doubt.mail, Reach.ALIKE, kind=Kind.NOTHING, absent=True)
    teach(shop.vault, reading, doubt.mail, rule_of(shop.vault, reading, said))
    assert doubts(shop.bring(letter(2, "mute"))) == []


def test_a_number_put_right_brings_its_parcel_along_and_says_so(shop):
    """The order of the wrong number is gone, the right one is there, and it counts as read by the person."""
    reading = shop.bring(letter(3))
    mail = mail_of(reading, "ZT-7003")
    said = Said(mail, about="ZT-7003", number="ZT-7003-B", date=date(2026, 1, 2))
    teach(shop.vault, reading, mail, rule_of(shop.vault, reading, said))
    (order,) = reading.orders()
    assert (order.order.order_number, order.day) == ("ZT-7003-B", date(2026, 1, 2))
    assert order.order.provenance.extractor == "person"
    with pytest.raises(InvalidInput):
        rule_of(shop.vault, reading, Said(mail))
    with pytest.raises(NotFound):
        rule_of(shop.vault, reading, Said("nowhere", right=True))


def test_what_is_put_right_wins_over_other_mails_of_the_thing_and_stops_nothing(shop):
    """A total said of the shipping mail is the order's, though the confirmation says another; the order goes on."""
    reading = shop.bring(*mixed(40))
    order = next(view for view in reading.orders() if len(view.messages) == 2)
    said = Said(order.messages[1], about=order.order.order_number, total=euros("12.00"))
    teach(shop.vault, reading, order.messages[1], rule_of(shop.vault, reading, said))
    after = reading.order(order.id)
    assert after.order.total == euros("12.00")
    assert (after.order.status, after.messages) == (order.order.status, order.messages)
    assert after.order.status == "OrderInTransit"


def test_a_forged_mail_learns_nothing_from_a_proved_one(shop):
    """A rule made on a proved mail never speaks for one that only bears the same address."""
    reading = shop.bring(*mixed(40), letter(1))
    mail = mail_of(reading, "ZT-7001")
    said = Said(mail, Reach.SENDER, merchant="Zeta Royale")
    teach(shop.vault, reading, mail, rule_of(shop.vault, reading, said))
    forged = letter(2).replace(b"dkim=pass", b"dkim=none").replace(b"dmarc=pass", b"dmarc=none")
    later = shop.bring(forged)
    zetas = [seen.observation for seen in later.messages if seen.observation.merchant.domain == "zeta.example"]
    assert {seen.verified: seen.merchant.name for seen in zetas} == {True: "Zeta Royale", False: "Zeta"}


def test_what_a_merchant_reads_follows_at_once_and_never_goes_back(shop):
    """A corrected order is disclosed in its right form; while locked, mail about its merchant waits for the rules."""
    reading = shop.bring(*mixed(40), letter(1))
    today = datetime.now(UTC).date()
    wanted = draft(
        shop.vault.vault_id, domain="zeta.example", name="Zeta", fields=(Field.ORDER_TOTAL,), scope=Scope.OWN,
        since=date(2025, 1, 1), until=today + timedelta(days=30), purpose=Purpose.WARRANTY,
    )  # fmt: skip
    given, token = add_grant(shop.vault, wanted)
    fill_past(shop.vault, given, reading)
    assert "81.00" in served(shop, token)
    mail = mail_of(reading, "ZT-7001")
    rule = rule_of(shop.vault, reading, Said(mail, Reach.ALIKE, total=euros("21.50")))
    rule_id = teach(shop.vault, reading, mail, rule)
    assert "21.50" in served(shop, token)
    assert "81.00" not in served(shop, token)
    shop.bring(letter(2))
    assert "82.00" not in served(shop, token), "news of a ruled sender waits until the vault opens"
    withdraw(shop.vault, reading, rule_id)
    assert {"81.00", "82.00"} <= {amount for amount in ("81.00", "82.00") if amount in served(shop, token)}


def served(shop, token):
    """All that the merchant reads now."""
    return b" ".join(page(shop.instance, token).disclosures).decode()
