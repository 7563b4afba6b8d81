"""Lines of the journal by what they tell, a page at a time, or all of them.

Narrowing is done on what lies in clear (number, day, action, subject); who a merchant is, and what for, the caller
knows from the grants that subjects name. Nothing here is kept.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, select

from mesinfos.consent.journal import HEAD, Entry, head, opened
from mesinfos.vault.openvault import OpenVault
from mesinfos.vault.tables import journal, stamp

CHUNK = 500
"""Lines that are opened at a time when all are asked for."""


class Sought(NamedTuple):
    """Which lines: of these subjects (None for any), these actions (none for any), from one day to another."""

    subjects: frozenset[str] | None = None
    actions: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None


def find(vault: OpenVault, sought: Sought, limit: int, before: int = 0, after: int = HEAD) -> list[Entry]:
    """At most `limit` lines, the newest first, with numbers below `before`, unless it is 0, and above `after`."""
    mine = [*_where(vault, sought), journal.c.seq > after, *([journal.c.seq < before] if before else [])]
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


def _opened(vault: OpenVault, query: Select[Any]) -> list[Entry]:
    with vault.instance.database.read(vault.vault_id) as conn:
        return opened(vault, conn, query)


def _where(vault: OpenVault, sought: Sought) -> list[ColumnElement[bool]]:
    mine: list[ColumnElement[bool]] = [journal.c.vault_id == vault.vault_id]
    mine += [] if sought.subjects is None else [journal.c.subject.in_(sorted(sought.subjects))]
    mine += [journal.c.action.in_(sought.actions)] if sought.actions else []
    mine += [journal.c.at >= _begin(sought.since)] if sought.since else []
    mine += [journal.c.at < _begin(sought.until + timedelta(days=1))] if sought.until else []
    return mine


def _begin(day: date) -> int:
    return stamp(datetime.combine(day, time()).astimezone())
