"""When a merchant reads far more than usual, its person hears of it; when it reads as always, nobody is disturbed."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import update

from mesinfos.consent import journal, witness
from mesinfos.consent.journal import Action, append
from mesinfos.consent.unusual import judged, unusual
from mesinfos.relations.reading import Reading
from mesinfos.vault.tables import journal as lines
from mesinfos.vault.tables import stamp

TODAY = date(2026, 11, 25)
NOW = datetime(2026, 11, 25, 18, 0, tzinfo=UTC)


def read(vault, grant_id: str, days_ago: int, things: int) -> None:
    """One answer of that many records, that many days ago."""
    with vault.instance.database.write(vault.vault_id) as conn:
        append(vault.instance, conn, vault.vault_id, Action.DATA_READ, grant_id, {"things": things, "after": 0})
        seq, _ = journal.head(conn, vault.vault_id)
        at = stamp(NOW - timedelta(days=days_ago))
        conn.execute(update(lines).where(lines.c.vault_id == vault.vault_id, lines.c.seq == seq).values(at=at))


@pytest.mark.parametrize(
    ("before", "today", "found"),
    [
        ((10, 12, 9), 60, (60, 10)),
        ((10, 12, 9), 50, None),  # five times is not more than five times
        ((10, 12, 9), 51, (51, 10)),
        ((1, 1, 1), 49, None),  # too few to speak of
        ((10, 12), 500, None),  # no usual day yet
        ((10, 0, 0, 12), 500, None),
        ((500, 10, 12), 100, (100, 12)),
        ((100, 120, 90), 400, None),
        ((), 1000, None),
    ],
)
def test_the_rule(before, today, found) -> None:
    """At least 50 records, and more than five times the middle one of at least three days of reading."""
    days = Counter({TODAY - timedelta(days=number): count for number, count in enumerate(before, 1)})
    assert judged(days + Counter({TODAY: today}), TODAY) == found


def test_unusual_reading_is_found_in_the_journal(alice, bob) -> None:
    """From its sealed details, by grant; what others read, or read long ago, does not count."""
    for number in (1, 2, 3, 40):
        read(alice, "greedy", number, 12 if number < 40 else 1000)
        read(alice, "steady", number, 80)
    for _ in range(3):
        read(alice, "greedy", 0, 100)
    read(alice, "steady", 0, 90)
    read(alice, "fresh", 0, 900)
    assert [(one.grant_id, one.today, one.usual) for one in unusual(alice, Reading(), NOW)] == [("greedy", 300, 12)]
    assert unusual(bob, Reading(), NOW) == []


def test_nobody_reading_today_costs_one_look(alice) -> None:
    """A quiet day says nothing."""
    for number in range(1, 5):
        read(alice, "steady", number, 80)
    assert unusual(alice, Reading(), NOW) == []
    assert witness.verify(alice)  # these tests moved lines back in time, which shows
