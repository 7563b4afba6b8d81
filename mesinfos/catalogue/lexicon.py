"""The words that tell a category, as `words/*.toml` holds them: one language a file, and `common.toml` for brands.

A word may decide wherever it stands (`!chien`), only hint (`~coton`), be several that follow each other (`sac_a_dos`)
or the first part of a compound (`hunde-`). Languages inflect, so words are also compared by their stems: a word
without the longest of its language's `endings`.
"""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from mesinfos.catalogue.plain import plain
from mesinfos.catalogue.taxonomy import BY_KEY

LANGUAGES = ("de", "en", "es", "fr", "it", "nl", "pl", "pt")
NONE = "none"
"""The key of words that name no product: a delivery, a night, a fee."""

SURE, SAID, HINTED = 5.0, 2.0, 0.8
FOREIGN = 0.75
"""How much an English word counts in the name of another language."""

LONGER = 1.0
"""What each further word of a phrase adds."""


class Sign(NamedTuple):
    """That a word speaks for a category (its key), and how much."""

    key: str
    weight: float


Signs = tuple[Sign, ...]


class Tongue(NamedTuple):
    """The lexicon of one language, English and brands included; "" is all of them."""

    head: str
    endings: tuple[str, ...]
    qualifiers: frozenset[str]
    words: dict[str, Signs]
    stems: dict[str, Signs]
    phrases: dict[str, list[tuple[tuple[str, ...], Signs]]]
    firsts: dict[str, list[tuple[str, Signs]]]
    compounds: bool


class _Entry(NamedTuple):
    words: tuple[str, ...]
    sign: Sign
    first: bool


@cache
def tongue(language: str) -> Tongue:
    """The lexicon of a language; one that no file knows is read with the words of all."""
    if language not in LANGUAGES:
        return _of_all()
    table = _table(language)
    own = _read(language)
    known = {entry.words for entry in own}
    # "pan" is bread in Spanish: an English word counts where the language has none spelt so.
    english = [] if language == "en" else [_faint(entry) for entry in _read("en") if entry.words not in known]
    return _made(table, [own, english])


@cache
def _of_all() -> Tongue:
    """The words of all languages: four megabytes, for every language that has no file one and the same."""
    return _made(_table("en") | {"head": "none", "compounds": True}, [_read(code) for code in LANGUAGES])


@cache
def seller_words() -> dict[str, str]:
    """Words of merchants' names, each with the key of what is sold there."""
    return {word: key for key, words in _table("common")["sellers"].items() for word in words.split()}


def stem(word: str, endings: tuple[str, ...]) -> str:
    """A word without its ending; short ones have none to lose."""
    for ending in endings:
        if len(word) - len(ending) >= 4 and word.endswith(ending):
            return word[: -len(ending)]
    return word


@cache
def _table(name: str) -> dict[str, Any]:
    return tomllib.loads((files("mesinfos.catalogue") / "words" / f"{name}.toml").read_text("utf-8"))


@cache
def _read(name: str) -> list[_Entry]:
    table = _table(name)["words"]
    return [_entry(key, word) for key in (*BY_KEY, NONE) for word in plain(table.get(key, "")).split()]


def _faint(entry: _Entry) -> _Entry:
    return entry._replace(sign=Sign(entry.sign.key, entry.sign.weight * FOREIGN))


def _entry(key: str, word: str) -> _Entry:
    weight = SURE if word[0] == "!" else HINTED if word[0] == "~" else SAID
    words = tuple(word.strip("!~-").split("_"))
    if len(words) > 1 and weight == SAID:
        weight += LONGER * (len(words) - 1)
    return _Entry(words, Sign(key, weight), word.endswith("-"))


def _made(table: dict[str, Any], lists: list[list[_Entry]]) -> Tongue:
    endings = tuple(sorted(table["endings"].split(), key=len, reverse=True))
    made = Tongue(
        table["head"], endings, frozenset(table["qualifiers"].split()), {}, {}, {}, {}, table.get("compounds", False)
    )
    for entry in (entry for entries in lists for entry in entries):
        _place(made, entry)
    for entry in _read("common"):
        _place(made, entry, inflected=False)
    for known in made.phrases.values():
        known.sort(key=lambda phrase: -len(phrase[0]))
    return made


def _place(made: Tongue, entry: _Entry, *, inflected: bool = True) -> None:
    if entry.first:
        made.firsts.setdefault(entry.words[0][:3], []).append((entry.words[0], (entry.sign,)))
    elif len(entry.words) > 1:
        stems = tuple(stem(word, made.endings) for word in entry.words)
        made.phrases.setdefault(stems[0], []).append((stems, (entry.sign,)))
    else:
        word = entry.words[0]
        made.words[word] = _joined(made.words.get(word, ()), entry.sign)
        if inflected:  # brands are not: "della" is no Dell
            root = stem(word, made.endings)
            made.stems[root] = _joined(made.stems.get(root, ()), entry.sign)


def _joined(known: Signs, sign: Sign) -> Signs:
    return known if any(one.key == sign.key for one in known) else (*known, sign)
