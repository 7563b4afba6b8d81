"""The shortcuts of one key: what each does, and whether they act at all (WCAG 2.1.4)."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from mesinfos.errors import N_
from web.deps import Mine
from web.render import page

router = APIRouter()

PLACES = (
    ("a", N_("Home")),
    ("m", N_("Merchants")),
    ("c", N_("Purchases")),
    ("p", N_("Sharing")),
    ("r", N_("Settings")),
)
LISTS = (
    ("j", N_("The next line")),
    ("k", N_("The line before")),
    (N_("Enter"), N_("Open the line")),
    ("x", N_("Tick the line, or no longer")),
    ("e", N_("What the list is for: pause merchants, put a task off, say where a purchase is")),
)
ANYWHERE = (("/", N_("Search")), ("?", N_("This help")), (N_("Esc"), N_("Close this help")))


@router.get("/keyboard")
def shortcuts(request: Request, vault: Mine) -> Response:
    """Every shortcut; the dialog that `?` opens is taken from here."""
    _ = vault
    return page(request, "settings/keyboard.html", jumps=PLACES, lists=LISTS, anywhere=ANYWHERE)
