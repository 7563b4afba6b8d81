"""What a person types to search: words, and keys with what they ask, in English or French.

    lampe "sans fil" -promo marchand:fnac type:commande statut:livré montant:>50 date:2026-10..

Accents and case never count; `-` before anything asks for what is not so. A text that cannot be read raises
InvalidInput, whose sentence names the character at fault.
"""

import re
import unicodedata
from calendar import monthrange
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple, NoReturn

from mesinfos.errors import N_, InvalidInput
from mesinfos.relations.terms import KINDS, STATES

LONGEST = 500
_PIECE = re.compile(r'(?P<no>-?)(?:(?P<key>[^\W\d_]+):(?!//))?(?P<value>"[^"]*"?|\S*)')
_AMOUNT = re.compile(r"(\d{1,12})(?:[.,](\d{1,4}))?€?", re.ASCII)
_DAY = re.compile(r"(\d{4})(?:-(\d\d?)(?:-(\d\d?))?)?", re.ASCII)
Ends = tuple[Any, Any]

NO_KIND = N_(
    "No kind of thing is called “{value}” (character {place}). There are order, product, parcel, message, offer, "
    "invoice, booking, return and merchant."
)
NO_STATE = N_(
    "No state is called “{value}” (character {place}). Try delivered, shipped, late, pickup, returned, "
    "in-use, resold or cancelled."
)
NO_AMOUNT = N_("“{value}” is no amount (character {place}). Write amount:>50 or amount:20..50.")
NO_DATE = N_("“{value}” is no date (character {place}). Write date:2026-10 or date:2026-10-01..2026-10-15.")


class Key(StrEnum):
    """What a term is about."""

    WORD = "word"
    MERCHANT = "merchant"
    TYPE = "type"
    STATUS = "status"
    CATEGORY = "category"
    AMOUNT = "amount"
    DATE = "date"


KEYS = {key.value: key for key in Key if key is not Key.WORD} | {
    "marchand": Key.MERCHANT,
    "statut": Key.STATUS,
    "etat": Key.STATUS,
    "categorie": Key.CATEGORY,
    "montant": Key.AMOUNT,
}


class Range(NamedTuple):
    """From the smallest to the largest, each open when None; `strict` leaves both ends out."""

    low: Any = None
    high: Any = None
    strict: bool = False

    def holds(self, value: Any) -> bool:
        """Whether a value lies in it; one that is not known lies nowhere."""
        if value is None:
            return False
        if self.strict and value in {self.low, self.high}:
            return False
        return (self.low is None or self.low <= value) and (self.high is None or value <= self.high)


class Term(NamedTuple):
    """One thing asked: a text to be found, one of several values, or a range."""

    key: Key
    negated: bool
    text: str = ""
    values: frozenset[str] = frozenset()
    span: Range = Range()


def plain(text: str) -> str:
    """Text as it is compared: "Évêque" is "eveque", "Straße" is "strasse"."""
    if text.isascii():
        return text.lower()
    spread = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in spread if not unicodedata.combining(char))


def parse(text: str) -> list[Term]:
    """The terms of a search; none for an empty text. Raises InvalidInput, which names the place."""
    if len(text) > LONGEST:
        raise InvalidInput(N_("A search has {n} characters at most."), field="q", n=LONGEST)
    return list(_terms(text))


def _terms(text: str) -> Iterator[Term]:
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        found = _PIECE.match(text, at)
        if found is None or found.end() == at:  # every character that is no space begins a piece
            raise InvalidInput(N_("The search cannot be read from character {place} on."), field="q", place=at + 1)
        if (term := _term(found["no"], found["key"] or "", found["value"], at + 1)).text or term.key is not Key.WORD:
            yield term
        at = found.end()


def _term(no: str, name: str, written: str, place: int) -> Term:
    value = _unquoted(written, place + len(no) + len(name) + bool(name))
    if not name:
        return Term(Key.WORD, bool(no), plain(value).strip())
    key = KEYS.get(plain(name))
    if key is None:
        raise InvalidInput(
            N_("No key is called “{key}” (character {place}). Between quotes it is looked for as it is."),
            field="q", key=name, place=place,
        )  # fmt: skip
    if not value.strip():
        raise InvalidInput(N_("Nothing follows “{key}:” (character {place})."), field="q", key=name, place=place)
    return _asked(key, bool(no), value.strip(), place)


def _unquoted(written: str, place: int) -> str:
    if not written.startswith('"'):
        return written
    if len(written) < 2 or not written.endswith('"'):
        raise InvalidInput(N_("The quote that begins at character {place} never ends."), field="q", place=place)
    return written[1:-1]


def _asked(key: Key, negated: bool, value: str, place: int) -> Term:
    said = {"field": "q", "value": value, "place": place}
    if key is Key.TYPE:
        return Term(key, negated, values=KINDS.get(plain(value)) or _refuse(NO_KIND, said))
    if key is Key.STATUS:
        return Term(key, negated, values=STATES.get(plain(value).replace(" ", "-")) or _refuse(NO_STATE, said))
    if key is Key.AMOUNT:
        return Term(key, negated, span=_range(value, _amount) or _refuse(NO_AMOUNT, said))
    if key is Key.DATE:
        return Term(key, negated, span=_range(value, _days) or _refuse(NO_DATE, said))
    return Term(key, negated, plain(value))


def _refuse(message: str, said: Mapping[str, Any]) -> NoReturn:
    raise InvalidInput(message, **said)


def _range(value: str, read: Callable[[str], Ends | None]) -> Range | None:
    """What is written as 50, >50, >=50, 20..50, 20.. or ..50; None for what is no range."""
    for sign in (">=", "<=", ">", "<"):
        if value.startswith(sign):
            ends = read(value.removeprefix(sign).strip())
            return _beyond(sign, ends) if ends else None
    first, dots, last = value.partition("..")
    low, high = (read(first) if first else None), (read(last) if last else None)
    if (first and low is None) or (last and high is None) or not (low or high):
        return None
    if not dots and low:
        return Range(*low)
    return Range(low[0] if low else None, high[1] if high else None)


def _beyond(sign: str, ends: Ends) -> Range:
    """What lies beyond a value; beyond a month lies what begins after its last day."""
    low, high = ends
    return {
        ">": Range(low=high, strict=True),
        ">=": Range(low=low),
        "<": Range(high=low, strict=True),
        "<=": Range(high=high),
    }[sign]


def _amount(text: str) -> Ends | None:
    found = _AMOUNT.fullmatch(text)
    if found is None:
        return None
    value = Decimal(f"{found[1]}.{found[2] or 0}")
    return value, value


def _days(text: str) -> Ends | None:
    """The first and the last day of a day, a month or a year."""
    found = _DAY.fullmatch(text)
    if found is None:
        return None
    year, month, day = (int(part) if part else 0 for part in found.groups())
    try:
        last_month = month or 12
        last = day or monthrange(year, last_month)[1]
        return date(year, month or 1, day or 1), date(year, last_month, last)
    except ValueError:  # month 13, day 32, year 0
        return None
