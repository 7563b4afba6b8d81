"""What both kinds of archive have in common: a mail found, its header block, its bytes."""

from datetime import datetime
from pathlib import Path

from msgspec import Struct


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


def header_of(start: bytes) -> bytes:
    """The header block with the empty line that ends it; everything when there is none (RFC 5322 §2.1)."""
    ends = [place + len(mark) for mark in (b"\r\n\r\n", b"\n\n") if (place := start.find(mark)) >= 0]
    return start[: min(ends)] if ends else start
