"""Mails saved as files: .eml, .html, .txt and .mbox, read one message at a time."""

import re
from collections.abc import Iterator
from pathlib import Path

from mesinfos.errors import N_, InvalidInput

_FROM_LINE = re.compile(rb"From \S++.{0,80}\d\d:\d\d(?::\d\d)?.{0,40}\d{4}\s*$")
_QUOTED_FROM = re.compile(rb">+From ")
_HEADER = re.compile(
    rb"(?i)(?:from|to|subject|date|received|return-path|delivered-to|message-id|mime-version|x-[\w-]+):"
)


def read_messages(path: Path) -> Iterator[tuple[str, bytes]]:
    """A label and the raw bytes of each message in a file; raises InvalidInput when it cannot be read."""
    try:
        with path.open("rb") as file:
            first = file.read(2_000)
    except OSError:
        raise InvalidInput(N_("The file {name} cannot be read."), name=path.name) from None
    if path.suffix.lower() == ".mbox" or _FROM_LINE.match(first.split(b"\n")[0].rstrip(b"\r")):
        yield from _mbox(path)
    else:
        yield path.name, _as_mail(path.read_bytes(), path.suffix.lower())


def _as_mail(data: bytes, suffix: str) -> bytes:
    """A saved page or text gets the one header it lacks, unless it begins like a mail."""
    if suffix == ".eml" or _HEADER.match(data.lstrip(b"\xef\xbb\xbf \r\n")):
        return data
    kind = b"text/html" if suffix in {".html", ".htm"} else b"text/plain"
    return b"Content-Type: " + kind + b"\n\n" + data if suffix in {".html", ".htm", ".txt"} else data


def _mbox(path: Path) -> Iterator[tuple[str, bytes]]:
    """The messages of an mbox (mboxrd: `>From ` at a line's start has lost one `>`)."""
    lines: list[bytes] = []
    number = 0
    try:
        with path.open("rb") as file:
            for line in file:
                if _FROM_LINE.match(line) and (not lines or not lines[-1].strip()):
                    if any(one.strip() for one in lines):
                        number += 1
                        yield f"{path.name}#{number}", b"".join(lines)
                    lines = []
                else:
                    lines.append(line[1:] if _QUOTED_FROM.match(line) else line)
    except OSError:
        raise InvalidInput(N_("The file {name} cannot be read."), name=path.name) from None
    if any(one.strip() for one in lines):
        yield f"{path.name}#{number + 1}", b"".join(lines)
