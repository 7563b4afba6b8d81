"""Unlocked sessions: the root, wrapped under a secret that only the browser's cookie holds.

A row alone is useless, and so is a cookie alone. A session ends after 15 minutes without use, and after
12 hours in any case.
"""

import os
from datetime import datetime
from hashlib import sha256
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, delete, insert, or_, select, update

from mesinfos.errors import N_, Locked, NotFound
from mesinfos.vault.instance import Instance
from mesinfos.vault.keys import KEY, derive, open_under, seal_under, secret_in, unpadded
from mesinfos.vault.openvault import OpenVault
from mesinfos.vault.tables import moment, session, stamp

SECOND = 1_000_000
IDLE = 15 * 60 * SECOND
LONGEST = 12 * 60 * 60 * SECOND
SLACK = 60 * SECOND
"""A session's last use is written once a minute at most, and a clock may be set back by as much."""

ENDED = N_("Your session has ended.")


class Session(NamedTuple):
    """One browser in which a vault is open: its id opens nothing."""

    session_id: str
    created_at: datetime
    seen_at: datetime
    mine: bool


def start_session(instance: Instance, vault: OpenVault) -> str:
    """A new session for an open vault; returns the cookie's value, which is a key: never log it."""
    secret, now = os.urandom(KEY), stamp()
    name = _session_id(secret)
    sealed = seal_under(_key(instance, vault.vault_id, secret), "session", _context(vault.vault_id, name), vault.root)
    row = {"vault_id": vault.vault_id, "session_id": name, "created_at": now, "seen_at": now, "sealed": sealed}
    with instance.database.write(vault.vault_id) as conn:
        _forget_old(conn, vault.vault_id, now)
        conn.execute(insert(session), row)
    return f"{vault.vault_id}.{unpadded(secret)}"


def resume_session(instance: Instance, cookie: str) -> OpenVault:
    """The open vault of a session; raises Locked when it ended, never was, or the cookie is malformed."""
    vault_id, secret = _parsed(cookie)
    name, now = _session_id(secret), stamp()
    with instance.database.read(vault_id) as conn:
        row = conn.execute(select(session).where(*_place(vault_id, name))).one_or_none()
    if row is None or not _is_live(row.created_at, row.seen_at, now):
        raise Locked(ENDED)
    root = open_under(_key(instance, vault_id, secret), "session", _context(vault_id, name), row.sealed)
    if now - row.seen_at >= SLACK:
        with instance.database.write(vault_id) as conn:
            conn.execute(update(session).where(*_place(vault_id, name)).values(seen_at=now))
    return OpenVault(instance, vault_id, root)


def end_session(instance: Instance, cookie: str) -> None:
    """Forget one session; a cookie that opens none is no error."""
    try:
        vault_id, secret = _parsed(cookie)
    except Locked:
        return
    with instance.database.write(vault_id) as conn:
        conn.execute(delete(session).where(*_place(vault_id, _session_id(secret))))


def list_sessions(instance: Instance, vault_id: str, cookie: str = "") -> list[Session]:
    """The sessions that would open this vault now, the one last used first; `cookie` tells which is the asker's own."""
    now, own = stamp(), _own(cookie)
    query = select(session).where(session.c.vault_id == vault_id).order_by(session.c.seen_at.desc())
    with instance.database.read(vault_id) as conn:
        rows = [row for row in conn.execute(query).all() if _is_live(row.created_at, row.seen_at, now)]
    return [Session(row.session_id, moment(row.created_at), moment(row.seen_at), row.session_id == own) for row in rows]


def end_other_sessions(instance: Instance, vault_id: str, cookie: str) -> int:
    """Forget every session of a vault but the one of this cookie; returns how many."""
    others = (session.c.vault_id == vault_id, session.c.session_id != _own(cookie))
    with instance.database.write(vault_id) as conn:
        return conn.execute(delete(session).where(*others)).rowcount


def end_session_named(instance: Instance, vault_id: str, session_id: str) -> None:
    """Forget one session by the id that the list shows; raises NotFound."""
    with instance.database.write(vault_id) as conn:
        if not conn.execute(delete(session).where(*_place(vault_id, session_id))).rowcount:
            raise NotFound(N_("This session has ended already."))


def end_all_sessions(instance: Instance, vault_id: str) -> None:
    """Forget every session of a vault."""
    with instance.database.write(vault_id) as conn:
        conn.execute(delete(session).where(session.c.vault_id == vault_id))


def _is_live(created_at: int, seen_at: int, now: int) -> bool:
    return -SLACK <= now - created_at < LONGEST and -SLACK <= now - seen_at < IDLE


def _forget_old(conn: Connection, vault_id: str, now: int) -> None:
    over = or_(session.c.created_at <= now - LONGEST, session.c.seen_at <= now - IDLE)
    conn.execute(delete(session).where(session.c.vault_id == vault_id, over))


def _parsed(cookie: str) -> tuple[str, bytes]:
    vault_id, _, text = cookie.partition(".")
    secret = secret_in(text)
    if secret is None or not (vault_id.isascii() and vault_id.isalnum()):
        raise Locked(ENDED)
    return vault_id, secret


def _own(cookie: str) -> str:
    try:
        return _session_id(_parsed(cookie)[1])
    except Locked:
        return ""


def _place(vault_id: str, name: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return (session.c.vault_id == vault_id, session.c.session_id == name)


def _session_id(secret: bytes) -> str:
    return sha256(derive(secret, "session id")).hexdigest()


def _key(instance: Instance, vault_id: str, secret: bytes) -> bytes:
    """Cookie and instance key together: neither a stolen backup with a cookie nor the machine's disk is enough."""
    return instance.key.mac(vault_id, "session", secret)


def _context(vault_id: str, name: str) -> tuple[bytes, bytes]:
    return (vault_id.encode(), name.encode())
