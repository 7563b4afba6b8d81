from datetime import date, time

import pytest

from mesinfos.ingest.extractors.dates import Calendar, dates, time_of_day

TODAY = date(2026, 11, 25)  # a Wednesday


def spans(text: str, language: str = "fr", *, day_first: bool = True, future: bool = True) -> list[tuple[str, str]]:
    found = dates(text, Calendar(TODAY, language, day_first, future))
    return [(str(one.first), str(one.last)) for one in found]


@pytest.mark.parametrize(
    ("text", "language", "first", "last"),
    [
        ("livré le 3 déc. 2026", "fr", "2026-12-03", "2026-12-03"),
        ("entre le 3 et le 5 décembre", "fr", "2026-12-03", "2026-12-05"),
        ("entre le 10 et le 12 décembre 2026", "fr", "2026-12-10", "2026-12-12"),
        ("Vendredi prochain", "fr", "2026-11-27", "2026-11-27"),
        ("demain", "fr", "2026-11-26", "2026-11-26"),
        ("du 28 novembre au 2 décembre 2026", "fr", "2026-11-28", "2026-12-02"),
        ("le 1er décembre", "fr", "2026-12-01", "2026-12-01"),
        ("mercredi prochain", "fr", "2026-12-02", "2026-12-02"),
        ("Now expected March 27 - March 28.", "en", "2027-03-27", "2027-03-28"),
        ("27-28 November", "en", "2026-11-27", "2026-11-28"),
        ("May 3-5, 2027", "en", "2027-05-03", "2027-05-05"),
        ("Freitag, 4. Dezember 2026", "de", "2026-12-04", "2026-12-04"),
        ("zwischen Di., 01.12. und Do., 03.12.", "de", "2026-12-01", "2026-12-03"),
        ("martedì 01 dicembre", "it", "2026-12-01", "2026-12-01"),
        ("3 de dezembro de 2026", "pt", "2026-12-03", "2026-12-03"),
        ("dinsdag 1 december", "nl", "2026-12-01", "2026-12-01"),
        ("2026年12月3日", "ja", "2026-12-03", "2026-12-03"),
        ("2026-12-24", "pl", "2026-12-24", "2026-12-24"),
    ],
)
def test_a_date_is_read_in_its_language(text: str, language: str, first: str, last: str) -> None:
    """Printed dates, weekdays, words relative to the mail's day, and ranges, which stay ranges."""
    assert spans(text, language) == [(first, last)]


def test_the_country_decides_which_number_is_the_day() -> None:
    """03/04 is the third of April in Europe, the fourth of March in America; 29 is always a day."""
    assert spans("03/04/2027", "en") == [("2027-04-03", "2027-04-03")]
    assert spans("03/04/2027", "en", day_first=False) == [("2027-03-04", "2027-03-04")]
    assert spans("29/12/2026", "en", day_first=False) == [("2026-12-29", "2026-12-29")]


@pytest.mark.parametrize("text", ["31/02/2026", "commande 12.5", "99/99/2026", "may be 1850", "May 45", "la mar 3000"])
def test_what_is_no_day_is_no_date(text: str) -> None:
    """Impossible days, plain numbers and far years give nothing."""
    assert spans(text, "en") == []


def test_a_year_is_filled_in_from_the_mail() -> None:
    """Without a year it is the day nearest to the mail; where the future is meant, not one long past."""
    assert spans("3 janvier", future=False) == [("2027-01-03", "2027-01-03")]
    assert spans("3 juillet", future=False) == [("2026-07-03", "2026-07-03")]
    assert spans("3 juillet", future=True) == [("2027-07-03", "2027-07-03")]
    assert spans("29 février") == []


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        ("at 3:00 PM", time(15)),
        ("12:15 am", time(0, 15)),
        ("à 15h30", time(15, 30)),
        ("15 Uhr", time(15)),
        ("noon", None),
        ("45:10", None),
    ],
)
def test_a_time_of_day_is_read(text: str, hour: time | None) -> None:
    """Twelve and twenty-four hours, in three languages."""
    assert time_of_day(text) == hour
