"""The process that reads mail: no keys, no credentials, no database, an empty environment, and limits on itself.

Started by `workers.py` as `python -m mesinfos.ingest.worker`; ends when its input
ends, so it never outlives its parent.
"""

import contextlib
import gc
import os
import resource
import signal
import sys
from collections.abc import Callable
from types import FrameType
from typing import BinaryIO

from msgspec import Raw
from msgspec.msgpack import Decoder, Encoder

from mesinfos.errors import N_
from mesinfos.ingest.context import Context
from mesinfos.ingest.frames import AT, READY, RESULT, SETUP, MailIn, read_frame, write_frame
from mesinfos.ingest.pipeline import UNREADABLE, recognise
from mesinfos.model.facts import Facts
from mesinfos.model.merchant import Sender

MEMORY = 1 << 30
SECONDS = 2.0
TOO_SLOW = N_("Reading this mail took too long.")
_encode = Encoder().encode
_batch = Decoder(list[MailIn])
_context = Decoder(Context)


class TooSlow(BaseException):
    """The time for one mail is over; no `except Exception` on the way may swallow it."""


def serve(source: BinaryIO, sink: BinaryIO, read: Callable[[bytes, Context, MailIn], Facts] | None = None) -> None:
    """Say that it is ready, answer batches until the input ends; says which mail it is at before it touches it."""
    context = Context()
    read = read or _read
    write_frame(sink, READY)
    while (frame := read_frame(source)) is not None:
        if frame.kind == SETUP:
            context = _context.decode(frame.payload)
            continue
        results = []
        for index, mail in enumerate(_batch.decode(frame.payload)):
            write_frame(sink, AT, index.to_bytes(4, "big"))
            results.append(_sendable(read(mail[0], context, mail)))
        write_frame(sink, RESULT, _encode(results))


def _sendable(facts: Facts) -> Facts | Raw:
    """The facts packed, one mail at a time: what cannot be handed over must cost its own mail, not the whole batch."""
    try:
        return Raw(_encode(facts))
    except (UnicodeError, ValueError, OverflowError):
        return Facts(Sender(""), error=UNREADABLE)


def _read(raw: bytes, context: Context, mail: MailIn) -> Facts:
    with contextlib.suppress(TooSlow):
        try:
            signal.setitimer(signal.ITIMER_REAL, SECONDS, 0.5)
            return recognise(raw, context, mail[1])
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
    return Facts(Sender(""), error=TOO_SLOW)


def warm() -> None:
    """Load the directory and the lexicons before the first mail, whose time is counted."""
    recognise(b"From: Fnac <a@fnac.com>\nContent-Type: text/html\n\n<p>Total : 1,00 EUR</p>")
    gc.freeze()  # what is loaded stays; looking through it again and again would cost a tenth of the reading
    gc.set_threshold(20_000)


def limit() -> None:
    """No core dump, no file written, bounded memory; the alarm ends what takes too long."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    signal.signal(signal.SIGALRM, _alarm)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to answer


def _alarm(_number: int, _frame: FrameType | None) -> None:
    raise TooSlow


def main() -> None:
    """Keep the answer pipe for frames alone: whatever a library prints must not be taken for one."""
    sink = os.fdopen(os.dup(sys.stdout.fileno()), "wb", buffering=1 << 16)
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    limit()
    warm()
    serve(sys.stdin.buffer, sink)


if __name__ == "__main__":
    main()
