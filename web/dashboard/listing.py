"""Lists cut into pages, the newest first."""

from collections.abc import Sequence
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
