"""Adding a place to be told: tried before it is kept, so that what is kept works. Secrets never come back in a page."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from mesinfos.errors import N_, InvalidInput, MesInfosError, NotFound
from mesinfos.notices import mail, push, services
from mesinfos.notices.channels import Way, add_channel, list_channels, remove_channel
from mesinfos.notices.kinds import TEST, words
from mesinfos.notices.sending import Message, NotSent, Unsure
from mesinfos.outbound import Reach
from mesinfos.vault.keys import new_id
from web.deps import Form, Here, Mine, Site, Typed
from web.problems import status_of
from web.render import go, look, page, wrong

router = APIRouter(prefix="/settings/notices")
NO_FORM = N_("There is no such way to be told.")
BROWSERS = (
    *(("Edg", "Edge"), ("OPR", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox", "Firefox")),
    *(("Chrom", "Chrome"), ("Safari", "Safari")),
)
"""What they have in their names; the first that fits, since each also calls itself like those after it."""
SYSTEMS = (
    *(("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows")),
    *(("Mac", "macOS"), ("Linux", "Linux")),
)


@router.get("/new/{way}")
def blank(request: Request, vault: Mine, way: str) -> Response:
    """The form of a way."""
    _ = vault
    return page(request, _form(way))


@router.post("/new/{way}")
def add(request: Request, here: Here, vault: Mine, way: str, form: Form) -> Response:
    """Send a test, and keep the channel when it was taken."""
    template = _form(way)
    try:
        label, values = _tried(request, here, way, form)
    except (MesInfosError, NotSent) as failure:
        error = failure.problem if isinstance(failure, NotSent) else failure
        status = 422 if isinstance(error, InvalidInput) else status_of(error)
        faults = wrong(request, error, (*mail.FIELDS, "url"))
        return page(request, template, status, typed=form, wrong=faults)
    add_channel(here.instance, vault.vault_id, Way(way), label, values)
    return go(request, "/settings/notices", said="channel-added")


@router.post("/browsers")
def subscribe(request: Request, here: Here, vault: Mine, form: Form) -> Response:
    """Keep the subscription that a script got of this browser, in place of an earlier one at the same address."""
    values = push.checked(form)
    for old in list_channels(here.instance, vault.vault_id):
        if old.values.get("endpoint") == values["endpoint"]:
            remove_channel(here.instance, vault.vault_id, old.channel_id)
    add_channel(here.instance, vault.vault_id, Way.PUSH, _browser(request), values)
    return go(request, "/settings/notices", said="channel-added")


def _tried(request: Request, here: Site, way: str, form: Typed) -> tuple[str, dict[str, str]]:
    """A name and the values of what was typed, after a test was sent; raises InvalidInput or NotSent."""
    settings = here.instance.settings
    message = Message(
        words(TEST, 1, look(request).language), settings.base_url, new_id(), Reach(settings.outbound_hosts)
    )
    try:
        if way == Way.MAIL:
            values = mail.checked(dict(form) | {"password": form.secret("password")})
            label = values["recipient"]
            mail.send(values, message)
        else:
            values, label = services.checked(form, settings.outbound_hosts)
            services.send(values, message)
    except Unsure:  # it may have arrived: its person sees whether it did
        pass
    return label, values


def _form(way: str) -> str:
    if way not in {Way.MAIL, Way.APPRISE}:
        raise NotFound(NO_FORM)
    return f"settings/notices_{way}.html"


def _browser(request: Request) -> str:
    """What a browser calls itself, in two words."""
    agent = request.headers.get("user-agent", "")
    named = [next((name for mark, name in known if mark in agent), "") for known in (BROWSERS, SYSTEMS)]
    return " · ".join(filter(None, named)) or "Web Push"
