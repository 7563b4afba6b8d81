"""What a buyer may do with an order: the country whose law counts, and what ends soon."""

from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import Response

from mesinfos.choose import choose
from mesinfos.directory.buyers import EVERYWHERE, Right, countries
from mesinfos.errors import N_, InvalidInput
from mesinfos.model.choice import Topic
from mesinfos.relations.deadlines import HOME, ending
from mesinfos.relations.reading import Reading
from web.deps import Form, Mine, Shown
from web.render import go, inside

router = APIRouter(prefix="/purchases")
AT_MOST = 3


class Soon(NamedTuple):
    """A right that ends soon, in words for home."""

    title: str
    values: dict[str, Any]
    path: str


@router.post("/country")
def country(request: Request, vault: Mine, reading: Shown, form: Form) -> Response:
    """Keep the country whose law protects the person."""
    chosen = form["country"]
    if chosen not in {EVERYWHERE, *countries()}:
        raise InvalidInput(N_("Choose one of the list."), field="country")
    undo = choose(vault, reading, Topic.COUNTRY, HOME, chosen)
    return go(request, inside(form["back"], "/orders"), said="saved", undo=undo)


def soon(reading: Reading, day: date) -> Iterator[Soon]:
    """The few rights that end first, in the words of a thing to do."""
    for order, deadline in ending(reading, day)[:AT_MOST]:
        name = order.merchant.name if order.merchant else ""
        title = _TITLES[deadline.right]
        yield Soon(title, {"name": name, "day": deadline.ends}, f"/orders/{order.id}")


_TITLES = {
    Right.WITHDRAWAL: N_("Last days to change your mind about the order of {name}"),
    Right.RETURN: N_("Send back what you return to {name}"),
    Right.GUARANTEE: N_("The legal guarantee of the order of {name} ends soon"),
}
