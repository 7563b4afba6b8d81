"""What mail programs write when a mail is answered or sent on: asked before a language is known, so of all at once."""

import re
from collections.abc import Iterable
from functools import cache

from mesinfos.ingest.lexicon.source import HEADS
from mesinfos.ingest.words import fold


def _all(*names: str) -> list[str]:
    lists = (head[name] for head in HEADS.values() for name in names)
    found = {fold(one) for some in lists for one in (some.split() if isinstance(some, str) else some)}
    return sorted(found, key=lambda one: (-len(one), one))


def _any(words: Iterable[str]) -> str:
    return "|".join(map(re.escape, words))


@cache
def marked() -> re.Pattern[str]:
    """The marks before a folded subject that was answered or sent on, however often."""
    return re.compile(rf"^\s*(?:(?:{_any(_all('replied', 'sent_on'))})\s?:\s*){{1,5}}")


@cache
def sent_on() -> re.Pattern[str]:
    """The mark before a folded subject that was sent on."""
    return re.compile(rf"^\s*(?:{_any(_all('sent_on'))})\s*:")


@cache
def banner() -> re.Pattern[str]:
    """A folded line above a mail that was sent on."""
    return re.compile(rf"-{{2,}}\s*(?:{_any(_all('banners'))})|^(?:{_any(_all('begun'))})")


@cache
def beginnings() -> frozenset[str]:
    """The letters with which a banner without dashes begins: most lines need no further look."""
    return frozenset(phrase[0] for phrase in _all("begun"))


@cache
def sent_by() -> re.Pattern[str]:
    """The quoted From of a folded line; the rest of the line is its value."""
    return re.compile(rf"^[>\s|*_]*(?:{_any(_all('sent_by'))})[*_]*\s*:[*_\s]*")
