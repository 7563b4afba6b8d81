"""Leaving a mailing: what will be asked of whom, the one press, and what was answered."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from mesinfos.errors import N_, InvalidInput
from mesinfos.leaving import How, leave, note
from mesinfos.relations.mailings import mailing_of
from web.dashboard.answers import one_of
from web.deps import Form, Mine, Shown
from web.leaving import leave_of
from web.render import go, inside, page

router = APIRouter(prefix="/messages")


@router.get("/{record_id}/unsubscribe")
def ways(request: Request, reading: Shown, record_id: str) -> Response:
    """How the mailing of a mail can be left, and what came of it."""
    seen = reading.message(record_id)
    return page(request, "messages/leave.html", seen=seen, leave=leave_of(reading, seen))


@router.post("/{record_id}/unsubscribe")
def ask(request: Request, vault: Mine, reading: Shown, form: Form, record_id: str) -> Response:
    """Ask by one press; or note that the person asked by mail or on a page."""
    found = mailing_of(reading, reading.message(record_id))
    if found is None:
        raise InvalidInput(N_("This mail belongs to no mailing that can be left."))
    said = {}
    if form["how"]:
        how = one_of(How, form["how"], "how")
        said = {"said": "left", "undo": note(vault, reading, found, how)}
    else:
        leave(vault, reading, found)
    answer = go(request, inside(form["back"], f"/messages/{record_id}/unsubscribe"), **said)
    answer.headers["Location"] += "#leave"
    return answer
