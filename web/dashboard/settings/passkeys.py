"""Adding a passkey in two steps (the passphrase, then the authenticator), and removing one."""

from fastapi import APIRouter, Request
from fastapi.responses import Response
from msgspec.json import encode

from mesinfos.consent.journal import Action, append
from mesinfos.errors import N_, InvalidInput, MesInfosError
from mesinfos.vault.keys import unpadded
from mesinfos.vault.passkeys import add_passkey, list_passkeys, remove_passkey
from mesinfos.vault.totp import is_on
from web import passkeys
from web.dashboard.entry import tickets
from web.dashboard.settings.security import status_at_door
from web.dashboard.settings.settings import prove
from web.deps import Form, Here, Mine, Site, Typed
from web.render import go, page, wrong

router = APIRouter(prefix="/settings/passkeys")
PURPOSE = "new_passkey"
LONGEST_NAME = 40
MOST = 20


@router.get("/new")
def begin(request: Request, here: Here, vault: Mine) -> Response:
    """What a passkey is, its name, and the passphrase; or why there can be none here."""
    return _page(request, here, vault)


@router.post("")
def ask(request: Request, here: Here, vault: Mine, form: Form) -> Response:
    """The passphrase is right: the browser may ask an authenticator, once, within minutes."""
    where = passkeys.place(request)
    try:
        if not where.rp_id:
            raise InvalidInput(where.why)
        name = _name(form)
        prove(request, here, vault, form)
        known = list_passkeys(here.instance, vault.vault_id)
        if len(known) >= MOST:
            raise InvalidInput(N_("A vault has {count} passkeys at most: remove one first."), count=MOST)
    except MesInfosError as error:
        return _page(request, here, vault, error, form)
    challenge, salt = passkeys.new_secret(), passkeys.new_secret()
    options = passkeys.creation(request.state.person, where, known, challenge, salt)
    ticket = tickets.new_ticket(name=name, challenge=unpadded(challenge), salt=unpadded(salt))
    answer = page(request, "settings/passkey_make.html", options=encode(options).decode(), name=name)
    return tickets.issue(request, here, answer, (vault.vault_id, PURPOSE), ticket)


@router.post("/keep")
def keep(request: Request, here: Here, vault: Mine, form: Form) -> Response:
    """Keep the passkey when its answer is genuine and its authenticator computes a secret; otherwise nothing."""
    try:
        ticket = tickets.shown(request, here, (vault.vault_id, PURPOSE))
        challenge, salt = (passkeys.computed(ticket.carried[name]) for name in ("challenge", "salt"))
        made = passkeys.registered(form["credential"], passkeys.place(request), challenge, ticket.carried["name"])
        prf = passkeys.computed(form["prf"], passkeys.WITHOUT_PRF)
        with here.instance.database.write(vault.vault_id) as conn:
            tickets.spend(conn, vault.vault_id, ticket)
            slot_id = add_passkey(conn, vault, made, salt, prf)
            append(here.instance, conn, vault.vault_id, Action.PASSKEY_ADDED, slot_id)
    except MesInfosError as error:
        return _page(request, here, vault, error, form)
    return go(request, "/settings/security", said="passkey-added")


@router.post("/{slot_id}/remove")
def remove(request: Request, here: Here, vault: Mine, slot_id: str) -> Response:
    """Take a passkey out; the passphrase and the recovery key open as before."""
    with here.instance.database.write(vault.vault_id) as conn:
        remove_passkey(conn, vault, slot_id)
        append(here.instance, conn, vault.vault_id, Action.PASSKEY_REMOVED, slot_id)
    here.instance.database.forget_deleted()
    return go(request, "/settings/security", said="passkey-removed")


def _page(
    request: Request, here: Site, vault: Mine, error: MesInfosError | None = None, form: Typed | None = None
) -> Response:
    return page(
        request,
        "settings/passkey.html",
        status_at_door(error) if error else 200,
        where=passkeys.place(request),
        second=is_on(here.instance, vault.vault_id),
        wrong=wrong(request, error, ("name", "current", "current_code")) if error else {},
        typed={"name": form["name"]} if form else {},
    )


def _name(form: Typed) -> str:
    name = " ".join(form["name"].split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise InvalidInput(N_("Give a name of at most {count} characters."), field="name", count=LONGEST_NAME)
    return name
