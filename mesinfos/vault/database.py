"""One database, SQLite or PostgreSQL, behind two doors: `read` and `write`. A write is one transaction.

Every caller gets our own errors: StorageFull when the disk takes no more, StorageUnavailable when the
database does not answer. On PostgreSQL row-level security holds a transaction to the vault it names.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from psycopg.errors import DiskFull
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from mesinfos.errors import N_, InvalidInput, StorageFull, StorageUnavailable
from mesinfos.settings import Settings

FILE = "mesinfos.db"
BUSY_SECONDS = 5
EVERY_VAULT = "*"
"""Said aloud by transactions that span vaults (the list of persons, a token's look-up); empty means no vault."""

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
        with translated(), self.engine.connect() as conn, conn.begin():
            self._hold_to(conn, vault_id)
            yield conn

    @contextmanager
    def write(self, vault_id: str = EVERY_VAULT) -> Iterator[Connection]:
        """A connection in one transaction that commits at the end, or leaves nothing behind."""
        with translated(), self.engine.connect() as conn:
            conn.execution_options(mesinfos_write=True)
            with conn.begin():
                self._hold_to(conn, vault_id)
                yield conn

    def close(self) -> None:
        """Let go of every connection."""
        self.engine.dispose()

    def _hold_to(self, conn: Connection, vault_id: str) -> None:
        if not self.is_sqlite:
            conn.execute(text("SELECT set_config('mesinfos.vault_id', :vault, true)"), {"vault": vault_id})


def open_database(settings: Settings) -> Database:
    """The database the settings name; connects to nothing yet but makes SQLite's folder and file, 0700 and 0600."""
    if settings.database_url:
        url = _postgres_url(settings.database_url)
        return Database(create_engine(url, pool_size=10, max_overflow=30, pool_pre_ping=True))
    path = settings.data_dir / FILE
    with translated():
        settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False, "isolation_level": None},
        pool_size=10,
        max_overflow=50,
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return Database(engine, path)


@contextmanager
def translated() -> Iterator[None]:
    """Database and disk failures as our own errors, without the statement or its values."""
    try:
        yield
    except (IntegrityError, ProgrammingError):
        raise
    except DBAPIError as problem:
        raise _ours(problem.orig) from None
    except PoolTimeout:
        raise StorageUnavailable(N_("The database is too busy to answer.")) from None
    except OSError as problem:
        raise _ours(problem) from None


def _ours(problem: BaseException | None) -> StorageFull | StorageUnavailable:
    code = getattr(problem, "sqlite_errorname", "")
    if isinstance(problem, DiskFull) or code.startswith("SQLITE_FULL") or getattr(problem, "errno", 0) in {28, 122}:
        return StorageFull(N_("The disk is full; nothing was half written."))
    if code.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return StorageUnavailable(
            N_("Another program holds the database."), next_step=N_("Wait until it ends, then try again.")
        )
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
    for pragma in PRAGMAS:
        connection.execute(pragma).close()


def _begin(conn: Connection) -> None:
    """SQLite's own default would take the write lock late, when a reader that turns writer can only fail."""
    conn.exec_driver_sql("BEGIN IMMEDIATE" if conn.get_execution_options().get("mesinfos_write") else "BEGIN")
