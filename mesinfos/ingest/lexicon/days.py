"""The words of dates in one language: names of months and days, what joins two days, what stands around a day."""

import re
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from mesinfos.ingest.lexicon.source import CODES, HEADS, table
from mesinfos.ingest.words import fold

_RELATIVE = (("today", 0), ("tomorrow", 1), ("overmorrow", 2))


class Days(NamedTuple):
    """One language and English: "set" is a month in Portuguese only, "do" a weekday in German only."""

    months: dict[str, int]
    weekdays: dict[str, int]
    relative: dict[str, int]
    relative_in: re.Pattern[str]
    next: frozenset[str]
    before: re.Pattern[str]
    joins: re.Pattern[str]
    short: re.Pattern[str]
    later: re.Pattern[str]
    span: re.Pattern[str]
    year_first: bool


def _numbered(codes: Iterable[str], name: str, start: int) -> dict[str, int]:
    groups = ((number, words) for code in codes for number, words in enumerate(table(code)["dates"][name], start))
    return {fold(word): number for number, words in groups for word in words.split()}


def _words(codes: Iterable[str], name: str) -> list[str]:
    lists = (table(code)["dates"].get(name, "") for code in codes)
    found = {fold(word) for some in lists for word in (some.split() if isinstance(some, str) else some)}
    return sorted(found, key=lambda word: (-len(word), word))


def _any(words: Iterable[str]) -> str:
    return "|".join(map(re.escape, words)) or r"(?!)"


def _relative(codes: Iterable[str]) -> dict[str, int]:
    tables = ((table(code)["dates"], name, days) for code in codes for name, days in _RELATIVE)
    return {fold(word): days for one, name, days in tables for word in one[name].split("|") if word}


def _span(codes: Iterable[str]) -> str:
    """What "in 2-3 working days" and "sous 48 h" look like: a word before or after, one number or two, and a unit."""
    joins, within, ahead = (_any(_words(codes, name)) for name in ("range", "within", "ahead"))
    units = "|".join(rf"(?P<{name}>{_any(_words(codes, name))})" for name in ("workdays", "hours", "weeks", "days"))
    return (
        rf"(?:(?<!\w)(?:(?P<within>{within})|(?P<ahead>{ahead})) [^\d\n]{{0,14}}?)?"
        rf"(?<![\d.,:/-])(?P<first>\d{{1,2}})(?: ?(?:-|~|{joins}) ?(?P<last>\d{{1,2}}))? ?-?(?:{units})(?!\w)"
        rf"(?: ?(?:(?P<limit>{within})|(?P<after>{ahead}))(?!\w))?"
    )


@cache
def days_of(code: str) -> Days:
    """The words of one language; of English for one without a lexicon."""
    codes = ("en", code) if code in CODES else ("en",)
    glued = bool(HEADS.get(code, {}).get("glued"))
    relative = _relative(codes)
    named = "|".join(map(re.escape, sorted(relative, key=len, reverse=True)))
    ordinal, of, joins, article = (_any(_words(codes, name)) for name in ("ordinal", "of", "range", "article"))
    span = _span(codes)
    return Days(
        _numbered(codes, "months", 1),
        _numbered(codes, "weekdays", 0),
        relative,
        re.compile(named if glued else rf"(?<![\w-])(?:{named})(?![\w-])"),
        frozenset(_words(codes, "next")),
        re.compile(rf"(?<!\d)(\d{{1,2}})(?:{ordinal}|°|ª|\.)?(?:(?: (?:{of}))? {{0,2}}|[-/])$"),
        re.compile(rf"^[\s,.)]*(?:-|~|〜|～|{joins})(?:\s+(?:{article}))?\s"),
        re.compile(rf"(?<!\d)(\d{{1,2}})(?:\.|{ordinal})? {{0,2}}(?:-|{joins})(?: (?:{article}))? {{0,2}}$"),
        re.compile(rf"\.? {{0,2}}(?:-|{joins}) {{0,2}}(?:{article})? ?(\d{{1,2}})(?:{ordinal}|\.)?(?![\d:])"),
        re.compile(span.replace(r"(?!\w)", "").replace(r"(?<!\w)", "").replace(") [^", ") ?[^") if glued else span),
        table(codes[-1])["dates"]["order"] == "ymd",
    )
