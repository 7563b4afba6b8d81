"""Whose request is it? A merchant shows its token in the Authorization header, and nowhere else (RFC 6750 §2.1).

A token that came by OAuth is shown as `DPoP`, with a proof that its holder has the key it is bound to (RFC 9449 §7);
one that a person made by hand, as `Bearer`. A token in an address would stand in logs: it is not looked at.
"""

import time
from collections import OrderedDict
from typing import Annotated, NamedTuple

from fastapi import Depends, Request

from mesinfos.consent.replay import Proof
from mesinfos.errors import N_, NoGrant, ProofRefused
from web.api.oauth import dpop
from web.api.oauth.jose import Malformed
from web.throttle import TooSoon

WRONG_TOKENS = 30
"""Tokens that open nothing, from one address in one minute, before the answer is to wait."""

MINUTE = 60.0
REMEMBERED = 10_000


class Strangers:
    """Counts tokens that opened nothing, by address. One that opens something is always let in."""

    def __init__(self) -> None:
        self._wrong: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def check(self, address: str) -> None:
        """Raise TooSoon when this address has tried too many, and count nothing."""
        now = time.monotonic()
        since, count = self._wrong.get(address, (now, 0))
        if count > WRONG_TOKENS and now - since < MINUTE:
            raise TooSoon(max(1, round(since + MINUTE - now)))

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


class Shown(NamedTuple):
    """A token as a request shows it; without `proof` it is a bearer's."""

    token: str
    proof: Proof | None = None


async def credential(request: Request) -> Shown:
    """What a request shows; raises NoGrant for no token or several, ProofRefused for a proof that does not fit.

    Whether the token is one, and is of the kind that is shown so, the counter says. Asynchronous although it waits for
    nothing: handing a signature to a thread would cost more than checking it.
    """
    headers = request.headers.getlist("authorization")
    scheme, _, token = (headers[0] if len(headers) == 1 else "").partition(" ")
    if not token or scheme.lower() not in {"bearer", "dpop"}:
        raise NoGrant(N_("Show the token of your grant: Authorization: Bearer …"))
    if scheme.lower() == "bearer":
        return Shown(token.strip())
    path = request.url.path.removeprefix(str(request.scope.get("root_path", "")))
    url = request.app.state.site.instance.settings.base_url + path
    try:
        return Shown(token.strip(), dpop.check(dpop.shown(request), request.method, url, token.strip()))
    except Malformed as problem:
        raise ProofRefused(N_("The DPoP proof does not fit: {reason}"), reason=str(problem)) from None


def count_stranger(request: Request) -> None:
    """Count a token that opened nothing against its address, at this application; raises TooSoon."""
    state = request.app.state
    if not hasattr(state, "strangers"):
        state.strangers = Strangers()
    state.strangers.note(address(request))


def address(request: Request) -> str:
    """Where a request comes from, as far as is known."""
    return request.client.host if request.client else ""


Credential = Annotated[Shown, Depends(credential)]
