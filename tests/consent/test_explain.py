"""The preview explained: what is shown, what is hidden, and by which rule."""

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings

from mesinfos.consent import aspects, decide, outbox
from mesinfos.consent.aspects import leaves
from mesinfos.consent.explain import NOTHING_LEFT, Explanation, explain
from mesinfos.consent.fields import Field, Scope
from mesinfos.consent.ledger import today
from mesinfos.model.purchase import Item
from mesinfos.relations.reading import read
from tests.cast import ACME, ZETA
from tests.consent.anygrant import answers
from tests.consent.makers import EVERYTHING_FINE, a_benefit, a_booking, an_order, promise, remember, seen

RULES = {value for name, value in vars(aspects).items() if name.isupper() and isinstance(value, str)}


def rules(told: Explanation, topic: str) -> dict[str, tuple[str, str]]:
    """What is said of the one record of a type: label → (what is shown, rule)."""
    (record,) = [one for one in told.records() if f'"@type":"{topic}"'.encode() in one.content]
    return {part.label: (part.shown, part.rule) for part in record.parts}


def test_each_field_of_an_order_is_explained(alice, reading) -> None:
    """Shown, shown as the month, hidden because it was not granted, hidden because no consent can show it."""
    told = explain(alice, promise(alice, fields=(Field.ORDER_MONTH, Field.ITEM_NAMES, Field.SECTOR)), reading)
    assert rules(told, "Order") == {
        "Date": ("2026-11", aspects.AS_MONTH),
        "Status": ("", aspects.NOT_GRANTED),
        "Amount": ("", aspects.NOT_GRANTED),
        "Items": ("1 · Casque audio · 2 · Câble", aspects.SHOWN),
        "Order number": ("", aspects.NEVER),
        "Payment": ("", aspects.NEVER),
        "Merchant": ("shop", aspects.AS_SECTOR),
    }


def test_bookings_and_benefits_are_explained(alice, reading) -> None:
    """A booking by month names its sector, whatever is granted beside; a card number never shows."""
    fields = (Field.BOOKING_MONTH, Field.BENEFITS, Field.MERCHANT)
    told = explain(alice, promise(alice, fields=fields), reading)
    booking, benefit = rules(told, "Reservation"), rules(told, "ProgramMembership")
    assert booking["First day"] == ("2026-12", aspects.AS_MONTH)
    assert booking["Merchant"] == ("shop", aspects.AS_SECTOR)
    assert booking["What"] == booking["Reference"] == ("", aspects.NEVER)
    assert benefit["Points"] == ("1240", aspects.SHOWN)
    assert benefit["Merchant"] == ("Acme · https://acme.example/", aspects.SHOWN)
    assert benefit["Card number"] == ("", aspects.NEVER)


def test_what_the_second_gate_withholds_is_explained(alice) -> None:
    """Sensitive goods, a name that could hold a code, a kind that markup does not name."""
    items = (Item("Lampe", category="Home & Garden"), Item("Chapelet", category="Religious & Ceremonial"))
    things = [
        seen(an_order(items=items), merchant=ZETA, message="x1"),
        seen(a_benefit(tier="Or 77"), message="x2"),
        seen(a_booking(provenance=a_booking().provenance.__class__("layout", 0.8, "labels")), message="x3"),
    ]
    remember(alice, things)
    told = explain(alice, promise(alice, fields=EVERYTHING_FINE, scope=Scope.ALL), read(alice))
    assert rules(told, "Order")["Items"] == ("1 · Lampe", aspects.PARTLY)
    assert rules(told, "ProgramMembership")["Tier"] == ("", aspects.CODED)
    assert rules(told, "Reservation")["Kind of booking"] == ("", aspects.NO_KIND)


def test_what_is_not_disclosed_has_its_reason(alice, reading) -> None:
    """Each thing that is left out is counted under the gate's own words, with a few examples in full."""
    told = explain(alice, promise(alice, excluded=(ZETA.domain,), scope=Scope.ALL), reading)
    numbers = {one.reason: one.number for one in told.hidden}
    assert numbers == {
        decide.TOO_OLD.reason: 1,
        decide.EXCLUDED.reason: 2,
        decide.SENSITIVE_SECTOR.reason: 1,
        decide.UNPROVED.reason: 1,
        decide.NOT_GRANTED.reason: 5,
    }
    old = next(one for one in told.hidden if one.reason == decide.TOO_OLD.reason)
    assert {(part.label, part.held) for part in old.examples[0]} >= {("Date", "2024-05-01"), ("Merchant", "Acme")}
    assert {part.shown + part.rule for some in told.hidden for example in some.examples for part in example} == {""}
    dateless = explain(alice, promise(alice, fields=(Field.ITEM_CATEGORIES,)), reading)
    assert NOTHING_LEFT not in {one.reason for one in dateless.hidden}


def test_nothing_left_is_a_reason_too(alice) -> None:
    """An order without a category, of which only categories are granted."""
    remember(alice, [seen(an_order(items=(Item("Sac"),)), message="x1")])
    told = explain(alice, promise(alice, fields=(Field.ITEM_CATEGORIES,)), read(alice))
    assert [(one.reason, one.number) for one in told.hidden] == [(NOTHING_LEFT, 1)]
    assert told.records() == []


def test_counts_are_explained_as_counts(alice, reading) -> None:
    """Nothing in a count is of one mail, and its explanation says so."""
    told = explain(alice, promise(alice, fields=(Field.MESSAGE_COUNTS, Field.MERCHANT)), reading)
    (record,) = told.records()
    assert [(part.label, part.shown, part.rule) for part in record.parts] == [
        ("How many", "2", aspects.COUNTED),
        ("Kind of mail", "promo", aspects.COUNTED),
        ("Received", "2026-11", aspects.COUNTED),
        ("Merchant", f"{ACME.name} · https://{ACME.domain}/", aspects.COUNTED),
    ]


@settings(max_examples=60)
@given(answers=answers(made=today()))
def test_the_explanation_is_whole_and_true(alice, reading, answers: dict[str, Any]) -> None:
    """For any grant: every value that is served is explained, none that is not served is called shown, and no thing
    is missing.
    """
    grant = promise(alice, **answers)
    told = explain(alice, grant, reading)
    assert told.contents == outbox.preview(alice, grant, reading)
    for record in told.records(most=1000):
        data = msgspec.json.decode(record.content)["data"]
        served = sorted(leaf for value in data.values() for leaf in leaves(value) if leaf != data["@type"])
        assert served == sorted(leaf for part in record.parts for leaf in part.shown.split(" · ") if leaf)
        assert {part.rule for part in record.parts} <= RULES
        assert all(bool(part.shown) is not part.rule.startswith("hidden") for part in record.parts)
    number = sum(one.number for one in told.hidden) + len(told.things)
    assert number == len(reading.observations()) == 11


@pytest.mark.parametrize("start", [0, 2])
def test_records_come_in_portions(alice, reading, start: int) -> None:
    """A page explains what it shows, no more."""
    told = explain(alice, promise(alice, fields=EVERYTHING_FINE), reading)
    assert [one.content for one in told.records(start, 2)] == told.contents[start : start + 2]
