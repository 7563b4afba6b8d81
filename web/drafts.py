"""Settings that were tried and not yet kept, in memory only: a page never holds a password, so the server must."""

import threading
import time
from collections.abc import Callable

from msgspec import Struct

from mesinfos.connector import Checked
from mesinfos.syncing.trial import Trial

IDLE = 15 * 60.0  # seconds; a session's own idle time


class Draft(Struct, frozen=True):
    """One source that was tried: everything that keeping it needs, and what the try showed."""

    connector: str
    label: str
    mode: str
    values: dict[str, str]
    checked: Checked
    trial: Trial

    def __repr__(self) -> str:
        return f"<Draft of {self.connector}>"


class Drafts:
    """One draft a vault, until it is kept, replaced, its person leaves, or a quarter of an hour has passed."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._kept: dict[str, tuple[Draft, float]] = {}

    def put(self, vault_id: str, draft: Draft) -> None:
        """Keep a draft in the place of an earlier one."""
        with self._lock:
            self._kept[vault_id] = (draft, self._clock() + IDLE)

    def get(self, vault_id: str, connector: str) -> Draft | None:
        """The draft of that connector, while it is kept."""
        self.sweep()
        with self._lock:
            found = self._kept.get(vault_id)
        return found[0] if found and found[0].connector == connector else None

    def drop(self, vault_id: str) -> None:
        """Forget it: it was kept, or its person left."""
        with self._lock:
            self._kept.pop(vault_id, None)

    def sweep(self) -> None:
        """Forget those that were left."""
        now = self._clock()
        with self._lock:
            self._kept = {vault_id: kept for vault_id, kept in self._kept.items() if kept[1] > now}
