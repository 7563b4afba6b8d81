"""What must come back from the same browser, soon and once: a challenge, a secret that is being set up.

A ticket's only copy is a cookie, sealed under the instance key and out of reach of scripts and of other sites: any
process can read it, and no table holds it. Spending one leaves a mark, in the transaction of what it was for.
"""

import os
from base64 import urlsafe_b64decode

from fastapi import Request
from fastapi.responses import Response
from msgspec import Struct
from msgspec.json import decode, encode
from sqlalchemy import Connection

from mesinfos.consent.replay import first_time
from mesinfos.errors import N_, InvalidInput, VaultError
from mesinfos.vault.keys import unpadded
from mesinfos.vault.tables import stamp, stamp_in
from web.dashboard.entry import doors
from web.deps import Site

SECONDS = 300
"""Time to look for a key or a phone; a ticket that was left lying is worth nothing."""

LATE = N_("That took too long, or was sent twice. Begin again.")


class Ticket(Struct, frozen=True):
    """Until when it holds, the mark it leaves when it is spent, and what it carries."""

    until: int
    mark: bytes
    carried: dict[str, str]


def new_ticket(**carried: str) -> Ticket:
    """A ticket for the next minutes."""
    return Ticket(stamp_in(SECONDS), os.urandom(16), carried)


def issue(request: Request, site: Site, answer: Response, place: tuple[str, str], ticket: Ticket) -> Response:
    """Give a ticket along with an answer; `place` is a vault and a purpose, and it holds for no other."""
    sealed = site.instance.key.seal(*_context(place), encode(ticket))
    answer.set_cookie(
        _cookie(place),
        unpadded(sealed),
        max_age=SECONDS,
        path=doors.root(request),
        httponly=True,
        samesite="strict",
        secure=doors.is_secure(request),
    )
    return answer


def shown(request: Request, site: Site, place: tuple[str, str]) -> Ticket:
    """The ticket that this browser was given for that vault and purpose; raises InvalidInput when it has none left."""
    try:
        sealed = urlsafe_b64decode(request.cookies.get(_cookie(place), "") + "==")
        ticket = decode(site.instance.key.open(*_context(place), sealed), type=Ticket)
    except (ValueError, VaultError):
        raise InvalidInput(LATE) from None
    if ticket.until < stamp():
        raise InvalidInput(LATE)
    return ticket


def spend(conn: Connection, vault_id: str, ticket: Ticket) -> None:
    """Use a ticket up, in the transaction of what it allows; raises InvalidInput when it was."""
    if not first_time(conn, vault_id, [(ticket.mark, ticket.until)]):
        raise InvalidInput(LATE)


def _cookie(place: tuple[str, str]) -> str:
    return f"mesinfos_{place[1]}"


def _context(place: tuple[str, str]) -> tuple[str, str, str]:
    return place[0], f"ticket {place[1]}", ""
