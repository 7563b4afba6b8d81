"""The invented merchants, and the numbers they and their carriers would write."""

import string
import tomllib
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from msgspec import Struct, convert

FOLDER = Path(__file__).parent


class Shop(Struct, frozen=True):
    """One merchant of `merchants.toml`; `role` is shop, bill, rail or cinema, `every` its bills' rhythm in months."""

    name: str
    domain: str
    role: str
    language: str
    number: str
    colour: str
    theme: str
    goods: tuple[tuple[str, Decimal], ...]
    currency: str = "EUR"
    carrier: str = ""
    programme: str = ""
    every: int = 0


@cache
def shops() -> tuple[Shop, ...]:
    """Every merchant of the sample household."""
    data = tomllib.loads((FOLDER / "merchants.toml").read_text("utf-8"))
    return convert(data["merchant"], tuple[Shop, ...])


@cache
def phrases(language: str) -> dict[str, dict[str, Any]]:
    """What merchants write in a language; plain words are under the empty name."""
    data = tomllib.loads((FOLDER / "phrases" / f"{language}.toml").read_text("utf-8"))
    words = {name: value for name, value in data.items() if isinstance(value, str)}
    return {"": words} | {name: value for name, value in data.items() if isinstance(value, dict)}


def number_like(pattern: str, chance: Random) -> str:
    """A number in a merchant's own form: # is a digit (the first never 0), @ a letter."""
    written = "".join(
        chance.choice(string.digits)
        if sign == "#"
        else chance.choice("ABCDEFGHJKLMNPQRSTUVWXYZ")
        if sign == "@"
        else sign
        for sign in pattern
    )
    return written.replace("0", "7", 1) if written.startswith("0") else written


def tracking_number(carrier: str, chance: Random) -> str:
    """A number of the form this carrier uses, its check digit right where the form has one."""
    make = _FORMS.get(carrier)
    return make(chance) if make else number_like("##############", chance)


def _postal(chance: Random, prefix: str, country: str) -> str:
    # UPU S10: eight digits weighted 8 6 4 2 3 5 9 7, check digit modulo 11.
    digits = number_like("########", chance)
    rest = 11 - sum(int(digit) * weight for digit, weight in zip(digits, (8, 6, 4, 2, 3, 5, 9, 7), strict=True)) % 11
    return f"{prefix}{digits}{ {10: 0, 11: 5}.get(rest, rest) }{country}"


def _shipping_container(chance: Random) -> str:
    # GS1 SSCC: weights 3 and 1 from the right, check digit modulo 10.
    digits = "0034043" + number_like("############", chance)
    weighted = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits)))
    return f"{digits}{-weighted % 10}"


def _ups(chance: Random) -> str:
    # 1Z, account, service, package; letters count as (code - 63) modulo 10, every second character twice.
    body = number_like("@@####03#######", chance)
    values = [int(sign) if sign.isdigit() else (ord(sign) - 63) % 10 for sign in body]
    return f"1Z{body}{-(sum(values[::2]) + 2 * sum(values[1::2])) % 10}"


_FORMS: dict[str, Callable[[Random], str]] = {
    "Colissimo": lambda chance: number_like("6A###########", chance),
    "Chronopost": lambda chance: _postal(chance, "XY", "FR"),
    "Royal Mail": lambda chance: _postal(chance, "KT", "GB"),
    "DHL": _shipping_container,
    "UPS": _ups,
    "Mondial Relay": lambda chance: number_like("########", chance),
    "GLS": lambda chance: number_like("###########", chance),
}
