"""The fast way to mail: UID SEARCH and UID FETCH over the session's wire, parsed here (RFC 3501 §7.4.2).

IMAPClient's own fetch costs six times as much. No literal above its limit is ever read into memory: the
connection is dropped instead, and the mail that brought it is named in `TooLarge`.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta, timezone

from msgspec import Struct

from connectors.imap.wire import LINE_BYTES, Torn, Wire

HEADER_BYTES = 1 << 19  # a header block larger than this is no mail
HEADERS_BYTES = 1 << 26  # all header blocks of one batch together
SEARCH_BYTES = 1 << 24  # 1.5 million UIDs written one by one
MONTHS = (b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec")

_FETCH = re.compile(rb"\* \d{1,10} FETCH \(", re.IGNORECASE)
_ITEM = re.compile(
    rb" ?(?P<name>[A-Z0-9.]+(?:\[[^\]]*\](?:<\d+>)?)?) "
    rb'(?:\{(?P<literal>\d+)\}\r?\n|"(?P<quoted>(?:[^"\\]|\\.)*)"|\([^()]*\)|(?P<atom>[^ ()"{]+))',
    re.IGNORECASE,
)
_ESCAPED = re.compile(rb"\\(.)")
_DATE = re.compile(rb"([ \d]\d)-(\w{3})-(\d{4}) (\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d)")
_SEARCH = re.compile(rb"\* SEARCH((?: \d{1,10})*)(?: \(MODSEQ \d+\))? ?\r?\n", re.IGNORECASE)
_ESEARCH = re.compile(rb"\* ESEARCH\b.*? ALL ([\d:,]+)\s", re.IGNORECASE)


class Withheld(Exception):
    """One of `uids` cannot be had; when they are several, ask for each alone to find out which."""

    reason = ""

    def __init__(self, uids: Sequence[int]) -> None:
        super().__init__(self.reason)
        self.uids = tuple(uids)


class TooLarge(Withheld):
    """The server began to send more than it announced or may send; this connection is of no use any more."""

    reason = "larger than the server announced"


class Denied(Withheld):
    """The server said NO."""

    reason = "the server does not hand it out"


class Head(Struct, frozen=True):
    """What is asked of every mail before its body: `size` is the server's RFC822.SIZE in bytes."""

    uid: int
    size: int
    received: datetime
    block: bytes


class Asked(Struct, frozen=True):
    """A command under way."""

    tag: bytes
    uids: tuple[int, ...]


