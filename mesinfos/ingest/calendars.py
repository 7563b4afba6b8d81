"""Calendar attachments (RFC 5545, iTIP of RFC 5546): what is booked, where, from when to when, and whether it stands.

A reader of the few properties that a booking needs, because the library for it keeps time zones that one mail defines
for all mails after it (docs/decisions/0013). No zone is looked up here: a time is kept as it is printed, like the
times of the page around it; only one in UTC is an instant, and less sure for that.
"""

import datetime as dt
import re
from collections.abc import Iterator
from typing import NamedTuple

from mesinfos.ingest.charsets import decode
from mesinfos.ingest.parse import Mail, Part

LARGEST = 256 << 10
MOST_EVENTS = 8
_FOLDED = re.compile(rb"\r?\n[ \t]")
_LINE = re.compile(r"([A-Za-z-]{1,40})((?:;[^:;\"]{1,80}(?:\"[^\"]{0,200}\"[^:;\"]{0,80})?){0,20}):(.{0,4000})")
_ESCAPED = re.compile(r"\\([\\;,nN])")
_TIME = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)(Z?))?")
_DURATION = re.compile(r"P(?:(\d{1,3})W)?(?:(\d{1,4})D)?(?:T(?:(\d{1,4})H)?(?:(\d{1,5})M)?(?:\d{1,6}S)?)?")
_TYPES = frozenset({"text/calendar", "application/ics", "text/x-vcalendar"})


class Moment(NamedTuple):
    """A time as printed, in the house's way of keeping it; `exact` when it is an instant in UTC, `whole` a day."""

    at: dt.datetime
    exact: bool = False
    whole: bool = False


class Event(NamedTuple):
    """One VEVENT. `uid` names it in every later version; `invited` counts those who are asked to come."""

    summary: str
    where: str
    description: str
    start: Moment | None
    end: Moment | None
    uid: str
    status: str
    invited: int

    @property
    def cancelled(self) -> bool:
        """Whether it no longer takes place."""
        return self.status == "CANCELLED"


def events(mail: Mail) -> list[Event]:
    """The events of a mail's calendars, each once: the same file often stands inline and attached."""
    found = (event for part in mail.attachments if _is_calendar(part) for event in _events(part))
    return list(dict.fromkeys(found))[:MOST_EVENTS]


def _is_calendar(part: Part) -> bool:
    named = part.content_type in _TYPES or part.filename.lower().endswith((".ics", ".ical"))
    return named and len(part.payload) <= LARGEST


def _events(part: Part) -> Iterator[Event]:
    text = decode(_FOLDED.sub(b"", part.payload), "utf-8")  # a fold may part the bytes of one character
    method, inside, held = "", 0, _Held()
    for line in text.splitlines()[:5_000]:
        match = _LINE.fullmatch(line.strip())
        if match is None:
            continue
        name, parameters, value = match[1].upper(), match[2], match[3].strip()
        if name == "BEGIN":
            inside = inside + 1 if inside or value.upper() == "VEVENT" else 0
            held = _Held() if inside == 1 else held
        elif name == "END" and inside:
            inside -= 1
            if not inside:
                yield held.event(method)
        elif inside == 1:  # what stands deeper is an alarm's own
            held.add(name, parameters, value)
        elif name == "METHOD":
            method = value.upper()


class _Held:
    """The properties of one event, the first of each name."""

    def __init__(self) -> None:
        self.values: dict[str, str] = {}
        self.days: set[str] = set()
        self.invited = 0

    def add(self, name: str, parameters: str, value: str) -> None:
        self.invited += name == "ATTENDEE"
        self.values.setdefault(name, value)
        if "VALUE=DATE" in parameters.upper().split(";"):
            self.days.add(name)

    def event(self, method: str) -> Event:
        start = self._moment("DTSTART")
        status = "CANCELLED" if method == "CANCEL" else self.values.get("STATUS", "").upper()
        what, where, about = (self._text(name) for name in ("SUMMARY", "LOCATION", "DESCRIPTION"))
        uid = self.values.get("UID", "")[:200]
        return Event(what[:200], where[:200], about, start, self._end(start), uid, status, self.invited)

    def _text(self, name: str) -> str:
        plain = _ESCAPED.sub(lambda match: "\n" if match[1] in "nN" else match[1], self.values.get(name, ""))
        return plain.strip() if name == "DESCRIPTION" else " ".join(plain.replace("\n", ", ").split())

    def _moment(self, name: str) -> Moment | None:
        match = _TIME.fullmatch(self.values.get(name, ""))
        if match is None:
            return None
        try:
            at = dt.datetime(*(int(group or 0) for group in match.groups()[:6]), tzinfo=dt.UTC)  # type: ignore[misc,arg-type]
        except ValueError:
            return None
        return Moment(at, match[7] == "Z", name in self.days or match[4] is None)

    def _end(self, start: Moment | None) -> Moment | None:
        end = self._moment("DTEND")
        lasts = _DURATION.fullmatch(self.values.get("DURATION", ""))
        if end is None and start and lasts:
            weeks, days, hours, minutes = (int(group or 0) for group in lasts.groups())
            end = start._replace(at=start.at + dt.timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes))
        if end is None or start is None or end.at <= start.at:
            return None
        # A whole day ends where the next one begins: that says nothing.
        return None if end.whole and end.at - start.at <= dt.timedelta(days=1) else end
