"""Joined merchants: one page, one name, one fold; and split again as if nothing had been."""

from mesinfos.model.choice import Choice, Topic
from mesinfos.model.merchant import Merchant
from mesinfos.model.purchase import Order
from mesinfos.model.rule import Withdrawn
from mesinfos.model.values import Category, Kind
from mesinfos.relations.choices import Choices
from mesinfos.relations.joining import Joins
from mesinfos.relations.merging import alike, joining, together
from mesinfos.relations.reading import Reading, Seen
from tests.cast import ACME, ZETA
from tests.relations.observed import euros, mail, reading_of, saw

BRANCH = Merchant("Acme Boutique", "acme-boutique.example", Kind.SHOP)
MAILS = (
    mail("one", day=1),
    mail("two", day=2, merchant=BRANCH),
    mail("three", Category.PROMO, 3, BRANCH),
    mail("other", day=4, merchant=ZETA),
)


def join(domain: str, under: str, name: str = ""):
    """The person says that they are one."""
    return saw(Choice(Topic.JOINED, domain, under, name), 5, None)


def test_the_joined_are_one_merchant():
    """One line in the list, with the chosen name, all mail, and both addresses leading to it."""
    reading = reading_of(*MAILS, join(BRANCH.domain, ACME.domain, "Acme"))
    assert {view.id: view.messages for view in reading.merchants()} == {ACME.domain: 3, ZETA.domain: 1}
    assert reading.merchant(BRANCH.domain).merchant.name == "Acme"
    relation = reading.relation(BRANCH.domain)
    assert [seen.message.subject for seen in relation.messages] == ["three", "two", "one"]
    assert reading.joins().under(ACME.domain) == [BRANCH.domain]
    assert reading.as_read("r2").observation.merchant == BRANCH


def test_mail_that_comes_later_is_joined_too():
    """A refresh brings it under the same roof."""
    reading = reading_of(*MAILS, join(BRANCH.domain, ACME.domain, "Acme"))
    reading.add([Seen("r9", 9, mail("late", day=6, merchant=BRANCH))])
    assert reading.merchant(ACME.domain).messages == 4


def test_split_again_everything_is_as_before():
    """By taking the choice back, or by an empty one."""
    before = reading_of(*MAILS).merchants()
    joined = join(BRANCH.domain, ACME.domain, "Acme")
    assert reading_of(*MAILS, joined, saw(Withdrawn("r5"), 6, None)).merchants() == before
    reading = reading_of(*MAILS, joined)
    reading.add([Seen("r6", 6, join(BRANCH.domain, ""))])
    assert reading.merchants() == before
    assert reading.observations() == reading_of(*MAILS, joined, join(BRANCH.domain, "")).observations()


def test_an_order_that_both_told_of_is_one():
    """The preview folds both anew, and is what the join then shows."""
    orders = [saw(Order("A-1", total=euros("10")), 1), saw(Order("A-1", total=euros("10")), 2, BRANCH)]
    reading = reading_of(*MAILS, *orders)
    one, other = reading.merchant(BRANCH.domain), reading.merchant(ACME.domain)
    assert (one.orders, other.orders) == (1, 1)
    seen = together(reading, other, [one])
    assert (seen.messages, seen.orders, seen.spent) == (3, 1, (euros("10"),))
    choice = joining(one, other)
    assert reading_of(*MAILS, *orders, saw(choice, 5, None)).merchant(ACME.domain) == seen
    assert len(reading.merchants()) == 3


def test_joins_chain_and_never_circle():
    """A branch of a branch goes to the top with its name; a circle joins nobody."""
    chain = [join("a.example", "b.example", "B"), join("b.example", ACME.domain, "Acme")]
    branch = mail("far", merchant=Merchant("A", "a.example", Kind.SHOP))
    assert reading_of(branch, *chain).merchants()[0].merchant.name == "Acme"
    circle = [Seen(f"r{at}", at, one) for at, one in enumerate((join("a", "b"), join("b", "a")), 1)]
    joins = Joins(Choices(circle))
    assert (joins.of("a"), joins.of("b"), joins.of("c")) == ("a", "b", "c")
    assert joins.under("a") == []
    assert isinstance(reading_of(branch, join("a.example", "b.example"), join("b.example", "a.example")), Reading)


def test_who_might_be_the_same_is_offered():
    """By the first word of the name or the first label of the domain; never oneself."""
    reading = reading_of(*MAILS, mail("us", merchant=Merchant("ACME Inc", "acme.test", Kind.SHOP)))
    found = {view.id for view in alike(reading, reading.merchant(ACME.domain))}
    assert found == {BRANCH.domain, "acme.test"}
