from pathlib import Path

import pytest

from mesinfos.ingest.extractors.amounts import amounts
from mesinfos.ingest.words import clean
from tests.campaign import i8

# Read by lines of their own: other spaces than the common one are what half of the cases are about.
LINES = (Path(__file__).with_name("amounts.txt")).read_text(encoding="utf-8").split("\n")
CASES = [tuple(line.split(" | ")) for line in LINES if line and not line.startswith("#")]


def read(place: str, text: str) -> str:
    """The amounts of a text, as the cases write them."""
    return " ; ".join(f"{one.value} {one.currency}" for one in amounts(clean(text), place)) or "-"


@pytest.mark.parametrize(("place", "text", "expected"), CASES, ids=ascii)
def test_an_amount_is_read_as_its_country_writes_it(place: str, text: str, expected: str) -> None:
    """Every space, apostrophe, dash for cents, sign and code before or after; nothing where no money is meant."""
    assert read(place, text) == expected


def test_there_are_hundreds_of_cases() -> None:
    """From everywhere that the lexicons speak, and more currencies than forty."""
    assert len(CASES) > 300
    assert len({amount.split()[-1] for _, _, expected in CASES for amount in expected.split(" ; ")}) > 40


def test_odd_amounts_and_dates_are_read_right_or_not_at_all() -> None:
    """I8, 330 whole mails of all languages, most of them written by CLDR."""
    outcome = i8.run(330)
    assert outcome.ok, outcome.happened
