"""The list of notices: what there was to tell, from when on, and how each copy of it ended.

A notice is named by what it tells (an HMAC), so the same thing is told once, whoever finds it and however often. When
it is due, one transaction makes a copy for each channel that wants it. A copy is taken before it is sent: whoever dies
while sending leaves it "unsure", and it is not sent again.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from msgspec import Struct
from msgspec.json import decode, encode
from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from mesinfos.notices.channels import WAITING, channels_of, get_channel, quiet_hours
from mesinfos.notices.kinds import FROM_THE_OPEN_VAULT, KINDS, TEST
from mesinfos.vault.instance import Instance
from mesinfos.vault.keys import joined, new_id
from mesinfos.vault.tables import moment, notice, stamp

PURPOSE = "notice"
ITSELF = ""
"""The `channel_id` of a notice; its copies have their channel's."""

PLANNED, TOLD = "planned", "told"  # a notice: to be told from `due_at` on; and made into its copies
SENDING, SENT, FAILED, UNSURE = "sending", "sent", "failed", "unsure"  # a copy, after WAITING
DELAYS = (60, 300, 1_800, 7_200, 21_600)
"""Seconds between attempts: five more within nine hours, then the copy has failed."""

LEASE = timedelta(minutes=3)
"""A copy that is not settled by then belongs to a process that died; no way of sending takes as long."""

STALE = timedelta(days=2)
"""What is found later than that (a machine that was off, a backup put back) is listed and no longer sent."""

KEPT = timedelta(days=90)


class Told(Struct, frozen=True):
    """What a notice tells: its kind and a count. `seen`: its person had it before their eyes when it was noted."""

    kind: str
    count: int = 1
    seen: bool = False


class Result(Struct, frozen=True):
    """How a copy stands: on which channel (its name stays when the channel goes), since when, and why not."""

    label: str
    at: datetime
    reason: str = ""


class Planned(NamedTuple):
    """Something to be told: what, from when on, and what tells it apart from the like."""

    told: Told
    due: datetime
    subject: str


class Copy(NamedTuple):
    """One copy, taken to be sent."""

    vault_id: str
    notice_id: str
    channel_id: str
    attempts: int = 0


class Line(NamedTuple):
    """A notice of the list, with its copies: channel, state, result."""

    notice_id: str
    at: datetime
    told: Told
    copies: list[tuple[str, str, Result]]


def note(instance: Instance, vault_id: str, found: Iterable[Planned], now: datetime | None = None) -> int:
    """Write down what there is to tell, each once for ever; returns how many are new."""
    with instance.database.write(vault_id) as conn:
        return _note(instance, conn, vault_id, list(found), now or datetime.now(UTC))


def foresee(instance: Instance, vault_id: str, found: Sequence[Planned], now: datetime | None = None) -> None:
    """Write down what an open vault foresees, in place of what it foresaw the last time and did not come yet."""
    now = now or datetime.now(UTC)
    with instance.database.write(vault_id) as conn:
        planned = (notice.c.vault_id == vault_id, notice.c.channel_id == ITSELF, notice.c.state == PLANNED)
        for row in conn.execute(select(notice.c.notice_id, notice.c.sealed).where(*planned)).all():
            if KINDS[_told(instance, vault_id, row.notice_id, row.sealed).kind].event in FROM_THE_OPEN_VAULT:
                conn.execute(delete(notice).where(*planned, notice.c.notice_id == row.notice_id))
        _note(instance, conn, vault_id, found, now)


def _note(instance: Instance, conn: Connection, vault_id: str, found: Sequence[Planned], now: datetime) -> int:
    names = {_name(instance, vault_id, one): one for one in found}
    mine = (notice.c.vault_id == vault_id, notice.c.channel_id == ITSELF, notice.c.notice_id.in_(list(names)))
    known = set(conn.execute(select(notice.c.notice_id).where(*mine)).scalars())
    for name in names.keys() - known:
        one = names[name]
        row = {"vault_id": vault_id, "notice_id": name, "channel_id": ITSELF, "attempts": 0, "created_at": stamp(now)}
        sealed = instance.key.seal(vault_id, PURPOSE, name, encode(one.told))
        state = TOLD if one.told.seen else PLANNED
        conn.execute(insert(notice), row | {"state": state, "due_at": stamp(one.due), "sealed": sealed})
    return len(names.keys() - known)


