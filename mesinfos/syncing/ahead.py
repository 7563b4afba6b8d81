"""Fetching ahead: a thread waits for the mail server while the batches before are read, sealed and stored."""

from collections.abc import Callable, Iterator
from queue import Empty, Full, Queue
from threading import Event, Thread
from typing import Generic, TypeVar

T = TypeVar("T")

TICK = 0.2  # seconds between two looks at whether anybody still wants the next item
PATIENCE = 10.0  # seconds given to a thread that waits for a server; it is a daemon, the process may end without it


class Ahead(Generic[T]):
    """Iterates `make()` in a thread, at most `depth` items ahead; an exception of the thread rises in the reader."""

    def __init__(self, make: Callable[[], Iterator[T]], depth: int = 1) -> None:
        self._make = make
        self._queue: Queue[T | _End] = Queue(depth)
        self._unwanted = Event()
        self._thread = Thread(target=self._fetch, name="fetch ahead", daemon=True)

    def __enter__(self) -> "Ahead[T]":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._unwanted.set()
        self._drain()
        self._thread.join(PATIENCE)

    def ready(self) -> bool:
        """True when the next item lies there already, or the end does."""
        return not self._queue.empty()

    def next(self) -> T | None:
        """The next item, waited for; None at the end."""
        item = self._queue.get()
        if not isinstance(item, _End):
            return item
        if item.error is not None:
            raise item.error
        return None

    def _fetch(self) -> None:
        try:
            for item in self._make():
                if not self._put(item):
                    return
        except BaseException as error:  # noqa: BLE001  it rises in the reader, which knows what it means
            self._put(_End(error))
        else:
            self._put(_End(None))

    def _put(self, item: "T | _End") -> bool:
        while not self._unwanted.is_set():
            try:
                self._queue.put(item, timeout=TICK)
            except Full:
                continue
            return True
        return False

    def _drain(self) -> None:
        try:
            while True:
                self._queue.get_nowait()
        except Empty:
            return


class _End:
    """The last item: how the thread ended."""

    def __init__(self, error: BaseException | None) -> None:
        self.error = error
