"""The door by passkey: a challenge for this browser, then the authenticator's answer and what it computed.

The answer is verified first (challenge, origin, person verified, counter); the vault then opens by the computed secret
alone, as it does by a passphrase. No code is asked: a passkey is a thing one has, opened by a finger or a PIN.
"""

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from mesinfos import wording
from mesinfos.errors import N_, InvalidInput, MesInfosError
from mesinfos.vault.keys import unpadded
from mesinfos.vault.passkeys import list_passkeys, note_use
from mesinfos.vault.unlock import OpenVault, unlock_with_passkey
from mesinfos.vault.vaults import list_persons
from web import passkeys
from web.dashboard.entry import doors, tickets
from web.dashboard.entry.unlock import chosen, closed, let_in
from web.deps import Form, Here, Site, Typed
from web.problems import status_of
from web.render import look
from web.security import local_path

router = APIRouter(prefix="/unlock/passkey")
PURPOSE = "passkey"


@router.post("")
def challenge(request: Request, here: Here, form: Form) -> Response:
    """What the browser shall ask its authenticators, as JSON for the page's script; nothing here is secret."""
    try:
        person = chosen(list_persons(here.instance), form["who"])
        where = passkeys.place(request)
        known = passkeys.usable(list_passkeys(here.instance, person.vault_id), where)
        if not known:
            raise InvalidInput(N_("{name} has no passkey for this address."), name=person.name)
    except MesInfosError as error:
        return JSONResponse({"wrong": wording.say(error, look(request).language)}, status_of(error))
    fresh = passkeys.new_secret()
    answer = JSONResponse(passkeys.assertion(where, known, fresh))
    ticket = tickets.new_ticket(challenge=unpadded(fresh))
    return tickets.issue(request, here, answer, (person.vault_id, PURPOSE), ticket)


@router.post("/open")
def open_(request: Request, here: Here, form: Form) -> Response:
    """Open the vault, or say why not; tries are counted as those of a passphrase are."""
    try:
        person = chosen(list_persons(here.instance), form["who"])
        with here.throttle.trying(*doors.doors(request, here, person.vault_id)):
            vault = _opened(request, here, person.vault_id, form)
    except MesInfosError as error:
        return closed(request, here, form, error, field="")
    return let_in(request, here, person, vault, local_path(form["next"] or "/"))


def _opened(request: Request, here: Site, vault_id: str, form: Typed) -> OpenVault:
    instance = here.instance
    ticket = tickets.shown(request, here, (vault_id, PURPOSE))
    with instance.database.write(vault_id) as conn:
        tickets.spend(conn, vault_id, ticket)  # first, and for good: a challenge is answered once, rightly or not
    known = passkeys.usable(list_passkeys(instance, vault_id), passkeys.place(request))
    asked = passkeys.computed(ticket.carried["challenge"])
    one, count = passkeys.asserted(form["credential"], passkeys.place(request), asked, known)
    vault = unlock_with_passkey(instance, vault_id, one.slot.slot_id, passkeys.computed(form["prf"]))
    with instance.database.write(vault_id) as conn:
        note_use(conn, instance, vault_id, one.slot.slot_id, count)
    return vault
