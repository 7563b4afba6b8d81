"""Whose request is it? A merchant shows its token in the Authorization header, and nowhere else (RFC 6750 §2.1).

A token in an address would stand in logs and histories, so it is not looked for there.
"""

import time
from collections import OrderedDict
from typing import Annotated

from fastapi import Depends, Request

from mesinfos.errors import N_, NoGrant
from web.throttle import TooSoon

SCHEME = "bearer "
WRONG_TOKENS = 30
"""Tokens that open nothing, from one address in one minute, before the answer is to wait."""

MINUTE = 60.0
REMEMBERED = 10_000


class Strangers:
    """Counts tokens that opened nothing, by address. One that opens something is always let in."""

    def __init__(self) -> None:
        self._wrong: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def note(self, address: str) -> None:
        """Count one; raises TooSoon when this address has tried too many."""
        now = time.monotonic()
        since, count = self._wrong.pop(address, (now, 0))
        if now - since >= MINUTE:
            since, count = now, 0
        self._wrong[address] = (since, count + 1)
        while len(self._wrong) > REMEMBERED:
            self._wrong.popitem(last=False)
        if count >= WRONG_TOKENS:
            raise TooSoon(max(1, round(since + MINUTE - now)))


# It awaits nothing, but FastAPI would run a plain function in a thread, which costs more than all that it does.
async def bearer(request: Request) -> str:
    """The token a request shows; raises NoGrant when it shows none, or more than one."""
    shown = request.headers.getlist("authorization")
    if len(shown) != 1 or not shown[0].lower().startswith(SCHEME):
        raise NoGrant(N_("Show the token of your grant: Authorization: Bearer …"))
    return shown[0][len(SCHEME) :].strip()


def address(request: Request) -> str:
    """Where a request comes from, as far as is known."""
    return request.client.host if request.client else ""


Token = Annotated[str, Depends(bearer)]
