"""What is done with several merchants at once, beside receiving them: joined after a look, or taken away as a file."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import msgspec
from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from mesinfos.errors import N_, InvalidInput
from mesinfos.relations.reading import Reading, Relation
from web.deps import Form, Shown, Typed
from web.render import go

router = APIRouter(prefix="/merchants")


@router.post("/together")
def together(request: Request, reading: Shown, form: Form) -> RedirectResponse:
    """To the look at what joining the ticked merchants makes; the one that wrote most comes first."""
    ticked = _ticked(reading, form)
    if len(ticked) < 2:
        raise InvalidInput(N_("Tick at least two merchants to join them."), field="merchant")
    first, *others = sorted(ticked, key=lambda one: -reading.merchant(one).messages)
    return go(request, f"/merchants/{first}/join?{urlencode([('other', one) for one in others])}")


@router.post("/export")
def export(reading: Shown, form: Form) -> Response:
    """All that is known of the ticked merchants, as one JSON file; it is made for this answer and kept nowhere."""
    made = {
        "exported": datetime.now(UTC).isoformat(),
        "merchants": [_told(reading.relation(one)) for one in _ticked(reading, form)],
    }
    body = msgspec.json.format(msgspec.json.encode(made), indent=2)
    headers = {"Content-Disposition": 'attachment; filename="mesinfos-merchants.json"'}
    return Response(body, media_type="application/json", headers=headers)


def _ticked(reading: Reading, form: Typed) -> list[str]:
    known = {view.id for view in reading.merchants()}
    ticked = [one for one in dict.fromkeys(form.all("merchant")) if one in known]
    if not ticked:
        raise InvalidInput(N_("Tick at least one merchant."), field="merchant")
    return ticked


def _told(found: Relation) -> dict[str, Any]:
    """A relation in plain values: its mails by what their headers tell, everything else as it is known."""
    told = found._asdict()
    view = told.pop("view")
    mails = [{"record": seen.record_id} | msgspec.to_builtins(seen.message) for seen in told.pop("messages")]
    made: dict[str, Any] = {"merchant": msgspec.to_builtins(view), "messages": mails}
    made.update(msgspec.to_builtins(told))
    return made
