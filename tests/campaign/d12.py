"""D12: a migration killed at any statement loses nothing: the next start does it again, and every row is there."""

import os
import shutil
import signal
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import event, inspect

from mesinfos.settings import Settings
from mesinfos.vault.database import Database, open_database
from mesinfos.vault.instance import Instance, open_instance
from mesinfos.vault.migrate import SCRIPTS, migrate, newest
from mesinfos.vault.openvault import OpenVault
from mesinfos.vault.tables import NAMES
from tests.campaign import Outcome
from tests.vault.home import alice_at_home, fill, payloads, sql

FULL = 200
RECORDS = 30
NEVER = 1000
NEXT = f'''
"""A later version that rebuilds a table, the hardest kind of change on SQLite."""
import sqlalchemy as sa
from alembic import op
revision, down_revision, branch_labels, depends_on = "0099", "{newest()}", None, None
def upgrade() -> None:
    with op.batch_alter_table("record", recreate="always") as batch:
        batch.add_column(sa.Column("note", sa.Text(), nullable=False, server_default=""))
    op.create_index("record_by_note", "record", ["vault_id", "note"])
    op.execute("UPDATE record SET note = type")
'''


def run(tries: int) -> Outcome:
    """A first start, and an update of a filled store, killed at `tries` places spread over all their statements."""
    wrong, places = [], 0
    with alice_at_home() as alice:
        fill(alice, RECORDS)
        sql(alice.instance, "PRAGMA wal_checkpoint(TRUNCATE)")
        for story in (first_start, update):
            last = story(alice, NEVER)[0]
            chosen = sorted({1 + number * last // (tries // 2) for number in range(tries // 2)})
            stories = [(number, story(alice, number)) for number in chosen if number <= last]
            places += len(stories)
            wrong += [f"{story.__name__} {number}: {problem}" for number, (_, problem) in stories if problem]
    return Outcome(places, "restart completes, 0 rows lost", f"{len(wrong)} wrong {wrong[:3]}", not wrong)


def first_start(_: OpenVault, statement: int) -> tuple[int, str]:
    """A new store, killed while its tables are made."""
    with TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder))
        count = killed_at(statement, settings, migrate)
        store = open_instance(settings)
        with closing(store), store.database.read() as conn:
            made = set(inspect(conn).get_table_names())
    return count, "" if set(NAMES) <= made else "tables missing"


def update(alice: OpenVault, statement: int) -> tuple[int, str]:
    """A store with records, killed while a table is rebuilt."""
    with TemporaryDirectory() as folder:
        scripts, data = Path(folder, "migrations"), Path(folder, "data")
        shutil.copytree(SCRIPTS, scripts)
        (scripts / "versions" / "0099_next.py").write_text(NEXT)
        shutil.copytree(alice.instance.settings.data_dir, data)
        settings = Settings(data_dir=data)
        count = killed_at(statement, settings, lambda opened: migrate(opened, scripts))
        database = open_database(settings)
        with closing(database):
            migrate(database, scripts)
            instance = Instance(settings, database, alice.instance.key, alice.instance.pins)
            found = payloads(OpenVault(instance, alice.vault_id, alice.root))
    return count, "" if found == payloads(alice) else "records lost"


def killed_at(statement: int, settings: Settings, work: Callable[[Database], None]) -> int:
    """Do the work in a child that kills itself before that statement; how many there are, when it lived to the end."""
    child = os.fork()
    if not child:
        database, count = open_database(settings), 0

        def tick(*_: object) -> None:
            nonlocal count
            count += 1
            if count == statement:
                os.kill(os.getpid(), signal.SIGKILL)

        event.listen(database.engine, "before_cursor_execute", tick)
        event.listen(database.engine, "commit", tick)
        work(database)
        os._exit(count)
    _, status = os.waitpid(child, 0)
    return os.WEXITSTATUS(status)
