"""Values of a disclosure as a person says them: a day, a month, an amount, a state, "2 × Carnet". For pages only.

What a merchant is served is shown byte for byte beside it; here nothing is added, and what is not known stays as it is.
"""

import re
from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from decimal import Decimal

from babel.numbers import list_currencies

from mesinfos import wording
from mesinfos.consent.aspects import AS_BRACKET
from mesinfos.errors import N_
from mesinfos.model.values import Money
from web import words

PARTED = " · "
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MONTH = re.compile(r"\d{4}-\d{2}")
_CURRENCIES = frozenset(list_currencies())
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_HELD = re.compile(r"(-?\d+(?:\.\d+)?) ([A-Z]{3})")
_SITE = re.compile(r"https://([^/]+)/")
_STATES = {
    str(value): word.text
    for table in (words.ORDER, words.PARCEL, words.BOOKING, words.CATEGORY)
    for value, word in table.items()
}
_SAID = {str(value): text for value, text in words.KIND.items()} | _STATES
UP_TO = N_("{low} to {high}")
OR_MORE = N_("{low} or more")


def spoken(text: str, rule: str, language: str) -> str:
    """One value of a part of a disclosure, or of what the vault holds of it, in the reader's language."""
    pieces = text.split(PARTED)
    if len(pieces) > 1 and pieces[0] in _CURRENCIES and all(map(_NUMBER.fullmatch, pieces[1:])):
        return _amount(pieces[0], pieces[1:], rule, language)
    if len(pieces) > 1 and len(pieces) % 2 == 0 and all(map(str.isdigit, pieces[::2])):
        return ", ".join(name if count == "1" else f"{count} × {name}" for count, name in _pairs(pieces))
    return ", ".join(_one(piece, language) for piece in pieces)


def _pairs(pieces: Sequence[str]) -> list[tuple[str, str]]:
    return list(zip(pieces[::2], pieces[1::2], strict=True))


def _amount(code: str, numbers: Sequence[str], rule: str, language: str) -> str:
    said = [wording.money(Money(Decimal(number), code), language) for number in numbers]
    if len(said) > 1:
        return wording.translate(UP_TO, language, low=said[0], high=said[1])
    return wording.translate(OR_MORE, language, low=said[0]) if rule == AS_BRACKET else said[0]


def _one(piece: str, language: str) -> str:
    with suppress(ValueError):  # a number of that form is no day
        if _DAY.fullmatch(piece):
            return wording.day(date.fromisoformat(piece), language)
        if _MONTH.fullmatch(piece):
            return words.month(date.fromisoformat(f"{piece}-01"), language)
    held = _HELD.fullmatch(piece)
    if held and held[2] in _CURRENCIES:
        return wording.money(Money(Decimal(held[1]), held[2]), language)
    if site := _SITE.fullmatch(piece):
        return site[1]
    return wording.translate(_SAID[piece], language) if piece in _SAID else piece
