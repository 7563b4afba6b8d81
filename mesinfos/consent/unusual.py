"""Does a merchant read far more than usual? Worked out from the journal when the person looks; nothing is stored.

The rule: what was read today (UTC) is unusual when it is at least LEAST records, and more than TIMES what was read on
the middle one of the days on which this grant read anything in the month before. A grant with fewer than KNOWN such
days has no usual day yet: fetching everything once is what a beginning looks like.
"""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from statistics import median_low
from typing import NamedTuple

from sqlalchemy import Connection, select

from mesinfos.consent.journal import Action
from mesinfos.consent.reads import counted
from mesinfos.relations.reading import Reading
from mesinfos.vault.openvault import OpenVault
from mesinfos.vault.tables import journal, moment, stamp

LEAST, TIMES, KNOWN = 50, 5, 3
OFTEN = 20
"""Instead of LEAST, where requests are counted."""

MONTH = timedelta(days=30)
LINES = 20_000
"""Lines of the journal that are looked at while the vault is closed."""


class Unusual(NamedTuple):
    """One grant's reading today, in records, beside that of its usual day."""

    grant_id: str
    today: int
    usual: int


def unusual(vault: OpenVault, reading: Reading, now: datetime | None = None) -> list[Unusual]:
    """The grants that read far more today than usual, the most striking first."""
    now = now or datetime.now(UTC)
    days = {grant_id: _lately(read, now.date()) for grant_id, read in counted(vault, reading, now).days().items()}
    found = [Unusual(grant_id, *figures) for grant_id, read in days.items() if (figures := judged(read, now.date()))]
    return sorted(found, key=lambda one: one.usual - one.today)


def often(conn: Connection, vault_id: str, now: datetime | None = None) -> list[str]:
    """The grants that read far more often today than usual, by how often alone: all that a closed vault tells."""
    now = now or datetime.now(UTC)
    reads = select(journal.c.subject, journal.c.at).where(
        journal.c.vault_id == vault_id, journal.c.action == Action.DATA_READ
    )
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    reading = {row.subject for row in conn.execute(reads.where(journal.c.at >= stamp(midnight)).limit(LINES))}
    days: dict[str, Counter[date]] = {grant_id: Counter() for grant_id in reading}
    wanted = reads.where(journal.c.subject.in_(list(reading)), journal.c.at >= stamp(now - MONTH))
    for row in conn.execute(wanted.limit(LINES)) if reading else ():
        days[row.subject][moment(row.at).date()] += 1
    return sorted(grant_id for grant_id, read in days.items() if judged(read, now.date(), OFTEN))


def judged(read: Counter[date], today: date, least: int = LEAST) -> tuple[int, int] | None:
    """Today's count and the usual day's when today's is too large; None when all is as always."""
    before = [count for day, count in read.items() if day < today and count]
    if len(before) < KNOWN or read[today] < least:
        return None
    usual = median_low(before)
    return (read[today], usual) if read[today] > TIMES * usual else None


def _lately(read: Counter[date], today: date) -> Counter[date]:
    """The days of the month before, and today."""
    return Counter({day: count for day, count in read.items() if day >= today - MONTH})
