"""Batches of mail, read by processes that hold no keys; one bad mail costs itself and nothing else.

Each worker process has a thread here that feeds it and watches it. A worker that dies or is stuck is killed and
replaced: the mail it was at is quarantined, the others of its batch are read again.
"""

import os
import queue
import select
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import Future
from contextlib import suppress
from threading import Thread
from types import TracebackType
from typing import BinaryIO, Self, cast

from msgspec.msgpack import Decoder, Encoder

from mesinfos.errors import N_, IngestError
from mesinfos.ingest.context import Context
from mesinfos.ingest.frames import AT, BATCH, RESULT, SETUP, MailIn, read_frame, write_frame
from mesinfos.ingest.pipeline import recognise
from mesinfos.model.facts import Facts
from mesinfos.model.merchant import Sender

PATIENCE = 10.0
START_PATIENCE = 60.0
KILLED = N_("Reading this mail had to be stopped: it took too much time or memory.")
_INHERITED = ("LANG", "LC_ALL", "LD_LIBRARY_PATH", "TZ")
_Job = tuple[Sequence[MailIn], "Future[list[Facts]]"]
_encode = Encoder().encode
_results = Decoder(list[Facts])


class Workers:
    """`count` processes that read mail; 0 reads in the caller's own. Use as a context manager, or `close`."""

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
            self._jobs.put((mails, future))
        else:
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
        worker = _Worker(self.context, self.patience)
        while (job := self._jobs.get()) is not None:
            mails, future = job
            if not future.set_running_or_notify_cancel():
                continue
            try:
                future.set_result(worker.read(mails))
            except Exception as problem:  # noqa: BLE001  whoever waits must hear of it, whatever it was
                future.set_exception(problem)
        worker.end()


class _Died(Exception):
    """The process is gone; `at` is the mail it was reading, None when it had not begun."""

    def __init__(self, at: int | None) -> None:
        super().__init__()
        self.at = at


class _Worker:
    """One process and its pipes, started at need and replaced when it dies."""

    def __init__(self, context: Context, patience: float) -> None:
        self.context = context
        self.patience = patience
        self.process: subprocess.Popen[bytes] | None = None

    def read(self, mails: Sequence[MailIn]) -> list[Facts]:
        """The facts of each mail; after a death the batch is cut around the mail that caused it."""
        done: list[Facts] = []
        left = list(mails)
        unbegun = 0
        while left:
            try:
                return done + self._attempt(left)
            except _Died as death:
                self.end()
                unbegun = unbegun + 1 if death.at is None else 0
                if unbegun > 2:
                    raise IngestError(N_("The process that reads mail cannot be started.")) from None
                if death.at is not None:
                    done += self.read(left[: death.at]) if death.at else []
                    done.append(Facts(Sender(""), error=KILLED))
                    left = left[death.at + 1 :]
        return done

    def _attempt(self, mails: Sequence[MailIn]) -> list[Facts]:
        at: int | None = None
        try:
            stdin, stdout = self._pipes()
            write_frame(stdin, BATCH, _encode(list(mails)))
            while select.select([stdout], [], [], START_PATIENCE if at is None else self.patience)[0]:
                frame = read_frame(stdout)
                if frame is None:
                    break
                if frame.kind == RESULT:
                    return _results.decode(frame.payload)
                at = int.from_bytes(frame.payload, "big") if frame.kind == AT else at
        except OSError:
            pass
        raise _Died(at)

    def _pipes(self) -> tuple[BinaryIO, BinaryIO]:
        if self.process is None:
            self.process = subprocess.Popen(
                [sys.executable, "-IBm", "mesinfos.ingest.worker"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                bufsize=0,
                env={name: os.environ[name] for name in _INHERITED if name in os.environ},
                start_new_session=True,
            )
            write_frame(_given(self.process.stdin), SETUP, _encode(self.context))
        return _given(self.process.stdin), _given(self.process.stdout)

    def end(self) -> None:
        """Close the pipes, which ends a healthy process, and kill one that stays."""
        process, self.process = self.process, None
        if process is None:
            return
        process.kill()
        for pipe in (process.stdin, process.stdout):
            with suppress(OSError):
                _given(pipe).close()
        process.wait()


def _given(pipe: object) -> BinaryIO:
    if pipe is None:
        raise IngestError(N_("The process that reads mail cannot be started."))
    return cast(BinaryIO, pipe)
