"""What a calendar program gets under a person's secret address, while the vault is locked too."""

from hashlib import sha256

from fastapi import APIRouter, Request
from fastapi.responses import Response

from mesinfos.consent.feeds import fetch
from web.calendars import written
from web.deps import Here

router = APIRouter(prefix="/calendar")


@router.get("/{secret}.ics")
def calendar(request: Request, here: Here, secret: str) -> Response:
    """The calendar, or 304 to a program that has it already; raises NotFound for all that leads nowhere."""
    body = written(fetch(here.instance, secret))
    tag = f'"{sha256(body).hexdigest()[:32]}"'
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers={"ETag": tag})
    headers = {"ETag": tag, "Content-Disposition": 'inline; filename="mesinfos.ics"'}
    return Response(body, media_type="text/calendar; charset=utf-8", headers=headers)
