"""An mbox file read as a stream: found by its "From " lines (RFC 4155), never held in memory whole.

The dialect is mboxrd: a body line of any number of ">" before "From " has one ">" too many, which is taken off.
A line counts as a separator only at the start of the file or after an empty line, and when a time of day is on it;
careless programs leave "From " at the start of a sentence.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from msgspec import Struct

from connectors.mbox.mail import Found, header_of
from mesinfos.errors import N_, SourceChanged

CHUNK = 1 << 20
PRINT_BYTES = 1024
LONGEST = 640  # bytes of a separator at most
TIME = re.compile(rb"\d\d:\d\d")
ZONE = re.compile(r"([+-])(\d\d)(\d\d)")
QUOTED = re.compile(rb"^>(>*From )", re.MULTILINE)


class FileMark(Struct, frozen=True):
    """The file is read up to `offset`; `print`, the hash of its first `printed` bytes, tells it from another."""

    offset: int = 0
    printed: int = 0
    print: str = ""


def resume(stream: BinaryIO, mark: FileMark) -> int:
    """Where to go on: the mark's offset when the file is the same and has only grown, else its start.

    The time of change plays no part, so that a copy or a restored backup is still the same file.
    """
    stream.seek(0, 2)
    size = stream.tell()
    if not mark.offset or size < mark.offset or _print(stream, mark.printed) != mark.print:
        return 0
    stream.seek(mark.offset)
    rest = stream.read(LONGEST).lstrip(b"\r\n")
    return mark.offset if not rest or rest.startswith(b"From ") else 0


def mark_at(stream: BinaryIO, offset: int) -> FileMark:
    """The mark to keep once everything before `offset` is stored."""
    printed = min(PRINT_BYTES, offset)
    return FileMark(offset, printed, _print(stream, printed))


def require_mbox(stream: BinaryIO) -> None:
    """Raises SourceChanged when the file does not begin as an mbox does."""
    stream.seek(0)
    start = stream.read(LONGEST)
    if start.lstrip(b"\r\n") and not start.lstrip(b"\r\n").startswith(b"From "):
        raise SourceChanged(
            N_("This file is not an mbox archive."),
            field="path",
            next_step=N_("Choose a file that begins with “From ”, or a folder of .eml files."),
        )


def count_mails(stream: BinaryIO) -> int:
    """How many mails the file holds."""
    return sum(1 for _ in _separators(stream, 0))


def find_mails(stream: BinaryIO, path: Path, start: int) -> Iterator[Found]:
    """The mails from `start` on, in the file's order, each with its place; bodies are not kept."""
    previous: tuple[int, int] | None = None
    for place, after in _separators(stream, start):
        if previous:
            yield _found(stream, path, previous, place)
        previous = (place, after)
    if previous:
        stream.seek(0, 2)
        yield _found(stream, path, previous, stream.tell())


def _separators(stream: BinaryIO, start: int) -> Iterator[tuple[int, int]]:
    """Begin and end of each separator line. Memory: a chunk or two, whatever the file holds."""
    position, window = start, b"\n\n"  # as if an empty line stood before the place we start at
    while True:
        stream.seek(position)  # whoever consumes us reads headers in between
        chunk = stream.read(CHUNK)
        base = position - len(window)
        position += len(chunk)
        window += chunk or b"\n"
        done = 0
        for begin, end in _in_window(window):
            yield base + begin, base + end
            done = end - 1
        if not chunk:
            return
        # The end of the window may hold the first part of a separator: it is looked at again with the next chunk.
        window = window[max(done, len(window) - LONGEST) :]


def _in_window(window: bytes) -> Iterator[tuple[int, int]]:
    place = window.find(b"\nFrom ")
    while place >= 0:
        begin = place + 1
        end = window.find(b"\n", begin, begin + LONGEST - 4) + 1
        after_empty_line = window[max(begin - 3, 0) : begin].endswith((b"\n\n", b"\n\r\n"))
        if end and after_empty_line and TIME.search(window, begin, end):
            yield begin, end
        place = window.find(b"\nFrom ", begin)


def _found(stream: BinaryIO, path: Path, separator: tuple[int, int], end: int) -> Found:
    begin, start = separator
    stream.seek(begin)
    line = stream.read(start - begin)
    head = header_of(stream, start, end)
    return Found(str(begin), path, start, end, head, _received(line, head), quoted=True)


def _received(line: bytes, head: bytes) -> datetime:
    """The date of the separator (asctime, UTC by RFC 4155), else of the Date header, else the present."""
    words = line.decode("latin-1").split()[-7:]
    zone = next((match for word in words if (match := ZONE.fullmatch(word))), None)
    asctime = " ".join([word for word in words if not (ZONE.fullmatch(word) or word in {"UTC", "GMT"})][-4:])
    header = re.search(rb"^Date:([^\n]*)", head, re.IGNORECASE | re.MULTILINE)
    try:
        when = datetime.strptime(asctime, "%b %d %H:%M:%S %Y").replace(tzinfo=UTC)
        return when - _offset(zone) if zone else when
    except (ValueError, OverflowError):
        return _date_header(header[1].decode("latin-1") if header else "")


def _offset(zone: re.Match[str]) -> timedelta:
    offset = timedelta(hours=int(zone[2]), minutes=int(zone[3]))
    return -offset if zone[1] == "-" else offset


def _date_header(value: str) -> datetime:
    try:
        when = parsedate_to_datetime(value.strip())
        return when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
    except (ValueError, OverflowError, TypeError, IndexError):
        return datetime.now(UTC).replace(microsecond=0)


def unquote(data: bytes) -> bytes:
    """The mail as it was before it was put into the file: quoting undone, the empty line behind it taken off."""
    data = QUOTED.sub(rb"\1", data) if b"\n>" in data else data
    for end in (b"\r\n\r\n", b"\n\n"):
        if data.endswith(end):
            return data[: -len(end) // 2]
    return data


def _print(stream: BinaryIO, size: int) -> str:
    stream.seek(0)
    return sha256(stream.read(size)).hexdigest()[:16]
