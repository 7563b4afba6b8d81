"""P1: what was ingested while the vault was locked is nowhere on the disk and in no log, in no easy form."""

import gzip
import logging
import os
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

from mesinfos.settings import Settings
from mesinfos.vault.instance import Instance, open_instance
from mesinfos.vault.records import NewRecord, store_records
from mesinfos.vault.runs import end_run, start_run
from mesinfos.vault.sources import add_source, list_sources, save_cursor, set_state
from mesinfos.vault.tags import Tags
from mesinfos.vault.unlock import unlock
from mesinfos.vault.vaults import create_vault
from tests.campaign import Outcome
from tests.cast import ALICE
from tests.vault.home import DAY

FULL = 500


def run(tries: int) -> Outcome:
    """`tries` markers in payloads, merchants, source settings, cursors and errors; then everything is searched."""
    markers = [f"canary-{os.urandom(8).hex()}-{number}" for number in range(tries)]
    with TemporaryDirectory() as folder, logged() as log, patch.dict(os.environ, {"TMPDIR": folder}):
        store = open_instance(Settings(data_dir=Path(folder, "data")))
        vault, _ = create_vault(store, ALICE.name, ALICE.passphrase)
        name = vault.vault_id
        add_source(vault, "imap", markers[0], {"host": markers[1], "password": markers[2]})
        add_source(vault, "imap", markers[3], {"password": markers[4]}, "while_unlocked")
        vault.close()
        ingest(store, name, markers)
        hits = found(Path(folder), markers) + [marker for marker in markers if marker in log.getvalue()]
        ingest(store, name, [f"{marker}b" for marker in markers])
        unlock(store, name, ALICE.passphrase)
        hits += found(Path(folder), markers)
        store.close()
        hits += found(Path(folder), markers)
    return Outcome(tries, "0 hits", f"{len(hits)} hits {hits[:3]}", not hits)


def ingest(store: Instance, vault_id: str, markers: list[str]) -> None:
    """What a sync leaves behind, with a marker wherever a person's data may stand."""
    tags = Tags(store, vault_id)
    (source, *_) = list_sources(store, vault_id)
    for start in range(0, len(markers), 100):
        with store.database.write(vault_id) as conn:
            run_ = start_run(store, conn, vault_id, source.source_id, markers[start])
            some = [observed(tags, marker) for marker in markers[start : start + 100]]
            store_records(store, conn, vault_id, some, source.source_id)
            save_cursor(store, conn, source, markers[start])
            set_state(store, conn, vault_id, source.source_id, "error", markers[start])
            end_run(store, conn, run_, "error", markers[start])


def observed(tags: Tags, marker: str) -> NewRecord:
    """A record that holds a marker, of a merchant named after it."""
    payload = f'{{"subject": "{marker}", "again": "{marker} {marker}"}}'.encode()
    return NewRecord("message", payload, tags.mail(marker.encode()), tags.stream(f"{marker}.example"), DAY)


def found(folder: Path, markers: list[str]) -> list[str]:
    """Markers that stand in any file below the folder, raw or in a common coat."""
    everything = b"\0".join(opened(file) for file in sorted(folder.rglob("*")) if file.is_file()).lower()
    return [f"{marker} as {form}" for marker in markers for form, coat in coats(marker) if coat.lower() in everything]


def opened(file: Path) -> bytes:
    """A file's bytes, and what is inside when it is compressed."""
    data = file.read_bytes()
    try:
        return data + gzip.decompress(data)
    except (OSError, EOFError):
        return data


def coats(marker: str) -> Iterator[tuple[str, bytes]]:
    """A marker raw, in hexadecimal, in UTF-16, and in base64 at each of its three alignments."""
    raw = marker.encode()
    yield "raw", raw
    yield "hex", raw.hex().encode()
    yield "utf-16", marker.encode("utf-16-le")
    for shift in range(3):
        yield "base64", b64encode(bytes(shift) + raw)[4 : -4 - shift]


@contextmanager
def logged() -> Iterator[StringIO]:
    """Everything any logger says, at the most talkative level."""
    stream = StringIO()
    handler, root = logging.StreamHandler(stream), logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        yield stream
    finally:
        root.removeHandler(handler)
        root.setLevel(before)