def make_copies(instance: Instance, now: datetime | None = None) -> None:
    """Turn what is due, in every vault, into copies for the channels that want it; a quiet hour puts them off."""
    now = now or datetime.now(UTC)
    due = select(notice.c.vault_id, notice.c.notice_id).where(notice.c.state == PLANNED, notice.c.due_at <= stamp(now))
    with instance.database.read() as conn:
        found = conn.execute(due).all()
    for vault_id, notice_id in found:
        with instance.database.write(vault_id) as conn:
            _tell(instance, conn, vault_id, notice_id, now)


def _tell(instance: Instance, conn: Connection, vault_id: str, notice_id: str, now: datetime) -> None:
    mine = (notice.c.vault_id == vault_id, notice.c.notice_id == notice_id, notice.c.channel_id == ITSELF)
    row = conn.execute(select(notice).where(*mine, notice.c.state == PLANNED).with_for_update()).one_or_none()
    if row is None:  # another process was here
        return
    conn.execute(update(notice).where(*mine).values(state=TOLD))
    event = KINDS[_told(instance, vault_id, notice_id, row.sealed).kind].event
    if now - moment(row.due_at) > STALE:
        return
    due = quiet_hours(instance, conn, vault_id).over_at(now)
    for one in channels_of(instance, conn, vault_id):
        if one.wants(event):
            _copy(instance, conn, Copy(vault_id, notice_id, one.channel_id), one.label, due)


def _copy(instance: Instance, conn: Connection, copy: Copy, label: str, due: datetime) -> None:
    sealed = _result(instance, copy, Result(label, due))
    row: dict[str, object] = {"vault_id": copy.vault_id, "notice_id": copy.notice_id}
    row |= {"channel_id": copy.channel_id}
    row |= {"state": WAITING, "attempts": 0, "created_at": stamp(), "due_at": stamp(due), "sealed": sealed}
    conn.execute(insert(notice), row)


def add_test(instance: Instance, vault_id: str, channel_id: str) -> Copy:
    """A notice that only tries a channel, and its one copy, already taken: the caller sends it. Raises NotFound."""
    label, name = get_channel(instance, vault_id, channel_id).label, new_id()
    now, copy = stamp(), Copy(vault_id, name, channel_id)
    row = {"vault_id": vault_id, "notice_id": name, "attempts": len(DELAYS) + 1, "created_at": now}
    itself = {"channel_id": ITSELF, "state": TOLD, "due_at": now}
    itself |= {"sealed": instance.key.seal(vault_id, PURPOSE, name, encode(Told(TEST)))}
    taken = {"channel_id": channel_id, "state": SENDING, "due_at": stamp(datetime.now(UTC) + LEASE)}
    taken |= {"sealed": _result(instance, copy, Result(label, datetime.now(UTC)))}
    with instance.database.write(vault_id) as conn:
        conn.execute(insert(notice), [row | itself, row | taken])
    return copy._replace(attempts=len(DELAYS) + 1)


def due_copies(instance: Instance, now: datetime | None = None) -> list[Copy]:
    """Copies whose time has come, of every vault, the oldest first."""
    wanted = select(notice.c.vault_id, notice.c.notice_id, notice.c.channel_id).where(
        notice.c.state == WAITING, notice.c.due_at <= stamp(now)
    )
    with instance.database.read() as conn:
        return [Copy(*row) for row in conn.execute(wanted.order_by(notice.c.due_at).limit(100)).all()]