class Reader:
    """Reads the folder that the session has opened. `cap` is the size in bytes above which no mail is fetched."""

    def __init__(self, wire: Wire, cap: int) -> None:
        self._wire = wire
        self._cap = cap
        self._number = 0
        self._left = 0

    def search(self, first: int, since: str, *, compact: bool, limit: int) -> list[range]:
        """The UIDs from `first` on, ascending; `since` is an IMAP date or "", `compact` asks by ESEARCH (RFC 4731).

        A folder cannot hold more than `limit` mails, so a server that lists more is not believed.
        """
        criteria = f"UID {first}:*" + (f" SINCE {since}" if since else "")
        tag = self._send(f"UID SEARCH {'RETURN (ALL) ' if compact else ''}{criteria}")
        found: list[range] = []
        self._left = SEARCH_BYTES
        for line in self._lines(Asked(tag, ()), SEARCH_BYTES):
            if match := _ESEARCH.match(line):
                found += [_range(part) for part in match[1].split(b",") if part]
            elif match := _SEARCH.match(line):
                found += _runs(sorted({int(number) for number in match[1].split()}))
        # `n:*` names the last mail even when its UID is below n (RFC 3501 §6.4.8).
        kept = [range(max(run.start, first), run.stop) for run in found if run.stop > first]
        if sum(len(run) for run in kept) > limit:
            raise Torn("more mails than the folder holds")
        return sorted(kept, key=lambda run: run.start)

    def ask_heads(self, uids: Sequence[int]) -> Asked:
        """Send the question and return at once; the answer travels while the caller does other things."""
        tag = self._send(f"UID FETCH {as_set(uids)} (UID INTERNALDATE RFC822.SIZE BODY.PEEK[HEADER])")
        return Asked(tag, tuple(uids))

    def heads(self, asked: Asked) -> list[Head]:
        """The answer, in UID order; mails that vanished meanwhile are absent. Raises TooLarge, Denied or Torn."""
        self._left = HEADERS_BYTES
        wanted, heads = set(asked.uids), {}
        for item in self._fetched(asked, HEADER_BYTES):
            uid, block = _int(item, b"UID"), item.get(b"BODY[HEADER]")
            if uid in wanted and block is not None:
                received = parse_date(item.get(b"INTERNALDATE", b""))
                heads[uid] = Head(uid, _int(item, b"RFC822.SIZE"), received, block)
        return [heads[uid] for uid in sorted(heads)]

    def bodies(self, heads: Sequence[Head]) -> dict[int, bytes]:
        """Whole mails by UID, `BODY.PEEK[]`; those that vanished are absent. Raises TooLarge, Denied or Torn."""
        asked = Asked(self._send(f"UID FETCH {as_set([head.uid for head in heads])} (UID BODY.PEEK[])"), _uids(heads))
        # Some servers announce sizes a little wrong; one that sends twice of it and more lies.
        self._left = 2 * sum(head.size for head in heads) + self._cap
        wanted, found = set(asked.uids), {}
        for item in self._fetched(asked, self._cap):
            uid, body = _int(item, b"UID"), item.get(b"BODY[]")
            if uid in wanted and body is not None:
                found[uid] = body
        return found

    # ── the protocol ─────────────────────────────────────────────────────────────────────────────────────────────

    def _send(self, command: str) -> bytes:
        self._number += 1
        tag = b"M%d" % self._number
        try:
            self._wire.send(tag + b" " + command.encode("ascii") + b"\r\n")
        except OSError as problem:
            raise Torn(type(problem).__name__) from None
        return tag

    def _lines(self, asked: Asked, longest: int = LINE_BYTES) -> Iterator[bytes]:
        """Untagged lines up to the tagged one; raises Denied when that says anything but OK."""
        start = asked.tag + b" "
        while True:
            line = self._line(longest)
            if line.startswith(start):
                if line[len(start) : len(start) + 2].upper() != b"OK":
                    raise Denied(asked.uids)
                return
            if not line.startswith(b"* ") or line[2:5].upper() == b"BYE":
                raise Torn("unexpected answer")
            yield line

    def _fetched(self, asked: Asked, limit: int) -> Iterator[dict[bytes, bytes]]:
        for line in self._lines(asked):
            if match := _FETCH.match(line):
                yield self._item(line, match.end(), asked, limit)

    def _item(self, line: bytes, position: int, asked: Asked, limit: int) -> dict[bytes, bytes]:
        """One FETCH answer: names and values, literals read from the wire as they come."""
        item: dict[bytes, bytes] = {}
        while match := _ITEM.match(line, position):
            name, position = match["name"].upper().partition(b"<")[0], match.end()
            if match["literal"] is not None:
                item[name] = self._literal(match["literal"], limit, item, asked)
                line, position = self._line(LINE_BYTES), 0
            elif match["quoted"] is not None:
                text = match["quoted"]
                item[name] = _ESCAPED.sub(rb"\1", text) if b"\\" in text else text
            elif match["atom"] is not None and match["atom"].upper() != b"NIL":
                item[name] = match["atom"]
        if not line[position:].lstrip().startswith(b")"):
            raise Torn("unexpected answer")
        return item

    def _literal(self, announced: bytes, limit: int, item: dict[bytes, bytes], asked: Asked) -> bytes:
        size = int(announced) if len(announced) < 12 else limit + 1
        self._left -= size
        if size > limit or self._left < 0:
            uid = _int(item, b"UID")
            raise TooLarge((uid,) if uid in asked.uids else asked.uids)
        try:
            data: bytes = self._wire.stream.read(size)
        except (OSError, ValueError) as problem:
            raise Torn(type(problem).__name__) from None
        if len(data) < size:
            raise Torn("cut inside a mail")
        return data

    def _line(self, longest: int) -> bytes:
        try:
            line = self._wire.stream.readline(longest)
        except (OSError, ValueError) as problem:
            raise Torn(type(problem).__name__) from None
        self._left -= len(line)
        if not line.endswith(b"\n") or self._left < -LINE_BYTES:
            raise Torn("cut, or a line without end")
        return line


def parse_date(value: bytes) -> datetime:
    """An INTERNALDATE as aware UTC (RFC 3501 §9, date-time); the present when the server wrote something else."""
    match = _DATE.fullmatch(value)
    if match is None:
        return _now()
    try:
        day, month, year, hour, minute, second, sign, off_hours, off_minutes = match.groups()
        offset = timedelta(hours=int(off_hours), minutes=int(off_minutes))
        zone = UTC if not offset else timezone(-offset if sign == b"-" else offset)
        when = datetime(int(year), MONTHS.index(month) + 1, int(day), int(hour), int(minute), int(second), tzinfo=zone)
        return when if zone is UTC else when.astimezone(UTC)
    except (ValueError, OverflowError):
        return _now()


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


def imap_day(day: date | None) -> str:
    """A day as SEARCH wants it (RFC 3501 §9, date-text), in every locale; "" for none."""
    return f"{day.day}-{MONTHS[day.month - 1].decode()}-{day.year}" if day else ""


def as_set(uids: Sequence[int]) -> str:
    """Ascending UIDs as an IMAP sequence-set: "1:200,205"."""
    return ",".join(str(run.start) if len(run) == 1 else f"{run.start}:{run.stop - 1}" for run in _runs(uids))


def _runs(uids: Sequence[int]) -> list[range]:
    runs: list[range] = []
    for uid in uids:
        if runs and uid == runs[-1].stop:
            runs[-1] = range(runs[-1].start, uid + 1)
        else:
            runs.append(range(uid, uid + 1))
    return runs


def _range(part: bytes) -> range:
    first, _, last = part.partition(b":")
    if not first.isdigit() or (last and not last.isdigit()) or max(len(first), len(last)) > 10:
        raise Torn("unexpected answer")
    ends = sorted((int(first), int(last or first)))
    return range(ends[0], ends[1] + 1)


def _uids(heads: Sequence[Head]) -> tuple[int, ...]:
    return tuple(head.uid for head in heads)


def _int(item: dict[bytes, bytes], name: bytes) -> int:
    value = item.get(name, b"")
    return int(value) if value.isdigit() and len(value) < 12 else 0
