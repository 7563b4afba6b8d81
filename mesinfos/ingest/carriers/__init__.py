"""Carriers as data: how each writes its numbers, from where, and where a number can be followed.

One `[[carrier]]` table each: `names` as written in mails, sender `domains`, link `hosts`, `patterns` of a number once
its spaces are gone, `strong` ones that tell the carrier by themselves, and the `url`. UPU S10 numbers
carry a check digit (S10-12, weights 8 6 4 2 3 5 9 7), UPS ones too; both are asked for only where nothing else speaks.
"""

import re
import tomllib
from functools import lru_cache
from importlib import resources
from typing import Any, NamedTuple

from mesinfos.ingest.words import fold

_S10 = re.compile(r"[A-Z]{2}(\d{8})(\d)[A-Z]{2}")
_UPS = re.compile(r"1Z([0-9A-Z]{15})(\d)")
_SPACES = re.compile(r"[\s.\-]")


class Carrier(NamedTuple):
    """One carrier."""

    name: str
    names: tuple[str, ...]
    domains: frozenset[str]
    hosts: tuple[str, ...]
    pattern: re.Pattern[str]
    strong: re.Pattern[str] | None
    url: str

    def fits(self, number: str) -> bool:
        """Whether the carrier writes its numbers so."""
        return self.pattern.fullmatch(number) is not None


def _joined(patterns: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))


def _carrier(table: dict[str, Any]) -> Carrier:
    strong = table.get("strong")
    return Carrier(
        table["name"],
        tuple(fold(name) for name in table["names"]),
        frozenset(table["domains"]),
        tuple(table["hosts"]),
        _joined(table["patterns"]),
        _joined(strong) if strong else None,
        table["url"],
    )


def _read() -> tuple[Carrier, ...]:
    files = sorted(resources.files(__name__).iterdir(), key=lambda entry: entry.name)
    tables = (tomllib.loads(file.read_text(encoding="utf-8")) for file in files if file.name.endswith(".toml"))
    return tuple(_carrier(table) for tables_of in tables for table in tables_of["carrier"])


CARRIERS: tuple[Carrier, ...] = _read()
_BY_DOMAIN = {domain: carrier for carrier in reversed(CARRIERS) for domain in carrier.domains}
_BY_HOST = {host: carrier for carrier in reversed(CARRIERS) for host in carrier.hosts}
_BY_NAME = {name: carrier for carrier in reversed(CARRIERS) for name in carrier.names}
_NAMES = re.compile(
    r"(?<!\w)(?:" + "|".join(re.escape(name) for name in sorted(_BY_NAME, key=len, reverse=True)) + r")(?!\w)"
)


def _suffixes(host: str) -> list[str]:
    labels = host.lower().rstrip(".").split(".")
    return [".".join(labels[start:]) for start in range(max(0, len(labels) - 5), len(labels) - 1)]


@lru_cache(4096)
def by_domain(domain: str) -> Carrier | None:
    """The carrier that sends from this domain or a subdomain of its own."""
    return next((_BY_DOMAIN[one] for one in _suffixes(domain) if one in _BY_DOMAIN), None)


@lru_cache(4096)
def by_host(host: str) -> Carrier | None:
    """The carrier whose pages this host serves."""
    return next((_BY_HOST[one] for one in _suffixes(host) if one in _BY_HOST), None)


def by_name(text: str) -> Carrier | None:
    """The carrier that a folded text is the name of."""
    return _BY_NAME.get(text.strip())


def named_in(text: str) -> list[Carrier]:
    """The carriers that a folded text names, in order, each once."""
    return list(dict.fromkeys(_BY_NAME[match.group()] for match in _NAMES.finditer(text)))


def normal(number: str) -> str:
    """A number as its carrier stores it: capitals, no spaces, points or hyphens."""
    return _SPACES.sub("", number).upper()


def valid_s10(number: str) -> bool:
    """Whether the number is a UPU S10 one with a right check digit."""
    match = _S10.fullmatch(number)
    if match is None:
        return False
    total = sum(int(digit) * weight for digit, weight in zip(match[1], (8, 6, 4, 2, 3, 5, 9, 7), strict=True))
    check = 11 - total % 11
    return int(match[2]) == {10: 0, 11: 5}.get(check, check)


def valid_ups(number: str) -> bool:
    """Whether the number is a UPS one with a right check digit: letters count as digits, every second one doubles."""
    match = _UPS.fullmatch(number)
    if match is None:
        return False
    values = [int(char) if char.isdigit() else (ord(char) - 63) % 10 for char in match[1]]
    total = sum(values[0::2]) + 2 * sum(values[1::2])
    return int(match[2]) == -total % 10


def by_number(number: str) -> Carrier | None:
    """The carrier that a number tells by itself: strong forms only, with their check digit where there is one."""
    for carrier in CARRIERS:
        if carrier.strong and carrier.strong.fullmatch(number):
            return carrier if carrier.name != "UPS" or valid_ups(number) else None
    if valid_s10(number):
        issuer = number[-2:]
        return next((carrier for carrier in CARRIERS if _issues(carrier, issuer)), None)
    return None


def _issues(carrier: Carrier, country: str) -> bool:
    return carrier.fits(f"XX000000000{country}") and not carrier.fits("XX000000000QQ")
