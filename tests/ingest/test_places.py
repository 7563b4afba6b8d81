"""What mails of one template share, and where values stand in them."""

from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import combinations

from mesinfos.demo.story import household
from mesinfos.ingest import places
from mesinfos.ingest.pipeline import recognise
from mesinfos.ingest.template import likeness
from mesinfos.model.merchant import Sender
from mesinfos.model.message import Body, Message
from mesinfos.model.rule import Place
from mesinfos.model.values import Category, Money

SENT = datetime(2026, 3, 2, 9, tzinfo=UTC)


def sheet(text: str = "", html: str = ""):
    """A kept French mail, laid out again."""
    sender = Sender("shop@acme.example", "Acme", "acme.example", verified=True, proof="dkim")
    return places.sheet_of(Message("Commande AC-77", sender, SENT, Category.ORDERS), Body(text, html))


def euros(amount: str) -> Money:
    """An amount in euros."""
    return Money(Decimal(amount), "EUR")


BILL = (
    "Sous-total : 20,00 €\nTotal : 24,00 €\nVotre cagnotte : 3,10 €\nNuméro de commande : AC-77\nDate : 2 mars 2026\n"
)
NEXT = (
    "<table><tr><td>Sous-total</td><td>8,00 €</td></tr><tr><td>Votre cagnotte</td><td>1,90 €</td></tr>"
    "<tr><td>Numéro de commande</td><td>AC-9912</td></tr><tr><td>Date</td><td>9 mars 2026</td></tr></table>"
)


def test_letters_of_one_kind_are_alike_whatever_they_sell():
    """Confirmations of one shop share their set phrases; its newsletter and its confirmation do not."""
    found = [recognise(raw).message for _, raw in household(datetime(2026, 11, 24, 12, tzinfo=UTC)).mails[:260]]
    mails = [one for one in found if one is not None and one.sender.address and one.template]
    by_sender: dict[str, list[Message]] = {}
    for one in mails:
        by_sender.setdefault(one.sender.address, []).append(one)
    kinds = [
        (likeness(one.template, other.template), one.category is other.category)
        for group in by_sender.values()
        for one, other in combinations(group, 2)
        if {one.category, other.category} <= {Category.PROMO, Category.ORDERS}
    ]
    assert max(like for like, same in kinds if not same) < 0.6
    assert sum(like >= 0.6 for like, same in kinds if same) > 30
    assert likeness("", "") == 0.0
    assert likeness(mails[0].template, mails[0].template) == 1.0


def test_a_value_is_found_again_after_the_same_words():
    """The words before an amount, a number or a day find it in the next mail, in either rendering."""
    one = sheet(BILL)
    other = sheet(html=NEXT)
    asked = (
        (places.totals, euros("3.10"), euros("1.90")),
        (places.numbers, "ac-77", "AC-9912"),
        (places.days, date(2026, 3, 2), date(2026, 3, 9)),
    )
    for read, value, wanted in asked:
        spot = places.of_value(read(one), value)
        assert spot is not None
        assert places.at(read(other), spot.place) == wanted
    assert places.of_value(places.totals(one), euros("99")) is None


def test_of_equal_labels_the_one_counted_from_the_end_is_meant():
    """A sum closes what it sums, however many lines stand above it."""
    spot = places.of_value(places.totals(sheet("Total : 5,00 €\nTotal : 7,00 €\nTotal : 12,00 €\n")), euros("12"))
    assert spot is not None
    assert spot.place.nth == 1
    longer = "Total : 1,00 €\nTotal : 2,00 €\nTotal : 3,00 €\nTotal : 6,00 €\n"
    assert places.at(places.totals(sheet(longer)), spot.place) == euros("6")


def test_words_that_are_mostly_the_same_will_do_and_others_find_nothing():
    """What was paid on 4 November is what was paid on 3 December; a label that is not there is no value."""
    december = places.totals(sheet("Montant réglé le 3 décembre : 8,00 €\n"))
    november = Place("text", "montant regle le 0 novembre")
    assert places.at(december, november) == euros("8")
    assert places.at(december, Place("text", "votre cagnotte")) is None


def test_a_person_sees_the_lines_a_value_was_read_from():
    """The lines that hold a number or an amount, the subject among them."""
    mail = sheet(BILL)
    assert places.lines_with(mail, "AC-77") == ["Commande AC-77", "Numéro de commande : AC-77"]
    assert places.lines_with(mail, euros("24")) == ["Total : 24,00 €"]
    assert places.lines_with(mail, "") == []
