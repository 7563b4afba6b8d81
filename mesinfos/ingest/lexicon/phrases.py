"""Phrases looked for in a folded text: thousands are known, a text is asked for the few that it may hold.

A phrase of several words is asked for where its first word stands, a single word where a word begins alike ("expedie"
in "expediee"). Languages that write compounds ("versandbestätigung") are asked for single words as they are.
"""

import re
from collections.abc import Iterable
from operator import itemgetter
from typing import Generic, NamedTuple, TypeVar

from mesinfos.ingest.words import beyond_ascii

Kind = TypeVar("Kind")
_WORD = re.compile(r"\w+")
_MARKS = bytes(code if chr(code).isalnum() or chr(code) == "_" else 0x20 for code in range(128)) + bytes(128)
STEM = 4
_stem = itemgetter(slice(STEM))
MOST_MET = 10_000  # words of which it is kept what they are made of


class Words(NamedTuple):
    """The words of a folded text, and how they begin."""

    whole: set[str]
    stems: set[str]


def words_of(text: str) -> Words:
    """The words of a folded text."""
    whole = set(_words(text))
    return Words(whole, set(map(_stem, whole)))


def _words(text: str) -> list[str]:
    """What the expression finds; where all letters are plain ones, marks become spaces three times as fast."""
    for char in beyond_ascii(text):
        if not char.isalnum():
            text = text.replace(char, " ")
    return text.encode().translate(_MARKS).decode().split() if text.isascii() else _WORD.findall(text)


class Phrases(Generic[Kind]):
    """Phrases with what each means; `within` finds those that stand in a text, in no order."""

    def __init__(self, phrases: Iterable[tuple[str, Kind]], *, compounds: bool) -> None:
        self._kinds: dict[str, list[Kind]] = {}
        self._first: dict[str, list[tuple[str, str, frozenset[str]]]] = {}
        self._stems: dict[str, list[str]] = {}
        self._loose: list[str] = []
        self._inner: list[str] = []
        self._parts: dict[str, list[str]] = {}
        self._met: set[str] = set()
        for text, kind in phrases:
            if text not in self._kinds:
                self._add(text, compounds=compounds)
            self._kinds.setdefault(text, []).append(kind)

    def _add(self, text: str, *, compounds: bool) -> None:
        words = _WORD.findall(text)
        if not words or not text.startswith(words[0]) or (compounds and len(words) == 1):
            (self._inner if words == [text] else self._loose).append(text)
        elif len(words) == 1 and len(words[0]) >= STEM:
            self._stems.setdefault(words[0][:STEM], []).append(text)
        else:
            self._first.setdefault(words[0], []).append((text, *_others(words)))

    def within(self, text: str, words: Words) -> list[tuple[str, Kind]]:
        """The phrases in `text`, a part of a text whose words these are."""
        whole, stems = words
        known = whole | stems
        firsts = (self._first[word] for word in whole & self._first.keys())
        # Looking for a phrase in a text costs ten times as much as asking whether its other words are there.
        maybe = [one for some in firsts for one, second, rest in some if second in known and rest <= known]
        for stem in stems & self._stems.keys():
            maybe += self._stems[stem]
        if self._inner:
            maybe += self._within_words(whole)
        return [(one, kind) for one in (*maybe, *self._loose) if one in text for kind in self._kinds[one]]

    def _within_words(self, words: set[str]) -> set[str]:
        """The single words that others are made of; each word is searched once, for mails have most of theirs alike."""
        if len(self._met) > MOST_MET:
            self._met, self._parts = set(), {}
        unmet = words - self._met
        self._met |= unmet
        joined = "\n".join(unmet)
        parts = [one for one in self._inner if one in joined]
        for word in unmet if parts else ():
            if found := [one for one in parts if one in word]:
                self._parts[word] = found
        return {one for word in words & self._parts.keys() for one in self._parts[word]}


def _others(words: list[str]) -> tuple[str, frozenset[str]]:
    """What must be among a text's words for the phrase to stand in it: its second word, those after it; the last may
    go on.
    """
    last = words[-1][:STEM]
    others = words[1:-1] + [last] * (len(words) > 1 and len(last) == STEM)
    return (others or words)[0], frozenset(others[1:])
