"""What the worker knows of a vault that is closed: states of sources, ends of consents, requests, how often one reads.

It sees no mail, no order and no parcel. What backups tell is noted by whoever makes them (`rights/archivist.py`).
"""

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, select

from mesinfos.consent.ledger import State
from mesinfos.consent.promises import read_row
from mesinfos.consent.pushed import PATIENCE
from mesinfos.consent.unusual import often
from mesinfos.errors import Tampered, UnknownFormat, UnreadableGrant
from mesinfos.notices.book import Planned, Told, note
from mesinfos.vault.instance import Instance
from mesinfos.vault.runs import list_runs
from mesinfos.vault.sources import WHILE_UNLOCKED, Source, list_sources
from mesinfos.vault.tables import grant, pushed, stamp
from mesinfos.vault.vaults import list_persons

FAILING = timedelta(days=1)
"""A server that does not answer for an hour is no news; the next reading finds what it holds."""

EVENING = 18  # the hour at which the day's mail is counted
SOON = timedelta(days=7)  # before a consent ends
PATIENT = timedelta(minutes=5)
"""Whoever reads a request takes that long; it then waits for 25 more."""


def watch(instance: Instance, now: datetime | None = None) -> None:
    """Write down for every vault what there is to tell."""
    now = now or datetime.now(UTC)
    for person in list_persons(instance):
        sources = list_sources(instance, person.vault_id)
        with instance.database.read(person.vault_id) as conn:
            found = [
                *(one for source in sources for one in _source(source, now)),
                *_news(instance, conn, sources, now),
                *_ending(instance, conn, person.vault_id, now),
                *_requests(conn, person.vault_id, now),
                *(
                    Planned(Told("unusual"), now, f"{grant_id} {now.date()}")
                    for grant_id in often(conn, person.vault_id, now)
                ),
            ]
        if found:
            note(instance, person.vault_id, found, now)


def _source(source: Source, now: datetime) -> Iterator[Planned]:
    """Once for each time that it stopped: the last success before it tells them apart."""
    subject = f"{source.source_id} {source.last_success}"
    waits = source.state == "waiting" and source.mode != WHILE_UNLOCKED and source.last_error
    if source.state == "reconnect":
        yield Planned(Told("reconnect"), now, subject)
    elif (waits or source.state == "error") and now - (source.last_success or source.created_at) > FAILING:
        yield Planned(Told("failing"), now, subject)


def _news(instance: Instance, conn: Connection, sources: list[Source], now: datetime) -> Iterator[Planned]:
    """The day's mail, counted once, in the evening."""
    if now.astimezone().hour < EVENING:
        return
    since = now - timedelta(days=1)
    runs = [run for one in sources for run in list_runs(instance, conn, one.vault_id, one.source_id)]
    count = sum(run.found.get("messages", 0) for run in runs if run.started_at >= since)
    if count:
        yield Planned(Told("news", count), now, now.astimezone().date().isoformat())


def _ending(instance: Instance, conn: Connection, vault_id: str, now: datetime) -> Iterator[Planned]:
    live = select(grant).where(grant.c.vault_id == vault_id, grant.c.state == State.LIVE)
    for row in conn.execute(live).all():
        with suppress(UnreadableGrant, Tampered, UnknownFormat):  # set aside by whoever uses it next, with an alarm
            until = read_row(instance, row).until
            if now.date() <= until <= now.date() + SOON:
                yield Planned(Told("ending"), now, f"{row.grant_id} {until}")


def _requests(conn: Connection, vault_id: str, now: datetime) -> Iterator[Planned]:
    """Requests that somebody looked at and did not answer; before that, nobody can tell whose they are."""
    left = timedelta(seconds=PATIENCE) - PATIENT
    mine = select(pushed.c.auth).where(
        pushed.c.vault_id == vault_id, pushed.c.expires_at > stamp(now), pushed.c.expires_at <= stamp(now + left)
    )
    for row in conn.execute(mine).all():
        yield Planned(Told("request"), now, bytes(row.auth).hex())
