"""A backup and its way back.

A backup is one tar archive: a consistent copy of the database, the pins, and a list of what is in it. What is sealed in
the database is sealed in the archive. Never in it: the instance key, sessions, and what merchants, links and calendars
showed. Every grant in it is suspended, so that putting back an old state cannot give back what was taken back since
(THREATS 2.2, 7).
"""

import io
import sqlite3
import tarfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from hashlib import file_digest
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
from sqlalchemy import Connection, Table, create_engine, delete, func, insert, select, text, update
from sqlalchemy.engine import URL

from mesinfos.consent import journal
from mesinfos.consent.ledger import State
from mesinfos.errors import N_, InvalidInput, UnknownFormat
from mesinfos.settings import Settings
from mesinfos.vault import tables
from mesinfos.vault.database import FILE, answered, translated
from mesinfos.vault.instance import Instance, open_instance
from mesinfos.vault.migrate import back_up
from mesinfos.vault.vaults import list_persons

FORMAT = 1
LIST = "mesinfos-backup.json"
CHUNK = 1000  # rows copied at a time


class Content(msgspec.Struct, frozen=True):
    """What an archive says of itself, first of all."""

    made_at: datetime
    persons: int
    records: int
    sha256: str
    format: int = FORMAT


def backup(instance: Instance, file: Path) -> Content:
    """Write everything into a new archive, while others go on writing; raises InvalidInput when `file` exists."""
    if file.exists():
        raise InvalidInput(N_("{file} exists already; choose another name."), file=file, field="file")
    half = file.with_name(f".{file.name}.part")
    with answered(), translated(), TemporaryDirectory(prefix=".backup-", dir=instance.settings.data_dir) as folder:
        copy = Path(folder) / FILE
        _copy_database(instance, copy)
        _leave_out(copy)
        content = _described(copy)
        half.unlink(missing_ok=True)
        half.touch(0o600)
        with tarfile.open(half, "w") as archive:
            _put(archive, LIST, msgspec.json.encode(content))
            archive.add(copy, FILE)
            if (pins := _pins(instance.settings)).exists():
                archive.add(pins, "pins")
        half.replace(file)
    return content


def restore(settings: Settings, file: Path) -> Content:
    """Put an archive back where nothing is kept yet; all grants stay suspended until their owners confirm them.

    The instance key must be in its place. Raises InvalidInput, UnknownFormat, or StorageUnavailable for a wrong key.
    """
    if not settings.key_file.exists():
        raise InvalidInput(
            N_("The instance key {file} is missing; it is never part of a backup."),
            next_step=N_("Put the key file there first; you keep it apart from the backups."),
            file=settings.key_file,
        )
    _refuse_to_overwrite(settings)
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    with answered(), translated(), TemporaryDirectory(prefix=".restore-", dir=settings.data_dir) as folder:
        content = _unpack(file, Path(folder), settings)
        staged = settings.model_copy(
            update={"data_dir": Path(folder), "instance_key_file": settings.key_file, "database_url": ""}
        )
        _say_restored(staged)
        if settings.database_url:
            _fill_postgres(Path(folder) / FILE, settings)
        else:
            (Path(folder) / FILE).replace(settings.data_dir / FILE)
    return content


# ── the copy ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _copy_database(instance: Instance, copy: Path) -> None:
    if instance.database.path is not None:
        back_up(instance.database.path, copy)
        return
    copy.touch(0o600)
    with instance.database.read() as conn, _sqlite(copy) as target:
        tables.METADATA.create_all(target)
        _copy_rows(conn, target)
        revision = conn.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
        target.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)"))
        target.execute(text("INSERT INTO alembic_version VALUES (:revision)"), {"revision": revision})


def _leave_out(copy: Path) -> None:
    """Take out of the copy what a thief of backups, or a restore, could turn against its owner."""
    with _sqlite(copy) as conn:
        conn.execute(delete(tables.disclosure))
        conn.execute(delete(tables.envelope).where(tables.envelope.c.grant_id != ""))
        conn.execute(delete(tables.session))
        conn.execute(delete(tables.link))
        conn.execute(update(tables.grant).values(details=b"", complete=False))  # how far its outbox was filled
        conn.execute(update(tables.grant).where(tables.grant.c.state == State.LIVE).values(state=State.SUSPENDED))
    compact(copy)


