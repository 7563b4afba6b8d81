"""Where things are now, as the person says: in use, resold, given, lost; one press undoes it."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from mesinfos.choose import choose, choose_all
from mesinfos.errors import N_, InvalidInput
from mesinfos.model.choice import Choice, State, Topic
from mesinfos.relations.products import product
from mesinfos.relations.reading import Reading
from web.dashboard.answers import one_of
from web.deps import Form, Mine, Shown
from web.render import go, inside

router = APIRouter()


@router.post("/orders/{order_id}/state")
def order_state(request: Request, vault: Mine, reading: Shown, order_id: str, form: Form) -> Response:
    """Say where an order is; an empty choice lets the mails tell again."""
    return _kept(request, vault, reading, reading.order(order_id).id, form, f"/orders/{order_id}")


@router.post("/products/{product_id}/state")
def product_state(request: Request, vault: Mine, reading: Shown, product_id: str, form: Form) -> Response:
    """Say where a product is; an empty choice lets its order tell again."""
    return _kept(request, vault, reading, product(reading, product_id).id, form, f"/products/{product_id}")


@router.post("/orders/state")
def orders_state(request: Request, vault: Mine, reading: Shown, form: Form) -> Response:
    """The same of all orders that are ticked; one press undoes it."""
    return _all_kept(request, vault, reading, [reading.order(one).id for one in form.all("order")], form, "/orders")


@router.post("/products/state")
def products_state(request: Request, vault: Mine, reading: Shown, form: Form) -> Response:
    """The same of all products that are ticked; one press undoes it."""
    ticked = [product(reading, one).id for one in form.all("product")]
    return _all_kept(request, vault, reading, ticked, form, "/products")


def _all_kept(  # noqa: PLR0913, PLR0917  the request's parts
    request: Request, vault: Mine, reading: Reading, ticked: list[str], form: Form, otherwise: str
) -> Response:
    if not ticked:
        raise InvalidInput(N_("Tick at least one line."), field="state")
    value = one_of(State, form["state"], "state").value if form["state"] else ""
    undo = choose_all(vault, reading, [Choice(Topic.STATE, one, value) for one in dict.fromkeys(ticked)])
    return go(request, inside(form["back"], otherwise), said="saved", undo=undo)


def _kept(  # noqa: PLR0913, PLR0917  the request's parts
    request: Request, vault: Mine, reading: Reading, subject: str, form: Form, back: str
) -> Response:
    value = one_of(State, form["state"], "state").value if form["state"] else ""
    return go(request, back, said="saved", undo=choose(vault, reading, Topic.STATE, subject, value))
