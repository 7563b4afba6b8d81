"""What kind of organisation an unknown one is, as far as the words of its name or of its mail tell (kinds.toml)."""

import re
import tomllib
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.resources import files

from mesinfos.directory.brands import name_key
from mesinfos.directory.domains import label_of
from mesinfos.model.values import Kind

LONG = 6
_WORD = re.compile(r"[^\W_]+")


@lru_cache(maxsize=2_000)
def kind_named(name: str, domain: str) -> Kind:
    """The kind that a name or domain says: `Mutuelle Horizonne` is finance; unknown when no word tells."""
    tokens = {key for word in _WORD.findall(f"{name} {label_of(domain)}") if (key := name_key(word))}
    for kind, words in _words("named").items():
        if any(word in tokens or (len(word) >= LONG and any(word in token for token in tokens)) for word in words):
            return kind
    return Kind.UNKNOWN


def kind_billed(text: str) -> Kind:
    """The kind of sender that a bill's words tell; two different words of one kind are asked for."""
    return _told("billed", text, 2)


def kind_booked(text: str) -> Kind:
    """The kind of sender that a booking's words tell; unknown when they name no show, table or doctor."""
    return _told("booked", text, 1)


def _told(table: str, text: str, least: int) -> Kind:
    tokens = {name_key(word) for word in _WORD.findall(text)}
    found = {kind: len(tokens & words) for kind, words in _words(table).items()}
    best = max(found, key=lambda kind: found[kind])  # of equals the first written in the file
    return best if found[best] >= least else Kind.UNKNOWN


@cache
def _words(table: str) -> Mapping[Kind, frozenset[str]]:
    text = (files("mesinfos.directory") / "kinds.toml").read_text("utf-8")
    return {Kind(kind): frozenset(words.split()) for kind, words in tomllib.loads(text)[table].items()}
