"""A3: grants are withdrawn while several workers read them; nothing is read after the withdrawal returned."""

import threading
import time
from contextlib import suppress

from mesinfos.consent import ledger, outbox
from mesinfos.errors import NoGrant, StorageUnavailable
from mesinfos.vault.openvault import OpenVault
from tests.campaign import Outcome
from tests.campaign.stage import alices_vault, given
from tests.consent.makers import past, promise, remember

FULL = 1000
READERS = 4


def run(tries: int) -> Outcome:
    """Each try: a fresh grant, readers at work, one withdrawal, and whatever was begun after it returned."""
    with alices_vault() as vault:
        remember(vault, past())
        late = before = 0
        for _ in range(tries):
            read_before, read_late = _one(vault)
            before, late = before + read_before, late + read_late
    happened = f"{before} reads before, {late} bytes after"
    return Outcome(tries, "0 bytes in requests begun after the withdrawal returned", happened, late == 0 and before > 0)


def _one(vault: OpenVault) -> tuple[int, int]:
    grant, token = given(vault, promise(vault))
    reads: list[tuple[float, int]] = []
    stop, running = threading.Event(), threading.Barrier(READERS + 1)
    readers = [threading.Thread(target=_read, args=(vault, token, reads, stop, running)) for _ in range(READERS)]
    for reader in readers:
        reader.start()
    running.wait()
    time.sleep(0.02)
    ledger.revoke(vault.instance, vault.vault_id, grant.grant_id)
    returned = time.monotonic()
    time.sleep(0.02)
    stop.set()
    for reader in readers:
        reader.join()
    late = sum(size for begun, size in reads if begun > returned)
    return sum(size > 0 for begun, size in reads if begun <= returned), late


def _read(
    vault: OpenVault, token: str, reads: list[tuple[float, int]], stop: threading.Event, running: threading.Barrier
) -> None:
    running.wait()
    while not stop.is_set():
        begun, size = time.monotonic(), 0
        with suppress(NoGrant, StorageUnavailable):
            size = sum(map(len, outbox.page(vault.instance, token).disclosures))
        reads.append((begun, size))
