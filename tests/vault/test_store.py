"""The store itself: first start, migrations, failures of disk and database, and who may see which row."""

import json
import os
import shutil
import sqlite3
from contextlib import closing
from errno import ENOSPC
from multiprocessing import get_context
from pathlib import Path

import pytest
from psycopg.errors import DiskFull, LockNotAvailable
from sqlalchemy import insert, select, text
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from mesinfos.errors import InvalidInput, NotFound, StorageFull, StorageUnavailable, UnknownFormat
from mesinfos.settings import Settings
from mesinfos.vault import database as databases
from mesinfos.vault.instance import open_instance
from mesinfos.vault.migrate import SCRIPTS, migrate, newest
from mesinfos.vault.pins import Pin, Pins
from mesinfos.vault.sources import get_source
from mesinfos.vault.tables import METADATA, NAMES
from mesinfos.vault.vaults import create_vault
from tests.campaign.d12 import NEXT
from tests.cast import ALICE
from tests.vault.test_records import new, store


def test_a_first_start_makes_private_files(tmp_path):
    """Database, key and folder belong to their owner alone."""
    open_instance(Settings(data_dir=tmp_path / "data")).close()
    modes = {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "data").iterdir()}
    assert modes["mesinfos.db"] == modes["instance.key"] == 0o600
    assert (tmp_path / "data").stat().st_mode & 0o777 == 0o700


def started(folder: str, answers) -> None:
    """A first start in a process of its own."""
    store = open_instance(Settings(data_dir=Path(folder)))
    answers.put(store.key.mac("v", "p", b"").hex())
    store.close()


def test_first_starts_at_once_agree_on_one_key(tmp_path):
    """Whoever comes second finds the key and the tables of the first."""
    context = get_context("fork")
    answers = context.SimpleQueue()
    starts = [context.Process(target=started, args=(str(tmp_path), answers)) for _ in range(4)]
    for process in starts:
        process.start()
    keys = {answers.get() for _ in starts}
    for process in starts:
        process.join()
    assert len(keys) == 1


def test_too_open_a_key_file_is_closed(sqlite_instance):
    """Other people's rights on the key are taken away at the next start."""
    settings = sqlite_instance.settings
    settings.key_file.chmod(0o644)
    open_instance(settings).close()
    assert settings.key_file.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("content", ["", "mesinfos-instance-key-1:AAAA", "nonsense", "mesinfos-instance-key-1:é"])
def test_a_damaged_key_file_is_not_replaced(sqlite_instance, content):
    """A new key would orphan every tag and credential: the person must put the file back."""
    sqlite_instance.settings.key_file.write_text(content)
    with pytest.raises(StorageUnavailable) as refused:
        open_instance(sqlite_instance.settings)
    assert "backup" in refused.value.advice


def test_another_or_a_missing_key_is_noticed(alice):
    """The database knows its key; with vaults in it, no new key is made."""
    settings = alice.instance.settings
    settings.key_file.unlink()
    with pytest.raises(StorageUnavailable):
        open_instance(settings)
    assert not settings.key_file.exists()
    settings.key_file.write_text("mesinfos-instance-key-1:" + "A" * 43 + "=")
    with pytest.raises(StorageUnavailable, match="does not belong"):
        open_instance(settings)


def test_a_newer_database_is_refused(instance):
    """A downgrade is one clear sentence, and touches nothing."""
    with instance.database.write() as conn:
        conn.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(UnknownFormat) as refused:
        open_instance(instance.settings)
    assert "Update MesInfos" in refused.value.advice


def test_a_copy_is_kept_before_tables_change(alice, tmp_path):
    """An existing SQLite file is backed up, readable by its owner only, before a newer version touches it."""
    database = alice.instance.database
    if not database.is_sqlite:
        pytest.skip("a PostgreSQL server has its own backups")
    store(alice, new("one"))
    shutil.copytree(SCRIPTS, tmp_path / "migrations")
    (tmp_path / "migrations" / "versions" / "0099_next.py").write_text(NEXT)
    migrate(database, tmp_path / "migrations")
    copy = database.path.parent / "backups" / f"before-0099-from-{newest()}.db"
    assert copy.stat().st_mode & 0o777 == 0o600
    with closing(sqlite3.connect(copy)) as old:
        (rows,), (version,) = old.execute(
            "SELECT count(*) FROM record UNION ALL SELECT version_num FROM alembic_version"
        )
    assert (rows, version) == (1, newest())
    with pytest.raises(UnknownFormat):
        open_instance(alice.instance.settings)


