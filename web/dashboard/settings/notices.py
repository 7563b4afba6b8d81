"""Notices: where one is told, of what, when not; and the list of all that was told."""

from typing import NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import Response

from mesinfos.errors import N_, InvalidInput
from mesinfos.notices import book
from mesinfos.notices.book import Line, Result
from mesinfos.notices.channels import (
    WAITING,
    Channel,
    Quiet,
    Way,
    get_channel,
    keep_quiet,
    list_channels,
    quiet_hours,
    remove_channel,
    tick,
)
from mesinfos.notices.herald import try_out
from mesinfos.notices.kinds import EVENTS, FROM_THE_OPEN_VAULT, Words, words
from mesinfos.vault.webpush import application_key
from web.dashboard.listing import cut, number
from web.deps import Form, Here, Mine, Site
from web.render import go, look, page, wrong
from web.words import Word

router = APIRouter()
HOURS = range(24)

WAYS = {
    Way.MAIL: Word(N_("E-mail"), icon="mail"),
    Way.APPRISE: Word(N_("Service"), icon="sharing"),
    Way.PUSH: Word(N_("Browser"), icon="bell"),
}
STATES = {
    WAITING: Word(N_("To be sent"), "calm", "clock"),
    book.SENDING: Word(N_("Being sent"), "calm", "clock"),
    book.SENT: Word(N_("Sent"), "good", "done"),
    book.FAILED: Word(N_("Not sent"), "bad", "warning"),
    book.UNSURE: Word(N_("Perhaps sent"), "warn", "question"),
}
"""How a copy stands."""


class Told(NamedTuple):
    """A notice as the list shows it."""

    line: Line
    words: Words


@router.get("/settings/notices")
def settings(request: Request, here: Here, vault: Mine) -> Response:
    """The channels, what each is told, and the hours without."""
    return _page(request, here, vault)


@router.post("/settings/notices")
def choose(request: Request, here: Here, vault: Mine, form: Form) -> Response:
    """Keep the ticks ("channel/event") and the quiet hours."""
    try:
        quiet = Quiet(*(_hour(form[name]) for name in ("begins", "ends")))
    except InvalidInput as error:
        return _page(request, here, vault, error)
    ticked: dict[str, list[str]] = {}
    for one in form.all("tell"):
        channel_id, _, event = one.partition("/")
        ticked.setdefault(channel_id, []).append(event)
    tick(here.instance, vault.vault_id, ticked)
    keep_quiet(here.instance, vault.vault_id, quiet)
    return go(request, "/settings/notices", said="saved")


@router.post("/settings/notices/{channel_id}/test")
def try_(request: Request, here: Here, vault: Mine, channel_id: str) -> Response:
    """Send a test and wait for its result."""
    try_out(here.instance, vault.vault_id, channel_id)
    return go(request, "/settings/notices", tried=channel_id)


@router.get("/settings/notices/{channel_id}/remove")
def ask(request: Request, here: Here, vault: Mine, channel_id: str) -> Response:
    """Ask before a channel is forgotten."""
    found = get_channel(here.instance, vault.vault_id, channel_id)
    return page(request, "settings/notices_remove.html", channel=found)


@router.post("/settings/notices/{channel_id}/remove")
def remove(request: Request, here: Here, vault: Mine, channel_id: str) -> Response:
    """Forget a channel and its secrets."""
    remove_channel(here.instance, vault.vault_id, channel_id)
    return go(request, "/settings/notices", said="channel-removed")


@router.get("/notices")
def listed(request: Request, here: Here, vault: Mine) -> Response:
    """Every notice, newest first, with what became of each copy."""
    language = look(request).language
    shown = cut(book.lines(here.instance, vault.vault_id), number(request))
    told = [Told(line, words(line.told.kind, line.told.count, language)) for line in shown.items]
    channels = list_channels(here.instance, vault.vault_id)
    return page(request, "home/notices.html", told=told, shown=shown, states=STATES, channels=channels)


def _page(request: Request, here: Site, vault: Mine, error: InvalidInput | None = None) -> Response:
    instance, vault_id = here.instance, vault.vault_id
    channels = list_channels(instance, vault_id)
    with instance.database.read(vault_id) as conn:
        quiet = quiet_hours(instance, conn, vault_id)
    last = _last(book.lines(instance, vault_id), channels)
    tried = request.query_params.get("tried", "")
    return page(
        request,
        "settings/notices.html",
        422 if error else 200,
        channels=channels,
        last=last,
        tried=last.get(tried),
        events=EVENTS,
        foreseen=FROM_THE_OPEN_VAULT,
        quiet=quiet,
        hours=HOURS,
        ways=WAYS,
        states=STATES,
        key=application_key(instance.key, vault_id),
        wrong=wrong(request, error) if error else {},
    )


def _last(lines: list[Line], channels: list[Channel]) -> dict[str, tuple[str, Result]]:
    """The newest copy of each channel."""
    found: dict[str, tuple[str, Result]] = {}
    for line in lines:
        for channel_id, state, result in line.copies:
            found.setdefault(channel_id, (state, result))
    return {one.channel_id: found[one.channel_id] for one in channels if one.channel_id in found}


def _hour(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text[:3]) in HOURS):
        raise InvalidInput(N_("An hour is a number from 0 to 23."), field="begins")
    return int(text)
