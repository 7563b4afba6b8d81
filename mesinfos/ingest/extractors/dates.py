"""Dates in a line of text: printed ones, words relative to the mail's own day, and ranges, which stay ranges.

Libraries take milliseconds for this and misread French ("Vendredi prochain" as the Friday before); a mail has a few
lines worth reading, and its own date to measure from.
"""

import datetime as dt
import re
from collections.abc import Iterator
from typing import NamedTuple

from mesinfos.ingest.lexicon import Days, days_of
from mesinfos.ingest.words import fold

_ISO = re.compile(r"(?<!\d)(20\d\d|19\d\d)[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_NUMERIC = re.compile(r"(?<![\d.,/-])(\d{1,2})([/.-])(\d{1,2})(?:\2(\d{4}|\d{2}))?(?![\d,/-]|\.\d)")
_CJK = re.compile(r"(?:(\d{4})\s?[年년]\s?)?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日일]")
_WORD = re.compile(r"[^\W\d_]{3,}")
_DAY_AFTER = re.compile(r"\.?[ -]{0,2}(\d{1,2})(?:st|nd|rd|th|\.)?(?![\d:])")
_YEAR_AFTER = re.compile(r"\.?,? {0,2}(?:de |del |of |/|-)?'?(\d{4}|\d\d(?![\d:h]))(?!\d)")
_DAY_RANGE = re.compile(r" {0,2}(?:-|to|and) {0,2}(\d{1,2})(?:st|nd|rd|th)?(?![\d:])")
_TIME = re.compile(
    r"(?<![\d.,])(\d{1,2})(?:[:h.](\d{2}))?\s?(a\.?m\.?|p\.?m\.?)(?![a-z])|"
    r"(?<![\d.,/-])(\d{1,2})(?:[:h](\d{2})|\s?h(?![a-z])| uhr)",
    re.IGNORECASE,
)


class Span(NamedTuple):
    """One day, or the days from `first` to `last`, and where they stand in their line."""

    first: dt.date
    last: dt.date
    start: int
    end: int


class Calendar(NamedTuple):
    """What a date is read against: the mail's day, its language, and whether 03/04 is the third of April."""

    today: dt.date
    language: str = "en"
    day_first: bool = True
    future: bool = False


def _date(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def _nearest(month: int, day: int, calendar: Calendar) -> dt.date | None:
    """A date printed without its year: the one nearest to the mail, or the next one where the future is meant."""
    years = (calendar.today.year, calendar.today.year + 1, calendar.today.year - 1)
    days = [found for year in years if (found := _date(year, month, day))]
    slack = dt.timedelta(days=45)
    if calendar.future:
        days = [found for found in days if found >= calendar.today - slack] or days
    return min(days, key=lambda found: abs(found - calendar.today), default=None)


def _with_year(text: str | None, month: int, day: int, calendar: Calendar) -> dt.date | None:
    if not text:
        return _nearest(month, day, calendar)
    year = int(text) + (2000 if len(text) == 2 else 0)
    return _date(year, month, day) if 1990 <= year <= 2100 else None


def _numeric(match: re.Match[str], calendar: Calendar) -> dt.date | None:
    one, two = int(match[1]), int(match[3])
    if (
        match[4] is None
        and match[2] != "/"
        and not (match[2] == "." and match.string[match.end() : match.end() + 1] == ".")
    ):
        return None  # 12.5 and 3-4 are more often a number or a range than a day
    day, month = (one, two) if two <= 12 and (calendar.day_first or one > 12) else (two, one)
    return _with_year(match[4], month, day, calendar)


def _named(low: str, calendar: Calendar, days: Days) -> Iterator[Span]:
    for word in _WORD.finditer(low):
        month = days.months.get(word.group())
        if month is None:
            continue
        before = days.before.search(low, max(0, word.start() - 12), word.start())
        after = None if before else _DAY_AFTER.match(low, word.end())
        day = before or after
        if day is None:
            continue
        last = _DAY_RANGE.match(low, after.end()) if after else None
        year = _YEAR_AFTER.match(low, (last or after or word).end())
        found = _with_year(year[1] if year else None, month, int(day[1]), calendar)
        if found is None:
            continue
        start, end = min(day.start(), word.start()), (year or last or after or word).end()
        if last and (until := _date(found.year, found.month, int(last[1]))) and until > found:
            yield Span(found, until, start, end)
            continue
        short = days.short.search(low, max(0, start - 14), start) if before else None
        first = _date(found.year, found.month, int(short[1])) if short else None
        yield Span(min(first or found, found), found, short.start() if first and short else start, end)


def _printed(low: str, calendar: Calendar, days: Days) -> Iterator[Span]:
    for match in _ISO.finditer(low):
        if found := _date(int(match[1]), int(match[2]), int(match[3])):
            yield Span(found, found, *match.span())
    for match in _CJK.finditer(low):
        if found := _with_year(match[1], int(match[2]), int(match[3]), calendar):
            yield Span(found, found, *match.span())
    for match in _NUMERIC.finditer(low):
        if found := _numeric(match, calendar):
            yield Span(found, found, *match.span())
    yield from _named(low, calendar, days)


def _relative(low: str, calendar: Calendar, known: Days) -> Iterator[Span]:
    words = list(re.finditer(r"[^\W\d_]+(?:['-][^\W\d_]+)*", low))
    for place, word in enumerate(words):
        days = known.relative.get(word.group())
        if days is None and len(word.group()) > 3 and word.group() in known.weekdays:
            ahead = (known.weekdays[word.group()] - calendar.today.weekday()) % 7
            beside = {words[other].group() for other in (place - 1, place + 1) if 0 <= other < len(words)}
            days = ahead or (7 if beside & known.next else 0)
        if days is not None:
            found = calendar.today + dt.timedelta(days=days)
            yield Span(found, found, *word.span())


def dates(line: str, calendar: Calendar) -> list[Span]:
    """Every date of a line, left to right; two dates joined by "and", "to" or a dash become one range."""
    low, known = fold(line[:400]), days_of(calendar.language)
    found = sorted(_printed(low, calendar, known), key=lambda span: (span.start, -span.end))
    found = found or list(_relative(low, calendar, known))
    spans: list[Span] = []
    for span in found:
        if spans and span.start < spans[-1].end:
            continue
        gap = low[spans[-1].end : span.start] if spans else ""
        if spans and len(gap) < 30 and span.first >= spans[-1].first and _joins(gap, known):
            spans[-1] = Span(spans[-1].first, span.last, spans[-1].start, span.end)
        else:
            spans.append(span)
    return spans


def _joins(gap: str, known: Days) -> bool:
    return gap.strip() in {"-", "/"} or bool(known.joins.match(gap + " "))


def time_of_day(line: str) -> dt.time | None:
    """The first time of day of a line ("3:00 PM", "15h30", "15 Uhr")."""
    for match in _TIME.finditer(line[:400]):
        hour, minute = int(match[1] or match[4]), int(match[2] or match[5] or 0)
        if match[3]:
            hour = hour % 12 + (12 if match[3].lower().startswith("p") else 0)
        if hour < 24 and minute < 60:
            return dt.time(hour, minute)
    return None
