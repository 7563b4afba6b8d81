"""The name of a product as a key: what is spelt otherwise is one, what is another size, colour or model is another.

"Eau 1,5 L", "eau 1.5l" and "EAU 150 cl" are one; "iPhone 15 128 Go" and "iPhone 15 256 Go" are two of one family.
The order of words says nothing, so shops that turn a name round are understood.
"""

import re
import tomllib
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from mesinfos.catalogue.plain import plain

_CUT = re.compile(r"\s*(?:\.\.\.|…)\s*$")
_MARKS = re.compile(r"[®™©℠]|\((?:r|tm|c)\)", re.IGNORECASE)
_ELIDED = re.compile(r"\b(?:[dl]|qu|un|all|dell)['’]|['’]s\b")
_NUMBER = r"\d+(?:[.,]\d+)?"
_SIDES = re.compile(rf"({_NUMBER})\s?[x×*]\s?({_NUMBER})(?:\s?[x×*]\s?({_NUMBER}))?\s?(mm|cm|m)\b")
_WORD = re.compile(r"[\d]+(?:[.,]\d+)+|[^\W_]+|\"|”|″")
_GLUED = re.compile(rf"({_NUMBER})([a-z]+)")
SPECIFIC = 3
"""Words by which a name is told from others at any merchant; fewer, without a model's number, only at its own."""


class Name(NamedTuple):
    """A name taken apart: its words in order, the key they make, the family they make without size and colour.

    `specific` tells whether the name means the same thing at two merchants.
    """

    words: tuple[str, ...]
    key: str
    family: str
    cut: bool
    specific: bool


class _Variants(NamedTuple):
    noise: frozenset[str]
    packs: frozenset[str]
    sizes: frozenset[str]
    units: dict[str, tuple[str, Decimal]]
    colours: dict[str, str]


def name_of(text: str) -> Name:
    """The name taken apart; pure."""
    known = _variants()
    cut = _CUT.search(text)
    shown = _ELIDED.sub(" ", plain(_MARKS.sub(" ", text[: cut.start()] if cut else text)))
    shown = shown.replace("t-shirt", "tshirt")
    words = tuple(_measured(_WORD.findall(_SIDES.sub(_sides, shown)), known))
    telling = tuple(word for word in words if not is_variant(word))
    specific = len(telling) >= SPECIFIC or any(_is_model(word) for word in telling)
    return Name(words, _key(words), _key(telling), cut is not None, specific)


def is_variant(word: str) -> bool:
    """Whether a word of a taken-apart name only tells one variant from another: a size, a colour, a measure."""
    known = _variants()
    measured = word[:1].isdigit() and word.lstrip("0123456789.x") in known.units
    return word in known.sizes or word in _shown_colours() or measured


def is_colour(word: str) -> bool:
    """Whether a plain word is a colour, in any language ("rose" and "orange" too: a thing of that name says more)."""
    return word in _variants().colours


def _is_model(word: str) -> bool:
    digits = sum(map(str.isdigit, word))
    return digits >= 3 or (digits >= 1 and len(word) - digits >= 1 and len(word) >= 3 and not word.endswith("x"))


def _key(words: tuple[str, ...]) -> str:
    """Words in one order; a word said twice is said once, a number is not."""
    numbers = [word for word in words if word[:1].isdigit()]
    return " ".join(sorted([*numbers, *{word for word in words if not word[:1].isdigit()}]))


def _sides(match: re.Match[str]) -> str:
    """Sides of a thing as one word, in millimetres: "140 x 190 cm" and "1,40x1,90 m" are one."""
    per = _variants().units[match[4]][1]
    return " " + "x".join(_plain_number(_decimal(side) * per) for side in match.groups()[:3] if side) + "mm "


def _measured(found: list[str], known: _Variants) -> list[str]:
    """Words without noise; numbers with their units in one unit, how many come in a pack as "6x"."""
    words: list[str] = []
    at = 0
    while at < len(found):
        word, following = found[at], found[at + 1] if at + 1 < len(found) else ""
        before = found[at - 1] if at else ""
        step = 1
        glued = _GLUED.fullmatch(word)
        if glued and glued[2] in known.units:
            words.append(_in_unit(glued[1], glued[2], known))
        elif _is_number(word) and (following in known.units or following in {'"', "”", "″"}):
            words.append(_in_unit(word, following if following in known.units else "in", known))
            step = 2
        elif _is_number(word) and (following in known.packs or following in {"x", "×"} or before == "x"):
            words.append(_plain_number(_decimal(word)) + "x")
            step = 2 if following in known.packs or following in {"x", "×"} else 1
        elif _is_number(word):
            packed = before in known.packs or (before in {"of", "de", "van", "von"} and found[at - 2] in known.packs)
            words.append(_plain_number(_decimal(word)) + ("x" if packed else ""))
        elif word not in known.noise and word not in known.packs and word not in {"x", '"', "”", "″"}:
            words.append(known.colours.get(word, word))
        at += step
    return words


def _in_unit(value: str, unit: str, known: _Variants) -> str:
    base, per = known.units[unit]
    return _plain_number(_decimal(value) * per) + base


def _is_number(word: str) -> bool:
    return word[:1].isdigit() and all(char.isdecimal() or char in ".," for char in word)


def _decimal(text: str) -> Decimal:
    """A number as names write it: one separator before one or two digits is the decimal one."""
    whole, _, part = text.replace(",", ".").rpartition(".")
    return Decimal(f"{whole.replace('.', '')}.{part}") if whole and len(part) != 3 else Decimal(whole + part)


def _plain_number(value: Decimal) -> str:
    return f"{value.normalize():f}"


@cache
def _shown_colours() -> frozenset[str]:
    return frozenset(_variants().colours.values())


@cache
def _variants() -> _Variants:
    table = tomllib.loads((files("mesinfos.catalogue") / "variants.toml").read_text("utf-8"))
    units = {
        name: (base, Decimal(per))
        for base, listed in table["units"].items()
        for name, _, per in (entry.partition("=") for entry in listed.split())
    }
    colours = {word: colour for colour, listed in table["colours"].items() for word in listed.split()}
    return _Variants(
        frozenset(table["noise"].split()),
        frozenset(table["packs"].split()),
        frozenset(table["sizes"].split()),
        units,
        colours,
    )
