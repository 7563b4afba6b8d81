"""Texts for people, in both languages."""

from datetime import UTC, date, datetime
from decimal import Decimal

from mesinfos.errors import Unreachable
from mesinfos.model.values import Money
from mesinfos.wording import day, moment, money, near, number, say, start, translate


def test_amounts_follow_the_language() -> None:
    """French puts a narrow space between thousands and a no-break space before the sign."""
    assert money(Money(Decimal("1299.90"), "EUR"), "fr") == "1\u202f299,90\u00a0€"
    assert money(Money(Decimal("1299.90"), "EUR"), "en") == "€1,299.90"


def test_dates_follow_the_language() -> None:
    """A date is written as one would say it."""
    assert day(date(2026, 11, 24), "fr") == "24 novembre 2026"
    assert day(date(2026, 11, 24), "en") == "November 24, 2026"
    assert "2026" in moment(datetime(2026, 11, 24, 8, tzinfo=UTC), "fr")
    assert number(12345, "fr") == "12\u202f345"


def test_the_first_of_a_month_is_an_ordinal_in_french() -> None:
    """Only the first, and only where the month is a word."""
    assert day(date(2026, 1, 1), "fr") == "1er janvier 2026"
    assert day(date(2026, 11, 11), "fr") == "11 novembre 2026"
    assert day(date(2026, 1, 1), "fr", "short") == "01/01/2026"
    assert day(date(2026, 1, 1), "en") == "January 1, 2026"


def test_lists_leave_out_the_running_year() -> None:
    """A list of this year's days does not say the year in each line; another year is said."""
    today = date(2026, 11, 26)
    assert near(date(2026, 11, 24), "fr", today) == "24 nov."
    assert near(date(2026, 3, 1), "fr", today) == "1er mars"
    assert near(date(2025, 12, 31), "fr", today) == "31 déc. 2025"
    assert near(date(2026, 11, 24), "en", today) == "Nov 24"


def test_a_range_says_its_month_once() -> None:
    """In French "le 24 et le 26 nov."; where the months differ, and in English, each day has its own."""
    today = date(2026, 11, 26)
    assert start(date(2026, 11, 1), date(2026, 11, 3), "fr", today) == "1er"
    assert start(date(2026, 11, 24), date(2026, 11, 26), "fr", today) == "24"
    assert start(date(2026, 11, 29), date(2026, 12, 1), "fr", today) == "29 nov."
    assert start(date(2026, 11, 24), date(2026, 11, 26), "en", today) == "Nov 24"


def test_instants_stop_at_the_minute() -> None:
    """Nobody reads a mail's seconds; what proves a purchase keeps them."""
    at = datetime(2026, 11, 24, 8, 30, 59, tzinfo=UTC)
    assert moment(at, "fr") == "24 nov. 2026, 08:30"
    assert moment(at, "fr", "near", date(2026, 11, 26)) == "24 nov., 08:30"
    assert "59" in moment(at, "fr", "long")


def test_an_error_says_what_to_do() -> None:
    """An error is told as what happened, then the next step, with its values filled in."""
    error = Unreachable("The server {host} does not answer.", host="imap.maison.example")
    assert say(error, "en").startswith("The server imap.maison.example does not answer. Check the address")


def test_braces_in_plain_text_survive() -> None:
    """A text without values is never read as a pattern, and an empty one stays empty."""
    assert translate("{{7*7}} stays", "fr") == "{{7*7}} stays"
    assert translate("", "fr") == ""
