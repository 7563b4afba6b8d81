"""A bound on the time and the memory of one call into code that a hostile file may lead astray.

A size cap and an `except` do not stop a reader that loops, so the clock interrupts it: the alarm raises what no
`except Exception` swallows, again and again until the call is left. Whatever limits were in force before are so
again afterwards. Where no alarm can be set (another thread than the main one), the call is not made at all.
"""

import resource
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import current_thread, main_thread
from time import monotonic
from types import FrameType
from typing import TypeVar

T = TypeVar("T")
_AGAIN = 0.1  # seconds until the alarm rings once more, for code that lost the first one


class _Spent(BaseException):
    """The time is over."""


def bounded(call: Callable[[], T], seconds: float, memory: int) -> T | None:
    """What the call returns; None when it fails, or takes more time, or so many bytes more, than it may."""
    if current_thread() is not main_thread():
        return None
    try:
        with _limited_memory(memory), _limited_time(seconds):
            return call()
    except (Exception, _Spent):  # noqa: BLE001  a hostile file makes a reader raise anything; all of it means "no"
        return None


@contextmanager
def _limited_time(seconds: float) -> Iterator[None]:
    """Half of what is left under an alarm that is set already (the worker's own), `seconds` at most."""
    armed = True

    def ring(_number: int, _frame: FrameType | None) -> None:
        if armed:
            raise _Spent

    begun = monotonic()
    handler = signal.signal(signal.SIGALRM, ring)
    left, interval = signal.setitimer(signal.ITIMER_REAL, seconds, _AGAIN)
    try:
        try:
            if left:
                signal.setitimer(signal.ITIMER_REAL, min(seconds, left / 2), _AGAIN)
            yield
        finally:
            armed = False
    finally:  # a second try: the alarm may have rung just before the first one took effect, but not twice at once
        armed = False
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, handler)
        signal.setitimer(signal.ITIMER_REAL, max(left - (monotonic() - begun), 0.001) if left else 0.0, interval)


@contextmanager
def _limited_memory(more: int) -> Iterator[None]:
    """No more than `more` bytes above what the process has; a system that cannot say what that is sets no bound."""
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    try:
        pages = int(Path("/proc/self/statm").read_bytes().split()[0])
    except (OSError, ValueError, IndexError):
        yield
        return
    wanted = pages * resource.getpagesize() + more
    resource.setrlimit(resource.RLIMIT_AS, (wanted if soft == resource.RLIM_INFINITY else min(wanted, soft), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
