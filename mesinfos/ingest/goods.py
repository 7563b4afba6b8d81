"""What kind of goods an order holds: each item's category, at level 1 of a public taxonomy; empty where nothing tells.

It is decided here and not when orders are shown, because a grant may disclose categories while the vault is locked.
"""

from msgspec.structs import replace

from mesinfos.catalogue import ProductCategory, category_of, prior_of
from mesinfos.model.merchant import Merchant
from mesinfos.model.purchase import Item, Order

_NAMES = frozenset(one.value for one in ProductCategory)


def with_categories(orders: tuple[Order, ...], merchant: Merchant, language: str) -> tuple[Order, ...]:
    """The orders with the category of each item, from its name and from what this merchant sells."""
    if not any(order.items for order in orders):
        return orders
    return tuple(_sorted(order, merchant, language) for order in orders)


def _sorted(order: Order, merchant: Merchant, language: str) -> Order:
    seller = order.seller or merchant.name
    prior = prior_of(merchant.kind, seller, "" if order.seller else merchant.domain)
    return replace(order, items=tuple(_with_category(item, language, prior) for item in order.items))


def _with_category(item: Item, language: str, prior: str) -> Item:
    """A category that the mail's markup declares, in the shop's own words, is one more part of the name."""
    if item.category in _NAMES:
        return item
    told = f"{item.name}, {item.category}" if item.category else item.name
    return replace(item, category=category_of(told, language, prior, item.gtin))
