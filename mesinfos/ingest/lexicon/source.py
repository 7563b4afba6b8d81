"""The TOML files themselves, each parsed when its language is first met: a mailbox speaks two or three of them.

What decides the language, and what is asked before it is known, stands above the first table of a file; that part is
small and read for every language at once.
"""

import re
from functools import cache
from importlib import resources
from typing import Any

from mesinfos.ingest.words import fold

_STRING = re.compile(r'"([^"\n]*)"')
_LINE = re.compile(r"^(?:\[([\w.]+)\]|(\w+) = (.+))$", re.MULTILINE)


def _read() -> dict[str, str]:
    files = (entry for entry in resources.files(__package__).iterdir() if entry.name.endswith(".toml"))
    return {file.name.removesuffix(".toml"): file.read_text(encoding="utf-8") for file in files}


_TEXTS = dict(sorted(_read().items()))
CODES: tuple[str, ...] = tuple(_TEXTS)


def _parsed(text: str) -> dict[str, Any]:
    """What the lines of a file say: a table's name, a string, a list of strings, or `true`. A parser of all of TOML
    says the same (a test asks it) and takes ten times as long.
    """
    found: dict[str, Any] = {}
    target = found
    for table_name, name, value in _LINE.findall(text):
        if table_name:
            target = found
            for part in table_name.split("."):
                target = target.setdefault(part, {})
            continue
        strings = _STRING.findall(value)
        target[name] = strings if value[0] == "[" else strings[0] if strings else value == "true"
    return found


HEADS: dict[str, dict[str, Any]] = {code: _parsed(text.split("\n[", 1)[0]) for code, text in _TEXTS.items()}


@cache
def table(code: str) -> dict[str, Any]:
    """All tables of one language."""
    return _parsed(_TEXTS[code])


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
