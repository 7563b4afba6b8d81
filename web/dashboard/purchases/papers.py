"""Papers to print of an order: what proves the purchase, and the form by which one changes one's mind."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from mesinfos.directory.buyers import Right
from mesinfos.relations.deadlines import deadlines, delivered_on
from mesinfos.relations.photos import photos_in
from mesinfos.relations.reading import Reading
from web.dashboard.shown import mails_of, today
from web.deps import Shown
from web.render import page

router = APIRouter(prefix="/orders")


@router.get("/{order_id}/proof")
def proof(request: Request, reading: Shown, order_id: str) -> Response:
    """The order, what the law gives, and the mails with what proves their sender, on one page."""
    values = _of(reading, order_id)
    mails, shots = mails_of(reading, values["view"].messages), photos_in(reading, order_id)
    return page(request, "purchases/proof.html", mails=mails, photos=shots, **values)


@router.get("/{order_id}/withdrawal")
def withdrawal(request: Request, reading: Shown, order_id: str) -> Response:
    """A form of withdrawal (the facts that annex I B of Directive 2011/83/EU asks for), filled in from the order."""
    values = _of(reading, order_id)
    term = next((one for one in values["rights"] if one.right is Right.WITHDRAWAL and one.exists), None)
    return page(request, "purchases/withdrawal.html", one=term, **values)


def _of(reading: Reading, order_id: str) -> dict[str, Any]:
    view = reading.order(order_id)
    rights = deadlines(reading, view)
    return {"view": view, "order": view.order, "rights": rights, "came": delivered_on(view), "today": today()}
