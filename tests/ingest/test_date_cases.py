from datetime import date, time
from pathlib import Path

import pytest

from mesinfos.ingest.extractors.dates import Calendar, dates, time_of_day

TODAY = date(2026, 11, 3)  # a Tuesday
LINES = (Path(__file__).with_name("dates.txt")).read_text(encoding="utf-8").splitlines()
CASES = [tuple(line.split(" | ")) for line in LINES if line and not line.startswith("#")]


def read(language: str, text: str) -> str:
    """The days of a text, as the cases write them."""
    calendar = Calendar(TODAY, language[:2], day_first=language != "en-us", future=True)
    found = dates(text, calendar)
    return " ".join(str(one.first) if one.first == one.last else f"{one.first}..{one.last}" for one in found) or "-"


@pytest.mark.parametrize(("language", "text", "expected"), CASES, ids=lambda value: value)
def test_a_day_is_read_as_its_language_writes_it(language: str, text: str, expected: str) -> None:
    """Genitives, dotted short forms, ordinals, eras, wide digits, ranges, working days; nothing where no day is."""
    assert read(language, text) == expected


def test_there_are_hundreds_of_cases_in_every_language() -> None:
    """Twenty-two languages, ten cases each at least in all but those written with few forms."""
    assert len(CASES) > 300
    assert len({language[:2] for language, _, _ in CASES}) == 22


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3:00 PM", time(15)),
        ("12 a.m.", time(0)),
        ("12:30 pm", time(12, 30)),
        ("15h30", time(15, 30)),
        ("15 h", time(15)),
        ("15 Uhr", time(15)),
        ("15.30 Uhr", time(15, 30)),
        ("kl. 15.30", time(15, 30)),
        ("kl 9:05", time(9, 5)),
        ("klo 15.30", time(15, 30)),
        ("godz. 15:30", time(15, 30)),
        ("午後3時30分", time(15, 30)),
        ("午前10時", time(10)),
        ("下午3:30", time(15, 30)),
        ("오후 3시 30분", time(15, 30)),
        ("15：30", time(15, 30)),
        ("25:00", None),
    ],
)
def test_a_time_of_day_is_read_as_it_is_written(text: str, expected: time | None) -> None:
    """Twelve hours or twenty-four, with colon, point, h, Uhr, kl., or the signs of Asia."""
    assert time_of_day(text) == expected
