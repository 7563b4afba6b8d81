"""Brings the database to this version's tables at start: a backup first, then one transaction.

Killed at any statement, the next start finds the old state and does it again. A database written by a newer
MesInfos is refused.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

from alembic.command import upgrade
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from mesinfos.errors import N_, UnknownFormat
from mesinfos.vault.database import Database, translated

SCRIPTS = Path(__file__).parents[2] / "migrations"
ADVISORY_LOCK = 0x6D65736966
"""PostgreSQL's lock number while tables change: several machines may start at once."""


def migrate(database: Database, scripts_folder: Path = SCRIPTS) -> None:
    """Upgrade to the newest tables; raises UnknownFormat for a database of a newer MesInfos."""
    config = Config()
    config.set_main_option("script_location", str(scripts_folder).replace("%", "%%"))
    scripts = ScriptDirectory.from_config(config)
    head = scripts.get_current_head()
    with database.read() as conn:
        found = check_known(conn, scripts)
    if found == head:
        return
    if found is not None and database.path is not None:
        back_up(database.path, database.path.parent / "backups" / f"before-{head}-from-{found}.db")
    with database.write() as conn:
        if not database.is_sqlite:
            conn.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": ADVISORY_LOCK})
        config.attributes["connection"] = conn
        upgrade(config, "head")


def check_known(conn: Connection, scripts: ScriptDirectory) -> str | None:
    """The database's revision, None when it is empty; raises UnknownFormat when this MesInfos does not know it."""
    found = MigrationContext.configure(conn).get_current_revision()
    known = {script.revision for script in scripts.walk_revisions()}
    if found is not None and found not in known:
        raise UnknownFormat(N_("This database was written by a newer MesInfos."))
    return found


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
