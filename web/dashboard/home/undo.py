"""The Undo of the message that says what was done: it ends the rule or the choice that a press made."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from mesinfos.choose import take_back
from mesinfos.model.rule import Rule
from mesinfos.teach import withdraw
from web.deps import Form, Mine, Shown
from web.render import go, inside

router = APIRouter(prefix="/undo")


@router.post("/{record_id}")
def undo(request: Request, vault: Mine, reading: Shown, record_id: str, form: Form) -> Response:
    """Take back what was just said, and go on where the person was."""
    if isinstance(reading.as_read(record_id).observation.fact, Rule):
        withdraw(vault, reading, record_id)
        return go(request, "/settings/rules", said="rule-ended")
    take_back(vault, reading, record_id)
    return go(request, inside(form["back"]), said="undone")
