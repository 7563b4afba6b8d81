"""Lists cut into pages, the newest first."""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Generic, NamedTuple, TypeVar

from fastapi import Request

T = TypeVar("T")

SIZE = 50


class Slice(NamedTuple, Generic[T]):
    """One page of a list; `before` and `after` say whether there are others."""

    items: Sequence[T]
    number: int
    before: bool
    after: bool
    total: int


def cut(items: Sequence[T], number: int, size: int = SIZE) -> Slice[T]:
    """The page of that number, from 1; one past the end is empty, not an error."""
    number = max(number, 1)
    start = (number - 1) * size
    return Slice(items[start : start + size], number, number > 1, start + size < len(items), len(items))


def number(request: Request) -> int:
    """The page asked for; 1 when the address says nothing usable."""
    asked = request.query_params.get("page", "1")
    return int(asked) if asked.isdecimal() and len(asked) < 7 else 1


class Window(NamedTuple, Generic[T]):
    """One page of a list by time; `newer` and `older` are the marks where the neighbouring pages begin, "" for none."""

    items: Sequence[T]
    newer: str
    older: str
    total: int


Key = Callable[[T], tuple[datetime, str]]


def window(items: Sequence[T], request: Request, key: Key[T], size: int = SIZE) -> Window[T]:
    """The page that an address asks for: what comes `before` a mark, or `after` it; what is new moves no page."""
    asked = request.query_params
    if mark := asked.get("after", ""):
        end = _place(items, mark, key)
        start = max(end - size, 0)
    else:
        start = _past(items, asked.get("before", ""), key)
        end = start + size
    shown = items[start:end]
    newer = _mark(key(items[start])) if start and start < len(items) else ""
    return Window(shown, newer, _mark(key(items[end - 1])) if end < len(items) else "", len(items))


_FORM = "%Y%m%dT%H%M%S%f"


def _mark(at: tuple[datetime, str]) -> str:
    return f"{at[0].astimezone(UTC).strftime(_FORM)}.{at[1]}"


def _place(items: Sequence[T], mark: str, key: Key[T]) -> int:
    """Where the item of a mark stands, or would if it was still there; at the top for a mark that is none."""
    when, _, ref = mark.partition(".")
    try:
        at = datetime.strptime(when, _FORM).replace(tzinfo=UTC)
    except ValueError:
        return 0
    first = bisect_left(items, -at.timestamp(), key=lambda one: -key(one)[0].timestamp())
    for place in range(first, len(items)):
        moment, name = key(items[place])
        if moment != at:
            break
        if name == ref:
            return place
    return first


def _past(items: Sequence[T], mark: str, key: Key[T]) -> int:
    """The first place after the item of a mark."""
    if not mark:
        return 0
    place = _place(items, mark, key)
    return place + (place < len(items) and _mark(key(items[place])) == mark)
