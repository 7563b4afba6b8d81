"""Stores for the campaigns, which run without pytest: a temporary instance on SQLite, and helpers that damage it."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date
from hashlib import sha256
from pathlib import Path
from sqlite3 import connect
from tempfile import TemporaryDirectory
from typing import Any

from mesinfos.settings import Settings
from mesinfos.vault.instance import Instance, open_instance
from mesinfos.vault.openvault import OpenVault
from mesinfos.vault.records import NewRecord, read_records, store_records
from mesinfos.vault.vaults import create_vault
from tests.cast import ALICE

DAY = date(2026, 11, 2)


@contextmanager
def empty_house() -> Iterator[Instance]:
    """An instance of its own in a temporary folder."""
    with TemporaryDirectory() as folder:
        store = open_instance(Settings(data_dir=Path(folder)))
        with closing(store):
            yield store


@contextmanager
def alice_at_home() -> Iterator[OpenVault]:
    """Alice's vault, newly made with the real Argon2, open."""
    with empty_house() as store:
        yield create_vault(store, ALICE.name, ALICE.passphrase)[0]


def fill(vault: OpenVault, count: int, start: int = 0, batch: int = 50) -> list[str]:
    """Store records whose payloads are all different, as the locked worker does; returns their ids."""
    ids: list[str] = []
    for first in range(start, start + count, batch):
        some = [record(number) for number in range(first, min(first + batch, start + count))]
        with vault.instance.database.write(vault.vault_id) as conn:
            ids += store_records(vault.instance, conn, vault.vault_id, some, "source1")
    return ids


def record(number: int) -> NewRecord:
    """The record of that number."""
    kind = ("message", "order", "parcel", "offer")[number % 4]
    tag = sha256(number.to_bytes(4, "big")).digest()[:16]
    return NewRecord(kind, f"payload {number} ".encode() * 20, tag, bytes([number % 7]) * 16, DAY)


def payloads(vault: OpenVault) -> dict[str, bytes]:
    """What can be read, by record id."""
    with vault.instance.database.read(vault.vault_id) as conn:
        return {found.record_id: found.payload for found in read_records(vault, conn)}


def sql(instance: Instance, statement: str, *values: Any) -> list[tuple[Any, ...]]:
    """A statement by somebody who can write to the database file."""
    path = instance.database.path
    assert path is not None
    with closing(connect(path, isolation_level=None)) as conn:
        return conn.execute(statement, values).fetchall()
