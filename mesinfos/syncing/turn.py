"""One sync of a source at a time, in whatever process, on whatever machine.

The turn belongs to the operating system (SQLite: a lock on a file) or to the database server (PostgreSQL: an advisory
lock of a session), so it ends in the same instant as its holder, `kill -9` included: no heartbeat to wait for, no clock
to trust. `docs/decisions/0011` says why a lease in a row was not enough.
"""

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

from sqlalchemy import text

from mesinfos.errors import N_, Busy
from mesinfos.vault.database import translated
from mesinfos.vault.instance import Instance

TURNS = "turns"  # folder of the lock files, in the data folder

_here = Lock()
_taken: set[tuple[str, str]] = set()
"""Turns held by this process: file locks belong to processes, and would let a second thread through."""


@contextmanager
def turn(instance: Instance, vault_id: str, source_id: str) -> Iterator[None]:
    """Hold the source until the block ends; raises Busy when somebody else does."""
    mine = (str(instance.database.engine.url), f"{vault_id}/{source_id}")
    with _here:
        if mine in _taken:
            raise _busy()
        _taken.add(mine)
    try:
        hold = _file_lock(instance, source_id) if instance.database.is_sqlite else _advisory_lock(instance, mine[1])
        with hold:
            yield
    finally:
        with _here:
            _taken.discard(mine)


def is_free(instance: Instance, vault_id: str, source_id: str) -> bool:
    """True when nobody reads this source now: what its row says may have been written by the dead."""
    try:
        with turn(instance, vault_id, source_id):
            return True
    except Busy:
        return False


@contextmanager
def _file_lock(instance: Instance, source_id: str) -> Iterator[None]:
    """A POSIX record lock: unlike flock's, it does not live on in children made by fork."""
    with translated():
        folder = instance.settings.data_dir / TURNS
        folder.mkdir(mode=0o700, exist_ok=True)
        handle = os.open(_path(folder, source_id), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.lockf(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise _busy() from None
        yield
    finally:
        os.close(handle)


@contextmanager
def _advisory_lock(instance: Instance, name: str) -> Iterator[None]:
    """A connection of its own, outside the pool: its end is the end of the turn."""
    number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)
    with translated():
        conn = instance.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
    try:
        with translated():
            free = conn.execute(text("SELECT pg_try_advisory_lock(:number)"), {"number": number}).scalar_one()
        if not free:
            raise _busy()
        yield
    finally:
        conn.invalidate()
        conn.close()


def _path(folder: Path, source_id: str) -> Path:
    return folder / hashlib.sha256(source_id.encode()).hexdigest()[:16]


def _busy() -> Busy:
    return Busy(N_("This source is being read already."))
