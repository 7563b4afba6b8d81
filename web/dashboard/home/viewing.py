"""The page of saved views, and what is done with them: kept, named anew, removed; each undone by a press."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from mesinfos.choose import choose, choose_all
from mesinfos.errors import N_, InvalidInput, NotFound
from mesinfos.model.choice import Choice, Topic
from mesinfos.relations.reading import Reading
from web.dashboard.saved import address_from, name_from, views
from web.deps import Form, Mine, Shown
from web.render import go, page, wrong

router = APIRouter(prefix="/views")


@router.get("")
def every(request: Request, vault: Mine, reading: Shown) -> Response:
    """Every saved view, of whichever list."""
    return page(request, "search/views.html", views=views(vault, reading))


@router.post("")
def keep(request: Request, vault: Mine, reading: Shown, form: Form) -> Response:
    """Keep what a list shows under a name; the same name again means the newer one."""
    try:
        name, address = name_from(form["name"]), address_from(form["address"])
    except InvalidInput as error:
        shown = {"views": views(vault, reading), "wrong": wrong(request, error), "typed": form}
        return page(request, "search/views.html", 422, **shown)
    return go(request, address, said="view-kept", undo=choose(vault, reading, Topic.VIEW, name, address))


@router.post("/rename")
def rename(request: Request, vault: Mine, reading: Shown, form: Form) -> Response:
    """The same view under another name."""
    old = _known(reading, form["view"])
    try:
        name = _free(reading, name_from(form["name"]), old)
    except InvalidInput as error:
        return page(request, "search/views.html", 422, views=views(vault, reading), wrong=wrong(request, error))
    address = reading.choices().value(Topic.VIEW, old)
    made = [Choice(Topic.VIEW, old, ""), Choice(Topic.VIEW, name, address)] if name != old else []
    undo = choose_all(vault, reading, made)
    return go(request, "/views", said="saved", **({"undo": undo} if undo else {}))


@router.post("/remove")
def remove(request: Request, vault: Mine, reading: Shown, form: Form) -> Response:
    """Forget a view; what it showed stays where it is."""
    undo = choose(vault, reading, Topic.VIEW, _known(reading, form["view"]), "")
    return go(request, "/views", said="view-removed", undo=undo)


def _free(reading: Reading, name: str, old: str) -> str:
    """A name that no other view has; raises InvalidInput."""
    if name != old and name in reading.choices().all(Topic.VIEW):
        raise InvalidInput(N_("Another view has this name."), field="name")
    return name


def _known(reading: Reading, name: str) -> str:
    if name not in reading.choices().all(Topic.VIEW):
        raise NotFound(N_("There is no view of that name."))
    return name
