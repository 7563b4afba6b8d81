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

_ISO = re.compile(r"(?<!\d)(20\d\d|19\d\d)(?:[-/.]|\. )(\d{1,2})(?:[-/.]|\. )(\d{1,2})(?!\d)")
_NUMERIC = re.compile(r"(?<![a-z\d.,/-])(\d{1,2})([/.-]|\. )(\d{1,2})(?:\2(\d{4}|\d{2}))?(?![\d,/-]|\.\d)")
_YEAR_FIRST = re.compile(r"(?<![a-z\d.,/-])(\d\d)(?:[-/.]|\. )(\d{1,2})(?:[-/.]|\. )(\d{1,2})(?![\d/-])")
_DOTTED = re.compile(r"(?<![\d.,/-])(\d{1,2})\. ?[-–] ?(\d{1,2})\. ?(\d{1,2})\.(?: ?(\d{4}))?")
_CJK = re.compile(
    r"(?:(令和|平成|昭和|民国|民國)?(\d{1,4}|元)\s?[年년]\s?)?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日일号號]"
    r"(?:\s?[(（][^)）\d]{1,4}[)）])?(?:\s?(?:[-~〜～至到]|から|부터)\s?(\d{1,2})\s?[日일号號])?"
)
_ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925, "民国": 1911, "民國": 1911}
_WIDE = {code: code - 0xFEE0 for code in range(0xFF0D, 0xFF1B)}
_FRACTION = re.compile(r"[1-9]/(?:[2-5]|10)|24/7")
_WORD = re.compile(r"[^\W\d_]{3,}")
_DAY_AFTER = re.compile(r"\.?,?[ -]{0,2}(\d{1,2})(?:st|nd|rd|th|\.)?(?:-[^\W\d_]{1,3}\b)?(?![\d:])")
_YEAR_BEFORE = re.compile(r"(?<!\d)(20\d\d|19\d\d)(?:\.|,|-ж)? {0,2}$")
_YEAR_AFTER = re.compile(r"\.?,? {0,2}(?:de |del |of |/|-)?'?(\d{4}|\d\d(?![\d:h.]))(?!\d)")
_TIME = re.compile(
    r"(?<![\d.,])(\d{1,2})(?:[:h.](\d{2}))?\s?(a\.?m\.?|p\.?m\.?)(?![a-z])|"
    r"(?<![\d.,/-])(?:(午前|午後|上午|下午|晚上|오전|오후)\s?)?(\d{1,2})(?:[:h](\d{2})|\s?[時时点點시](?:\s?(\d{1,2})[分분])?|"
    r"\s?h(?![a-z])| uhr|\.(\d{2}) uhr)|(?:kl\.?|klo|godz\.?|kello) ?(\d{1,2})[.:](\d{2})",
    re.IGNORECASE,
)
_EVENING = frozenset(("午後", "下午", "晚上", "오후"))


MONTHS = NOON = 12
SATURDAY = 5
MAX_READ = 400


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
    one, two, mark = int(match[1]), int(match[3]), match[2].strip()
    if match[4] is None:
        dotted = mark == "." and match.string[match.end() : match.end() + 1] == "."
        # 12.5 and 3-4 are more often a number or a range than a day, 1/2 a fraction, 4/5 a mark.
        if (mark != "/" and not dotted) or _FRACTION.fullmatch(match.group()):
            return None
    day, month = (one, two) if two <= MONTHS and (calendar.day_first or one > MONTHS) else (two, one)
    return _with_year(match[4], month, day, calendar)


def _named(low: str, calendar: Calendar, days: Days) -> Iterator[Span]:
    for word in _WORD.finditer(low):
        month = days.months.get(word.group())
        if month is None:
            continue
        earlier = _YEAR_BEFORE.search(low, max(0, word.start() - 8), word.start())
        before = None if earlier else days.before.search(low, max(0, word.start() - 12), word.start())
        after = None if before else _DAY_AFTER.match(low, word.end())
        day = before or after
        if day is None:
            continue
        last = days.later.match(low, after.end(1)) if after else None
        year = earlier or _YEAR_AFTER.match(low, (last or after or word).end())
        found = _with_year(year[1] if year else None, month, int(day[1]), calendar)
        if found is None:
            continue
        start = (earlier or min(day, word, key=lambda one: one.start())).start()
        end = ((None if earlier else year) or last or after or word).end()
        if last and (until := _date(found.year, found.month, int(last[1]))) and until > found:
            yield Span(found, until, start, end)
            continue
        short = days.short.search(low, max(0, start - 16), start) if before else None
        first = _date(found.year, found.month, int(short[1])) if short else None
        yield Span(min(first or found, found), found, short.start() if first and short else start, end)


