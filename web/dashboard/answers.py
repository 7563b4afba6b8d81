"""How the answers of any form are read: one of a list, a number, a day."""

from datetime import date
from enum import StrEnum
from typing import TypeVar

from mesinfos.errors import N_, InvalidInput

Closed = TypeVar("Closed", bound=StrEnum)


def one_of(closed: type[Closed], text: str, field: str) -> Closed:
    """The member of a closed list; raises InvalidInput for anything else."""
    try:
        return closed(text)
    except ValueError:
        raise InvalidInput(N_("Choose one of the list."), field=field) from None


def count_of(text: str, field: str) -> int:
    """A number as typed; an empty one is 0, which sets no limit. Raises InvalidInput."""
    if not text:
        return 0
    if not (text.isdecimal() and text.isascii() and len(text) < 10):
        raise InvalidInput(N_("A whole number is needed here."), field=field)
    return int(text)


def day_of(text: str, field: str) -> date:
    """A day as browsers send it; raises InvalidInput."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidInput(N_("A day like 2026-01-31 is needed here."), field=field) from None
