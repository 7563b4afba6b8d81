"""Links to share with people: what they would show is seen first, then the address is made; a press ends it."""

from typing import Any, NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import Response

from mesinfos.consent import links
from mesinfos.consent.journal import entries
from mesinfos.consent.links import Audience, Terms
from mesinfos.consent.snapshot import Part, Snapshot, chosen
from mesinfos.errors import N_, InvalidInput
from mesinfos.relations.reading import Reading
from web.dashboard.shown import today
from web.deps import Form, Here, Mine, Shown, Typed
from web.render import go, page, wrong

router = APIRouter(prefix="/links")

PARTS = {
    Part.ITEMS: N_("what was bought"),
    Part.DAY: N_("the day"),
    Part.MERCHANT: N_("the merchant"),
    Part.AMOUNTS: N_("the amounts"),
    Part.NUMBER: N_("the order numbers"),
}
AUDIENCES = {
    Audience.ANYBODY: N_("Whoever has the address"),
    Audience.PASSCODE: N_("Whoever has the address and a passcode"),
    Audience.HOUSE: N_("The persons of this house, with their vault open"),
}
DAYS = {"7": 7, "30": 30, "90": 90, "365": 365}
FIELDS = ("what", "parts", "title", "days", "views", "passcode")
KEPT = ("what", "parts", "title", "by", "audience", "days", "views", "passcode")
USUAL = (
    ("parts", Part.ITEMS),
    ("parts", Part.DAY),
    ("parts", Part.MERCHANT),
    ("audience", Audience.ANYBODY),
    ("days", "30"),
)
LONGEST_TITLE = 120


class Choice(NamedTuple):
    """Something that can be shared, as the form offers it."""

    what: str
    name: str
    many: int


@router.get("")
def listed(request: Request, vault: Mine) -> Response:
    """Every link, those that still show something first."""
    found = links.links(vault)
    return page(
        request, "links/list.html", live=[one for one in found if not one.over], over=[one for one in found if one.over]
    )


@router.get("/new")
def blank(request: Request, reading: Shown, what: str = "") -> Response:
    """The form, filled with what tells little: things and days, no amounts."""
    return _ask(request, reading, Typed.of([("what", what), *((name, str(value)) for name, value in USUAL)]))


@router.post("/preview")
def preview(request: Request, reading: Shown, form: Form) -> Response:
    """The page as its reader will see it; nothing is shared yet."""
    try:
        snapshot, terms = _snapshot(request, reading, form), _terms(form).checked()
    except InvalidInput as error:
        return _ask(request, reading, form, error)
    if form["back"]:
        return _ask(request, reading, form)
    kept = [(name, value) for name in KEPT for value in form.all(name)]
    return page(request, "links/preview.html", snapshot=snapshot, kept=kept, terms=terms, audiences=AUDIENCES)


@router.post("")
def make(request: Request, vault: Mine, reading: Shown, form: Form) -> Response:
    """Share what was seen."""
    try:
        made = links.make(vault, _snapshot(request, reading, form), _terms(form))
    except InvalidInput as error:
        return _ask(request, reading, form, error)
    return go(request, f"/links/{made}", said="link-made")


@router.get("/{link_id}")
def shown(request: Request, here: Here, vault: Mine, link_id: str) -> Response:
    """One link: its address, what it shows, who looked."""
    found = links.one_link(vault, link_id)
    address = f"{here.instance.settings.base_url.rstrip('/')}/s/{found.secret}"
    looks = entries(vault, subject=link_id, action="link.read", limit=20)
    return page(request, "links/link.html", found=found, address=address, looks=looks, audiences=AUDIENCES)


@router.post("/{link_id}/end")
def end(request: Request, vault: Mine, link_id: str) -> Response:
    """From now on the address leads nowhere."""
    links.end(vault, link_id)
    return go(request, "/links", said="link-ended")


def _ask(request: Request, reading: Reading, form: Typed, error: InvalidInput | None = None) -> Response:
    values: dict[str, Any] = {"wrong": wrong(request, error, FIELDS)} if error else {}
    return page(
        request,
        "links/form.html",
        422 if error else 200,
        typed=form,
        ticked=form.all("parts"),
        choices=_choices(reading, form["what"]),
        parts=PARTS,
        audiences=AUDIENCES,
        days=DAYS,
        **values,
    )


def _choices(reading: Reading, what: str) -> list[Choice]:
    """What can be shared, beginning with what was asked for; years and merchants with proved orders only."""
    proved = [one for one in reading.orders() if one.verified]
    years = sorted({one.day.year for one in proved}, reverse=True)
    kind, _, name = what.partition(":")
    asked = []
    if kind == "order":
        asked = [Choice(what, N_("This purchase"), 1)]
    elif kind == "merchant":
        view = reading.merchant(name)
        asked = [Choice(what, view.merchant.name, view.orders)]
    by_year = [Choice(f"year:{year}", str(year), sum(one.day.year == year for one in proved)) for year in years]
    many = sum(1 for view in reading.merchants() if view.orders)
    return [*asked, *by_year, Choice("merchants", N_("My merchants, by name"), many)] if proved else asked


def _snapshot(request: Request, reading: Reading, form: Typed) -> Snapshot:
    title = form["title"]
    if not title or len(title) > LONGEST_TITLE:
        raise InvalidInput(N_("Give it a title of 120 characters at most: its readers see it."), field="title")
    parts = [Part(one) for one in form.all("parts") if one in set(Part)]
    by = request.state.person.name if form["by"] else ""
    return Snapshot(title, by, today(), chosen(reading, form["what"], parts))


def _terms(form: Typed) -> Terms:
    audience = Audience(form["audience"]) if form["audience"] in set(Audience) else Audience.HOUSE
    return Terms(audience, DAYS.get(form["days"], 0), _times(form["views"]), form.secret("passcode"))


def _times(text: str) -> int:
    """A number of looks as it was typed: 0, no limit, for nothing; -1, which no terms take, for what is none."""
    if not text:
        return 0
    return (int(text) or -1) if text.isdecimal() and len(text) < 7 else -1
