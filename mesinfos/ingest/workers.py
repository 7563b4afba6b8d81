"""Batches of mail, read by processes that hold no keys; one bad mail costs itself and nothing else.

Each worker process has a thread here that feeds it and watches it. A worker that dies or is stuck is killed and
replaced: the mail it was at is quarantined, the others of its batch are read again. Where no process can be started,
every batch gets that as its error at once: whoever waits is never left waiting.
"""

import os
import queue
import select
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import Future
from contextlib import suppress
from importlib import import_module
from threading import Thread
from types import TracebackType
from typing import IO, Self

from msgspec.msgpack import Decoder, Encoder

from mesinfos.errors import N_, IngestError
from mesinfos.ingest.context import Context
from mesinfos.ingest.frames import AT, BATCH, READY, RESULT, SETUP, MailIn, read_frame, write_frame
from mesinfos.model.facts import Facts
from mesinfos.model.merchant import Sender

PATIENCE = 5.0  # a mail has two seconds; what outlives the alarm is killed (I3)
START_PATIENCE = 20.0
STARTS = 3
KILLED = N_("Reading this mail had to be stopped: it took too much time or memory.")
NO_START = N_("The process that reads mail cannot be started.")
INHERITED = ("LANG", "LC_ALL", "LD_LIBRARY_PATH", "TZ")  # of the environment: nothing that could hold a secret
# One arena: what a large mail took is given back to the system instead of being kept by each of several. But not what
# each batch takes: pages that go and come again with every text cost a twelfth of the reading.
_KEEP = str(16 << 20)
_OWN = {"MALLOC_ARENA_MAX": "1", "MALLOC_TRIM_THRESHOLD_": _KEEP, "MALLOC_MMAP_THRESHOLD_": _KEEP}
_Job = tuple[Sequence[MailIn], Context, "Future[list[Facts]]"]
_encode = Encoder().encode
_results = Decoder(list[Facts])


class Workers:
    """`count` processes that read mail; 0 reads in the caller's own. Use as a context manager, or `close`.

    They start at once, side by side. `context` may be set anew: it counts for what is submitted afterwards.
    """

    def __init__(self, count: int, context: Context = Context(), patience: float = PATIENCE) -> None:  # noqa: B008  frozen
        self.context = context
        self.patience = patience
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._threads = [Thread(target=self._tend, name=f"reader-{number}", daemon=True) for number in range(count)]
        for thread in self._threads:
            thread.start()

    def submit(self, mails: Sequence[MailIn]) -> "Future[list[Facts]]":
        """Read a batch; the answers keep its order, and each mail has one."""
        future: Future[list[Facts]] = Future()
        if self._threads:
            self._jobs.put((mails, self.context, future))
        else:
            # By name: a parent of processes need not hold what they read with.
            recognise = import_module("mesinfos.ingest.pipeline").recognise
            future.set_result([recognise(raw, self.context, received) for raw, received in mails])
        return future

    def close(self) -> None:
        """Finish what was submitted and end the processes."""
        for _ in self._threads:
            self._jobs.put(None)
        for thread in self._threads:
            thread.join()
        self._threads = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _tend(self) -> None:
        worker = _Worker(self.patience)
        worker.begin()
        while (job := self._jobs.get()) is not None:
            mails, context, future = job
            if not future.set_running_or_notify_cancel():
                continue
            try:
                future.set_result(worker.read(mails, context))
            except Exception as problem:  # noqa: BLE001  whoever waits must hear of it, whatever it was
                future.set_exception(problem)
        worker.end()


class _Died(Exception):
    """The process is gone; `at` is the mail it was reading, None when it had not begun."""

    def __init__(self, at: int | None) -> None:
        super().__init__()
        self.at = at


class _Worker:
    """One process and its pipes, replaced when it dies."""

    def __init__(self, patience: float) -> None:
        self.patience = patience
        self.process: subprocess.Popen[bytes] | None = None
        self.ready = False
        self.failed = 0
        self.context: Context | None = None

    def read(self, mails: Sequence[MailIn], context: Context) -> list[Facts]:
        """The facts of each mail; after a death the batch is cut around the mail that caused it."""
        done: list[Facts] = []
        left = list(mails)
        unbegun = 0
        while left:
            self._await_start()
            try:
                return done + self._attempt(left, context)
            except _Died as death:
                self.end()
                unbegun = unbegun + 1 if death.at is None else 0
                if unbegun >= STARTS:
                    raise IngestError(NO_START) from None
                if death.at is not None:
                    done += self.read(left[: death.at], context) if death.at else []
                    done.append(Facts(Sender(""), error=KILLED))
                    left = left[death.at + 1 :]
        return done

    def _attempt(self, mails: Sequence[MailIn], context: Context) -> list[Facts]:
        at: int | None = None
        try:
            stdin, stdout = self._pipes()
            if context != self.context:
                write_frame(stdin, SETUP, _encode(context))
                self.context = context
            write_frame(stdin, BATCH, _encode(list(mails)))
            while (frame := read_frame(stdout)) is not None:
                if frame.kind == RESULT:
                    return _results.decode(frame.payload)
                at = int.from_bytes(frame.payload, "big") if frame.kind == AT else at
        except OSError:
            pass
        raise _Died(at)

    def _await_start(self) -> None:
        """Return when the process has said that it is ready; raises IngestError, also later, once it failed thrice."""
        while not self.ready:
            if self.failed >= STARTS:
                raise IngestError(NO_START)
            self.begin()
            self.ready = self._says_ready()
            if not self.ready:
                self.failed += 1
                self.end()

    def _says_ready(self) -> bool:
        with suppress(OSError):
            frame = read_frame(self._pipes(START_PATIENCE)[1])
            return frame is not None and frame.kind == READY
        return False

    def begin(self) -> None:
        """Start the process if there is none; one that cannot be started is found out when it is asked."""
        if self.process is None:
            with suppress(OSError):
                self.process = subprocess.Popen(
                    [sys.executable, "-IBm", "mesinfos.ingest.worker"],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                    bufsize=0,
                    env=_OWN | {name: os.environ[name] for name in INHERITED if name in os.environ},
                    start_new_session=True,
                )

    def _pipes(self, patience: float | None = None) -> "tuple[_Pipe, _Pipe]":
        process = self.process
        if process is None or process.stdin is None or process.stdout is None:
            raise BrokenPipeError
        patience = self.patience if patience is None else patience
        return _Pipe(process.stdin, patience), _Pipe(process.stdout, patience)

    def end(self) -> None:
        """Close the pipes, which ends a healthy process, and kill one that stays."""
        process, self.process = self.process, None
        self.ready, self.context = False, None
        if process is None:
            return
        process.kill()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()
        process.wait()


class _Pipe:
    """One end of a pipe that is never waited for longer than patience allows; TimeoutError then."""

    def __init__(self, end: IO[bytes], patience: float) -> None:
        self.number = end.fileno()
        self.patience = patience
        os.set_blocking(self.number, False)

    def read(self, size: int) -> bytes:
        if not select.select([self.number], [], [], self.patience)[0]:
            raise TimeoutError
        return os.read(self.number, size)

    def write(self, data: memoryview) -> int:
        if not select.select([], [self.number], [], self.patience)[1]:
            raise TimeoutError
        return os.write(self.number, data)

    def flush(self) -> None:
        """Nothing is held back."""
