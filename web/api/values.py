"""The values of a deposit: texts, numbers, amounts, days, each in one exact form; whatever is odd is refused.

A mail is read leniently, for nobody can ask it again. A merchant's program can be told what is wrong.
"""

import re
import unicodedata
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Annotated, Any

from babel.core import get_global
from babel.numbers import get_currency_precision, get_territory_currencies
from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from mesinfos.catalogue.identity import gtin14
from mesinfos.model.values import Money, OrderStatus, ParcelStatus

SCHEMA = "https://schema.org/"
_AMOUNT = re.compile(r"[0-9]{1,9}(\.[0-9]{1,3})?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_JOINERS = "\u200c\u200d"
FIRST = date(1990, 1, 1)


def _is_odd(char: str) -> bool:
    """Controls, halves of pairs, line ends, marks that turn the reading round; joiners are part of words and emoji."""
    kind = unicodedata.category(char)
    return (kind[0] == "C" and char not in _JOINERS) or kind in {"Zl", "Zp"}


def _text(value: str) -> str:
    odd = next((char for char in value if _is_odd(char)), "")
    if odd:
        raise ValueError(f"holds U+{ord(odd):04X}, which no text needs")
    if value != value.strip() or not any(char.isalnum() for char in value):
        raise ValueError("is empty, or has spaces at its ends")
    return value


Text = Annotated[str, Field(min_length=1, max_length=300), AfterValidator(_text)]
Number = Annotated[
    str,
    Field(
        max_length=64,
        pattern=r"^[A-Za-z0-9]([A-Za-z0-9 ._/#-]{0,62}[A-Za-z0-9])?$",
        description="A number as the merchant writes it: letters, digits, spaces and . _ / # -",
    ),
]


def _gtin(value: str) -> str:
    if not value.isascii() or not gtin14(value):
        raise ValueError("is no GTIN: its length or its check digit is wrong")
    return value


Gtin = Annotated[str, Field(max_length=14), AfterValidator(_gtin)]


def _web(value: str) -> str:
    if not re.fullmatch(r"https://[a-z0-9.-]+(/[\x21-\x7e]*)?", value):
        raise ValueError("is no https address")
    return value


Web = Annotated[str, Field(max_length=500), AfterValidator(_web)]


def _amount(value: Any) -> Any:
    """A decimal text, or a JSON number that its parser kept exact; 1e3, -5 and NaN are none."""
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal) or not _AMOUNT.fullmatch(str(value)):
        raise ValueError("is no amount such as 59.98, at most 999999999 and never negative")
    return Decimal(str(value))


Amount = Annotated[
    Decimal,
    BeforeValidator(_amount),
    WithJsonSchema({"anyOf": [{"type": "string", "pattern": r"^\d{1,9}(\.\d{1,3})?$"}, {"type": "number"}]}),
]


@cache
def currencies() -> frozenset[str]:
    """ISO 4217 codes that are legal tender somewhere today; those of the past, of metals and of tests are none."""
    today = datetime.now(UTC).date()
    places = get_global("territory_currencies")
    return frozenset(code for place in places for code in get_territory_currencies(place, today, today))


def _currency(value: str) -> str:
    if value not in currencies():
        raise ValueError("is no currency of ISO 4217 in use, such as EUR")
    return value


Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$"), AfterValidator(_currency)]


def money(amount: Decimal, currency: str) -> Money:
    """An exact amount; raises ValueError for more decimals than the currency has."""
    decimals = -int(amount.as_tuple().exponent)
    if decimals > get_currency_precision(currency):
        raise ValueError(f"has more decimals than {currency}")
    return Money(amount, currency)


def _day(value: Any) -> Any:
    """A day, or the day of an instant that says its offset."""
    if not isinstance(value, str) or len(value) > 40 or not value.isascii() or not _DAY.fullmatch(value[:10]):
        raise ValueError("is no day such as 2026-11-12")
    if len(value) > 10 and datetime.fromisoformat(value).tzinfo is None:
        raise ValueError("is a time without an offset; write 2026-11-12T10:00:00+01:00, or the day alone")
    return date.fromisoformat(value[:10])


def _past(value: date) -> date:
    if not FIRST <= value <= datetime.now(UTC).date() + timedelta(days=1):
        raise ValueError("lies before 1990 or in the future")
    return value


def _near(value: date) -> date:
    if not FIRST <= value <= datetime.now(UTC).date() + timedelta(days=50 * 366):
        raise ValueError("lies before 1990 or more than fifty years ahead")
    return value


_DATED = WithJsonSchema({"type": "string", "format": "date"})
PastDay = Annotated[date, BeforeValidator(_day), AfterValidator(_past), _DATED]
Day = Annotated[date, BeforeValidator(_day), AfterValidator(_near), _DATED]


def _status(value: Any) -> Any:
    if not isinstance(value, str) or value.removeprefix(SCHEMA) not in set(OrderStatus):
        raise ValueError("is no OrderStatus of schema.org, such as https://schema.org/OrderDelivered")
    return OrderStatus(value.removeprefix(SCHEMA))


Status = Annotated[
    OrderStatus, BeforeValidator(_status), WithJsonSchema({"enum": [f"{SCHEMA}{one}" for one in OrderStatus]})
]


def _parcel_status(value: Any) -> Any:
    if not isinstance(value, str) or value not in set(ParcelStatus):
        raise ValueError(f"is none of {', '.join(ParcelStatus)}")
    return ParcelStatus(value)


Delivered = Annotated[
    ParcelStatus, BeforeValidator(_parcel_status), WithJsonSchema({"enum": [str(one) for one in ParcelStatus]})
]
