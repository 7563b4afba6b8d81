"""How often a vault's door may be tried: waits that double, and two tries at once.

One Argon2 run takes 128 MiB and waits for the one before it, so unlimited tries would also be a way to stop the house.
Failures are counted for the address that tries and for the vault that is tried. A browser that has opened this vault
before is counted on its own, so that strangers who hammer the door do not keep its owner out.
"""

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from mesinfos.errors import N_, Busy

FREE_TRIES = 3
LONGEST_WAIT = 300.0  # seconds
AT_ONCE = 2
PATIENCE = 20.0  # seconds to wait for a free place
REMEMBERED = 10_000  # doors; the oldest are forgotten, which only shortens a stranger's wait


class TooSoon(Busy):
    """The door may be tried again later; `seconds` says when."""

    def __init__(self, seconds: int) -> None:
        super().__init__(N_("Too many tries: wait {seconds} seconds, then try again."), seconds=seconds)
        self.seconds = seconds
        self.advice = ""


class Throttle:
    """Counts failed tries in memory; a restart forgives, and costs an attacker nothing he could use."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._tries: OrderedDict[str, tuple[int, float]] = OrderedDict()
        self._places = threading.BoundedSemaphore(AT_ONCE)

    def wait(self, *doors: str) -> int:
        """Seconds until all of `doors` may be tried again; 0 is now."""
        now = self._clock()
        with self._lock:
            return max((math.ceil(self._tries.get(door, (0, now))[1] - now) for door in doors), default=0)

    @contextmanager
    def trying(self, *doors: str) -> Iterator[None]:
        """One try at `doors`: raises TooSoon when it is too early; a body that raises counts as a failure."""
        self._take(doors)
        if not self._places.acquire(timeout=PATIENCE):
            self._forget(doors)
            raise TooSoon(5)
        try:
            yield
        finally:
            self._places.release()
        self._forget(doors)

    def _take(self, doors: tuple[str, ...]) -> None:
        """Count the try before it is made: many at once must not all be the first."""
        now = self._clock()
        with self._lock:
            early = max((self._tries.get(door, (0, now))[1] - now for door in doors), default=0.0)
            if early > 0:
                raise TooSoon(math.ceil(early))
            for door in doors:
                count = self._tries.pop(door, (0, now))[0] + 1
                delay = min(2.0 ** (count - FREE_TRIES), LONGEST_WAIT) if count >= FREE_TRIES else 0.0
                self._tries[door] = (count, now + delay)
            while len(self._tries) > REMEMBERED:
                self._tries.popitem(last=False)

    def _forget(self, doors: tuple[str, ...]) -> None:
        with self._lock:
            for door in doors:
                self._tries.pop(door, None)
