"""What a shared address shows to whoever holds it: one quiet page, no way further into the house."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from mesinfos.consent.links import Audience, Door, door, look
from mesinfos.errors import WrongPassphrase
from web.deps import Form, Here, Site, open_vault
from web.render import page, wrong

router = APIRouter(prefix="/s")


@router.get("/{secret}")
def visit(request: Request, here: Here, secret: str) -> Response:
    """The page, or the question for its passcode; raises NotFound in the same words for all that leads nowhere."""
    found = _at_door(request, here, secret)
    if found.audience is Audience.PASSCODE:
        return page(request, "links/passcode.html", secret=secret)
    return page(request, "links/shared.html", snapshot=look(here.instance, secret))


@router.post("/{secret}")
def knock(request: Request, here: Here, form: Form, secret: str) -> Response:
    """The page, for the right passcode; wrong ones wait ever longer, for this link and from this address."""
    found = _at_door(request, here, secret)
    code = form.secret("passcode") if found.audience is Audience.PASSCODE else ""
    address = request.client.host if request.client else "?"
    try:
        with here.throttle.trying(f"link:{secret}", f"reader:{address}"):
            snapshot = look(here.instance, secret, code)
    except WrongPassphrase as error:
        return page(request, "links/passcode.html", 403, secret=secret, wrong=wrong(request, error, ("passcode",)))
    return page(request, "links/shared.html", snapshot=snapshot)


def _at_door(request: Request, here: Site, secret: str) -> Door:
    found = door(here.instance, secret)
    if found.audience is Audience.HOUSE:
        open_vault(request, here)
    return found
