"""Lines of the journal are found by what they tell, and checked in a file without the vault."""

from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest
from sqlalchemy import update

from mesinfos.consent import lookup
from mesinfos.consent.journal import Action, append, entries
from mesinfos.consent.lookup import Sought, every, find
from mesinfos.consent.offline import check, written
from mesinfos.errors import InvalidInput
from mesinfos.vault.tables import journal as lines
from mesinfos.vault.tables import stamp

TODAY = date(2026, 11, 25)


def read(vault, grant_id: str, day: date, things: int, action: Action = Action.DATA_READ) -> None:
    """One answer of that many records at noon of that day; the chain no longer fits, which is not asked here."""
    with vault.instance.database.write(vault.vault_id) as conn:
        append(vault.instance, conn, vault.vault_id, action, grant_id, {"things": things, "bytes": 100 * things})
    seq = entries(vault, limit=1)[0].seq
    at = stamp(datetime(day.year, day.month, day.day, 12, tzinfo=UTC))
    with vault.instance.database.write(vault.vault_id) as conn:
        conn.execute(update(lines).where(lines.c.vault_id == vault.vault_id, lines.c.seq == seq).values(at=at))


def write(vault, number: int) -> None:
    """That many lines, untouched."""
    for one in range(number):
        with vault.instance.database.write(vault.vault_id) as conn:
            append(vault.instance, conn, vault.vault_id, Action.DATA_READ, f"g{one}", {"things": one} if one else None)


@pytest.mark.parametrize(
    ("sought", "found"),
    [
        (Sought(), [4, 3, 2, 1]),
        (Sought(frozenset({"one"})), [3, 1]),
        (Sought(frozenset()), []),
        (Sought(actions=("grant.read",)), [4]),
        (Sought(actions=("grant.read", "data.read"), since=date(2026, 11, 2)), [4, 3]),
        (Sought(since=date(2026, 11, 1), until=date(2026, 11, 2)), [3, 2]),
        (Sought(until=date(2026, 10, 31)), [1]),
    ],
)
def test_each_limit_narrows(alice, bob, sought, found) -> None:
    """By subject, action and days, the last one included; no subjects find nothing; Bob's journal is another."""
    read(alice, "one", date(2026, 10, 31), 1)
    read(alice, "two", date(2026, 11, 1), 2)
    read(alice, "one", date(2026, 11, 2), 3)
    read(alice, "two", date(2026, 11, 3), 4, Action.GRANT_READ)
    assert [line.seq for line in find(alice, sought, 10)] == found
    assert [line.seq for line in every(alice, sought)] == found[::-1]
    assert [line.seq for line in find(alice, sought, 9, after=2)] == [seq for seq in found if seq > 2]
    assert [line.seq for line in find(alice, sought, 1, before=4)] == [seq for seq in found if seq < 4][:1]
    assert find(bob, sought, 10) == []


def test_all_lines_come_in_parts(alice, monkeypatch) -> None:
    """However many lines there are, a few are in memory at a time, and each comes once."""
    monkeypatch.setattr(lookup, "CHUNK", 2)
    write(alice, 5)
    assert [line.seq for line in every(alice, Sought())] == [1, 2, 3, 4, 5]


def test_a_file_is_checked_without_the_vault(alice) -> None:
    """The whole journal as a file is sound, from its first line to the head that merchants are given."""
    write(alice, 4)
    rows = [written(line, "acme.example", "offers") for line in every(alice, Sought())]
    assert check(rows) == (4, 1, 4, 0, entries(alice, limit=1)[0].hash.hex(), [])
    some = check([rows[0], b"\n", rows[3]])
    assert (some.lines, some.missing, some.wrong) == (2, 2, [])
    assert check([]).lines == 0
    with pytest.raises(InvalidInput, match="no line of a journal"):
        check([b"{}"])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("line", 5),
        ("at", 1),
        ("when", "2020-01-01T00:00:00+00:00"),
        ("action", "data.exported"),
        ("subject", "g9"),
        ("prev", "00" * 32),
        ("details_sha256", "00" * 32),
        ("details_sha256", "no hexadecimal"),
        ("hash", "00" * 32),
        ("at", 10**30),
    ],
)
def test_a_changed_line_of_a_file_is_found(alice, name, value) -> None:
    """Whatever is changed in a line but its opened details, the check names that line or the next."""
    write(alice, 3)
    rows = [msgspec.json.decode(written(line)) for line in every(alice, Sought())]
    rows[1][name] = value
    assert check(map(msgspec.json.encode, rows)).wrong


def test_lines_in_another_order_are_found(alice) -> None:
    """A file runs from the oldest line to the newest; twice the same is wrong too."""
    write(alice, 3)
    rows = [written(line) for line in every(alice, Sought())]
    assert check([rows[1], rows[0], rows[2]]).wrong
    assert check([rows[0], rows[0], rows[1]]).wrong


def test_a_day_begins_on_this_machines_clock() -> None:
    """Days are those of the calendar on the wall, as the pages show them."""
    midnight = datetime(2026, 11, 25).astimezone()
    assert lookup._begin(TODAY) == stamp(midnight)
    assert lookup._begin(TODAY + timedelta(days=1)) > stamp(midnight)
