"""Products: what was bought, once each, with where, when and for how much."""

from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter
from types import MappingProxyType
from typing import NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import Response

from mesinfos.catalogue import ProductCategory
from mesinfos.ingest.links import host_of
from mesinfos.model.choice import State
from mesinfos.model.values import Money, OrderStatus
from mesinfos.relations.deadlines import rights_of
from mesinfos.relations.photos import photos
from mesinfos.relations.products import ProductView, product, products, purchase_of, variants
from mesinfos.relations.reading import Reading
from mesinfos.relations.search import plain
from mesinfos.relations.states import chosen, state_of_product, states_of_products
from mesinfos.vault.openvault import OpenVault
from web.dashboard.listing import cut, number
from web.dashboard.querying import Asked, Query
from web.dashboard.saved import counts, shelf
from web.dashboard.shown import today
from web.deps import Mine, Shown
from web.render import page

router = APIRouter()

UNSORTED = "none"
"""The value of the filter for products without a category."""

NOTHING: Mapping[str, str] = MappingProxyType({})

SORTS: dict[str, Callable[[ProductView], tuple[object, ...]]] = {
    "name": lambda one: (plain(one.name), one.id),
    "times": lambda one: (-one.times, -one.last.toordinal(), one.id),
}


class Prices(NamedTuple):
    """The lowest and the highest price paid, in the currency of the last one."""

    lowest: Money
    highest: Money


@router.get("/products")
def listed(  # noqa: PLR0913, PLR0917  each is one field of the form
    request: Request,
    vault: Mine,
    reading: Shown,
    asked: Asked,
    category: str = "",
    sort: str = "",
    state: str = "",
    view: str = "",
) -> Response:
    """Every product, the one bought last first, or by name or by how often it was bought."""
    everything = products(reading)
    states = states_of_products(reading)
    kept = _kept(reading, asked, category, state)
    found = cut(sorted(kept, key=SORTS[sort]) if sort in SORTS else kept, number(request))
    return page(
        request,
        "purchases/products.html",
        asked.status,
        shown=found,
        q=asked.text,
        wrong=asked.wrong(request),
        shelf=shelf(request, vault, reading, "/products"),
        category=category,
        sort=sort if sort in SORTS else "recent",
        categories=_categories(everything),
        unsorted=UNSORTED if any(not one.category for one in everything) else "",
        total=len(everything),
        states=states,
        state=state,
        occurring=[one for one in (*OrderStatus, *State) if one in set(states.values())],
        view="grid" if view == "grid" else "",
        photos=photos(reading),
        rights={one.id: rights_of(reading, one, today()) for one in found.items} if view == "grid" else {},
    )


@counts("/products")
def _count(_: OpenVault, reading: Reading, asked: Mapping[str, str]) -> int:
    return len(_kept(reading, Query.of(asked.get("q", "")), asked.get("category", ""), asked.get("state", "")))


def _kept(reading: Reading, asked: Query, category: str, state: str) -> Sequence[ProductView]:
    states = states_of_products(reading)
    kept = [one for one in products(reading) if _answers(one, category) and (not state or states[one.id] == state)]
    return asked.keep(reading, "product", kept, attrgetter("id"))


def _answers(one: ProductView, category: str) -> bool:
    return not category or one.category == ("" if category == UNSORTED else category)


def _categories(everything: Sequence[ProductView]) -> list[str]:
    """The categories that occur, in the order of the taxonomy."""
    known = {one.category for one in everything}
    return [one.value for one in ProductCategory if one.value in known]


@router.get("/products/{product_id}")
def shown(request: Request, reading: Shown, product_id: str) -> Response:
    """One product: its photo, its purchases across merchants, its prices, its other sizes and colours."""
    return one_page(request, reading, product_id)


def one_page(
    request: Request, reading: Reading, product_id: str, wrong: Mapping[str, str] = NOTHING, status: int = 200
) -> Response:
    """The page of a product; `wrong` says why no photo could be kept, by the field or press that failed."""
    found = product(reading, product_id)
    last = purchase_of(found)
    return page(
        request,
        "purchases/product.html",
        status,
        view=found,
        prices=_prices(found),
        variants=variants(reading, found),
        state=state_of_product(reading, found),
        mine=chosen(reading, found.id),
        photos=photos(reading),
        last=last,
        order=reading.order(last.order_id),
        rights=rights_of(reading, found, today()),
        host=host_of(found.image),
        wrong=wrong,
    )


def _prices(view: ProductView) -> Prices | None:
    if view.last_price is None:
        return None
    currency = view.last_price.currency
    paid = [one for one in view.purchases if one.price and one.price.currency == currency]
    kept = [one for one in paid if not one.undone] or paid  # what was sent back cost nothing, unless all of it was
    amounts = [one.price.amount for one in kept if one.price]
    return Prices(Money(min(amounts), currency), Money(max(amounts), currency))
