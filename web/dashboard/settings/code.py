"""The second factor: set up with a QR code and one right code, switched off with what would open the vault."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from mesinfos.consent.journal import Action, append
from mesinfos.errors import InvalidInput, MesInfosError
from mesinfos.vault.totp import ALREADY, address, is_on, new_secret, switch_off, switch_on
from web.dashboard.entry import doors, tickets
from web.dashboard.settings.security import status_at_door
from web.dashboard.settings.settings import prove
from web.deps import Form, Here, Mine, Site
from web.qr import qr
from web.render import go, page, wrong

router = APIRouter(prefix="/settings/code")
PURPOSE = "new_code"


@router.get("")
def shown(request: Request, here: Here, vault: Mine) -> Response:
    """What a second factor does and does not, and the way to switch it on or off."""
    return _page(request, here, vault)


@router.post("")
def begin(request: Request, here: Here, vault: Mine, form: Form) -> Response:
    """The passphrase is right: a new secret, shown until one of its codes was typed."""
    try:
        if is_on(here.instance, vault.vault_id):
            raise InvalidInput(ALREADY)
        prove(request, here, vault, form)
    except MesInfosError as error:
        return _page(request, here, vault, error)
    ticket = tickets.new_ticket(secret=new_secret())
    return tickets.issue(request, here, _secret(request, ticket), (vault.vault_id, PURPOSE), ticket)


@router.post("/on")
def on(request: Request, here: Here, vault: Mine, form: Form) -> Response:
    """Ask for codes from now on; a wrong one is asked again, with the same secret."""
    try:
        ticket = tickets.shown(request, here, (vault.vault_id, PURPOSE))
    except MesInfosError as error:
        return _page(request, here, vault, error)
    try:
        with (
            here.throttle.trying(*doors.doors(request, here, vault.vault_id)),
            here.instance.database.write(vault.vault_id) as conn,
        ):
            switch_on(conn, vault, ticket.carried["secret"], form["code"])
            tickets.spend(conn, vault.vault_id, ticket)
            append(here.instance, conn, vault.vault_id, Action.CODE_SWITCHED_ON, vault.vault_id)
    except MesInfosError as error:
        return _secret(request, ticket, error)
    return go(request, "/settings/security", said="code-on")


@router.post("/off")
def off(request: Request, here: Here, vault: Mine, form: Form) -> Response:
    """Ask for no code any more, for whoever could open the vault: passphrase and code, or the recovery key."""
    try:
        prove(request, here, vault, form)
    except MesInfosError as error:
        return _page(request, here, vault, error)
    with here.instance.database.write(vault.vault_id) as conn:
        switch_off(conn, vault)
        append(here.instance, conn, vault.vault_id, Action.CODE_SWITCHED_OFF, vault.vault_id)
    return go(request, "/settings/security", said="code-off")


def _page(request: Request, here: Site, vault: Mine, error: MesInfosError | None = None) -> Response:
    faults = wrong(request, error, ("current", "current_code")) if error else {}
    asked = is_on(here.instance, vault.vault_id)
    return page(request, "settings/code.html", status_at_door(error) if error else 200, on=asked, wrong=faults)


def _secret(request: Request, ticket: tickets.Ticket, error: MesInfosError | None = None) -> Response:
    secret = ticket.carried["secret"]
    return page(
        request,
        "settings/code_new.html",
        status_at_door(error) if error else 200,
        drawn=qr(address(secret, request.state.person.name)),
        letters=[secret[place : place + 4] for place in range(0, len(secret), 4)],
        wrong=wrong(request, error, ("code",)) if error else {},
    )
