"""Links that a person shares with people: made, seen, counted, ended. What they show is a `Snapshot`.

The house keeps nothing that opens one, but the person's own copy of the address, sealed to the vault. Ending a link
deletes what it showed in one transaction; every look is a line in the journal.
"""

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

import msgspec
from sqlalchemy import ColumnElement, Connection, Row, delete, insert, select, update

from mesinfos.consent.journal import Action, append
from mesinfos.consent.snapshot import Snapshot, decode, encode
from mesinfos.errors import N_, InvalidInput, NotFound
from mesinfos.model.values import Value
from mesinfos.vault.inbox import store_envelope
from mesinfos.vault.instance import Instance
from mesinfos.vault.keys import new_id
from mesinfos.vault.linkkeys import NOWHERE, LinkPlace, link_auth, open_link, seal_link
from mesinfos.vault.openvault import OpenVault
from mesinfos.vault.tables import link, moment, stamp

TYPE, SCHEMA = "link", 1
LONGEST_DAYS = 365
SHORTEST_PASSCODE = 6
MOST_VIEWS = 10_000


class Audience(StrEnum):
    """Who may look: whoever has the address, those who know a passcode too, or the persons of this house."""

    ANYBODY = "anybody"
    PASSCODE = "passcode"
    HOUSE = "house"


class Terms(Value, frozen=True):
    """For whom a link is, for how many days, and how often it may be looked at (0: no limit)."""

    audience: Audience
    days: int
    views_at_most: int = 0
    passcode: str = ""

    def checked(self) -> "Terms":
        """Itself; raises InvalidInput for what cannot be."""
        if not 1 <= self.days <= LONGEST_DAYS:
            raise InvalidInput(N_("A link lasts between one day and a year."), field="days")
        if not 0 <= self.views_at_most <= MOST_VIEWS:
            raise InvalidInput(N_("Between 1 and 10,000 times, or leave it empty."), field="views")
        if self.audience is Audience.PASSCODE and len(self.passcode) < SHORTEST_PASSCODE:
            raise InvalidInput(N_("Six characters at least: whoever has the address may try."), field="passcode")
        return self


class Link(NamedTuple):
    """A link as its owner sees it; `over` when it shows nothing any more."""

    link_id: str
    audience: Audience
    created_at: datetime
    expires_at: datetime
    views: int
    views_at_most: int
    secret: str
    snapshot: Snapshot

    @property
    def over(self) -> bool:
        """Whether its time is up, or all its looks are spent."""
        return self.expires_at <= datetime.now(UTC) or 0 < self.views_at_most <= self.views


class Door(NamedTuple):
    """What is known of a link before it is opened."""

    vault_id: str
    audience: Audience


class _Own(Value, frozen=True):
    secret: str
    snapshot: Snapshot


def make(vault: OpenVault, snapshot: Snapshot, terms: Terms) -> str:
    """Share a snapshot and return the link's id; raises InvalidInput for terms that cannot be."""
    terms.checked()
    now, link_id = datetime.now(UTC), new_id()
    place = LinkPlace(vault.vault_id, link_id, terms.audience, stamp(now + timedelta(days=terms.days)))
    fresh = seal_link(encode(snapshot), place, terms.passcode if terms.audience is Audience.PASSCODE else "")
    row: dict[str, object] = {"auth": fresh.auth, "created_at": stamp(now), "salt": fresh.salt, "sealed": fresh.sealed}
    row |= {**msgspec.structs.asdict(place), "views": 0, "views_at_most": terms.views_at_most}
    with vault.instance.database.write(vault.vault_id) as conn:
        envelope = store_envelope(vault.instance, conn, vault.vault_id)
        own = envelope.seal(link_id, TYPE, SCHEMA, msgspec.json.encode(_Own(fresh.secret, snapshot)))
        conn.execute(insert(link), row | {"envelope_id": envelope.envelope_id, "own": own})
        append(vault.instance, conn, vault.vault_id, Action.LINK_MADE, link_id, {"name": snapshot.title})
    return link_id


def links(vault: OpenVault) -> list[Link]:
    """Every link of a person, the newest first."""
    return _found(vault)


def one_link(vault: OpenVault, link_id: str) -> Link:
    """One link; raises NotFound."""
    found = _found(vault, link.c.link_id == link_id)
    if not found:
        raise NotFound(N_("There is no such link in this vault."))
    return found[0]


def end(vault: OpenVault, link_id: str) -> None:
    """Delete a link and what it showed; raises NotFound."""
    title = one_link(vault, link_id).snapshot.title
    with vault.instance.database.write(vault.vault_id) as conn:
        conn.execute(delete(link).where(link.c.vault_id == vault.vault_id, link.c.link_id == link_id))
        append(vault.instance, conn, vault.vault_id, Action.LINK_ENDED, link_id, {"name": title})


def door(instance: Instance, secret: str) -> Door:
    """For whom the link of an address is; raises NotFound, with the same words for all that leads nowhere."""
    with instance.database.read() as conn:
        row = _row(conn, link_auth(secret))
    return Door(row.vault_id, Audience(row.audience))


def look(instance: Instance, secret: str, passcode: str = "") -> Snapshot:
    """What the link of an address shows, counted and journaled; raises NotFound, WrongPassphrase or Tampered."""
    auth = link_auth(secret)
    with instance.database.read() as conn:
        row = _row(conn, auth)
    place = LinkPlace(row.vault_id, row.link_id, row.audience, row.expires_at)
    snapshot = decode(open_link(secret, place, bytes(row.salt), bytes(row.sealed), passcode))
    with instance.database.write(row.vault_id) as conn:
        # Ended, or looked at a last time, since it was read: whoever comes second sees nothing.
        left = (link.c.views_at_most == 0) | (link.c.views < link.c.views_at_most)
        counted = update(link).where(link.c.auth == auth, left).values(views=link.c.views + 1)
        if conn.execute(counted).rowcount != 1:
            raise NotFound(NOWHERE)
        append(instance, conn, row.vault_id, Action.LINK_READ, row.link_id, {"name": snapshot.title})
    return snapshot


def forget_ended(instance: Instance) -> None:
    """Delete what links past their day would show; their owner sees them no more either."""
    with instance.database.write() as conn:
        conn.execute(delete(link).where(link.c.expires_at <= stamp()))


def _found(vault: OpenVault, *which: ColumnElement[bool]) -> list[Link]:
    shared = link.c.audience.in_([*Audience])  # calendars lie in the same table
    query = select(link).where(link.c.vault_id == vault.vault_id, shared, *which).order_by(link.c.created_at.desc())
    with vault.instance.database.read(vault.vault_id) as conn:
        rows = conn.execute(query).all()
        vault.load_envelopes(conn, {row.envelope_id for row in rows})
    return [_link(vault, row) for row in rows]


def _row(conn: Connection, auth: bytes) -> Row[tuple[object, ...]]:
    shared = link.c.audience.in_([*Audience])
    row = conn.execute(select(link).where(link.c.auth == auth, shared, link.c.expires_at > stamp())).one_or_none()
    if row is None or 0 < row.views_at_most <= row.views:
        raise NotFound(NOWHERE)
    return row


def _link(vault: OpenVault, row: Row[tuple[object, ...]]) -> Link:
    own = vault.loaded(row.envelope_id).open(row.link_id, TYPE, SCHEMA, bytes(row.own))
    told = msgspec.json.decode(own, type=_Own)
    times = (moment(row.created_at), moment(row.expires_at))
    return Link(row.link_id, Audience(row.audience), *times, row.views, row.views_at_most, told.secret, told.snapshot)
