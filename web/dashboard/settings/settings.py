"""Settings: language and theme, passphrase, sessions, the household, and what a thief would learn."""

from importlib.metadata import version

from fastapi import APIRouter, Request
from fastapi.responses import Response

from mesinfos.errors import MesInfosError, WrongPassphrase
from mesinfos.vault.rootchange import change_passphrase, new_recovery_key
from mesinfos.vault.unlock import unlock
from mesinfos.vault.vaults import create_vault, list_persons
from mesinfos.wording import LANGUAGES
from web.dashboard.entry import doors, passphrase
from web.dashboard.entry.welcome import name
from web.dashboard.settings.sessions import opened
from web.deps import Form, Here, Mine, Site, Typed
from web.problems import status_of
from web.render import THEMES, go, look, page, wrong
from web.throttle import TooSoon

router = APIRouter(prefix="/settings")


@router.get("")
def index(request: Request, vault: Mine) -> Response:
    """Everything that can be set, in groups."""
    return page(request, "settings/index.html", vault_id=vault.vault_id, version=version("mesinfos"))


@router.get("/look")
def display(request: Request, vault: Mine) -> Response:
    """Language, theme and blur of this browser."""
    return page(request, "settings/look.html", themes=THEMES, vault_id=vault.vault_id)


@router.post("/look")
def choose_look(request: Request, vault: Mine, form: Form) -> Response:
    """Keep language, theme and blur in this browser."""
    language = form["language"] if form["language"] in LANGUAGES else ""
    theme = form["theme"] if form["theme"] in THEMES else ""
    blur = form["blur"] if form["blur"] in {"0", "1"} else ""
    _ = vault
    return doors.prefer(request, go(request, "/settings/look", said="saved"), language=language, theme=theme, blur=blur)


@router.get("/security")
def security(request: Request, here: Here, vault: Mine) -> Response:
    """Passphrase, recovery key, sessions."""
    return page(request, "settings/security.html", sessions=opened(request, here, vault))


@router.post("/passphrase")
def passphrase_(request: Request, here: Here, vault: Mine, form: Form) -> Response:
    """A new passphrase makes a new root: every envelope is wrapped anew, every session ends but this one."""
    try:
        fresh_words = passphrase.chosen(form)
        prove(request, here, vault, form)
        fresh = change_passphrase(here.instance, vault, fresh_words)
    except MesInfosError as error:
        return _again(request, here, vault, error)
    here.readings.drop(fresh.vault_id)
    return doors.enter(request, here, fresh, go(request, "/settings/security", said="passphrase"))


@router.post("/recovery")
def recovery(request: Request, here: Here, vault: Mine, form: Form) -> Response:
    """A new recovery key, shown once; the old paper opens nothing any more."""
    try:
        prove(request, here, vault, form, "now")
    except MesInfosError as error:
        return _again(request, here, vault, error)
    key = new_recovery_key(here.instance, vault)
    return page(request, "settings/key.html", groups=passphrase.groups(key), owner=request.state.person.name)


@router.get("/house")
def house(request: Request, here: Here, vault: Mine) -> Response:
    """Who lives here; each has a vault that the others cannot open."""
    return page(request, "settings/house.html", persons=list_persons(here.instance), mine=vault.vault_id)


@router.post("/house")
def add_person(request: Request, here: Here, vault: Mine, form: Form) -> Response:
    """A vault for somebody of the house: they type their own passphrase, and take their recovery key with them."""
    try:
        made, key = create_vault(here.instance, name(form), passphrase.chosen(form), language=look(request).language)
    except MesInfosError as error:
        return page(
            request,
            "settings/house.html",
            status=status_of(error),
            persons=list_persons(here.instance),
            mine=vault.vault_id,
            typed={"name": form["name"]},
            wrong=wrong(request, error, ("name", "passphrase", "again")),
        )
    made.close()
    return page(request, "settings/key.html", status=201, groups=passphrase.groups(key), owner=form["name"])


@router.get("/promise")
def promise(request: Request, vault: Mine) -> Response:
    """What is protected from whom, in the words that the design fixes."""
    return page(request, "settings/promise.html", vault_id=vault.vault_id)


def prove(request: Request, here: Site, vault: Mine, form: Typed, field: str = "current") -> None:
    """The current passphrase: an open browser that somebody found is not enough to change the lock."""
    with here.throttle.trying(*doors.doors(request, here, vault.vault_id)):
        try:
            unlock(here.instance, vault.vault_id, form.secret(field)).close()
        except WrongPassphrase as error:
            error.field = field
            raise


def _again(request: Request, here: Site, vault: Mine, error: MesInfosError) -> Response:
    status = 429 if isinstance(error, TooSoon) else status_of(error)
    fields = ("current", "passphrase", "again", "now")
    shown = {"sessions": opened(request, here, vault), "wrong": wrong(request, error, fields)}
    return page(request, "settings/security.html", status, **shown)
