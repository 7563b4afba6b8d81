"""Rights asked of merchants, and the month they have."""

from datetime import date

import pytest

from mesinfos.relations.claims import month_after


@pytest.mark.parametrize(
    ("sent", "due"),
    [
        (date(2026, 11, 26), date(2026, 12, 26)),
        (date(2026, 12, 31), date(2027, 1, 31)),
        (date(2027, 1, 31), date(2027, 2, 28)),
        (date(2028, 1, 30), date(2028, 2, 29)),
    ],
)
def test_a_month_ends_on_the_same_day(sent: date, due: date) -> None:
    """Or on the last day of a month that has no such day."""
    assert month_after(sent) == due
