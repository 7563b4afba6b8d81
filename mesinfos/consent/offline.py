"""A journal's lines as a file: what each says, and the hashes by which anybody can check it without us.

One JSON object a line (JSON Lines). The hash of a line is SHA-256 over its number, instant, action, subject, the hash
of the line before and the hash of its sealed details; docs/consent.md says byte by byte how. What stands under
`details` is what the open vault read in them: the sealed bytes alone are under the hash, by `details_sha256`.
"""

from collections.abc import Iterable
from itertools import pairwise
from typing import Any, NamedTuple

import msgspec

from mesinfos.consent.journal import HEAD, Entry, line_hash
from mesinfos.errors import N_, InvalidInput
from mesinfos.vault.tables import moment, stamp


class Line(msgspec.Struct, frozen=True):
    """One line of such a file; `at` is in microseconds since 1970, as it is hashed."""

    line: int
    at: int
    when: str
    action: str
    subject: str
    prev: str
    details_sha256: str
    hash: str
    details: dict[str, Any] | None = None
    merchant: str = ""
    purpose: str = ""


class Checked(NamedTuple):
    """What a file holds: how many lines, from which to which, how many between them it leaves out, and its last hash.

    `wrong` are the numbers of lines that were changed, or do not follow the line before them.
    """

    lines: int
    first: int
    last: int
    missing: int
    head: str
    wrong: list[int]


def written(entry: Entry, merchant: str = "", purpose: str = "") -> bytes:
    """A line of the journal as one line of the file."""
    line = Line(
        line=entry.seq,
        at=stamp(entry.at),
        when=entry.at.isoformat(),
        action=entry.action,
        subject=entry.subject,
        prev=entry.prev.hex(),
        details_sha256=entry.digest.hex(),
        hash=entry.hash.hex(),
        details=entry.details,
        merchant=merchant,
        purpose=purpose,
    )
    return msgspec.json.encode(line) + b"\n"


def check(rows: Iterable[bytes]) -> Checked:
    """Check a file, oldest line first; raises InvalidInput for what is none. Needs neither vault nor network."""
    lines = [_read(row, number) for number, row in enumerate(rows, 1) if row.strip()]
    wrong = [line.line for line in lines if not _is_sound(line)]
    missing = 0
    for one, other in pairwise(lines):
        gap = other.line - one.line - 1
        missing += max(gap, 0)
        if gap < 0 or (gap == 0 and other.prev != one.hash):
            wrong.append(other.line)
    if not lines:
        return Checked(0, HEAD, HEAD, 0, "", [])
    return Checked(len(lines), lines[0].line, lines[-1].line, missing, lines[-1].hash, sorted(set(wrong)))


def _read(row: bytes, number: int) -> Line:
    try:
        return msgspec.json.decode(row, type=Line)
    except msgspec.MsgspecError:
        raise InvalidInput(N_("Line {number} of the file is no line of a journal."), number=number) from None


def _is_sound(line: Line) -> bool:
    """Whether the hash is that of what the line says, the instant in words too."""
    try:
        sealed, prev = bytes.fromhex(line.details_sha256), bytes.fromhex(line.prev)
        told = moment(line.at).isoformat()
    except (ValueError, OverflowError):
        return False
    said: dict[str, Any] = {"seq": line.line, "at": line.at, "action": line.action, "subject": line.subject}
    return (
        line.when == told and line.hash == line_hash(said | {"prev": prev, "envelope_id": "", "sealed": sealed}).hex()
    )
