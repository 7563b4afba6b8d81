"""A3: grants are withdrawn while four processes read them, on PostgreSQL and on SQLite; afterwards nothing is read."""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection

from mesinfos.consent import ledger, outbox
from mesinfos.errors import NoGrant, StorageUnavailable
from mesinfos.settings import Settings
from mesinfos.vault.instance import open_instance
from mesinfos.vault.openvault import OpenVault
from tests.campaign import Outcome
from tests.campaign.stage import alices_vault, given
from tests.consent.makers import past, promise, remember
from tests.servers.postgres import empty_postgres

FULL = 1000
READERS = 4
PATIENCE = 60
"""Seconds that a reader may take to answer, on a machine that does other things too."""

Reads = list[tuple[float, int]]
"""When each read began, by the clock that all processes share, and how many bytes it brought."""


def run(tries: int) -> Outcome:
    """So many withdrawals on each engine."""
    with empty_postgres() as address:
        found = {"PostgreSQL": _on(address, tries), "SQLite": _on("", tries)}
    happened = "; ".join(
        f"{engine}: {before} reads before, {late} bytes after" for engine, (before, late) in found.items()
    )
    ok = all(before >= tries and late == 0 for before, late in found.values())
    return Outcome(2 * tries, "0 bytes in requests begun after the withdrawal returned", happened, ok)


def _on(address: str, tries: int) -> tuple[int, int]:
    """Each try: a fresh grant, readers at work, one withdrawal, and whatever was begun after it returned."""
    before = late = 0
    with alices_vault(address) as vault:
        remember(vault, past())
        with _readers(vault.instance.settings) as readers:
            for _ in range(tries):
                read_before, read_late = _one(vault, readers)
                before, late = before + read_before, late + read_late
    return before, late


def _one(vault: OpenVault, readers: list[Connection]) -> tuple[int, int]:
    grant, token = given(vault, promise(vault))
    for reader in readers:
        reader.send(token)
    for reader in readers:
        _told(reader)  # it has read once
    ledger.revoke(vault.instance, vault.vault_id, grant.grant_id)
    returned = time.monotonic()
    time.sleep(0.02)
    for reader in readers:
        reader.send("")
    reads = [one for reader in readers for one in _told(reader)]
    late = sum(size for begun, size in reads if begun > returned)
    return sum(size > 0 for begun, size in reads if begun <= returned), late


def _told(reader: Connection) -> Reads:
    if not reader.poll(PATIENCE):
        raise TimeoutError("a reader does not answer")
    found: Reads = reader.recv()
    return found


@contextmanager
def _readers(settings: Settings) -> Iterator[list[Connection]]:
    """Processes of their own, each with its own connections to the database, as four workers of a site have."""
    context = get_context("spawn")
    pipes = [context.Pipe() for _ in range(READERS)]
    workers = [context.Process(target=_work, args=(settings, theirs), daemon=True) for _, theirs in pipes]
    for worker in workers:
        worker.start()
    try:
        yield [ours for ours, _ in pipes]
    finally:
        for (ours, _), worker in zip(pipes, workers, strict=True):
            ours.send(None)
            worker.join(PATIENCE)


def _work(settings: Settings, orders: Connection) -> None:
    """Read each token that is sent, without pause, until the next word; then tell every read."""
    instance = open_instance(settings)
    while token := orders.recv():
        reads: Reads = []
        while not orders.poll():
            begun, size = time.monotonic(), 0
            with suppress(NoGrant, StorageUnavailable):
                size = sum(map(len, outbox.page(instance, token).disclosures))
            reads.append((begun, size))
            if len(reads) == 1:
                orders.send([])
        orders.recv()
        orders.send(reads)
    instance.close()
