"""What parent and worker say to each other over pipes: a letter, a length, a payload."""

import struct
from datetime import datetime
from typing import BinaryIO, NamedTuple

_HEAD = struct.Struct("!cQ")
HEAD_SIZE = _HEAD.size

SETUP = b"s"
BATCH = b"b"
AT = b"a"
RESULT = b"r"

MailIn = tuple[bytes, datetime | None]
"""One mail as it goes to a worker: raw bytes, and when they arrived."""


class Frame(NamedTuple):
    """One message between the two."""

    kind: bytes
    payload: bytes


def write_frame(stream: BinaryIO, kind: bytes, payload: bytes = b"") -> None:
    """Write and flush; raises OSError when the other side is gone."""
    left = memoryview(_HEAD.pack(kind, len(payload)) + payload)
    while left:
        left = left[stream.write(left) :]
    stream.flush()


def read_frame(stream: BinaryIO) -> Frame | None:
    """The next message; None when the other side has gone."""
    head = _exactly(stream, HEAD_SIZE)
    if head is None:
        return None
    kind, size = _HEAD.unpack(head)
    payload = _exactly(stream, size)
    return None if payload is None else Frame(kind, payload)


def _exactly(stream: BinaryIO, size: int) -> bytes | None:
    """That many bytes; a pipe hands over what it has, so this asks again until all is there."""
    chunks: list[bytes] = []
    while size:
        chunk = stream.read(min(size, 1 << 20))
        if not chunk:
            return None
        chunks.append(chunk)
        size -= len(chunk)
    return b"".join(chunks)
