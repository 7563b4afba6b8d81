"""One database, SQLite or PostgreSQL, behind two doors: `read` and `write`. A write is one transaction.

Every caller gets our own errors: StorageFull when the disk takes no more, StorageUnavailable when the
database does not answer. On PostgreSQL row-level security holds a transaction to the vault it names.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from errno import EDQUOT, ENOSPC
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DataError, DBAPIError, IntegrityError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from mesinfos.errors import N_, InvalidInput, StorageFull, StorageUnavailable
from mesinfos.settings import Settings

FILE = "mesinfos.db"
BUSY_SECONDS = 5
_PATIENT = f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}"
QUIET: dict[str, Any] = {"hide_parameters": True}
"""No value of a statement in an error's text: cookies' hashes and names would end in logs."""

EVERY_VAULT = "*"
"""Said aloud by transactions that span vaults (the list of persons, a token's look-up); empty means no vault."""

DISK_FULL, LOCK_NOT_AVAILABLE = "53100", "55P03"
"""PostgreSQL's own codes (its manual, appendix A); its driver is loaded where it is used only."""

FULL = N_("The disk is full; nothing was half written.")
HOLD = text("SELECT set_config('mesinfos.vault_id', :vault, true), set_config('lock_timeout', :wait, true)")
ALONE = text("SELECT pg_advisory_xact_lock(hashtextextended(:vault, 0))")

PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA secure_delete=ON",
    "PRAGMA temp_store=MEMORY",
    "PRAGMA foreign_keys=ON",
    "PRAGMA cache_size=-16000",
)


class Database:
    """The engine and its two doors; made once per process, safe in its children after a fork."""

    def __init__(self, engine: Engine, path: Path | None = None) -> None:
        self.engine = engine
        self.path = path
        os.register_at_fork(after_in_child=lambda: engine.dispose(close=False))

    @property
    def is_sqlite(self) -> bool:
        """True for the one-file form."""
        return self.path is not None

    @contextmanager
    def read(self, vault_id: str = EVERY_VAULT) -> Iterator[Connection]:
        """A connection in a transaction that only reads: one state of the database, whoever writes meanwhile."""
        with answered(), self.engine.connect() as conn, conn.begin():
            if not self.is_sqlite:
                conn.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            self._hold_to(conn, vault_id)
            yield conn

    @contextmanager
    def write(self, vault_id: str = EVERY_VAULT) -> Iterator[Connection]:
        """A connection in one transaction that commits at the end, or leaves nothing behind.

        One at a time for each vault, on PostgreSQL as on SQLite: else a sync, which locks the vault and then its
        grants, and a merchant's read, which does the reverse, would wait for each other until one of them fails.
        """
        with answered(), self.engine.connect() as conn:
            conn.execution_options(mesinfos_write=True)
            with conn.begin():
                self._hold_to(conn, vault_id)
                if not self.is_sqlite and vault_id != EVERY_VAULT:
                    conn.execute(ALONE, {"vault": vault_id})
                yield conn

    def forget_deleted(self) -> None:
        """Empty SQLite's write-ahead log, where deleted pages linger; does nothing while somebody reads."""
        if self.is_sqlite:
            with answered(), self.engine.connect() as conn:
                connection: Any = conn.connection.driver_connection
                for pragma in ("PRAGMA busy_timeout=0", "PRAGMA wal_checkpoint(TRUNCATE)", _PATIENT):
                    connection.execute(pragma).close()

    def close(self) -> None:
        """Let go of every connection."""
        self.engine.dispose()

    def _hold_to(self, conn: Connection, vault_id: str) -> None:
        if not self.is_sqlite:
            settings = {"vault": vault_id, "wait": f"{BUSY_SECONDS}s"}
            conn.execute(HOLD, settings)


def open_database(settings: Settings) -> Database:
    """The database the settings name; connects to nothing yet but makes SQLite's folder and file, 0700 and 0600."""
    if settings.database_url:
        url = _postgres_url(settings.database_url)
        connect = {"connect_timeout": BUSY_SECONDS}
        return Database(
            create_engine(url, pool_size=10, max_overflow=30, pool_pre_ping=True, connect_args=connect, **QUIET)
        )
    path = settings.data_dir / FILE
    with translated():
        settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False, "isolation_level": None},
        pool_size=10,
        max_overflow=50,
        **QUIET,
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return Database(engine, path)


@contextmanager
def answered() -> Iterator[None]:
    """Failures of the database as our own errors, without the statement or its values.

    A broken constraint or statement is a fault of ours and passes as it is.
    """
    try:
        yield
    except (IntegrityError, ProgrammingError, DataError) as problem:
        problem.params = None
        if isinstance(problem, DataError) and getattr(problem.orig, "sqlstate", None) is None:
            # The driver itself refused it, before PostgreSQL was asked: a NUL, which its texts cannot hold.
            raise InvalidInput(N_("A text holds a character that cannot be stored.")) from None
        raise
    except DBAPIError as problem:
        raise _ours(problem.orig) from None
    except sqlite3.Error as problem:  # from the statements that prepare a connection
        raise _ours(problem) from None
    except PoolTimeout:
        raise StorageUnavailable(N_("The database is too busy to answer.")) from None


@contextmanager
def translated() -> Iterator[None]:
    """Failures of our files as our own errors."""
    try:
        yield
    except OSError as problem:
        if problem.errno in {ENOSPC, EDQUOT}:
            raise StorageFull(FULL) from None
        raise StorageUnavailable(
            N_("{file} cannot be used: {reason}."),
            file=problem.filename or "",
            reason=problem.strerror or "",
            next_step=N_("Check the rights on the data folder, and that its disk is there."),
        ) from None


def _ours(problem: BaseException | None) -> StorageFull | StorageUnavailable:
    code, state = getattr(problem, "sqlite_errorname", ""), getattr(problem, "sqlstate", "")
    if state == DISK_FULL or code.startswith("SQLITE_FULL"):
        return StorageFull(FULL)
    if state == LOCK_NOT_AVAILABLE or code.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        wait = N_("Wait until it ends, then try again.")
        return StorageUnavailable(N_("Another program holds the database."), next_step=wait)
    if code.startswith(("SQLITE_NOTADB", "SQLITE_CORRUPT")):
        return StorageUnavailable(N_("The database file is damaged."), next_step=N_("Restore a backup."))
    return StorageUnavailable(N_("The database does not answer."))


def _postgres_url(address: str) -> URL:
    try:
        url = make_url(address)
    except ArgumentError:
        raise InvalidInput(
            N_("{name} is not a database address."), name="MESINFOS_DATABASE_URL", field="MESINFOS_DATABASE_URL"
        ) from None
    if url.get_backend_name() not in {"postgresql", "postgres"}:
        raise InvalidInput(N_("Only PostgreSQL addresses are understood."), field="MESINFOS_DATABASE_URL")
    return url.set(drivername="postgresql+psycopg")


def _prepare(connection: sqlite3.Connection, _record: object) -> None:
    connection.text_factory = _lenient
    for pragma in PRAGMAS:
        connection.execute(pragma).close()


def _lenient(stored: bytes) -> str:
    """Text, whatever a damaged byte made of it: it must not hide the rows around it. The seal tells that it changed."""
    return stored.decode("utf-8", "replace")


def _begin(conn: Connection) -> None:
    """SQLite's own default would take the write lock late, when a reader that turns writer can only fail."""
    conn.exec_driver_sql("BEGIN IMMEDIATE" if conn.get_execution_options().get("mesinfos_write") else "BEGIN")
