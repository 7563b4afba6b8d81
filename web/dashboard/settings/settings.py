"""Settings: language and theme, the household, what a thief would learn; and the proof that changes of the lock ask."""

from importlib.metadata import version

from fastapi import APIRouter, Request
from fastapi.responses import Response

from mesinfos.errors import MesInfosError, WrongPassphrase
from mesinfos.vault.totp import unlock_at_door
from mesinfos.vault.vaults import create_vault, list_persons
from mesinfos.wording import LANGUAGES
from web.dashboard.entry import doors, passphrase
from web.dashboard.entry.welcome import name
from web.deps import Form, Here, Mine, Site, Typed
from web.problems import status_of
from web.render import THEMES, go, look, page, wrong

router = APIRouter(prefix="/settings")


@router.get("")
def index(request: Request, vault: Mine) -> Response:
    """Everything that can be set, in groups."""
    return page(request, "settings/index.html", vault_id=vault.vault_id, version=version("mesinfos"))


@router.get("/look")
def display(request: Request, vault: Mine) -> Response:
    """Language, theme, blur and shortcuts of this browser."""
    return page(request, "settings/look.html", themes=THEMES, vault_id=vault.vault_id)


@router.post("/look")
def choose_look(request: Request, vault: Mine, form: Form) -> Response:
    """Keep language, theme, blur and shortcuts in this browser."""
    language = form["language"] if form["language"] in LANGUAGES else ""
    theme = form["theme"] if form["theme"] in THEMES else ""
    blur = form["blur"] if form["blur"] in {"0", "1"} else ""
    keys = form["keys"] if form["keys"] in {"0", "1"} else ""
    _ = vault
    answer = go(request, "/settings/look", said="saved")
    return doors.prefer(request, answer, language=language, theme=theme, blur=blur, keys=keys)


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
    """What the door asks, in the fields `field` and `{field}_code`: an open browser alone does not change the lock.

    Where a code is asked it is asked here too, or a new passkey or recovery key would lead around it.
    """
    with here.throttle.trying(*doors.doors(request, here, vault.vault_id)):
        try:
            unlock_at_door(here.instance, vault.vault_id, form.secret(field), form[f"{field}_code"]).close()
        except WrongPassphrase as error:
            error.field = f"{field}_code" if error.field else field
            raise
