"""Brings the database to this version's tables at start: a backup first, then one transaction.

Killed at any statement, the next start finds the old state and does it again. A database written by a newer
MesInfos is refused.
"""

import sqlite3
from contextlib import closing
from importlib import import_module
from pathlib import Path

from sqlalchemy import Connection, inspect, text

from mesinfos.vault.database import Database, translated

SCRIPTS = Path(__file__).parents[2] / "migrations"
ADVISORY_LOCK = 0x6D65736966
"""PostgreSQL's lock number while tables change: several machines may start at once."""


def migrate(database: Database, scripts_folder: Path = SCRIPTS) -> None:
    """Upgrade to the newest tables; raises UnknownFormat for a database of a newer MesInfos."""
    with database.read() as conn:
        found = revision_of(conn)
    if found == newest(scripts_folder):
        return
    # By name: every command starts here, few migrate, and loading Alembic takes as long as all they do besides.
    scripts = import_module("mesinfos.vault.scripts").Scripts(scripts_folder)
    scripts.check_known(found)
    if found is not None and database.path is not None:
        back_up(database.path, database.path.parent / "backups" / f"before-{scripts.head}-from-{found}.db")
    with database.write() as conn:
        if not database.is_sqlite:
            conn.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": ADVISORY_LOCK})
        scripts.upgrade(conn)


def newest(scripts_folder: Path = SCRIPTS) -> str:
    """The last revision, by the names of the files: they begin with their number."""
    return max(path.name.partition("_")[0] for path in (scripts_folder / "versions").glob("[0-9]*_*.py"))


def revision_of(conn: Connection) -> str | None:
    """The database's revision, None when it is empty."""
    if not inspect(conn).has_table("alembic_version"):
        return None
    return conn.execute(text("SELECT version_num FROM alembic_version")).scalar()


def back_up(source: Path, target: Path) -> None:
    """A whole copy of an SQLite file under writers; replaces `target` in one step, readable by its owner only."""
    half = target.with_suffix(".part")
    with translated():
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        half.unlink(missing_ok=True)
        half.touch(mode=0o600)
        with closing(sqlite3.connect(source)) as origin, closing(sqlite3.connect(half)) as copy:
            origin.backup(copy)
        half.replace(target)