def _cjk(match: re.Match[str], calendar: Calendar) -> Span | None:
    """A day written with signs; years of an era count from it, the first being 元."""
    era, year, last = match[1], match[2], match[5]
    if era:
        year = str(_ERAS[era] + (1 if year == "元" else int(year)))
    if year and not year.isdecimal():
        return None
    first = _with_year(year, int(match[3]), int(match[4]), calendar)
    until = _date(first.year, first.month, int(last)) if first and last else first
    return Span(first, max(first, until or first), *match.span()) if first else None


def _short_years(low: str) -> Iterator[Span]:
    """Days as Hungary, China, Japan and Korea shorten them: 26. 11. 3."""
    for match in _YEAR_FIRST.finditer(low):
        if found := _date(2000 + int(match[1]), int(match[2]), int(match[3])):
            yield Span(found, found, *match.span())


def _printed(low: str, calendar: Calendar, days: Days) -> Iterator[Span]:
    for match in _ISO.finditer(low):
        if found := _date(int(match[1]), int(match[2]), int(match[3])):
            yield Span(found, found, *match.span())
    if not low.isascii():
        yield from (span for match in _CJK.finditer(low) if (span := _cjk(match, calendar)))
    for match in _DOTTED.finditer(low):
        last = _with_year(match[4], int(match[3]), int(match[2]), calendar)
        if last and (start := _date(last.year, last.month, int(match[1]))) and start < last:
            yield Span(start, last, *match.span())
    if days.year_first:
        yield from _short_years(low)
    for match in _NUMERIC.finditer(low):
        if found := _numeric(match, calendar):
            yield Span(found, found, *match.span())
    yield from _named(low, calendar, days)


def _relative(low: str, calendar: Calendar, known: Days) -> Iterator[Span]:
    for match in known.relative_in.finditer(low):
        found = calendar.today + dt.timedelta(days=known.relative[match.group()])
        yield Span(found, found, *match.span())
    words = list(re.finditer(r"[^\W\d_]+(?:['-][^\W\d_]+)*", low))
    for place, word in enumerate(words):
        if len(word.group()) > 3 and word.group() in known.weekdays:
            ahead = (known.weekdays[word.group()] - calendar.today.weekday()) % 7
            beside = {words[other].group() for other in (place - 1, place + 1) if 0 <= other < len(words)}
            found = calendar.today + dt.timedelta(days=ahead or (7 if beside & known.next else 0))
            yield Span(found, found, *word.span())
    if any(char.isdigit() for char in low):
        yield from (span for match in known.span.finditer(low) if (span := _counted(match, calendar)))


def _counted(match: re.Match[str], calendar: Calendar) -> Span | None:
    """Days counted from the mail's own, "in 2-3 working days"; a lone "3 days" without such a word is no day."""
    said = match.groupdict()
    limit, ahead = said["within"] or said["limit"], said["ahead"] or said["after"]
    if not (limit or ahead or said["last"] or said["workdays"]) or (said["hours"] and not limit):
        return None
    first, last = int(said["first"]), int(said["last"] or said["first"])
    if said["hours"]:
        first, last = -(-first // 24), -(-last // 24)
    days = [_later(calendar.today, count, said) for count in (first, last)]
    if limit and not said["last"]:
        days[0] = calendar.today
    return Span(min(days), max(days), *match.span())


def _later(day: dt.date, count: int, said: dict[str, str | None]) -> dt.date:
    if not said["workdays"]:
        return day + dt.timedelta(days=count * (7 if said["weeks"] else 1))
    while count:
        day += dt.timedelta(days=1)
        count -= day.weekday() < SATURDAY
    return day


def dates(line: str, calendar: Calendar) -> list[Span]:
    """Every date of a line, left to right; two dates joined by "and", "to" or a dash become one range."""
    low, known = fold(line[:MAX_READ]), days_of(calendar.language)
    if not low.isascii():
        low = low.translate(_WIDE)
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
    return gap.strip() in {"-", "/", "~", "〜", "～", "から", "至", "부터"} or bool(known.joins.match(gap + " "))


def time_of_day(line: str) -> dt.time | None:
    """The first time of day of a line ("3:00 PM", "15h30", "15 Uhr", "午後3時")."""
    for match in _TIME.finditer(line[:MAX_READ].translate(_WIDE)):
        hour, minute = int(match[1] or match[5] or match[9]), int(next(filter(None, match.group(2, 6, 7, 8, 10)), 0))
        if match[3]:
            hour = hour % 12 + (12 if match[3].lower().startswith("p") else 0)
        elif match[4] in _EVENING and hour < NOON:
            hour += NOON
        if hour < 24 and minute < 60:
            return dt.time(hour, minute)
    return None
