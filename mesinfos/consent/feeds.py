"""Calendars that a person subscribes to: kept as links are, sealed under their own address, and renewed while the
vault is open.

The server can answer a calendar program while the vault is locked, since the program brings the address; without it
nobody here can read what a calendar says. Renewing takes the person's own copy of the address, which only an open vault
gives. Each fetch is counted, and the first of each day is a line in the journal: programs ask every hour.
"""

from collections.abc import Callable, Collection, Iterable
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

import msgspec
from sqlalchemy import Row, delete, insert, select, update

from mesinfos.consent.journal import Action, append
from mesinfos.errors import N_, InvalidInput, NotFound
from mesinfos.model.values import Value
from mesinfos.relations.agenda import Event, Kind
from mesinfos.vault.inbox import store_envelope
from mesinfos.vault.instance import Instance
from mesinfos.vault.keys import new_id
from mesinfos.vault.linkkeys import NOWHERE, LinkPlace, link_auth, link_uid, open_link, reseal_link, seal_link
from mesinfos.vault.openvault import OpenVault
from mesinfos.vault.tables import journal, link, moment, stamp

TYPE, SCHEMA = "feed", 1
CALENDAR = "calendar"
LASTS = timedelta(days=3650)
KEPT = timedelta(days=30)  # how long a calendar still tells that something is off
AT_MOST = 1000


class Entry(Value, frozen=True):
    """One event as calendar programs know it (RFC 5545): `sequence` rises whenever it changes."""

    uid: str
    kind: Kind
    first: date
    last: date
    name: str
    changed: datetime
    sequence: int = 0
    cancelled: bool = False

    def says(self, event: Event, name: str) -> bool:
        """Whether it tells what the event is now."""
        told = (self.first, self.last, self.name, self.cancelled)
        return told == (event.first, event.last, name, False)


class Plan(Value, frozen=True):
    """What a calendar holds, in which language, of which kinds, with names of merchants or without."""

    language: str
    kinds: tuple[Kind, ...]
    names: bool
    entries: tuple[Entry, ...] = ()


class Feed(NamedTuple):
    """A calendar as its owner sees it; `read_on` is the last day on which somebody fetched it."""

    link_id: str
    created_at: datetime
    views: int
    secret: str
    plan: Plan
    read_on: date | None


class _Own(Value, frozen=True):
    secret: str


Events = Callable[[Collection[Kind]], Iterable[Event]]


def make_feed(vault: OpenVault, plan: Plan, events: Events) -> str:
    """A new calendar; returns its id. Raises InvalidInput when it would hold nothing."""
    if not plan.kinds:
        raise InvalidInput(N_("Tick at least one thing to see in the calendar."), field="kinds")
    now, link_id = datetime.now(UTC), new_id()
    place = LinkPlace(vault.vault_id, link_id, CALENDAR, stamp(now + LASTS))
    # The ids of events come from the address, so it is made first and what it shows sealed under it second.
    fresh = seal_link(b"", place)
    sealed = reseal_link(fresh.secret, _encoded(renewed(plan, events(plan.kinds), fresh.secret, now)), place)
    row: dict[str, object] = {"auth": fresh.auth, "created_at": stamp(now), "salt": b"", "sealed": sealed}
    row |= {**msgspec.structs.asdict(place), "views": 0, "views_at_most": 0}
    with vault.instance.database.write(vault.vault_id) as conn:
        envelope = store_envelope(vault.instance, conn, vault.vault_id)
        own = envelope.seal(link_id, TYPE, SCHEMA, msgspec.json.encode(_Own(fresh.secret)))
        conn.execute(insert(link), row | {"envelope_id": envelope.envelope_id, "own": own})
        append(vault.instance, conn, vault.vault_id, Action.CALENDAR_MADE, link_id)
    return link_id


def feeds(vault: OpenVault) -> list[Feed]:
    """Every calendar of a person, the newest first."""
    query = select(link).where(link.c.vault_id == vault.vault_id, link.c.audience == CALENDAR)
    seen = select(journal.c.subject, journal.c.at).where(
        journal.c.vault_id == vault.vault_id, journal.c.action == Action.CALENDAR_READ
    )
    with vault.instance.database.read(vault.vault_id) as conn:
        rows = conn.execute(query.order_by(link.c.created_at.desc())).all()
        vault.load_envelopes(conn, {row.envelope_id for row in rows})
        read = (
            {row.subject: moment(row.at).date() for row in conn.execute(seen.order_by(journal.c.seq))} if rows else {}
        )
    return [_feed(vault, row, read.get(row.link_id)) for row in rows]


