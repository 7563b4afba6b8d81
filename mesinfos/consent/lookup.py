"""Lines of the journal by what they tell, a page at a time; and what merchants read, month by month.

Narrowing is done on what lies in clear (number, day, action, subject); who a merchant is, and what for, the caller
knows from the grants that subjects name. Nothing here is kept.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, select

from mesinfos.consent.journal import HEAD, Action, Entry, head, opened
from mesinfos.vault.openvault import OpenVault
from mesinfos.vault.tables import journal, stamp

CHUNK = 500
"""Lines that are opened at a time when all are asked for."""

LINES = 20_000
"""Reads that are counted, the newest: a merchant that asks each minute makes twice as many in a month."""


class Sought(NamedTuple):
    """Which lines: of these subjects (None for any), these actions (none for any), from one day to another."""

    subjects: frozenset[str] | None = None
    actions: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None


class Reads(NamedTuple):
    """What was read: how often, how many records, and their sealed size; lines of before sizes were noted have none."""

    times: int = 0
    things: int = 0
    size: int = 0

    def plus(self, other: "Reads") -> "Reads":
        """Both together."""
        return Reads(self.times + other.times, self.things + other.things, self.size + other.size)


def read_of(details: dict[str, Any]) -> Reads:
    """What one line tells of one answer."""
    return Reads(1, details.get("things", 0), details.get("bytes", 0))


class Months(NamedTuple):
    """What each grant's merchant read this month and in the one before; `whole` unless there was too much to count."""

    first: date
    now: dict[str, Reads]
    before: dict[str, Reads]
    whole: bool


def find(vault: OpenVault, sought: Sought, limit: int, before: int = 0) -> list[Entry]:
    """At most `limit` lines, the newest first, with numbers below `before` unless it is 0."""
    mine = _where(vault, sought) + ([journal.c.seq < before] if before else [])
    return _opened(vault, select(journal).where(*mine).order_by(journal.c.seq.desc()).limit(limit))


def every(vault: OpenVault, sought: Sought) -> Iterator[Entry]:
    """All such lines that there are now, the oldest first, a few hundred in memory at a time."""
    with vault.instance.database.read(vault.vault_id) as conn:
        end, after = head(conn, vault.vault_id)[0], HEAD
    while True:
        mine = [*_where(vault, sought), journal.c.seq > after, journal.c.seq <= end]
        some = _opened(vault, select(journal).where(*mine).order_by(journal.c.seq).limit(CHUNK))
        yield from some
        if len(some) < CHUNK:
            return
        after = some[-1].seq


def months(vault: OpenVault, today: date) -> Months:
    """What was read this month and last, grant by grant, on the calendar of this machine."""
    first = today.replace(day=1)
    last = (first - timedelta(days=1)).replace(day=1)
    lines = find(vault, Sought(actions=(Action.DATA_READ,), since=last), LINES + 1)
    now: dict[str, Reads] = defaultdict(Reads)
    before: dict[str, Reads] = defaultdict(Reads)
    for line in lines[:LINES]:
        month = now if line.at.astimezone().date() >= first else before
        month[line.subject] = month[line.subject].plus(read_of(line.details or {}))
    return Months(first, now, before, len(lines) <= LINES)


def _opened(vault: OpenVault, query: Select[Any]) -> list[Entry]:
    with vault.instance.database.read(vault.vault_id) as conn:
        return opened(vault, conn, query)


def _where(vault: OpenVault, sought: Sought) -> list[ColumnElement[bool]]:
    mine: list[ColumnElement[bool]] = [journal.c.vault_id == vault.vault_id, journal.c.seq > HEAD]
    mine += [] if sought.subjects is None else [journal.c.subject.in_(sorted(sought.subjects))]
    mine += [journal.c.action.in_(sought.actions)] if sought.actions else []
    mine += [journal.c.at >= _begin(sought.since)] if sought.since else []
    mine += [journal.c.at < _begin(sought.until + timedelta(days=1))] if sought.until else []
    return mine


def _begin(day: date) -> int:
    return stamp(datetime.combine(day, time()).astimezone())
