"""The door: who comes, with passphrase (and code, where one is set) or recovery key, and the way out."""

import logging
from contextlib import suppress
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from starlette.background import BackgroundTask

from mesinfos.consent.outbox import refresh
from mesinfos.errors import N_, InvalidInput, Locked, MesInfosError
from mesinfos.photos import sweep
from mesinfos.vault.passkeys import list_passkeys
from mesinfos.vault.sessions import resume_session
from mesinfos.vault.totp import is_on, unlock_at_door
from mesinfos.vault.unlock import OpenVault
from mesinfos.vault.vaults import Person, list_persons
from mesinfos.wording import LANGUAGES
from web.dashboard.entry import doors
from web.deps import SESSION_COOKIE, Form, Here, Site, Typed
from web.passkeys import place, usable
from web.problems import status_of
from web.render import LANGUAGE_COOKIE, go, page, wrong
from web.security import local_path
from web.throttle import TooSoon

router = APIRouter()
logger = logging.getLogger("mesinfos.web")


@router.get("/unlock")
def door(request: Request, here: Here, then: Annotated[str, Query(alias="next")] = "/", who: str = "") -> Response:
    """Who comes in, and with what."""
    persons = list_persons(here.instance)
    if not persons:
        return go(request, "/welcome")
    return door_page(request, here, persons, who or persons[0].vault_id, local_path(then))


@router.post("/unlock")
def enter(request: Request, here: Here, form: Form) -> Response:
    """Open the vault, or say why not; tries are counted before they are made."""
    then = local_path(form["next"] or "/")
    persons = list_persons(here.instance)
    try:
        person = chosen(persons, form["who"])
        with here.throttle.trying(*doors.doors(request, here, person.vault_id)):
            vault = unlock_at_door(here.instance, person.vault_id, _secret(form), form["code"])
    except MesInfosError as error:
        return closed(request, here, form, error)
    return let_in(request, here, person, vault, then)


@router.post("/lock")
def lock(request: Request, here: Here) -> Response:
    """Close the vault in this browser; what it showed is forgotten. Other browsers of the person read it again."""
    cookie = request.cookies.get(SESSION_COOKIE, "")
    with suppress(Locked):
        here.forget(resume_session(here.instance, cookie).vault_id)
    doors.leave(request, here)
    return doors.forget(request, go(request, "/unlock", said="locked"))


def _bring_up_to_date(here: Site, vault: OpenVault) -> None:
    """What merchants may read follows what came while the vault was closed, and photos taken away long ago go.

    The person need not wait for it.
    """
    try:
        refresh(vault, here.readings.of(vault))
        sweep(vault, here.readings.of(vault))
    except MesInfosError as error:
        logger.warning("a vault was not brought up to date: %s", type(error).__name__)


def let_in(request: Request, here: Site, person: Person, vault: OpenVault, then: str) -> Response:
    """The vault is open: to the page that was asked for, in the person's language."""
    answer = doors.enter(request, here, vault, go(request, then))
    answer.background = BackgroundTask(_bring_up_to_date, here, vault)
    if request.cookies.get(LANGUAGE_COOKIE) not in LANGUAGES:
        doors.prefer(request, answer, language=person.language)
    return answer


def closed(request: Request, here: Site, form: Typed, error: MesInfosError, field: str = "secret") -> Response:
    """The door again, with the reason; `field` is where one is shown that names no field."""
    logger.info("a door stayed closed: %s", type(error).__name__)
    persons, then = list_persons(here.instance), local_path(form["next"] or "/")
    told = wrong(request, error)
    answer = door_page(
        request, here, persons, form["who"], then, told if error.field or not field else {field: told[""]}
    )
    answer.status_code = 429 if isinstance(error, TooSoon) else status_of(error)
    if isinstance(error, TooSoon):
        answer.headers["Retry-After"] = str(error.seconds)
    return answer


def door_page(  # noqa: PLR0913, PLR0917  what the page shows: who is asked, where they want to go, what went wrong
    request: Request, here: Site, persons: list[Person], who: str, then: str, faults: dict[str, str] | None = None
) -> Response:
    """The door as it stands: a passkey is offered where somebody has one for this address, a code where one is set."""
    where = place(request)
    return page(
        request,
        "unlock/unlock.html",
        persons=persons,
        chosen=who,
        then=then,
        wrong=faults or {},
        passkeys=any(usable(list_passkeys(here.instance, one.vault_id), where) for one in persons),
        coded=any(is_on(here.instance, one.vault_id) for one in persons),
    )


def chosen(persons: list[Person], wanted: str) -> Person:
    """The person who says to come; raises InvalidInput when there is no such."""
    for person in persons:
        if person.vault_id == wanted:
            return person
    raise InvalidInput(N_("Choose who you are."), field="who")


def _secret(form: Typed) -> str:
    secret = form.secret("secret")
    if not secret:
        raise InvalidInput(N_("Type your passphrase or your recovery key."), field="secret")
    if len(secret) > 1000:
        raise InvalidInput(N_("This is too long to be a passphrase."), field="secret")
    return secret