def renew(vault: OpenVault, events: Events) -> None:
    """Bring every calendar of a person up to date; writes only what changed."""
    for feed in feeds(vault):
        fresh = renewed(feed.plan, events(feed.plan.kinds), feed.secret, datetime.now(UTC))
        if fresh == feed.plan:
            continue
        auth = link_auth(feed.secret)
        with vault.instance.database.write(vault.vault_id) as conn:
            row = conn.execute(select(link).where(link.c.auth == auth)).one_or_none()
            if row is not None:  # ended meanwhile
                sealed = reseal_link(feed.secret, _encoded(fresh), _place(row))
                conn.execute(update(link).where(link.c.auth == auth).values(sealed=sealed))


def end_feed(vault: OpenVault, link_id: str) -> None:
    """Delete a calendar: from now on its address leads nowhere. Raises NotFound."""
    which = (link.c.vault_id == vault.vault_id, link.c.link_id == link_id, link.c.audience == CALENDAR)
    with vault.instance.database.write(vault.vault_id) as conn:
        if conn.execute(delete(link).where(*which)).rowcount != 1:
            raise NotFound(N_("There is no such calendar in this vault."))
        append(vault.instance, conn, vault.vault_id, Action.CALENDAR_ENDED, link_id)


def fetch(instance: Instance, secret: str) -> Plan:
    """What a calendar's address shows, counted; raises NotFound, in the same words for all that leads nowhere."""
    auth = link_auth(secret)
    with instance.database.read() as conn:
        which = (link.c.auth == auth, link.c.audience == CALENDAR, link.c.expires_at > stamp())
        row = conn.execute(select(link).where(*which)).one_or_none()
    if row is None:
        raise NotFound(NOWHERE)
    plan = _decoded(secret, row)
    with instance.database.write(row.vault_id) as conn:
        conn.execute(update(link).where(link.c.auth == auth).values(views=link.c.views + 1))
        midnight = stamp(datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0))
        today = select(journal.c.seq).where(
            journal.c.vault_id == row.vault_id,
            journal.c.action == Action.CALENDAR_READ,
            journal.c.subject == row.link_id,
            journal.c.at >= midnight,
        )
        if conn.execute(today.limit(1)).first() is None:
            append(instance, conn, row.vault_id, Action.CALENDAR_READ, row.link_id)
    return plan


def renewed(plan: Plan, events: Iterable[Event], secret: str, now: datetime) -> Plan:
    """The plan as it is now: what changed counts up, what is off says so for a month, what is over stays as long."""
    known, found = {one.uid: one for one in plan.entries}, {}
    for event in list(events)[:AT_MOST]:
        uid, name = link_uid(secret, event.ref), event.name if plan.names else ""
        old = known.get(uid)
        if old and old.says(event, name):
            found[uid] = old
        else:
            sequence = old.sequence + 1 if old else 0
            found[uid] = Entry(uid, event.kind, event.first, event.last, name, now, sequence)
    for uid in known.keys() - found.keys():
        if gone := _gone(known[uid], now):
            found[uid] = gone
    entries = sorted(found.values(), key=lambda one: (one.first, one.uid))
    return Plan(plan.language, plan.kinds, plan.names, tuple(entries))


def _gone(old: Entry, now: datetime) -> Entry | None:
    """An entry that the agenda no longer has: off when its day is still to come, else simply over.

    By the calendar of this machine, as the agenda itself: for some hours it is another day elsewhere.
    """
    day = now.astimezone().date()
    over = old.last < day
    if (over and old.last < day - KEPT) or (old.cancelled and old.changed < now - KEPT):
        return None
    if over or old.cancelled:
        return old
    return Entry(old.uid, old.kind, old.first, old.last, old.name, now, old.sequence + 1, cancelled=True)


def _feed(vault: OpenVault, row: Row[tuple[object, ...]], read_on: date | None) -> Feed:
    own = vault.loaded(row.envelope_id).open(row.link_id, TYPE, SCHEMA, bytes(row.own))
    secret = msgspec.json.decode(own, type=_Own).secret
    return Feed(row.link_id, moment(row.created_at), row.views, secret, _decoded(secret, row), read_on)


def _place(row: Row[tuple[object, ...]]) -> LinkPlace:
    return LinkPlace(row.vault_id, row.link_id, row.audience, row.expires_at)


def _encoded(plan: Plan) -> bytes:
    return msgspec.json.encode(plan)


def _decoded(secret: str, row: Row[tuple[object, ...]]) -> Plan:
    return msgspec.json.decode(open_link(secret, _place(row), b"", bytes(row.sealed)), type=Plan)