def test_tables_are_what_the_code_says(instance):
    """The migration made every table and column that the code knows, with the vault first in every key."""
    with instance.database.read() as conn:
        for name in NAMES:
            conn.execute(select(METADATA.tables[name])).all()
    for name in set(NAMES) - {"token", "closing", "pushed", "link"}:
        table = METADATA.tables[name]
        assert next(iter(table.primary_key)).name == "vault_id"
        assert all(next(iter(index.columns)).name == "vault_id" for index in table.indexes)


def test_postgres_shows_a_transaction_one_vault_only(postgres_instance):
    """Row-level security: a query that forgot its vault sees the named one; one that named none sees nothing."""
    database = postgres_instance.database
    for vault_id in ("a", "b"):
        row = {"source_id": "s", "connector": "c", "mode": "m", "state": "s", "created_at": 0}
        with database.write(vault_id) as conn:
            blobs = {"sealed": b"", "details": b""}
            conn.execute(insert(METADATA.tables["source"]), row | blobs | {"vault_id": vault_id})
    seen = {}
    for vault_id in ("a", "*", "", "c"):
        with database.read(vault_id) as conn:
            seen[vault_id] = conn.execute(text("SELECT count(*) FROM source")).scalar()
    assert seen == {"a": 1, "*": 2, "": 0, "c": 0}
    with pytest.raises(databases.ProgrammingError), database.write("a") as conn:
        conn.execute(text("INSERT INTO source SELECT 'b', 't', connector, mode, state, 0, sealed, details FROM source"))


def test_reading_cannot_write_on_postgres(postgres_instance):
    """The reading door is closed for writers."""
    with pytest.raises(StorageUnavailable), postgres_instance.database.read() as conn:
        conn.execute(text("DELETE FROM person"))


@pytest.mark.parametrize(
    ("problem", "expected"),
    [
        (DiskFull(), StorageFull),
        (LockNotAvailable(), StorageUnavailable),
        (sqlite3.OperationalError("unable to open"), StorageUnavailable),
    ],
)
def test_failures_of_the_database_are_ours(problem, expected):
    """The statement and its values never reach the caller."""
    with pytest.raises(expected) as raised, databases.answered():
        raise OperationalError("INSERT secret", {"secret": "secret"}, problem)
    assert "secret" not in str(raised.value)
    assert raised.value.advice


def test_a_broken_constraint_keeps_its_class_and_loses_its_values():
    """Our own faults stay visible as such."""
    with pytest.raises(IntegrityError) as raised, databases.answered():
        raise IntegrityError("INSERT", {"secret": "secret"}, sqlite3.IntegrityError(), hide_parameters=True)
    assert raised.value.params is None


def test_failures_of_files_are_ours():
    """A full disk and a missing right are told apart."""
    with pytest.raises(StorageFull), databases.translated():
        raise OSError(ENOSPC, "no space")
    with pytest.raises(StorageUnavailable), databases.translated():
        raise PermissionError(13, "denied", "file")
    with pytest.raises(StorageUnavailable), databases.answered():
        raise PoolTimeout


def test_a_full_disk_is_said_and_nothing_is_half_written(alice):
    """SQLite's own limit stands for the disk: a batch is refused whole, reading goes on, and later writing too."""
    database = alice.instance.database
    if not database.is_sqlite:
        pytest.skip("PostgreSQL has no such limit; its DiskFull is translated above")
    store(alice, new("kept"))
    with database.engine.connect() as conn:
        raw = conn.connection.driver_connection
        raw.execute(f"PRAGMA max_page_count={raw.execute('PRAGMA page_count').fetchone()[0]}")
    with pytest.raises(StorageFull):
        store(alice, *(new(str(number)) for number in range(2000)))
    with database.engine.connect() as conn:
        conn.connection.driver_connection.execute("PRAGMA max_page_count=1000000")
    with database.read() as conn:
        assert conn.execute(text("SELECT count(*) FROM record")).scalar() == 1
    assert len(store(alice, new("later"))) == 1


