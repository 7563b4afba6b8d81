"""What both kinds of archive have in common: a mail found, its header block, its bytes."""

from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from msgspec import Struct

FIRST_BYTES = 1 << 13
HEAD_BYTES = 1 << 18


class Found(Struct, frozen=True):
    """A mail at `path`, bytes `start` to `end`. `head` is its header block, as it will be shown to `wants`."""

    item: str
    path: Path
    start: int
    end: int
    head: bytes
    received: datetime
    quoted: bool = False

    @property
    def size(self) -> int:
        """Bytes in the archive."""
        return self.end - self.start


def header_of(stream: BinaryIO, start: int, end: int) -> bytes:
    """The header block of the mail at `start`, with the empty line that ends it (RFC 5322 §2.1).

    A mail without one, or with more than HEAD_BYTES before it, shows as much of its beginning.
    """
    size, most = FIRST_BYTES, min(HEAD_BYTES, end - start)
    while True:
        stream.seek(start)
        head = stream.read(min(size, most))
        ends = [place + len(mark) for mark in (b"\r\n\r\n", b"\n\n") if (place := head.find(mark)) >= 0]
        if ends or size >= most:
            return head[: min(ends)] if ends else head
        size *= 4
