"""What is to be confirmed: what was read, why it is doubtful, where it stands in the mail, and one press to say so."""

from typing import NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import Response

from mesinfos.ingest import places
from mesinfos.model.message import Body
from mesinfos.model.rule import Kind, Reach
from mesinfos.relations.doubts import Doubt
from mesinfos.relations.reading import Reading
from mesinfos.relations.replay import body_of
from mesinfos.teach import Said, rule_of, teach
from mesinfos.vault.openvault import OpenVault
from web.dashboard.answers import one_of
from web.dashboard.listing import cut, number
from web.dashboard.shown import unsure
from web.deps import Form, Mine, Shown
from web.render import go, page

router = APIRouter(prefix="/doubts")
SIZE = 20  # mails are opened for what is shown, so a page is shorter here
EXCERPT = 3  # lines of a mail


class Line(NamedTuple):
    """A doubt with the subject of its mail and the lines it was read from."""

    doubt: Doubt
    subject: str
    excerpt: list[str]


@router.get("")
def everything(request: Request, vault: Mine, reading: Shown) -> Response:
    """The list, newest first."""
    shown = cut(unsure(reading), number(request), SIZE)
    return page(request, "doubts/list.html", shown=shown, lines=list(_lines(vault, reading, list(shown.items))))


@router.post("/right")
def right(request: Request, vault: Mine, reading: Shown, form: Form) -> Response:
    """The person says that it was read well."""
    mail = form["mail"]
    if form["kind"] == "merchant":
        said = Said(mail, Reach.SENDER, merchant=form["about"])
    else:
        said = Said(mail, kind=one_of(Kind, form["kind"], "kind"), about=form["about"], right=True)
    rule_id = teach(vault, reading, mail, rule_of(vault, reading, said))
    return go(request, "/doubts", said="confirmed", undo=rule_id)


def _lines(vault: OpenVault, reading: Reading, found: list[Doubt]) -> list[Line]:
    with vault.instance.database.read(vault.vault_id) as conn:
        return [
            Line(one, reading.message(one.mail).message.subject, _excerpt(reading, one, body_of(vault, conn, one.mail)))
            for one in found
            if one.mail
        ]


def _excerpt(reading: Reading, one: Doubt, body: Body | None) -> list[str]:
    """Where it stands: the lines with its number, else with its amount; of a mail without facts its first line."""
    message = reading.message(one.mail).message
    if body is None or one.kind in {Kind.NOTHING, "merchant"}:
        return [message.snippet] if message.snippet else []
    sheet = places.sheet_of(message, body)
    found = places.lines_with(sheet, one.number) or places.lines_with(sheet, one.total)
    return [line.replace("\t", " · ")[:160] for line in dict.fromkeys(found)][:EXCERPT]