def test_a_file_that_is_no_database_is_told(tmp_path):
    """A damaged file is one sentence with a next step, not a traceback."""
    (tmp_path / "mesinfos.db").write_bytes(b"this is not a database, whatever its name says" * 100)
    with pytest.raises(StorageUnavailable, match="damaged"):
        open_instance(Settings(data_dir=tmp_path))


def test_a_held_database_is_waited_for_and_then_told(sqlite_instance, monkeypatch):
    """Another program's lock is an answer after the busy time, never a hang."""
    monkeypatch.setattr(databases, "BUSY_SECONDS", 0)
    other = databases.open_database(sqlite_instance.settings)
    with closing(other), closing(sqlite3.connect(other.path, isolation_level=None)) as holder:
        holder.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StorageUnavailable, match="Another program"), other.write():
            pass


@pytest.mark.parametrize("address", ["nonsense", "mysql://x/y"])
def test_a_wrong_database_address_names_its_variable(tmp_path, address):
    """The error says which variable to look at."""
    with pytest.raises(InvalidInput) as refused:
        open_instance(Settings(data_dir=tmp_path, database_url=address))
    assert refused.value.field == "MESINFOS_DATABASE_URL"


def test_a_database_that_does_not_answer_is_told(tmp_path):
    """An unreachable server is one sentence with a next step."""
    with pytest.raises(StorageUnavailable) as refused:
        open_instance(Settings(data_dir=tmp_path, database_url="postgresql://nobody@127.0.0.1:1/none"))
    assert refused.value.advice


def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    """So is a data folder below a file."""
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageUnavailable):
        open_instance(Settings(data_dir=tmp_path / "file" / "data"))


def test_pins_are_read_again_when_another_process_wrote_them(tmp_path):
    """The worker sees a new vault without being told; a damaged file is one clear error."""
    mine, theirs = Pins(tmp_path / "x.pins"), Pins(tmp_path / "x.pins")
    assert mine.of("v") == []
    theirs.replace("v", Pin(b"i", b"v"))
    assert mine.of("v") == [Pin(b"i", b"v")]
    assert (tmp_path / "x.pins").stat().st_mode & 0o777 == 0o600
    assert json.loads((tmp_path / "x.pins").read_text())["version"] == 1
    mine.replace("w", Pin(b"a", b"b"))
    assert theirs.of("v") == [Pin(b"i", b"v")]
    theirs.replace("v")
    assert mine.of("v") == []
    (tmp_path / "x.pins").write_text("{")
    with pytest.raises(StorageUnavailable):
        mine.of("v")


def test_a_forked_child_has_connections_of_its_own(alice):
    """A connection shared over a fork would mix two conversations."""
    with alice.instance.database.read() as conn:
        conn.execute(text("SELECT 1"))
    child = os.fork()
    if not child:
        with alice.instance.database.read() as conn:
            os._exit(conn.execute(text("SELECT 7")).scalar())
    assert os.WEXITSTATUS(os.waitpid(child, 0)[1]) == 7
    with alice.instance.database.read() as conn:
        assert conn.execute(text("SELECT 1")).scalar() == 1


def test_a_text_that_cannot_be_stored_is_refused(instance):
    """A zero character in an id or a name is the asker's mistake on both engines, not the database's failure."""
    with pytest.raises((NotFound, InvalidInput)):
        get_source(instance, "nobody", "a\0b")
    for name in ("Al\0ice", "Alice\u202e", "Alice\u200b", "\ud800"):
        with pytest.raises(InvalidInput):
            create_vault(instance, name, ALICE.passphrase)
