"""What parent and worker say to each other over pipes: a letter, a length, a payload."""

import struct
from datetime import datetime
from typing import NamedTuple, Protocol

_HEAD = struct.Struct("!cQ")
HEAD_SIZE = _HEAD.size

SETUP = b"s"
BATCH = b"b"
READY = b"y"
AT = b"a"
RESULT = b"r"

MailIn = tuple[bytes, datetime | None]
"""One mail as it goes to a worker: raw bytes, and when they arrived."""


LARGEST = 1 << 31


class Source(Protocol):
    """Where frames are read from."""

    def read(self, size: int, /) -> bytes | None:
        """Up to that many bytes; none at the end."""


class Sink(Protocol):
    """Where frames are written to."""

    def write(self, data: memoryview, /) -> int | None:
        """Write, and say how much."""

    def flush(self) -> None:
        """Hand over what was written."""


class Frame(NamedTuple):
    """One message between the two."""

    kind: bytes
    payload: bytes


def write_frame(stream: Sink, kind: bytes, payload: bytes = b"") -> None:
    """Write and flush; raises OSError when the other side is gone."""
    left = memoryview(_HEAD.pack(kind, len(payload)) + payload)
    while left:
        left = left[stream.write(left) or 0 :]
    stream.flush()


def read_frame(stream: Source) -> Frame | None:
    """The next message; None when the other side has gone. Raises OSError when what comes is no frame."""
    head = _exactly(stream, HEAD_SIZE)
    if head is None:
        return None
    kind, size = _HEAD.unpack(head)
    if size > LARGEST:
        raise OSError
    payload = _exactly(stream, size)
    return None if payload is None else Frame(kind, payload)


def _exactly(stream: Source, size: int) -> bytes | None:
    """That many bytes; a pipe hands over what it has, so this asks again until all is there."""
    chunks: list[bytes] = []
    while size:
        chunk = stream.read(min(size, 1 << 20))
        if not chunk:
            return None
        chunks.append(chunk)
        size -= len(chunk)
    return b"".join(chunks)
