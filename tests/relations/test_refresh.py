"""A reading that takes in what comes piece by piece shows what one does that reads all at once."""

from hypothesis import given
from hypothesis import strategies as st

from mesinfos.model.choice import Choice, Topic
from mesinfos.model.facts import Observation
from mesinfos.model.merchant import Merchant
from mesinfos.model.purchase import Invoice, Order, Parcel
from mesinfos.model.rule import Reach, Rule, Withdrawn
from mesinfos.model.values import Category, Kind
from mesinfos.relations.products import products
from mesinfos.relations.reading import Reading, Seen
from mesinfos.relations.search import find
from mesinfos.relations.timeline import timeline
from tests.cast import ACME, ZETA
from tests.relations.observed import euros, mail, reading_of, saw

BRANCH = Merchant("Acme Boutique", "acme-boutique.example", Kind.SHOP)
PROMO = Rule(Reach.SENDER, ACME.domain, "", category=Category.PROMO)


def _rule(rule: Rule, about: str) -> Observation:
    return Observation(rule, saw(rule).observed_at, message=about)


STORY = (
    mail("one", day=1),  # r1
    saw(Order("A-1", total=euros("10")), 1, mail="r1"),
    mail("two", day=2, merchant=BRANCH),  # r3
    saw(Order("A-1", total=euros("10")), 2, BRANCH, "r3"),
    saw(Choice(Topic.CELL, "promo/shop", "hide"), 3, None),  # r5
    _rule(PROMO, "r1"),  # r6
    mail("three", day=4),  # r7
    saw(Parcel("Colissimo", "6A1", order_number="A-1"), 4, mail="r7"),
    saw(Choice(Topic.JOINED, BRANCH.domain, ACME.domain, "Acme"), 5, None),  # r9
    mail("four", day=6, merchant=BRANCH),
    saw(Withdrawn("r5"), 7, None),
    saw(Choice(Topic.MERCHANT, ZETA.domain, "refused"), 7, None),  # r12
    mail("five", day=8, merchant=ZETA),
    saw(Invoice("F-1", total=euros("10"), order_number="A-1"), 8, mail="r1"),  # of a mail that came before
    saw(Withdrawn("r6"), 9, None),
    mail("six", day=9),
    saw(Withdrawn("r9"), 10, None),
    saw(Choice(Topic.STATE, "a product", "in_use"), 10, None),
    mail("seven", day=11, merchant=BRANCH),
    _rule(Rule(Reach.MAIL, ACME.domain, "", absent=True), "r1"),
)


def shows(reading: Reading) -> list[object]:
    """All that pages are made of."""
    merchants = reading.merchants()
    return [
        merchants,
        reading.orders(),
        reading.parcels(),
        reading.invoices(),
        reading.newest(),
        sorted(reading.observations(), key=lambda seen: seen.seq),
        [timeline(reading, view.id) for view in merchants],
        products(reading),
        find(reading, "o"),
        {topic: reading.choices().all(topic) for topic in Topic},
        reading.mark(),
    ]


@given(st.lists(st.integers(1, 6), min_size=1, max_size=12))
def test_however_it_comes_it_is_the_same(steps):
    """Mails, rules, joins, choices and their ends, a few at a time, looked at after each."""
    reading, taken = Reading(), 0
    while taken < len(STORY):
        step = steps[taken % len(steps)]
        numbered = list(enumerate(STORY, 1))[taken : taken + step]
        reading.add([Seen(f"r{at}", at, seen) for at, seen in numbered])
        taken += step
        assert shows(reading) == shows(reading_of(*STORY[:taken]))


def test_a_choice_of_what_is_shown_folds_nothing_anew():
    """Orders stay the very same list after it, and after its end; a join does not leave them so."""
    reading = reading_of(*STORY[:4])
    orders, mark = reading.orders(), reading.mark()
    reading.add([Seen("r5", 5, STORY[4]), Seen("r6", 6, saw(Withdrawn("r5"), 7, None))])
    assert (reading.orders() is orders, reading.mark()) == (True, mark)
    reading.add([Seen("r7", 7, STORY[8])])
    assert reading.orders() is not orders
    assert reading.mark() == (7, 5)
