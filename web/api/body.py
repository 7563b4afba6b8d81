"""A deposit's body: bytes to statements, or every place where it is wrong.

JSON as RFC 8259 has it and no more: no NaN, no member twice, no number that a machine's float would change.
"""

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, NamedTuple

from pydantic import ValidationError

from mesinfos.consent.deposit import MOST, Party, Statement
from web.api.given import SHAPES, Top
from web.api.limits import Misshapen

LARGEST = 256 * 1024  # bytes
OBJECTS, DEPTH, DIGITS = 100, 12, 18
TOLD = 20
"""Faults that one answer names."""


class Body(NamedTuple):
    """What a body states, the merchants it names, and what it holds by type and number."""

    statements: list[Statement]
    parties: list[Party]
    accepted: list[dict[str, str]]


def read_body(raw: bytes) -> Body:
    """Everything a body states; raises Misshapen with each place that is wrong."""
    loaded = _loaded(raw)
    alone = isinstance(loaded, dict)
    found = [loaded] if alone else loaded
    if not isinstance(found, list) or not 1 <= len(found) <= OBJECTS:
        raise _wrong("", f"is neither an object nor an array of 1 to {OBJECTS} objects")
    tops, faults = [], []
    for place, one in enumerate(found):
        path = "" if alone else f"/{place}"
        try:
            tops.append((path, _shaped(one, path)))
        except Misshapen as wrong:
            faults += wrong.members["errors"]
    if faults:
        raise Misshapen(faults[:TOLD])
    return _body(tops)


def _body(tops: list[tuple[str, Top]]) -> Body:
    statements = [one for path, top in tops for one in top.statements(f"#{path}")]
    if len(statements) > MOST:
        raise _wrong("", f"states more than {MOST} things, parcels included")
    parties = [party for path, top in tops for party in top.parties(f"#{path}")]
    return Body(statements, parties, [_said(top) for _, top in tops])


def _said(top: Top) -> dict[str, str]:
    """What an answer says of one object: what its merchant wrote itself."""
    said = top.model_dump(include={"type", "orderNumber", "identifier", "programName"}, exclude_none=True)
    if "type" in said and said["type"] == "WarrantyPromise":
        said["orderNumber"] = top.referencesOrder.orderNumber  # type: ignore[attr-defined]
    return {"@type" if name == "type" else name: str(value) for name, value in said.items()}


def _shaped(one: Any, path: str) -> Top:
    kind = one.get("@type") if isinstance(one, dict) else None
    shape = SHAPES.get(kind) if isinstance(kind, str) else None
    if shape is None:
        raise _wrong(f"{path}/@type", f"is none of {', '.join(SHAPES)}")
    try:
        return shape.model_validate(one)
    except ValidationError as wrong:
        raise Misshapen(list(_faults(wrong, one, path))) from None


def _faults(wrong: ValidationError, one: Any, path: str) -> Iterator[dict[str, str]]:
    """What is wrong where; pydantic's own words, without the value, which the merchant knows."""
    for fault in wrong.errors(include_url=False, include_input=False, include_context=False)[:TOLD]:
        detail = "is not a member of this type" if fault["type"] == "extra_forbidden" else fault["msg"]
        yield {"pointer": "#" + path + _pointer(fault["loc"], one), "detail": detail.removeprefix("Value error, ")}


def _pointer(places: tuple[int | str, ...], whole: Any) -> str:
    """A JSON pointer to a place; a single object that stands for a list of one has no number of its own."""
    pointer = ""
    for place in places:
        if isinstance(place, int) and isinstance(whole, dict):
            continue
        pointer += "/" + str(place)[:80].replace("~", "~0").replace("/", "~1")
        try:
            whole = whole[place]
        except (KeyError, IndexError, TypeError):
            whole = None
    return pointer


def _wrong(path: str, detail: str) -> Misshapen:
    return Misshapen([{"pointer": f"#{path}", "detail": detail}])


def _loaded(raw: bytes) -> Any:
    if _depth(raw) > DEPTH:
        raise _wrong("", f"is nested more than {DEPTH} deep")
    try:
        text = raw.decode("utf-8")
        return json.loads(
            text, object_pairs_hook=_members, parse_int=_int, parse_float=_decimal, parse_constant=_constant
        )
    except RecursionError:
        raise _wrong("", f"is nested more than {DEPTH} deep") from None
    except ValueError as problem:  # not UTF-8, not JSON, or what the functions below refuse
        told = str(problem) if isinstance(problem, _OddError) else "is not JSON in UTF-8"
        raise _wrong("", told) from None


class _OddError(ValueError):
    """What JSON allows and we do not."""


def _depth(raw: bytes) -> int:
    """How deep the brackets go, those in texts counted too: nobody's product is called [[[[[[[[[[[[[."""
    depth = deepest = 0
    for byte in raw:
        if byte in b"[{":
            depth += 1
            deepest = max(deepest, depth)
        elif byte in b"]}":
            depth -= 1
    return deepest


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _OddError("has a member twice")
    return found


def _int(text: str) -> int:
    if len(text) > DIGITS:
        raise _OddError(f"has a number of more than {DIGITS} digits")
    return int(text)


def _decimal(text: str) -> Decimal:
    if len(text) > DIGITS or "e" in text.lower():
        raise _OddError("has a number with an exponent or too many digits")
    return Decimal(text)


def _constant(text: str) -> Any:
    raise _OddError(f"holds {text}, which is not JSON")
