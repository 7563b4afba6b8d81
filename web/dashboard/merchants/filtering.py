"""The filter: kinds of mail × kinds of merchants, with exceptions, seen over past mail before it is kept."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import Response

from mesinfos.choose import choose, choose_all
from mesinfos.errors import N_, InvalidInput
from mesinfos.model.choice import Choice, Manner, Topic
from mesinfos.model.values import Category, Kind
from mesinfos.relations.merchants import MerchantView
from mesinfos.relations.reading import Reading
from mesinfos.relations.resift import resift, volumes
from mesinfos.relations.search import named
from mesinfos.relations.sieve import KEPT, Sieve
from web.dashboard.answers import one_of
from web.dashboard.shown import mail
from web.deps import Form, Mine, Shown, Typed
from web.render import go, page, wrong

router = APIRouter(prefix="/merchants/filter")
COLUMNS = tuple(one for one in Category if one not in KEPT)
ALWAYS = tuple(KEPT)
PRESETS = (
    ("promo-digest", N_("Promotions once a week")),
    ("promo-hide", N_("No promotions")),
    ("all-hide", N_("Hide all")),
    ("all-show", N_("Show all")),
)


class Special(NamedTuple):
    """What holds for one merchant alone."""

    view: MerchantView
    category: Category
    manner: Manner


@router.get("")
def matrix(request: Request, reading: Shown, merchant: str = "", everything: str = "") -> Response:
    """The filter in force, its exceptions, and a line for one more."""
    return _page(request, reading, mail(reading).sieve.cells, merchant=merchant, everything=bool(everything))


@router.post("")
def change(request: Request, vault: Mine, reading: Shown, form: Form) -> Response:
    """Show what the filter would change over past mail, or keep it."""
    sieve = mail(reading).sieve
    cells = _cells(form)
    if form["preset"]:
        cells |= _preset(form["preset"])
    changed = {subject: manner for subject, manner in cells.items() if manner is not _of(sieve, subject)}
    if not form["keep"]:
        seen = resift(reading, mail(reading), changed)
        return _page(request, reading, sieve.cells | cells, preview=seen, everything=bool(form["everything"]))
    made = [Choice(Topic.CELL, subject, manner) for subject, manner in changed.items()]
    undo = choose_all(vault, reading, made)
    return go(request, "/merchants/filter", said="filtered", **({"undo": undo} if undo else {}))


@router.post("/exception")
def exception(request: Request, vault: Mine, reading: Shown, form: Form) -> Response:
    """Say how one kind of mail of one merchant is shown; without a manner, as its kind of merchants again."""
    try:
        view = _named(reading, form["merchant"])
        category = _column(form["category"])
        manner = str(one_of(Manner, form["manner"], "manner")) if form["manner"] else ""
    except InvalidInput as error:
        cells = mail(reading).sieve.cells
        return _page(request, reading, cells, status=422, wrong=wrong(request, error), typed=form)
    undo = choose(vault, reading, Topic.CELL, f"{category}@{view.id}", manner)
    return go(request, "/merchants/filter", said="filtered", undo=undo)


def _page(request: Request, reading: Reading, cells: Mapping[str, Manner], **values: Any) -> Response:
    counts = volumes(reading)
    met = {kind for kind, _ in counts}
    everything = values.pop("everything", False)
    kinds = [kind for kind in Kind if everything or kind in met or _differs(cells, kind)]
    given = {"preview": None, "merchant": ""} | values
    return page(
        request,
        "merchants/filter.html",
        given.pop("status", 200),
        cells=cells,
        counts=counts,
        kinds=kinds,
        left=len(Kind) - len(kinds),
        columns=COLUMNS,
        always=ALWAYS,
        presets=PRESETS,
        exceptions=list(_exceptions(reading)),
        merchants=reading.merchants(),
        **given,
    )


def _differs(cells: Mapping[str, Manner], kind: Kind) -> bool:
    """Whether a kind that never wrote is filtered all the same, and so must be seen."""
    return any(cells.get(f"{category}/{kind}", Manner.SHOW) is not Manner.SHOW for category in COLUMNS)


def _cells(form: Typed) -> dict[str, Manner]:
    """The cells of the table as they were sent; what is not among them stays as it is."""
    named = [f"{category}/{kind}" for kind in Kind for category in COLUMNS]
    return {name: one_of(Manner, form[name], name) for name in named if form[name]}


def _preset(name: str) -> dict[str, Manner]:
    """Every cell that one press sets."""
    which, _, manner = name.partition("-")
    columns: Iterable[Category] = COLUMNS if which == "all" else [one_of(Category, which, "preset")]
    chosen = one_of(Manner, manner, "preset")
    return {f"{category}/{kind}": chosen for kind in Kind for category in columns}


def _of(sieve: Sieve, subject: str) -> Manner:
    return sieve.cells.get(subject, Manner.SHOW)


def _exceptions(reading: Reading) -> Iterable[Special]:
    views = {view.id: view for view in reading.merchants()}
    for subject, one in reading.choices().all(Topic.CELL).items():
        category, at, domain = subject.partition("@")
        if at and domain in views:
            yield Special(views[domain], Category(category), Manner(one.value))


def _column(text: str) -> Category:
    """A kind of mail that can be filtered; raises InvalidInput for one that is always shown."""
    category = one_of(Category, text, "category")
    if category in KEPT:
        raise InvalidInput(N_("Such mail is always shown."), field="category")
    return category


def _named(reading: Reading, text: str) -> MerchantView:
    """The merchant of a name or a domain; raises InvalidInput for one that never wrote."""
    for view in named(reading, text):
        return view
    raise InvalidInput(N_("No merchant of that name writes to you."), field="merchant")
