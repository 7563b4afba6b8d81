"""The check digits of parcel numbers, by the names that tracking_number_data gives them in CHECKSUM_ALGORITHMS.md."""

from collections.abc import Callable

from msgspec import Struct

_S10 = (8, 6, 4, 2, 3, 5, 9, 7)
_MOD_36 = 36


class Checksum(Struct, frozen=True):
    """An algorithm and what it needs; multipliers of 0 are those that a file leaves out."""

    name: str
    evens_multiplier: int = 0
    odds_multiplier: int = 0
    reverse: bool = False
    weightings: tuple[int, ...] = ()
    modulo1: int = 0
    modulo2: int = 0


def passes(checksum: Checksum, serial: str, check: str) -> bool:
    """Whether the check digit is the one that the serial number asks for."""
    return _ALGORITHMS[checksum.name](checksum, serial) == check


def _value(char: str) -> int:
    return int(char) if char.isdecimal() else (ord(char) - 3) % 10


def _mod10(checksum: Checksum, serial: str) -> str:
    """Letters count as digits; every second one is multiplied, from the left unless `reverse`."""
    factors = (checksum.evens_multiplier or 1, checksum.odds_multiplier or 1)
    chars = reversed(serial) if checksum.reverse else serial
    return str(-sum(_value(char) * factors[place % 2] for place, char in enumerate(chars)) % 10)


def _mod7(_checksum: Checksum, serial: str) -> str:
    return str(int(serial) % 7)


def _s10(_checksum: Checksum, serial: str) -> str:
    """UPU S10-12: 11 less the weighted sum modulo 11; 10 is written 0, and 11 is written 5."""
    rest = 11 - sum(int(digit) * weight for digit, weight in zip(serial, _S10, strict=True)) % 11
    return {10: "0", 11: "5"}.get(rest, str(rest))


def _weighted(checksum: Checksum, serial: str) -> str:
    total = sum(int(digit) * weight for digit, weight in zip(serial, checksum.weightings, strict=True))
    return str(total % checksum.modulo1 % checksum.modulo2)


def _luhn(_checksum: Checksum, serial: str) -> str:
    """ISO/IEC 7812: every second digit from the right doubles, and the digits of the products are added."""
    doubled = (int(digit) * (2 - place % 2) for place, digit in enumerate(reversed(serial)))
    return str(-sum(one // 10 + one % 10 for one in doubled) % 10)


def _mod_37_36(_checksum: Checksum, serial: str) -> str:
    """ISO/IEC 7064, the hybrid system MOD 37,36; parcel labels of DPD use it."""
    rest = _MOD_36
    for char in serial:
        rest = ((rest + int(char, 36)) % _MOD_36 or _MOD_36) * 2 % (_MOD_36 + 1)
    return "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[(_MOD_36 + 1 - rest) % _MOD_36]


_ALGORITHMS: dict[str, Callable[[Checksum, str], str]] = {
    "mod10": _mod10,
    "mod7": _mod7,
    "s10": _s10,
    "sum_product_with_weightings_and_modulo": _weighted,
    "luhn": _luhn,
    "mod_37_36": _mod_37_36,
}
