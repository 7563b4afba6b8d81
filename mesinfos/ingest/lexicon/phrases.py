"""Phrases looked for in a folded text: thousands are known, a text is asked for the few that it may hold.

A phrase of several words is asked for where its first word stands, a single word where a word begins alike ("expedie"
in "expediee"). Languages that write compounds ("versandbestätigung") are asked for single words as they are.
"""

import re
from collections.abc import Iterable
from typing import Generic, NamedTuple, TypeVar

Kind = TypeVar("Kind")
_WORD = re.compile(r"\w+")
STEM = 4


class Words(NamedTuple):
    """The words of a folded text, how they begin, and both."""

    whole: set[str]
    stems: set[str]
    known: set[str]


def words_of(text: str, *, rough: bool = False) -> Words:
    """The words of a folded text; roughly, five times as fast, those that no mark touches."""
    whole = set(text.split()) if rough else set(_WORD.findall(text))
    stems = {word[:STEM] for word in whole}
    return Words(whole, stems, whole | stems)


class Phrases(Generic[Kind]):
    """Phrases with what each means; `within` finds those that stand in a text, in no order."""

    def __init__(self, phrases: Iterable[tuple[str, Kind]], *, compounds: bool) -> None:
        self._first: dict[str, list[tuple[str, str, Kind]]] = {}
        self._stems: dict[str, list[tuple[str, Kind]]] = {}
        self._loose: list[tuple[str, Kind]] = []
        for text, kind in phrases:
            self._add(text, kind, compounds=compounds)

    def _add(self, text: str, kind: Kind, *, compounds: bool) -> None:
        words = _WORD.findall(text)
        if not words or not text.startswith(words[0]) or (compounds and len(words) == 1):
            self._loose.append((text, kind))
        elif len(words) == 1 and len(words[0]) >= STEM:
            self._stems.setdefault(words[0][:STEM], []).append((text, kind))
        else:
            self._first.setdefault(words[0], []).append((text, _second(words), kind))

    def within(self, text: str, words: Words) -> list[tuple[str, Kind]]:
        """The phrases in `text`, a part of a text whose words these are."""
        known = words.known
        firsts = (self._first[word] for word in words.whole & self._first.keys())
        # Looking for a phrase in a text costs ten times as much as asking whether its second word is there.
        found = [(one, kind) for some in firsts for one, second, kind in some if second in known and one in text]
        found += [one for stem in words.stems & self._stems.keys() for one in self._stems[stem] if one[0] in text]
        return found + [one for one in self._loose if one[0] in text]


def _second(words: list[str]) -> str:
    """What must be among a text's words for the phrase to stand in it: its second word, or how that one begins."""
    second = words[min(1, len(words) - 1)]
    return second if len(words) > 2 or len(words) == 1 else second[:STEM] if len(second) >= STEM else words[0]