def compact(path: Path) -> None:
    """Make deleted rows leave the SQLite file, and the log beside it."""
    with closing(sqlite3.connect(path, isolation_level=None)) as conn:
        conn.execute("PRAGMA secure_delete=ON")
        conn.execute("VACUUM")
        conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _described(copy: Path) -> Content:
    with _sqlite(copy) as conn:
        persons, records = (
            conn.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (tables.person, tables.record)
        )
    with copy.open("rb") as stream:
        digest = file_digest(stream, "sha256").hexdigest()
    return Content(datetime.now(UTC), persons, records, digest)


def _put(archive: tarfile.TarFile, name: str, data: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(data), 0o600
    archive.addfile(member, io.BytesIO(data))


# ── and back ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _refuse_to_overwrite(settings: Settings) -> None:
    taken = (settings.data_dir / FILE).exists()
    if settings.database_url or taken:
        with closing(open_instance(settings)) as instance:
            taken = bool(list_persons(instance))
        if not taken and not settings.database_url:
            for name in (FILE, f"{FILE}-wal", f"{FILE}-shm"):
                (settings.data_dir / name).unlink(missing_ok=True)
    if taken:
        raise InvalidInput(
            N_("Somebody has a vault here already; a restore overwrites nothing."),
            next_step=N_("Set MESINFOS_DATA_DIR to an empty folder, and restore there."),
        )


def _unpack(file: Path, folder: Path, settings: Settings) -> Content:
    """Take out the three members we know, by name; whatever else an archive holds is not looked at."""
    broken = UnknownFormat(N_("{file} is not a backup of MesInfos, or was damaged."), file=file.name)
    try:
        with tarfile.open(file, "r:") as archive:
            content = msgspec.json.decode(_member(archive, LIST), type=Content)
            if content.format != FORMAT:
                raise broken
            with (folder / FILE).open("wb") as target:
                stream = archive.extractfile(FILE)
                while stream and (part := stream.read(1 << 20)):
                    target.write(part)
            pins = _member(archive, "pins") if "pins" in archive.getnames() else b""
    except (tarfile.TarError, KeyError, msgspec.MsgspecError):
        raise broken from None
    with (folder / FILE).open("rb") as stored:
        if file_digest(stored, "sha256").hexdigest() != content.sha256:
            raise broken
    (folder / FILE).chmod(0o600)
    if pins and not _pins(settings).exists():  # those that lie here are newer, and outside of the thief's reach
        _pins(settings).write_bytes(pins)
        _pins(settings).chmod(0o600)
    return content


def _member(archive: tarfile.TarFile, name: str) -> bytes:
    stream = archive.extractfile(name)
    if stream is None:
        raise KeyError(name)
    return stream.read(16 << 20)


def _say_restored(staged: Settings) -> None:
    """Bring the copy to this version's tables, and write into each journal that it came from a backup."""
    with closing(open_instance(staged)) as instance:
        for person in list_persons(instance):
            with instance.database.write(person.vault_id) as conn:
                action = journal.Action.VAULT_RESTORED
                journal.append(instance, conn, person.vault_id, action, person.vault_id)
    compact(staged.data_dir / FILE)


def _fill_postgres(copy: Path, settings: Settings) -> None:
    with closing(open_instance(settings)) as instance, instance.database.write() as conn, _sqlite(copy) as source:
        _copy_rows(source, conn)


def _copy_rows(source: Connection, target: Connection) -> None:
    for table in tables.METADATA.sorted_tables:
        for rows in _chunks(source, table):
            target.execute(insert(table), rows)


def _chunks(source: Connection, table: Table) -> Iterator[list[dict[str, object]]]:
    found = source.execute(select(table), execution_options={"yield_per": CHUNK})
    for part in found.mappings().partitions():
        yield [dict(row) for row in part]


@contextmanager
def _sqlite(path: Path) -> Iterator[Connection]:
    engine = create_engine(URL.create("sqlite", database=str(path)))
    try:
        with engine.begin() as conn:
            yield conn
    finally:
        engine.dispose()


def _pins(settings: Settings) -> Path:
    return settings.key_file.with_suffix(".pins")