def take(instance: Instance, copy: Copy, now: datetime | None = None) -> tuple[Copy, Told] | None:
    """Take a copy to send it; None when somebody else has it."""
    now = now or datetime.now(UTC)
    with instance.database.write(copy.vault_id) as conn:
        wanted = select(notice.c.attempts).where(*_of(copy), notice.c.state == WAITING)
        attempts = conn.execute(wanted.with_for_update()).scalar_one_or_none()
        if attempts is None:
            return None
        taken = {"state": SENDING, "attempts": attempts + 1, "due_at": stamp(now + LEASE)}
        conn.execute(update(notice).where(*_of(copy)).values(**taken))
        told = told_of(instance, conn, copy)
    return copy._replace(attempts=attempts + 1), told


def told_of(instance: Instance, conn: Connection, copy: Copy) -> Told:
    """What the notice of a copy tells."""
    itself = select(notice.c.sealed).where(*_of(copy._replace(channel_id=ITSELF)))
    return _told(instance, copy.vault_id, copy.notice_id, conn.execute(itself).scalar_one())


def settle(instance: Instance, conn: Connection, copy: Copy, state: str, result: Result) -> None:
    """How sending a copy ended; one that is WAITING again is due at the time of its result."""
    sealed, due = _result(instance, copy, result), stamp(result.at)
    conn.execute(update(notice).where(*_of(copy)).values(state=state, due_at=due, sealed=sealed))


def lost(instance: Instance, now: datetime | None = None) -> None:
    """Note of copies whose sender died that nobody knows whether they arrived; give up and forget what is old."""
    now = now or datetime.now(UTC)
    with instance.database.write() as conn:
        dead = (notice.c.state == SENDING, notice.c.due_at < stamp(now))
        conn.execute(update(notice).where(*dead).values(state=UNSURE))
        late = (notice.c.state == WAITING, notice.c.created_at < stamp(now - STALE))
        conn.execute(update(notice).where(*late).values(state=FAILED))
        over = (notice.c.state != PLANNED, notice.c.created_at < stamp(now - KEPT))
        conn.execute(delete(notice).where(*over))


def lines(instance: Instance, vault_id: str) -> list[Line]:
    """Every notice that was told, newest first, with its copies."""
    wanted = select(notice).where(notice.c.vault_id == vault_id, notice.c.state != PLANNED)
    with instance.database.read(vault_id) as conn:
        rows = conn.execute(wanted.order_by(notice.c.due_at, notice.c.channel_id)).all()
    found: dict[str, Line] = {}
    for row in rows:
        if row.channel_id == ITSELF:
            told = _told(instance, vault_id, row.notice_id, row.sealed)
            found[row.notice_id] = Line(row.notice_id, moment(row.due_at), told, [])
    for row in rows:
        if row.channel_id != ITSELF and row.notice_id in found:
            opened = instance.key.open(vault_id, PURPOSE, f"{row.notice_id}/{row.channel_id}", row.sealed)
            found[row.notice_id].copies.append((row.channel_id, row.state, decode(opened, type=Result)))
    return sorted(found.values(), key=lambda one: one.at, reverse=True)


def _of(copy: Copy) -> tuple[ColumnElement[bool], ...]:
    return (
        notice.c.vault_id == copy.vault_id,
        notice.c.notice_id == copy.notice_id,
        notice.c.channel_id == copy.channel_id,
    )


def _name(instance: Instance, vault_id: str, one: Planned) -> str:
    said = joined(one.told.kind.encode(), one.subject.encode())
    return instance.key.mac(vault_id, PURPOSE, said)[:16].hex()


def _told(instance: Instance, vault_id: str, notice_id: str, sealed: bytes) -> Told:
    return decode(instance.key.open(vault_id, PURPOSE, notice_id, sealed), type=Told)


def _result(instance: Instance, copy: Copy, result: Result) -> bytes:
    return instance.key.seal(copy.vault_id, PURPOSE, f"{copy.notice_id}/{copy.channel_id}", encode(result))
