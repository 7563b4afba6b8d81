"""The words of each language, read once from the TOML files beside this one.

A language is one file and nothing else. Its tables: `stopwords` (how the language is told), `actions` (first words of
a button), `payout` (money comes in), `dates` (month names with their short forms, weekdays, today…), `numbers` (nouns
that say what a number is, and the marks before one), `amounts` (labels of amounts, by what the amount is), `labels`
(labels of other values), `parcel` and `order` (phrases of a status), `category` (phrases of each kind of mail, strong
or weak). Words are compared folded: no accents, no capitals.
"""

import re
import tomllib
from collections.abc import Iterator
from importlib import resources
from typing import Any, NamedTuple

from mesinfos.ingest.words import fold


class Phrase(NamedTuple):
    """A phrase that speaks for a category."""

    category: str
    strong: bool
    text: str


Labels = dict[str, list[tuple[str, str]]]
Categories = tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...]


class Lexicon(NamedTuple):
    """One language; `openings` are the first two words of what is said of an order. Nouns and labels hold the English
    ones too, its own taking precedence.
    """

    code: str
    stopwords: frozenset[str]
    nouns: dict[str, str]
    amounts: Labels
    amount_ends: Labels
    labels: Labels
    parcel: tuple[tuple[str, tuple[str, ...]], ...]
    order: tuple[tuple[str, tuple[str, ...]], ...]
    category: Categories
    keyed: dict[str, list[Phrase]]
    loose: list[Phrase]
    headings: frozenset[str]
    openings: frozenset[str]
    actions: frozenset[str]
    payout: tuple[str, ...]


def _read() -> Iterator[dict[str, Any]]:
    for file in sorted(resources.files(__name__).iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".toml"):
            yield tomllib.loads(file.read_text(encoding="utf-8"))


RAW: dict[str, dict[str, Any]] = {table["language"]: table for table in _read()}


def _nouns(table: dict[str, Any]) -> dict[str, str]:
    return {fold(word): kind for kind, words in table["numbers"].items() for word in words.split()}


def _pairs(table: dict[str, Any], name: str) -> dict[str, str]:
    return {fold(label): kind for kind, labels in table[name].items() for label in labels}


def _indexed(pairs: dict[str, str], *, last: bool = False) -> Labels:
    """Labels by their first (or last) word, longest first, so that a line is looked up rather than searched."""
    index: Labels = {}
    for label in sorted(pairs, key=len, reverse=True):
        words = label.split(" ")
        index.setdefault(words[-1 if last else 0], []).append((label, pairs[label]))
    return index


def _label_sets(table: dict[str, Any]) -> dict[str, list[str]]:
    """A label may name several kinds of value ("until": pickup and offer); the kinds are joined by a space."""
    found: dict[str, list[str]] = {}
    for kind, labels in table["labels"].items():
        for label in labels:
            found.setdefault(fold(label), []).append(kind)
    return found


def _languages(code: str) -> list[str]:
    """Whose words count: a language's own over English ones; all when the language is unknown (`tasse` is a cup in
    French and a tax in Italian, so no more than needed).
    """
    return ["en", code] if code else sorted(RAW, key=lambda name: (name == "en", name))


def _merge_labels(code: str) -> dict[str, str]:
    merged: dict[str, list[str]] = {}
    for other in reversed(_languages(code)):
        for label, kinds in _label_sets(RAW[other]).items():
            known = merged.setdefault(label, [])
            known += [kind for kind in kinds if kind not in known]
    return {label: " ".join(kinds) for label, kinds in merged.items()}


