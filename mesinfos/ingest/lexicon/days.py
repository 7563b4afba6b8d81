"""The words of dates in one language: names of months and days, what joins two days, what stands around a day."""

import re
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from mesinfos.ingest.lexicon.source import CODES, table
from mesinfos.ingest.words import fold


class Days(NamedTuple):
    """One language and English: "set" is a month in Portuguese only, "do" a weekday in German only."""

    months: dict[str, int]
    weekdays: dict[str, int]
    relative: dict[str, int]
    next: frozenset[str]
    before: re.Pattern[str]
    joins: re.Pattern[str]
    short: re.Pattern[str]


def _numbered(codes: Iterable[str], name: str, start: int) -> dict[str, int]:
    groups = ((number, words) for code in codes for number, words in enumerate(table(code)["dates"][name], start))
    return {fold(word): number for number, words in groups for word in words.split()}


def _words(codes: Iterable[str], name: str) -> list[str]:
    found = {fold(word) for code in codes for word in table(code)["dates"].get(name, "").split()}
    return sorted(found, key=lambda word: (-len(word), word))


def _any(words: Iterable[str]) -> str:
    return "|".join(map(re.escape, words))


@cache
def days_of(code: str) -> Days:
    """The words of one language; of English for one without a lexicon."""
    codes = ("en", code) if code in CODES else ("en",)
    relative = {
        fold(word): count
        for one in codes
        for name, count in (("today", 0), ("tomorrow", 1), ("overmorrow", 2))
        for word in table(one)["dates"][name].split("|")
        if word
    }
    ordinal, of, joins, article = (_any(_words(codes, name)) for name in ("ordinal", "of", "range", "article"))
    return Days(
        _numbered(codes, "months", 1),
        _numbered(codes, "weekdays", 0),
        relative,
        frozenset(_words(codes, "next")),
        re.compile(rf"(?<!\d)(\d{{1,2}})(?:{ordinal}|°|ª|\.)?(?:(?: (?:{of}))? {{0,2}}|[-/])$"),
        re.compile(rf"^[\s,.)]*(?:-|{joins})(?:\s+(?:{article}))?\s"),
        re.compile(rf"(?<!\d)(\d{{1,2}})(?:\.|{ordinal})? {{0,2}}(?:-|{joins})(?: (?:{article}))? {{0,2}}$"),
    )
