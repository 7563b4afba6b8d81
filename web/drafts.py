"""What one vault's page holds for its next, in memory only: never written down, and forgotten soon."""

import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

from msgspec import Struct

from mesinfos.connector import Checked
from mesinfos.syncing.trial import Trial

IDLE = 15 * 60.0  # seconds; a session's own idle time
T = TypeVar("T")


class Shelf(Generic[T]):
    """One thing a vault, until it is used, replaced, its person leaves, or a quarter of an hour has passed."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._kept: dict[str, tuple[T, float]] = {}

    def put(self, vault_id: str, thing: T) -> None:
        """Keep a thing in the place of an earlier one."""
        with self._lock:
            self._kept[vault_id] = (thing, self._clock() + IDLE)

    def find(self, vault_id: str) -> T | None:
        """What is kept for that vault."""
        self.sweep()
        with self._lock:
            found = self._kept.get(vault_id)
        return found[0] if found else None

    def drop(self, vault_id: str) -> None:
        """Forget it: it was used, or its person left."""
        with self._lock:
            self._kept.pop(vault_id, None)

    def sweep(self) -> None:
        """Forget what was left."""
        now = self._clock()
        with self._lock:
            self._kept = {vault_id: kept for vault_id, kept in self._kept.items() if kept[1] > now}


class Draft(Struct, frozen=True):
    """One source that was tried, not yet kept: a page never holds a password, so the server must.

    Everything that keeping it needs, and what the try showed.
    """

    connector: str
    label: str
    mode: str
    values: dict[str, str]
    checked: Checked
    trial: Trial

    def __repr__(self) -> str:
        return f"<Draft of {self.connector}>"


class Drafts(Shelf[Draft]):
    """One draft a vault."""

    def get(self, vault_id: str, connector: str) -> Draft | None:
        """The draft of that connector, while it is kept."""
        found = self.find(vault_id)
        return found if found and found.connector == connector else None
