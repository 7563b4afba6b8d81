"""What merchants read is counted once, by grant, month and day, and on from there as lines come."""

from datetime import UTC, date, datetime

from mesinfos.consent import reads
from mesinfos.consent.journal import Action
from mesinfos.consent.reads import Reads, counted, read_of
from mesinfos.relations.reading import Reading
from tests.consent.test_lookup import TODAY, read

NOW = datetime(2026, 11, 25, 18, 0, tzinfo=UTC)


def test_months_are_counted_by_grant(alice, bob) -> None:
    """This month and the one before: times, records and bytes; older reads and other lines count nothing."""
    read(alice, "old", date(2026, 9, 30), 9)
    read(alice, "one", date(2026, 10, 1), 1)
    read(alice, "one", date(2026, 10, 31), 2)
    read(alice, "one", date(2026, 11, 1), 4)
    read(alice, "two", TODAY, 8)
    read(alice, "two", TODAY, 16, Action.GRANT_READ)
    found = counted(alice, Reading(), NOW).months(TODAY)
    assert (found.first, found.whole) == (date(2026, 11, 1), True)
    assert found.before == {"one": Reads(2, 3, 300)}
    assert found.now == {"one": Reads(1, 4, 400), "two": Reads(1, 8, 800)}
    assert counted(bob, Reading(), NOW).months(TODAY).now == {}


def test_what_came_since_is_added(alice, monkeypatch) -> None:
    """One reading counts each line once, and opens only those that are new."""
    reading, opened = Reading(), []
    find = reads.find
    monkeypatch.setattr(reads, "find", lambda *args, **more: opened.append(found := find(*args, **more)) or found)
    read(alice, "one", TODAY, 4)
    assert counted(alice, reading, NOW).days() == {"one": {TODAY: 4}}
    assert counted(alice, reading, NOW).days() == {"one": {TODAY: 4}}
    read(alice, "one", TODAY, 8)
    assert counted(alice, reading, NOW).months(TODAY).now == {"one": Reads(2, 12, 1200)}
    assert list(map(len, opened)) == [1, 0, 1]


def test_too_much_to_count_is_told(alice, monkeypatch) -> None:
    """The newest are counted, and the count says that it is not whole."""
    for day in (1, 2, 3):
        read(alice, "one", date(2026, 11, day), day)
    monkeypatch.setattr(reads, "LINES", 2)
    few = counted(alice, Reading(), NOW).months(TODAY)
    assert (few.now, few.whole) == ({"one": Reads(2, 5, 500)}, False)


def test_a_line_without_a_size_counts_all_the_same() -> None:
    """Lines of before sizes were noted, and lines whose details were erased, are reads too."""
    assert read_of({"things": 3}) == Reads(1, 3, 0)
    assert read_of({}) == read_of(None) == Reads(1, 0, 0)
