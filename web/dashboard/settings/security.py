"""The lock of a vault on one page: passphrase, passkeys, second factor, recovery key, and the browsers that are in."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from mesinfos.errors import MesInfosError
from mesinfos.vault.passkeys import list_passkeys
from mesinfos.vault.rootchange import change_passphrase, new_recovery_key
from mesinfos.vault.totp import is_on
from web.dashboard.entry import doors, passphrase
from web.dashboard.settings.sessions import opened
from web.dashboard.settings.settings import prove
from web.deps import Form, Here, Mine, Site
from web.problems import status_of
from web.render import go, page, wrong
from web.throttle import TooSoon

router = APIRouter(prefix="/settings")


@router.get("/security")
def security(request: Request, here: Here, vault: Mine) -> Response:
    """Everything that opens the vault, and where it is open."""
    return _page(request, here, vault)


@router.post("/passphrase")
def passphrase_(request: Request, here: Here, vault: Mine, form: Form) -> Response:
    """A new passphrase makes a new root: every envelope is wrapped anew, every session ends but this one."""
    try:
        fresh_words = passphrase.chosen(form)
        prove(request, here, vault, form)
        fresh = change_passphrase(here.instance, vault, fresh_words)
    except MesInfosError as error:
        return _page(request, here, vault, error)
    here.readings.drop(fresh.vault_id)
    return doors.enter(request, here, fresh, go(request, "/settings/security", said="passphrase"))


@router.post("/recovery")
def recovery(request: Request, here: Here, vault: Mine, form: Form) -> Response:
    """A new recovery key, shown once; the old paper opens nothing any more."""
    try:
        prove(request, here, vault, form, "now")
    except MesInfosError as error:
        return _page(request, here, vault, error)
    key = new_recovery_key(here.instance, vault)
    return page(request, "settings/key.html", groups=passphrase.groups(key), owner=request.state.person.name)


def status_at_door(error: MesInfosError) -> int:
    """The status of a refused try."""
    return 429 if isinstance(error, TooSoon) else status_of(error)


def _page(request: Request, here: Site, vault: Mine, error: MesInfosError | None = None) -> Response:
    fields = ("current", "current_code", "passphrase", "again", "now", "now_code")
    return page(
        request,
        "settings/security.html",
        status_at_door(error) if error else 200,
        sessions=opened(request, here, vault),
        passkeys=list_passkeys(here.instance, vault.vault_id),
        second=is_on(here.instance, vault.vault_id),
        wrong=wrong(request, error, fields) if error else {},
    )
