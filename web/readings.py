"""What open vaults show, kept in memory between two pages, and dropped when their person leaves."""

import gc
import threading
import time
from collections.abc import Callable

from msgspec import Struct

from mesinfos.relations.reading import Reading, read
from mesinfos.vault.unlock import OpenVault

IDLE = 15 * 60.0  # seconds; a session's own idle time
MANY = 10_000
"""Records that live as long as a session: from so many on, Python's collector leaves them out of its rounds."""


class _Kept(Struct):
    lock: threading.Lock
    reading: Reading | None = None
    used: float = 0.0


class Readings:
    """One reading a vault. It holds plaintext, so it lives no longer than the session that made it."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._kept: dict[str, _Kept] = {}

    def of(self, vault: OpenVault) -> Reading:
        """The reading of an open vault, with the records stored since it was last asked for."""
        with self._lock:
            kept = self._kept.setdefault(vault.vault_id, _Kept(threading.Lock()))
            kept.used = self._clock()
        with kept.lock:
            if kept.reading is None:
                kept.reading = read(vault)
                if len(kept.reading) > MANY:
                    gc.freeze()
            else:
                kept.reading.refresh(vault)
            return kept.reading

    def drop(self, vault_id: str) -> None:
        """Forget one vault's plaintext: its person closed it."""
        with self._lock:
            self._kept.pop(vault_id, None)
        gc.unfreeze()

    def sweep(self) -> None:
        """Forget the plaintext of those who left without closing."""
        limit = self._clock() - IDLE
        with self._lock:
            for vault_id in [name for name, kept in self._kept.items() if kept.used < limit]:
                del self._kept[vault_id]
                gc.unfreeze()
