"""Where things are now, as the person says: in use, resold, given, lost; one press undoes it."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from mesinfos.choose import choose
from mesinfos.model.choice import State, Topic
from mesinfos.relations.products import product
from mesinfos.relations.reading import Reading
from web.dashboard.answers import one_of
from web.deps import Form, Mine, Shown
from web.render import go

router = APIRouter()


@router.post("/orders/{order_id}/state")
def order_state(request: Request, vault: Mine, reading: Shown, order_id: str, form: Form) -> Response:
    """Say where an order is; an empty choice lets the mails tell again."""
    return _kept(request, vault, reading, reading.order(order_id).id, form, f"/orders/{order_id}")


@router.post("/products/{product_id}/state")
def product_state(request: Request, vault: Mine, reading: Shown, product_id: str, form: Form) -> Response:
    """Say where a product is; an empty choice lets its order tell again."""
    return _kept(request, vault, reading, product(reading, product_id).id, form, f"/products/{product_id}")


def _kept(  # noqa: PLR0913, PLR0917  the request's parts
    request: Request, vault: Mine, reading: Reading, subject: str, form: Form, back: str
) -> Response:
    value = one_of(State, form["state"], "state").value if form["state"] else ""
    return go(request, back, said="saved", undo=choose(vault, reading, Topic.STATE, subject, value))
