"""What a merchant may send, and how often: refusals that say exactly what is wrong with a body, and where."""

import time
from collections import OrderedDict
from typing import Any

from mesinfos.errors import N_, InvalidInput
from web.throttle import TooSoon

REQUESTS, THINGS = 60, 5_000
"""Requests of one grant in a minute, and things in a day: a shop with twenty years of orders needs an hour."""

MINUTE, DAY = 60.0, 86_400.0
REMEMBERED = 10_000


class TooLarge(InvalidInput):
    """A body larger than is read."""


class Misshapen(InvalidInput):
    """A body that is not of the published shape; `members` is what the problem document says beyond its sentence.

    Each of `errors` has the pointer (RFC 6901) of a place, and what is wrong there, as in RFC 9457's own example.
    """

    def __init__(self, errors: list[dict[str, str]]) -> None:
        super().__init__(N_("The body is not of the published shape; `errors` says where."))
        self.members: dict[str, Any] = {"errors": errors}


class Pace:
    """Counts by grant, in memory; a restart forgives."""

    def __init__(self) -> None:
        self._spent: OrderedDict[tuple[str, float], tuple[float, int]] = OrderedDict()

    def request(self, grant_id: str) -> None:
        """Count a request; raises TooSoon when there were too many in this minute."""
        self._take(grant_id, MINUTE, 1, REQUESTS)

    def things(self, grant_id: str, count: int) -> None:
        """Count things; raises TooSoon when there were too many in this day."""
        self._take(grant_id, DAY, count, THINGS)

    def _take(self, grant_id: str, window: float, count: int, most: int) -> None:
        now, key = time.monotonic(), (grant_id, window)
        since, spent = self._spent.pop(key, (now, 0))
        if now - since >= window:
            since, spent = now, 0
        fits = spent + count <= most
        self._spent[key] = (since, spent + count if fits else spent)
        while len(self._spent) > REMEMBERED:
            self._spent.popitem(last=False)
        if not fits:
            raise TooSoon(max(1, round(since + window - now)))
