"""Backups by the clock and by a press, verified by restoring them; and everything of a person as one download."""

from datetime import UTC, datetime

from fastapi import APIRouter, Request
from fastapi.responses import Response, StreamingResponse

from mesinfos.errors import MesInfosError
from mesinfos.rights.archives import archives, last_proof, make_and_verify, verify
from mesinfos.rights.zipped import export_zip
from mesinfos.vault.totp import is_on
from web.dashboard.settings.settings import prove
from web.deps import Form, Here, Mine, Site
from web.problems import status_of
from web.render import go, page, wrong
from web.throttle import TooSoon

router = APIRouter(prefix="/settings/backups")


@router.get("")
def shown(request: Request, here: Here, vault: Mine) -> Response:
    """The archives there are, and when one was last proved."""
    _ = vault
    return _page(request, here)


@router.post("")
def back_up(request: Request, vault: Mine) -> Response:
    """A new archive now, restored and opened at once."""
    make_and_verify(vault)
    return go(request, "/settings/backups", said="backup-verified")


@router.post("/{name}/verify")
def check(request: Request, vault: Mine, name: str) -> Response:
    """Restore an archive into a temporary place, and open what is the visitor's there."""
    verify(vault, name)
    return go(request, "/settings/backups", said="backup-verified")


@router.post("/export")
def export(request: Request, here: Here, vault: Mine, form: Form) -> Response:
    """Everything of the visitor, in open formats; an open browser that somebody found is not enough to take it."""
    try:
        prove(request, here, vault, form)
    except MesInfosError as error:
        return _page(request, here, error)
    headers = {"Content-Disposition": f'attachment; filename="mesinfos-{datetime.now(UTC):%Y-%m-%d}.zip"'}
    return StreamingResponse(export_zip(vault), media_type="application/zip", headers=headers)


def _page(request: Request, here: Site, error: MesInfosError | None = None) -> Response:
    status = 200 if error is None else 429 if isinstance(error, TooSoon) else status_of(error)
    faults = wrong(request, error, ("current", "current_code")) if error else {}
    found, proof = archives(here.instance), last_proof(here.instance)
    values = {"days": here.instance.settings.backup_days, "second": is_on(here.instance, request.state.person.vault_id)}
    return page(request, "settings/backups.html", status, archives=found, proof=proof, wrong=faults, **values)
