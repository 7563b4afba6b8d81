"""One message: its text first, why it was sorted so, what was read from it. Its own layout, on demand, in a frame."""

from typing import Any, NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from mesinfos.errors import N_, InvalidInput, NotFound
from mesinfos.ingest.page import Page
from mesinfos.model.codec import decode
from mesinfos.model.facts import Observation
from mesinfos.model.message import Attachment, Body
from mesinfos.outbound import Reach
from mesinfos.relations.reading import Reading
from mesinfos.relations.seen import by_mail
from mesinfos.vault.records import read_children, read_record
from web import letter, pictures
from web.deps import Form, Here, Mine, Shown
from web.leaving import leave_of
from web.render import go, page

router = APIRouter(prefix="/messages")
TOLD = ("orders", "parcels", "offers", "bookings", "invoices", "returns", "benefits")


class Paper(NamedTuple):
    """An attachment that was kept, and where to get it."""

    record_id: str
    filename: str
    size: int


@router.get("/{record_id}")
def message(request: Request, here: Here, vault: Mine, reading: Shown, record_id: str) -> Response:
    """The mail as text, and what was found in it."""
    seen = reading.message(record_id)
    with vault.instance.database.read(vault.vault_id) as connection:
        parts = [(one.record_id, decode(one.payload)) for one in read_children(vault, connection, record_id)]
    facts = [(place, part) for place, part in parts if isinstance(part, Observation)]
    body = next((part.fact for _, part in facts if isinstance(part.fact, Body)), Body())
    values: dict[str, Any] = {name: told(reading, name, record_id) for name in TOLD}
    return page(
        request,
        "messages/message.html",
        seen=seen,
        message=seen.message,
        merchant=seen.observation.merchant,
        lines=readable(body),
        letter=letter.letter(body.html),
        loaded=here.pictures.get(vault.vault_id, record_id),
        sandbox=letter.SANDBOX,
        leave=leave_of(reading, seen),
        papers=[_paper(place, part.fact) for place, part in facts if isinstance(part.fact, Attachment)],
        **values,
    )


def told(reading: Reading, name: str, record_id: str) -> list[Any]:
    """What of one kind, such as "orders", a mail told of."""
    drawers: dict[str, list[Any]] = reading.folded(
        f"{name} that a mail told of", lambda: by_mail(getattr(reading, name)())
    )
    return drawers.get(record_id, [])


@router.get("/{record_id}/page")
def layout(here: Here, vault: Mine, reading: Shown, record_id: str) -> Response:
    """The mail as its sender laid it out, made safe, for the frame and nothing else."""
    seen = reading.message(record_id)
    loaded = here.pictures.get(vault.vault_id, record_id)
    made = letter.letter(_html(vault, record_id), loaded.as_data() if loaded else {})
    document = letter.document(made, seen.message.language)
    return HTMLResponse(document, headers={"Content-Security-Policy": letter.POLICY})


@router.post("/{record_id}/pictures")
def show_pictures(  # noqa: PLR0913, PLR0917  what a page is given, and the mail
    request: Request, here: Here, vault: Mine, reading: Shown, form: Form, record_id: str
) -> Response:
    """Load the pictures of a mail that lie elsewhere, into memory; or forget them."""
    seen = reading.message(record_id)
    if seen.message.imitates:
        raise InvalidInput(N_("This mail pretends to come from somebody else. Its pictures are not loaded."))
    if form["hide"]:
        here.pictures.drop(vault.vault_id)
    else:
        wanted = letter.letter(_html(vault, record_id)).pictures
        reach = Reach(vault.instance.settings.outbound_hosts)
        here.pictures.put(vault.vault_id, pictures.load(record_id, wanted, reach))
    answer = go(request, f"/messages/{record_id}")
    answer.headers["Location"] += "#layout"
    return answer


def _html(vault: Mine, record_id: str) -> str:
    with vault.instance.database.read(vault.vault_id) as connection:
        parts = [decode(one.payload) for one in read_children(vault, connection, record_id)]
    return next((one.fact.html for one in parts if isinstance(one, Observation) and isinstance(one.fact, Body)), "")


@router.get("/{record_id}/papers/{paper_id}")
def paper(vault: Mine, record_id: str, paper_id: str) -> Response:
    """A kept invoice or ticket, as a download: it is never shown inside our pages."""
    with vault.instance.database.read(vault.vault_id) as connection:
        found = read_record(vault, connection, paper_id)
    fact = decode(found.payload).fact
    if found.parent != record_id or not isinstance(fact, Attachment):
        raise NotFound(N_("There is no such document in this vault."))
    headers = {"Content-Disposition": 'attachment; filename="document.pdf"', "Content-Security-Policy": "sandbox"}
    return Response(fact.content, media_type="application/octet-stream", headers=headers)


def readable(body: Body) -> str:
    """The text part, or the text of the HTML part when there is none worth reading."""
    if len(body.text.strip()) > 40 or not body.html:
        return body.text.strip()
    return "\n".join(Page(body.html).lines)


def _paper(record_id: str, fact: Attachment) -> Paper:
    return Paper(record_id, fact.filename or "document.pdf", len(fact.content))
