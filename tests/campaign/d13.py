"""D13: a backup taken under eight writers, put back elsewhere: whole, complete, and every record opens."""

import shutil
import sqlite3
import threading
from contextlib import closing, suppress
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from mesinfos.errors import StorageUnavailable
from mesinfos.rights import backup, restore
from mesinfos.settings import Settings
from mesinfos.vault.instance import Instance, open_instance
from mesinfos.vault.records import NewRecord, read_records, store_records
from mesinfos.vault.unlock import unlock
from mesinfos.vault.vaults import create_vault
from tests.campaign import Outcome
from tests.cast import ALICE

FULL = 100
WRITERS = 8
EXPECTED = "integrity_check ok, as many records as counted, the vault opens and so does each record"


def run(tries: int) -> Outcome:
    """Back up and restore `tries` times while eight threads write."""
    problems: list[str] = []
    with TemporaryDirectory(prefix="mesinfos-d13-") as folder:
        home = Path(folder) / "home"
        instance = open_instance(Settings(data_dir=home))
        vault, _ = create_vault(instance, ALICE.name, ALICE.passphrase)
        ended = threading.Event()
        threads = [threading.Thread(target=_write, args=(instance, vault.vault_id, ended)) for _ in range(WRITERS)]
        for thread in threads:
            thread.start()
        try:
            for number in range(tries):
                problems += _one(instance, vault.vault_id, Path(folder) / f"{number}")
        finally:
            ended.set()
            for thread in threads:
                thread.join()
            instance.close()
    return Outcome(tries, EXPECTED, "; ".join(problems) or "so it was", not problems)


def _write(instance: Instance, vault_id: str, ended: threading.Event) -> None:
    while not ended.wait(0.02):
        records = [NewRecord("order", b"x" * 700, b"", b"", date(2026, 1, 1)) for _ in range(3)]
        # A writer that waited longer than SQLite lets it is told so, and comes again: on a loaded machine some do.
        with suppress(StorageUnavailable), instance.database.write(vault_id) as conn:
            store_records(instance, conn, vault_id, records)


def _one(instance: Instance, vault_id: str, folder: Path) -> list[str]:
    folder.mkdir()
    content = backup(instance, folder / "backup.tar")
    elsewhere = folder / "elsewhere"
    elsewhere.mkdir()
    shutil.copy(instance.settings.key_file, elsewhere / "instance.key")
    restore(Settings(data_dir=elsewhere), folder / "backup.tar")
    problems = _look(elsewhere, vault_id, content.records)
    shutil.rmtree(folder)
    return problems


def _look(folder: Path, vault_id: str, records: int) -> list[str]:
    with closing(sqlite3.connect(folder / "mesinfos.db")) as conn:
        verdict = conn.execute("PRAGMA integrity_check").fetchone()[0]
    with closing(open_instance(Settings(data_dir=folder))) as instance:
        vault = unlock(instance, vault_id, ALICE.passphrase)
        with instance.database.read(vault_id) as conn:
            opened = sum(1 for _ in read_records(vault, conn))
    problems = [] if verdict == "ok" else [f"integrity_check: {verdict}"]
    problems += [f"{len(vault.damaged)} records do not open"] if vault.damaged else []
    return problems + ([] if opened == records else [f"{opened} records of {records}"])
