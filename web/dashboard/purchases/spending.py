"""What was spent: a year by month, merchant and category; each figure leads to its orders."""

from typing import Annotated, NamedTuple

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from mesinfos.errors import NotFound
from mesinfos.relations.folding import domain_of
from mesinfos.relations.orders import OrderView
from mesinfos.relations.reading import Reading
from mesinfos.relations.yearly import year_of, years
from web.dashboard.shown import today
from web.deps import Shown
from web.render import page

router = APIRouter()
NONE = "none"
"""In an address: without a category, without a known merchant."""


@router.get("/spending")
def spending(request: Request, reading: Shown, year: str = "") -> Response:
    """A year of spending; without a choice this one, or the last in which something was spent."""
    known = years(reading)
    now = today().year
    chosen = _number(year) or (now if now in known or not known else known[0])
    shown = year_of(reading, chosen) if chosen in known else []
    return page(request, "purchases/spending.html", years=known, chosen=chosen, shown=shown)


def _number(text: str) -> int:
    return int(text) if len(text) == 4 and text.isascii() and text.isdigit() else 0


class Only(NamedTuple):
    """What a figure of spending was the sum of: the orders of a year, a merchant, a category, a currency."""

    year: str = ""
    merchant: str = ""
    category: str = ""
    currency: str = ""

    @property
    def asked(self) -> bool:
        """Whether it leaves anything out."""
        return any(self)

    def takes(self, one: OrderView) -> bool:
        """Whether an order is among them."""
        total = one.order.total
        return (
            (not self.year or str(one.day.year) == self.year)
            and (not self.merchant or (domain_of(one.merchant) or NONE) == self.merchant)
            and (not self.category or self._holds(one))
            and (not self.currency or (total is not None and total.currency == self.currency))
        )

    def _holds(self, one: OrderView) -> bool:
        categories = {item.category for item in one.order.items} or {""}
        return ("" if self.category == NONE else self.category) in categories

    def named(self, reading: Reading) -> list[str]:
        """What it keeps, in words: a year, a merchant's name, a category."""
        return [one for one in (self.year, self._name(reading), self.category, self.currency) if one and one != NONE]

    def _name(self, reading: Reading) -> str:
        try:
            return reading.merchant(self.merchant).merchant.name if self.merchant else ""
        except NotFound:
            return self.merchant


def only(year: str = "", merchant: str = "", category: str = "", currency: str = "") -> Only:
    """The choice that an address makes."""
    return Only(year, merchant, category, currency)


Narrowed = Annotated[Only, Depends(only)]
