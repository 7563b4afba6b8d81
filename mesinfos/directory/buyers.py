"""What the law gives a buyer, by country and by the day of the order (buyers.toml)."""

import tomllib
from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from functools import cache, lru_cache
from importlib.resources import files

from mesinfos.model.values import Value

EVERYWHERE = "EU"
"""What every member state of the Union gives at least."""

MEMBERS = frozenset("AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split())  # noqa: SIM905


class Right(StrEnum):
    """What ends some day."""

    WITHDRAWAL = "withdrawal"
    """Change one's mind, without a reason."""
    RETURN = "return"
    """Send back what one withdrew from."""
    GUARANTEE = "guarantee"
    """Have what does not conform repaired, replaced or paid back by the seller."""


class Law(Value, frozen=True):
    """One right of one country: its term, since when it is so, and which law says it."""

    country: str
    right: Right
    since: date
    law: str
    days: int | None = None
    years: int | None = None

    @property
    def ends(self) -> bool:
        """Whether the law sets a fixed term."""
        return self.days is not None or self.years is not None

    def end(self, first: date) -> date | None:
        """The last day of the term that begins on `first`, which is not counted; None without a fixed term."""
        if self.days is not None:
            return date.fromordinal(first.toordinal() + self.days)
        return _years_after(first, self.years) if self.years is not None else None


@lru_cache(maxsize=4_096)
def law_of(country: str, right: Right, day: date) -> Law | None:
    """The law that held on a day: the country's own, else the Union's for its members; None when none is known."""
    own = [law for law in laws() if (law.country, law.right) == (country, right) and law.since <= day]
    if own:
        return own[-1]
    return law_of(EVERYWHERE, right, day) if country in MEMBERS else None


def countries() -> list[str]:
    """Every country whose law is known, by its code."""
    return sorted(MEMBERS | {law.country for law in laws()} - {EVERYWHERE})


@cache
def laws() -> Sequence[Law]:
    """The whole table, by day."""
    rows = tomllib.loads((files("mesinfos.directory") / "buyers.toml").read_text("utf-8"))["right"]
    return sorted((Law(**row | {"right": Right(row["right"])}) for row in rows), key=lambda law: law.since)


def _years_after(first: date, years: int) -> date:
    leap_day = (first.month, first.day) == (2, 29) and years % 4
    return first.replace(year=first.year + years, day=28 if leap_day else first.day)
