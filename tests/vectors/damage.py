"""Ways of damaging what was sealed, shared by every kind of vector."""

from collections.abc import Iterator
from typing import Any

Vector = dict[str, Any]
Damage = tuple[str, str, Vector]


def flipped(data: bytes, place: int) -> bytes:
    """`data` with one bit of one byte turned."""
    changed = bytearray(data)
    changed[place] ^= 1
    return bytes(changed)


def bytes_damaged(name: str, data: bytes, places: dict[str, int]) -> Iterator[Damage]:
    """A flip at each named place, and every odd length."""
    for where, place in places.items():
        yield f"{where}_flipped", "Tampered", {name: flipped(data, place)}
    for size in (0, 1, 12, 28, len(data) // 2, len(data) - 1):
        yield f"{name}_cut_to_{size}", "Tampered", {name: data[:size]}
    yield f"{name}_one_byte_longer", "Tampered", {name: data + b"\0"}
    yield f"{name}_doubled", "Tampered", {name: data + data}
    yield f"{name}_zeros", "Tampered" if name != "sealed_aead" else "UnknownFormat", {name: bytes(len(data))}


def aead_damaged(sealed: bytes) -> Iterator[Damage]:
    """What can be wrong with an AEAD value, wherever it stands."""
    places = {"nonce_first": 1, "nonce_last": 12, "ciphertext_first": 13, "tag_first": -16, "tag_last": -1}
    for damage, expects, changed in bytes_damaged("sealed", sealed, places):
        yield damage, "UnknownFormat" if damage == "sealed_zeros" else expects, changed
    yield "version_0", "UnknownFormat", {"sealed": b"\0" + sealed[1:]}
    yield "version_2", "UnknownFormat", {"sealed": b"\2" + sealed[1:]}
    yield "nonce_missing", "Tampered", {"sealed": sealed[:1] + sealed[13:]}


def fields_damaged(good: Vector, names: tuple[str, ...]) -> Iterator[Damage]:
    """Each text changed by one letter, and emptied."""
    for name in names:
        yield f"{name}_other", "Tampered", {name: good[name] + "x"}
        if good[name]:
            yield f"{name}_empty", "Tampered", {name: ""}
