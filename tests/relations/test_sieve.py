"""What the person wants to see: merchants refused or paused, the matrix, its exceptions, what is never put aside."""

from datetime import date, timedelta

import pytest

from mesinfos.model.choice import Choice, Topic
from mesinfos.model.merchant import Merchant
from mesinfos.model.purchase import Invoice, Parcel
from mesinfos.model.rule import Withdrawn
from mesinfos.model.values import Category, Kind
from mesinfos.relations.recalls import is_recall
from mesinfos.relations.sieve import sift
from tests.cast import ACME, ZETA
from tests.relations.observed import mail, reading_of, saw

TODAY = date(2026, 3, 20)
POWER = Merchant("Courant", "courant.example", Kind.ENERGY)


def chose(topic: Topic, subject: str, value: str, also: str = ""):
    """What a person chose."""
    return saw(Choice(topic, subject, value, also), 19, None)


def shown(*observations) -> list[str]:
    """The subjects that a list shows, weeks as the number of their mails."""
    sifted = sift(reading_of(*observations), TODAY)
    return [
        f"{one.merchant.name} {len(one.mails)}" if hasattr(one, "mails") else one.message.subject
        for one in sifted.lines()
    ]


def test_without_choices_everything_shows():
    """The list is the mail, newest first."""
    assert shown(mail("one", day=1), mail("two", day=2)) == ["two", "one"]


def test_a_refused_merchant_is_gone_from_lists_and_nothing_is_lost():
    """Its mail is in the drawer, everybody else's in the list; taken back, all is as before."""
    mails = [mail("news", Category.PROMO, 1), mail("hello", Category.ACCOUNT, 2), mail("other", day=3, merchant=ZETA)]
    refusal = chose(Topic.MERCHANT, ACME.domain, "refused")
    assert shown(*mails, refusal) == ["other"]
    hidden = sift(reading_of(*mails, refusal), TODAY).hidden
    assert [seen.message.subject for seen in hidden] == ["hello", "news"]
    assert shown(*mails, refusal, saw(Withdrawn("r4"), 19, None)) == ["other", "hello", "news"]
    assert shown(*mails, refusal, chose(Topic.MERCHANT, ACME.domain, "accepted")) == ["other", "hello", "news"]


def test_a_pause_ends_by_itself():
    """It holds until its day, that day included."""
    news = mail("news", Category.PROMO)
    assert shown(news, chose(Topic.MERCHANT, ACME.domain, "paused", str(TODAY))) == []
    assert shown(news, chose(Topic.MERCHANT, ACME.domain, "paused", str(TODAY - timedelta(days=1)))) == ["news"]


def test_bills_deliveries_and_recalls_always_come_through():
    """By the mail's category, by what was read in it, or by its words; a mail that only advertises does not."""
    hide = [chose(Topic.MERCHANT, ACME.domain, "refused")]
    hide += [chose(Topic.CELL, f"{category}/shop", "hide") for category in Category]
    mails = [
        mail("your bill", Category.BILLING, 1),
        mail("on its way", Category.DELIVERY, 2),
        mail("Rappel de produit : votre bouilloire", Category.PROMO, 3),
        mail("ordered", Category.ORDERS, 4),
        mail("parcel told", Category.NOTIFICATIONS, 5),
        mail("-20 %", Category.PROMO, 6),
    ]
    facts = [saw(Invoice("F-1"), 4, mail="r4"), saw(Parcel("Colissimo", "6A1", pickup_code="4711"), 5, mail="r5")]
    kept = shown(*mails, *facts, *hide)
    assert kept == ["parcel told", "ordered", "Rappel de produit : votre bouilloire", "on its way", "your bill"]
    reasons = sift(reading_of(*mails, *facts, *hide), TODAY).kept
    assert reasons == {"r1": "bill", "r2": "delivery", "r3": "safety notice", "r4": "bill", "r5": "delivery"}


@pytest.mark.parametrize(
    ("cells", "left"),
    [
        ({"promo/energy": "hide"}, ["shop news", "account"]),
        ({"promo/energy": "hide", "promo@courant.example": "show"}, ["shop news", "account", "power news"]),
        ({"promo@courant.example": "hide"}, ["shop news", "account"]),
        ({"promo/shop": "hide", "account/energy": "hide"}, ["power news"]),
        ({"promo/unknown": "hide", "promo/energy": "show"}, ["shop news", "account", "power news"]),
    ],
)
def test_cells_cross_the_kind_of_mail_with_the_kind_of_merchant(cells, left):
    """An exception for one merchant wins over the cell of its kind."""
    mails = [
        mail("power news", Category.PROMO, 1, POWER),
        mail("account", Category.ACCOUNT, 2, POWER),
        mail("shop news", Category.PROMO, 3),
    ]
    assert shown(*mails, *(chose(Topic.CELL, subject, value) for subject, value in cells.items())) == left


def test_a_digest_is_one_line_per_merchant_and_week():
    """Weeks begin on Monday; a line stands where its newest mail stood."""
    mails = [mail(f"news {day}", Category.PROMO, day) for day in (0, 1, 2, 8)]  # the first of March 2026 is a Sunday
    mails += [mail("zeta", Category.PROMO, 1, ZETA), mail("order", Category.ORDERS, 4)]
    lines = shown(*mails, chose(Topic.CELL, "promo@acme.example", "digest"))
    assert lines == ["Acme 1", "order", "Acme 2", "zeta", "Acme 1"]


def test_a_thing_hides_when_all_its_mail_does():
    """An offer told by a hidden mail and a shown one still shows; without mail it goes with its merchant's offers."""
    mails = [mail("news", Category.PROMO, 1), mail("order", Category.ORDERS, 2)]
    sifted = sift(reading_of(*mails, chose(Topic.CELL, "promo/shop", "hide")), TODAY)
    assert sifted.hides(ACME, ("r1",))
    assert not sifted.hides(ACME, ("r1", "r2"))
    assert sifted.hides(ACME, ())
    assert not sifted.hides(POWER, ())
    assert not sifted.hides(None, ())


@pytest.mark.parametrize(
    "subject",
    [
        "Rappel produit : bouilloire BX-2",
        "RAPPEL DE SECURITE",
        "Product recall: kettle",
        "Wichtiger Produktrückruf",
        "Retirada de producto",
        "Richiamo di prodotto",
        "Terugroepactie waterkoker",
        "Wycofanie produktu z rynku",
        "Återkallelse av vattenkokare",
        "Ürün geri çağırma",
        "Ανάκληση προϊόντος",
        "Відкликання товару",
        "产品召回公告",
        "自主回収のお知らせ",
    ],
)
def test_recalls_are_known_by_their_words(subject):
    """In the languages that are read, accents or not."""
    assert is_recall(mail(subject).fact)


@pytest.mark.parametrize(
    "subject", ["Rappel : votre panier vous attend", "Dernier rappel -20 %", "Total recall", "", "Avis client"]
)
def test_a_reminder_is_no_recall(subject):
    """A cart that waits is no danger."""
    assert not is_recall(mail(subject).fact)
