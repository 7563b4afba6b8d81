"""In which browsers a vault is open, and the presses that close it there."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from mesinfos.vault.sessions import Session, end_all_sessions, end_other_sessions, end_session_named, list_sessions
from web.dashboard.entry import doors
from web.deps import SESSION_COOKIE, Here, Mine, Site
from web.render import go

router = APIRouter(prefix="/settings/sessions")


@router.post("")
def all_(request: Request, here: Here, vault: Mine) -> Response:
    """Close every session, this one too."""
    end_all_sessions(here.instance, vault.vault_id)
    return _closed(request, here, vault)


@router.post("/others")
def others(request: Request, here: Here, vault: Mine) -> Response:
    """Close every session but this one."""
    end_other_sessions(here.instance, vault.vault_id, request.cookies.get(SESSION_COOKIE, ""))
    return go(request, "/settings/security", said="sessions-others")


@router.post("/{session_id}/end")
def one(request: Request, here: Here, vault: Mine, session_id: str) -> Response:
    """Close one session; when it is this one, its person is at the door."""
    mine = any(each.mine for each in opened(request, here, vault) if each.session_id == session_id)
    end_session_named(here.instance, vault.vault_id, session_id)
    return _closed(request, here, vault) if mine else go(request, "/settings/security", said="session-ended")


def opened(request: Request, here: Site, vault: Mine) -> list[Session]:
    """The sessions of a vault, as its page lists them."""
    return list_sessions(here.instance, vault.vault_id, request.cookies.get(SESSION_COOKIE, ""))


def _closed(request: Request, here: Site, vault: Mine) -> Response:
    here.forget(vault.vault_id)
    return doors.forget(request, go(request, "/unlock", said="sessions"))