def _phrases(table: dict[str, str]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple((status, tuple(fold(phrase) for phrase in phrases)) for status, phrases in table.items())


def _overlay(code: str, build: Any) -> dict[str, str]:
    merged: dict[str, str] = {}
    for other in _languages(code):
        merged |= build(RAW[other])
    return merged


def _keyed(categories: Categories) -> tuple[dict[str, list[Phrase]], list[Phrase]]:
    """Phrases of several words by their first one, so that a text asks only for those that it may hold; the others,
    which may stand inside a compound, are looked for as they are.
    """
    keyed: dict[str, list[Phrase]] = {}
    loose: list[Phrase] = []
    for name, strong, weak in categories:
        for text in (*strong, *weak):
            phrase = Phrase(name, text in strong, text)
            first = text.split(" ", 1)[0]
            if " " in text and first.isalpha():
                keyed.setdefault(first, []).append(phrase)
            else:
                loose.append(phrase)
    return keyed, loose


def phrases_in(lexicon: Lexicon, text: str, category: str = "") -> list[Phrase]:
    """The phrases that stand in a folded text; those of one category when it is named."""
    keys = set(text.split()) & lexicon.keyed.keys()
    asked = (*(one for word in keys for one in lexicon.keyed[word]), *lexicon.loose)
    return [one for one in asked if (not category or one.category == category) and one.text in text]


_TOLD = frozenset({"orders", "delivery", "billing", "after_sales"})


def _lexicon(code: str) -> Lexicon:
    table = RAW[code or "en"]
    amounts = _overlay(code, lambda one: _pairs(one, "amounts"))
    categories = tuple(
        (name, tuple(map(fold, words["strong"])), tuple(map(fold, words["weak"])))
        for name, words in table["category"].items()
    )
    return Lexicon(
        code,
        frozenset(fold(word) for word in table["stopwords"].split()),
        _overlay(code, _nouns),
        _indexed(amounts),
        _indexed(amounts, last=True),
        _indexed(_merge_labels(code)),
        _phrases(table["parcel"]),
        _phrases(table["order"]),
        categories,
        *_keyed(categories),
        frozenset(phrase for _, strong, weak in categories for phrase in strong + weak),
        frozenset(" ".join(phrase.split()[:2]) for name, strong, _ in categories if name in _TOLD for phrase in strong),
        frozenset(fold(f"{table['actions']} {RAW['en']['actions']}").split()),
        tuple(map(fold, table["payout"])),
    )


LEXICONS: dict[str, Lexicon] = {code: _lexicon(code) for code in RAW}
UNKNOWN = _lexicon("")


def _calendar(code: str, name: str, start: int) -> dict[str, int]:
    """Words of one language and of English: "set" is a month in Portuguese only, "do" a weekday in German only."""
    tables = (RAW["en"], RAW[code])
    groups = ((number, words) for table in tables for number, words in enumerate(table["dates"][name], start))
    return {fold(word): number for number, words in groups for word in words.split()}


MONTHS: dict[str, dict[str, int]] = {code: _calendar(code, "months", 1) for code in RAW}
WEEKDAYS: dict[str, dict[str, int]] = {code: _calendar(code, "weekdays", 0) for code in RAW}
RELATIVE: dict[str, int] = {
    fold(table["dates"][name]): days
    for table in RAW.values()
    for name, days in (("today", 0), ("tomorrow", 1), ("overmorrow", 2))
    if table["dates"][name]
}
NEXT: frozenset[str] = frozenset(fold(word) for table in RAW.values() for word in table["dates"]["next"].split())


def starts(index: Labels, text: str) -> tuple[str, str] | None:
    """The longest label that `text` (folded) begins with, at a word's end: (label, kind)."""
    first = text.split(" ", 1)[0]
    for key in (first, first.rstrip(":.#°,;!?)")):
        for label, kind in index.get(key, ()):
            after = text[len(label) : len(label) + 1]
            if text.startswith(label) and not after.isalnum():
                return label, kind
    return None


def ends(index: Labels, text: str) -> tuple[str, str] | None:
    """The longest label that `text` (folded) ends with, at a word's beginning: (label, kind)."""
    for label, kind in index.get(text.rsplit(" ", 1)[-1], ()):
        if text.endswith(label) and not text[: -len(label)][-1:].isalnum():
            return label, kind
    return None


_SCRIPT = re.compile("[\u0400-\u04ff\u3040-\u30ff\uac00-\ud7af]")


def _vocabulary(lexicon: Lexicon) -> frozenset[str]:
    phrases = [phrase for name, strong, weak in lexicon.category if name != "promo" for phrase in strong + weak]
    return frozenset(word for phrase in phrases for word in phrase.split() if len(word) > 2)


_VOCABULARY = {code: _vocabulary(lexicon) for code, lexicon in LEXICONS.items()}


def detect(text: str) -> str:
    """The language of a folded text, "" when nothing tells; by script, then by its commonest small words."""
    sample = text[:3000]
    if not sample.isascii():
        signs = _SCRIPT.findall(sample, 0, 800)
        if len(signs) * 8 > min(len(sample), 800):
            middle = sorted(signs)[len(signs) // 2]
            return "ru" if middle < "\u3040" else "ja" if middle < "\uac00" else "ko"
    words = set(sample.replace("\n", " ").split(" "))
    scores = {code: len(words & lexicon.stopwords) for code, lexicon in LEXICONS.items()}
    top = max(scores.values())
    if top < 6:  # a short text: its nouns are asked as well
        scores = {code: 2 * scores[code] + len(words & _VOCABULARY[code]) for code in LEXICONS}
    best = max(scores, key=lambda code: (scores[code], code == "en"))
    return best if scores[best] >= 3 else ""
