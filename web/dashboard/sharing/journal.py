"""The journal: every access, grant and refusal, and whether the chain is whole."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from mesinfos.consent.journal import entries
from mesinfos.consent.ledger import list_grants
from mesinfos.consent.witness import verify
from web.deps import Here, Mine
from web.render import go, page

router = APIRouter(prefix="/journal")
SIZE = 50


@router.get("")
def journal(request: Request, vault: Mine, before: str = "") -> Response:
    """The lines, newest first, after the whole chain was checked."""
    start = int(before) if before.isdecimal() and len(before) < 12 else 0
    lines = entries(vault, limit=SIZE + 1, before=start)
    return page(
        request,
        "journal/list.html",
        lines=lines[:SIZE],
        older=lines[SIZE - 1].seq if len(lines) > SIZE else 0,
        problems=verify(vault),
        names={held.grant.grant_id: held.grant.name for held in list_grants(vault)},
    )


@router.post("/seen")
def seen(request: Request, here: Here, vault: Mine) -> Response:
    """The person has seen to the alarms of the last unlock; they are shown no more."""
    here.alarms.pop(vault.vault_id, None)
    return go(request, "/journal")
