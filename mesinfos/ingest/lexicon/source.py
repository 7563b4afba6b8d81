"""The TOML files themselves, each parsed when its language is first met: a mailbox speaks two or three of them.

What decides the language, and what is asked before it is known, stands above the first table of a file; that part is
small and read for every language at once.
"""

import re
import tomllib
from functools import cache
from importlib import resources
from typing import Any

from mesinfos.ingest.words import fold

_STRING = re.compile(r'"([^"\n]*)"')
_KEY = re.compile(r"^(\w+) = (.+)$", re.MULTILINE)


def _read() -> dict[str, str]:
    files = (entry for entry in resources.files(__package__).iterdir() if entry.name.endswith(".toml"))
    return {file.name.removesuffix(".toml"): file.read_text(encoding="utf-8") for file in files}


_TEXTS = dict(sorted(_read().items()))
CODES: tuple[str, ...] = tuple(_TEXTS)


def _head(text: str) -> dict[str, Any]:
    """The keys above the first table: strings, lists of strings in one line, `true`; a TOML parser takes far longer."""
    found: dict[str, Any] = {}
    for name, value in _KEY.findall(text.split("\n[", 1)[0]):
        strings = _STRING.findall(value)
        found[name] = strings if value[0] == "[" else strings[0] if strings else value == "true"
    return found


HEADS: dict[str, dict[str, Any]] = {code: _head(text) for code, text in _TEXTS.items()}


@cache
def table(code: str) -> dict[str, Any]:
    """All tables of one language."""
    return tomllib.loads(_TEXTS[code])


def languages(code: str) -> list[str]:
    """Whose words count: English ones and a language's own over them; all when the language is unknown (`tasse` is a
    cup in French and a tax in Italian, so no more than needed).
    """
    return ["en", code] if code else sorted(CODES, key=lambda name: (name == "en", name))


def vocabulary(code: str) -> frozenset[str]:
    """Every word of the phrases that tell a kind of mail, promotions apart, found without parsing the whole file."""
    text = _TEXTS[code].split("\n[category.", 1)[-1].split("\n[category.promo]", 1)[0]
    words = fold(" ".join(_STRING.findall(text))).split()
    return frozenset(word for word in words if len(word) > 2)
