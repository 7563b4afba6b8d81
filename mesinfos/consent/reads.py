"""What merchants read, counted day by day as the journal grows: opened once, and kept as long as a reading lives.

A merchant that asks each minute writes forty thousand lines a month, and each line's details must be decrypted. The
counts are plaintext: they hang on the reading of an open vault, and go with it when its person leaves.
"""

from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from threading import Lock
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from mesinfos.consent.journal import Action
from mesinfos.consent.lookup import Sought, find
from mesinfos.relations.reading import Reading
from mesinfos.vault.openvault import OpenVault

LINES = 50_000
"""Reads that are counted at most, the newest of this month and the one before."""

LATELY = timedelta(days=31)
"""Days that are counted at least, however short the months are."""


class Reads(NamedTuple):
    """What was read: how often, how many records, and their sealed size; lines of before sizes were noted have none."""

    times: int = 0
    things: int = 0
    size: int = 0

    def plus(self, other: "Reads") -> "Reads":
        """Both together."""
        return Reads(self.times + other.times, self.things + other.things, self.size + other.size)


def read_of(details: dict[str, Any] | None) -> Reads:
    """What one line tells of one answer; one whose details were erased tells that there was an answer."""
    said = details or {}
    return Reads(1, said.get("things", 0), said.get("bytes", 0))


class Months(NamedTuple):
    """What each grant's merchant read this month and in the one before; `whole` unless there was too much to count."""

    first: date
    now: dict[str, Reads]
    before: dict[str, Reads]
    whole: bool


class Count:
    """Reads by grant and day: on the calendar of this machine, as months are told, and in UTC, by which days end."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._seq = 0
        self._whole = True
        self._here: dict[tuple[str, date], Reads] = defaultdict(Reads)
        self._utc: dict[str, Counter[date]] = defaultdict(Counter)

    def catch_up(self, vault: OpenVault, today: date) -> "Count":
        """Count the lines that were written since the last look."""
        with self._lock:
            sought = Sought(actions=(Action.DATA_READ,), since=min(_before(today), today - LATELY))
            lines = find(vault, sought, LINES + 1, after=self._seq)
            self._whole = self._whole and len(lines) <= LINES
            for line in lines[:LINES]:
                reads, day = read_of(line.details), line.at.astimezone().date()
                self._here[line.subject, day] = self._here[line.subject, day].plus(reads)
                self._utc[line.subject][line.at.astimezone(UTC).date()] += reads.things
            self._seq = lines[0].seq if lines else self._seq
        return self

    def days(self) -> dict[str, Counter[date]]:
        """Records by grant and day, in UTC."""
        with self._lock:
            return {grant_id: Counter(days) for grant_id, days in self._utc.items()}

    def months(self, today: date) -> Months:
        """This month and the one before."""
        first, last = today.replace(day=1), _before(today)
        found = Months(first, defaultdict(Reads), defaultdict(Reads), self._whole)
        with self._lock:
            here = list(self._here.items())
        for (grant_id, day), reads in here:
            if day >= last:
                month = found.now if day >= first else found.before
                month[grant_id] = month[grant_id].plus(reads)
        return found


_counts: WeakKeyDictionary[Reading, Count] = WeakKeyDictionary()


def counted(vault: OpenVault, reading: Reading, now: datetime | None = None) -> Count:
    """What was read of this vault until now."""
    return _counts.setdefault(reading, Count()).catch_up(vault, (now or datetime.now(UTC)).astimezone().date())


def _before(today: date) -> date:
    """The first day of the month before."""
    return (today.replace(day=1) - timedelta(days=1)).replace(day=1)
