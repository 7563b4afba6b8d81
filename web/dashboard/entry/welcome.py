"""First run: language, person and passphrase, recovery key, first source. Each step is a page.

It is open while nobody lives here. From another machine it also asks for the code that the log shows at start, so that
whoever reaches a fresh instance first does not become its person.
"""

from hmac import compare_digest

from fastapi import APIRouter, Request
from fastapi.responses import Response

from mesinfos.errors import N_, InvalidInput, MesInfosError, NotFound
from mesinfos.vault.vaults import create_vault
from mesinfos.wording import LANGUAGES
from web.dashboard.entry import doors, passphrase
from web.deps import Form, Here, Mine, Site, Typed
from web.problems import status_of
from web.render import go, look, page, wrong
from web.security import at_home

router = APIRouter(prefix="/welcome")
LONGEST_NAME = 80


@router.get("")
def language(request: Request, here: Here) -> Response:
    """Which language the person reads."""
    return page(request, "welcome/language.html", step=1) if here.empty() else go(request, "/")


@router.post("/language")
def choose_language(request: Request, here: Here, form: Form) -> Response:
    """Keep the language and go on."""
    wanted = form["language"] if form["language"] in LANGUAGES else look(request).language
    then = "/welcome/person" if here.empty() else "/"
    return doors.prefer(request, go(request, then), language=wanted)


@router.get("/person")
def person(request: Request, here: Here) -> Response:
    """Who will live here, and the passphrase."""
    if not here.empty():
        return go(request, "/")
    return page(request, "welcome/person.html", step=2, code_needed=not at_home(request))


@router.post("/person")
def make(request: Request, here: Here, form: Form) -> Response:
    """Make the vault and open it in this browser; the recovery key waits on the next page."""
    try:
        _may_begin(request, here, form)
        vault, recovery = create_vault(
            here.instance, name(form), passphrase.chosen(form), language=look(request).language
        )
    except MesInfosError as error:
        fields = ("name", "passphrase", "again", "code")
        return page(
            request,
            "welcome/person.html",
            status=status_of(error),
            step=2,
            code_needed=not at_home(request),
            typed={"name": form["name"]},
            wrong=wrong(request, error, fields),
        )
    here.recovery[vault.vault_id] = recovery
    return doors.enter(request, here, vault, go(request, "/welcome/recovery"))


def name(form: Typed) -> str:
    """A person's name as typed; raises InvalidInput."""
    typed = form["name"]
    if not typed or len(typed) > LONGEST_NAME or not typed.isprintable():
        raise InvalidInput(N_("Give a name of at most {count} characters."), field="name", count=LONGEST_NAME)
    return typed


def _may_begin(request: Request, here: Site, form: Typed) -> None:
    if not here.empty():
        raise NotFound(N_("Somebody lives here already; further persons are added in the settings."))
    if at_home(request):
        return
    address = request.client.host if request.client else "?"
    with here.throttle.trying(f"setup:{address}", "setup"):
        if not compare_digest(form["code"].encode(), here.setup_code.encode()):
            raise InvalidInput(N_("This is not the code that the log of MesInfos shows."), field="code")


@router.get("/recovery")
def recovery_key(request: Request, here: Here, vault: Mine) -> Response:
    """The recovery key, until it was typed back; it is kept nowhere."""
    key = here.recovery.get(vault.vault_id)
    if key is None:
        return go(request, "/")
    return page(request, "welcome/recovery.html", step=3, groups=passphrase.groups(key))


@router.get("/confirm")
def confirm(request: Request, here: Here, vault: Mine) -> Response:
    """Two groups of the key are asked for: the paper must exist."""
    key = here.recovery.get(vault.vault_id)
    return page(request, "welcome/confirm.html", step=4, asked=passphrase.asked(key)) if key else go(request, "/")


@router.post("/confirm")
def confirmed(request: Request, here: Here, vault: Mine, form: Form) -> Response:
    """Forget the key once it was typed back."""
    key = here.recovery.get(vault.vault_id)
    if key and not passphrase.typed_back(key, form):
        error = InvalidInput(N_("This is not what the key says there. Look at your paper and type it again."))
        places = passphrase.asked(key)
        return page(
            request, "welcome/confirm.html", status=422, step=4, asked=places, wrong=wrong(request, error), typed=form
        )
    here.recovery.pop(vault.vault_id, None)
    return go(request, "/welcome/source")


@router.get("/source")
def first_source(request: Request, vault: Mine) -> Response:
    """What shall be read first; may be skipped."""
    return page(request, "welcome/source.html", step=5, vault_id=vault.vault_id)
