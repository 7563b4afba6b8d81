"""Mailings: which mails are one list, how it is left, and what came after that was asked."""

from datetime import UTC, datetime, timedelta

import pytest

from mesinfos.model.choice import Choice, Topic
from mesinfos.model.facts import Observation
from mesinfos.model.merchant import Merchant, Sender
from mesinfos.model.message import Message
from mesinfos.model.values import Category
from mesinfos.relations.mailings import mailing_of, mailings
from mesinfos.relations.reading import Reading, Seen

NOW = datetime(2026, 11, 26, tzinfo=UTC)
ACME = Merchant("Acme", "acme.example")


def mail(number: int, days: float, *, verified: bool = True, **more) -> Seen:
    """The mail of that number, sent so many days ago."""
    sender = Sender("news@acme.example", "Acme", "acme.example", verified)
    at = NOW - timedelta(days=days)
    said = {"unsubscribe": f"https://acme.example/{number}"} | more
    return Seen(f"m{number}", number, Observation(Message("x", sender, at, Category.PROMO, **said), at, ACME, verified))


def asked(days: float, how: str, key: str = "acme.example/a.list") -> Seen:
    """Leaving was asked for so many days ago."""
    at = NOW - timedelta(days=days)
    return Seen("c", 90, Observation(Choice(Topic.UNSUBSCRIBED, key, at.isoformat(), how), at))


@pytest.fixture
def reading() -> Reading:
    """A list of three, one by address alone, a bill of the same address, and one that nobody proved."""
    made = Reading()
    made.add(
        [
            mail(1, 30, list_id="a.list"),
            mail(2, 20, list_id="a.list", unsubscribe=""),
            mail(3, 10, list_id="a.list"),
            mail(4, 5),
            mail(5, 4, unsubscribe=""),
            mail(6, 3, verified=False),
        ]
    )
    return made


def test_a_list_is_its_list_id_or_its_address(reading):
    """Bills of the same address are none of it, and what is not proved neither."""
    found = {one.key: (one.newest.record_id, one.size) for one in mailings(reading, "acme.example")}
    assert found == {"acme.example/a.list": ("m3", 3), "acme.example/news@acme.example": ("m4", 1)}
    assert mailing_of(reading, reading.message("m2")).newest.record_id == "m3"
    assert mailing_of(reading, reading.message("m6")) is None


@pytest.mark.parametrize(
    ("days", "how", "counted", "is_open"),
    [
        (1, "200", (0, 0), False),
        (11, "200", (1, 0), False),
        (25, "200", (2, 2), True),
        (1, "404", (0, 0), True),
        (1, "none", (0, 0), True),
        (1, "mail", (0, 0), False),
        (25, "page", (2, 2), True),
    ],
)
def test_what_came_after_is_counted(reading, days, how, counted, is_open):
    """Two days are given to what was on its way; what fails, or comes all the same, can be asked again."""
    reading.add([asked(days, how)])
    one = next(one for one in mailings(reading, "acme.example") if one.key.endswith("a.list"))
    assert ((one.since, one.late), one.open) == (counted, is_open)
    assert all(other.asked is None for other in mailings(reading, "acme.example") if other is not one)
