"""Products: what was bought, once each, whoever sold it and however each merchant spells it.

Sizes and colours are products of their own, since each has its own price and is bought again as it is; they share a
`family`, so that a page can show them side by side. What nobody proved is left out, as it is of every sum, and so are
lines that name no goods (a delivery, a ride); an order that was cancelled or returned is shown, and counts as none.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date

from mesinfos.catalogue import ProductCategory, category_of, is_service, prior_of
from mesinfos.errors import N_, NotFound
from mesinfos.ingest.links import host_of
from mesinfos.model.merchant import Merchant
from mesinfos.model.values import Kind, Money, Value
from mesinfos.relations.folding import domain_of, thing_id
from mesinfos.relations.orders import UNDONE, OrderView
from mesinfos.relations.reading import Reading
from mesinfos.relations.sameness import Line, lines, same


class Purchase(Value, frozen=True):
    """One line of an order; `price` is that of one unit, None when the mail tells none or no currency."""

    order_id: str
    merchant: Merchant | None
    day: date
    quantity: int
    price: Money | None
    name: str
    undone: bool


class ProductView(Value, frozen=True):
    """A product as the person sees it; `purchases` newest first, `times` how many orders of it stand."""

    id: str
    name: str
    category: str
    gtin: str
    family: str
    times: int
    quantity: int
    purchases: tuple[Purchase, ...]
    merchants: tuple[Merchant, ...]
    last_price: Money | None
    first: date
    last: date
    image: str = ""


def fold_products(orders: Iterable[OrderView]) -> list[ProductView]:
    """Every product of proved orders, the one bought last first; pure, order-independent and idempotent."""
    products = [_fold(group) for group in same([line for line in lines(orders) if _is_product(line)])]
    return sorted(products, key=lambda one: (one.last, one.times, one.id), reverse=True)


_SELL_NO_GOODS = frozenset({Kind.TRAVEL, Kind.CARRIER, Kind.FINANCE, Kind.TELECOM, Kind.ENERGY, Kind.ADMINISTRATION})


def _is_product(line: Line) -> bool:
    """Not a ride, a seat or a fee: a line of a known category, else one whose words and merchant say nothing else."""
    if line.item.category in _NAMES:
        return True
    kind = line.order.merchant.kind if line.order.merchant else Kind.UNKNOWN
    return kind not in _SELL_NO_GOODS and not is_service(line.item.name)


def _fold(group: Sequence[Line]) -> ProductView:
    heard = sorted(group, key=_newest, reverse=True)
    purchases = tuple(_purchase(line) for line in heard)
    standing = [one for one in purchases if not one.undone] or list(purchases)
    kept = [one for one in purchases if not one.undone]
    gtin = next((line.gtin for line in heard if line.gtin), "")
    name = _named(heard)
    return ProductView(
        id=thing_id("product", min(line.key for line in group)),
        name=name,
        category=_category(heard, name, gtin),
        gtin=gtin,
        family=min(line.family for line in group),
        times=len({one.order_id for one in kept}),
        quantity=sum(one.quantity for one in kept),
        purchases=purchases,
        merchants=_merchants(heard),
        last_price=next((one.price for one in standing if one.price), None),
        first=min(one.day for one in standing),
        last=max(one.day for one in standing),
        image=next((line.item.image for line in heard if _leads_to(line.item.image)), ""),
    )


def _leads_to(image: str) -> bool:
    """Whether that is the whole address of a picture: readers cut what is longer."""
    return len(image) < 500 and bool(host_of(image))


def _newest(line: Line) -> tuple[date, str, str, int, str]:
    return line.order.day, line.order.id, line.item.name, line.item.quantity, str(line.item.price)


def _purchase(line: Line) -> Purchase:
    total, price = line.order.order.total, line.item.price
    return Purchase(
        order_id=line.order.id,
        merchant=line.order.merchant,
        day=line.order.day,
        quantity=line.item.quantity,
        price=Money(price, total.currency) if total is not None and price is not None else None,
        name=line.item.name,
        undone=line.order.order.status in UNDONE,
    )


def _named(heard: Sequence[Line]) -> str:
    """The name used most, whole ones before those cut, of equals the newest."""
    counted = Counter(line.item.name for line in heard)
    cut = {line.item.name: line.name.cut for line in heard}
    return max(counted, key=lambda name: (not cut[name], counted[name]))


def _category(heard: Sequence[Line], name: str, gtin: str) -> str:
    """What its lines say most; a record from before categories were read says nothing, and its name is asked."""
    told = Counter(line.item.category for line in heard if line.item.category in _NAMES)
    if told:
        return max(told, key=lambda category: (told[category], category))
    merchant = heard[0].order.merchant
    prior = prior_of(merchant.kind, merchant.name, merchant.domain) if merchant else ""
    return category_of(name, "", prior, gtin)


_NAMES = frozenset(one.value for one in ProductCategory)


def _merchants(heard: Sequence[Line]) -> tuple[Merchant, ...]:
    """Who sold it, the last one first, each once."""
    named = {domain_of(line.order.merchant): line.order.merchant for line in reversed(heard) if line.order.merchant}
    last = dict.fromkeys(line.domain for line in heard if line.domain)
    return tuple(named[domain] for domain in last)


def products(reading: Reading) -> list[ProductView]:
    """Every product of a reading, the one bought last first."""
    return reading.folded("products", lambda: fold_products(reading.orders()))


def product(reading: Reading, product_id: str) -> ProductView:
    """The product of that id; raises NotFound."""
    by_id = reading.folded("products by id", lambda: {one.id: one for one in products(reading)})
    if product_id not in by_id:
        raise NotFound(N_("There is nothing under this address in this vault."))
    return by_id[product_id]


def purchase_of(view: ProductView) -> Purchase:
    """The purchase that counts now: the last one that was kept, else the last."""
    return next((one for one in view.purchases if not one.undone), view.purchases[0])


def products_of(reading: Reading, order_id: str) -> dict[str, str]:
    """The products of one order: the id of each by the name that the order gives it."""
    by_order = reading.folded("products by order", lambda: _by_order(products(reading)))
    return by_order.get(order_id, {})


def _by_order(found: Iterable[ProductView]) -> dict[str, dict[str, str]]:
    orders: dict[str, dict[str, str]] = {}
    for one in found:
        for purchase in one.purchases:
            orders.setdefault(purchase.order_id, {})[purchase.name] = one.id
    return orders


def variants(reading: Reading, one: ProductView) -> list[ProductView]:
    """Other sizes and colours of the same thing that were bought too, the one bought last first."""
    if not one.family:
        return []
    families = reading.folded("products by family", lambda: _by_family(products(reading)))
    return [other for other in families[one.family] if other.id != one.id]


def _by_family(found: Iterable[ProductView]) -> dict[str, list[ProductView]]:
    families: dict[str, list[ProductView]] = {}
    for one in found:
        families.setdefault(one.family, []).append(one)
    return families
