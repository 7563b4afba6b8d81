"""A year's spending: by month, by merchant and by category of what was bought, each currency on its own.

What a category cost is its share of what the order cost in the end: delivery, discounts and money that came back are
spread over the priced lines, so that the categories of a year sum up to it. What no line explains has no category.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from mesinfos.catalogue import ProductCategory
from mesinfos.model.values import Money
from mesinfos.relations.folding import domain_of
from mesinfos.relations.orders import OrderView
from mesinfos.relations.reading import Reading
from mesinfos.relations.seen import sorted_in
from mesinfos.relations.spending import cost, counted

CENT = Decimal("0.01")
_CATEGORIES = frozenset(one.value for one in ProductCategory)


class Part(NamedTuple):
    """What went to one month, merchant or category; `key` is what a link asks for, "" for none."""

    key: str
    name: str
    total: Money
    share: int
    """Of the largest part beside it, in percent."""


class Year(NamedTuple):
    """One year in one currency; there are twelve months, those without a purchase cost nothing."""

    number: int
    total: Money
    orders: int
    months: Sequence[Part]
    merchants: Sequence[Part]
    categories: Sequence[Part]


def years(reading: Reading) -> list[int]:
    """The years in which something was spent, newest first."""
    return reading.folded("years", lambda: sorted({one.day.year for one in _paid(reading.orders())}, reverse=True))


def year_of(reading: Reading, number: int) -> list[Year]:
    """A year by currency, the one of most orders on top."""
    return reading.folded(f"year {number}", lambda: _year(reading.orders(), number))


def last_months(reading: Reading, first: date, count: int = 6) -> list[Part]:
    """The months up to the one that begins on `first`, in the currency of most orders; none without orders."""
    return reading.folded(f"{count} months up to {first}", lambda: _last(reading.orders(), first, count))


def _last(orders: Iterable[OrderView], first: date, count: int) -> list[Part]:
    end = first.year * 12 + first.month - 1
    keys = [f"{at // 12:04d}-{at % 12 + 1:02d}" for at in range(end - count + 1, end + 1)]
    recent = [one for one in _paid(orders) if month_key(one.day) in set(keys)]
    groups = _by_currency(recent)
    return _months(groups[0], keys) if groups else []


def _year(orders: Iterable[OrderView], number: int) -> list[Year]:
    found = []
    for group in _by_currency(one for one in _paid(orders) if one.day.year == number):
        currency = _currency(group)
        keys = [f"{number:04d}-{month:02d}" for month in range(1, 13)]
        total = Money(sum((cost(one) for one in group), Decimal()), currency)
        merchants = _largest(_summed(group, _merchant), currency, _names(group))
        categories = _largest(_summed(group, _spread), currency, {})
        found.append(Year(number, total, len(group), _months(group, keys), merchants, categories))
    return found


def _paid(orders: Iterable[OrderView]) -> list[OrderView]:
    return [one for one in orders if counted(one)]


def _by_currency(orders: Iterable[OrderView]) -> list[list[OrderView]]:
    groups = sorted_in(orders, lambda one: _currency([one]))
    return sorted(groups.values(), key=lambda group: (-len(group), _currency(group)))


def _currency(group: Sequence[OrderView]) -> str:
    total = group[0].order.total
    return total.currency if total else ""


def month_key(day: date) -> str:
    """A month as addresses write it: "2026-11"."""
    return f"{day.year:04d}-{day.month:02d}"


Shares = Iterable[tuple[str, Decimal]]


def _summed(group: Iterable[OrderView], shares: Callable[[OrderView], Shares]) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = {}
    for one in group:
        for key, amount in shares(one):
            sums[key] = sums.get(key, Decimal()) + amount
    return sums


def _months(group: Sequence[OrderView], keys: Sequence[str]) -> list[Part]:
    sums = _summed(group, lambda one: [(month_key(one.day), cost(one))])
    return _parts([(key, sums.get(key, Decimal())) for key in keys], _currency(group), {})


def _merchant(one: OrderView) -> Shares:
    return [(domain_of(one.merchant), cost(one))]


def _spread(one: OrderView) -> Shares:
    """What an order cost, by category: scaled down where its lines cost more than it, the rest without category."""
    priced: dict[str, Decimal] = {}
    for item in one.order.items:
        if item.price is not None and item.category in _CATEGORIES and item.price > 0:
            priced[item.category] = priced.get(item.category, Decimal()) + item.price * item.quantity
    listed = sum(
        (item.price * item.quantity for item in one.order.items if item.price is not None and item.price > 0), Decimal()
    )
    paid = cost(one)
    scale = paid / listed if listed > 0 else Decimal()
    found = [(category, (amount * scale).quantize(CENT)) for category, amount in priced.items()]
    rest = paid - sum((amount for _, amount in found), Decimal())
    if found and sum(priced.values()) == listed:  # all is sorted: what is left are the cents of rounding
        return [*found[:-1], (found[-1][0], found[-1][1] + rest)]
    return [*found, ("", rest)] if rest else found


def _names(group: Iterable[OrderView]) -> dict[str, str]:
    return {one.merchant.domain: one.merchant.name for one in group if one.merchant}


def _largest(sums: dict[str, Decimal], currency: str, names: dict[str, str]) -> list[Part]:
    return _parts(sorted(sums.items(), key=lambda pair: (-pair[1], pair[0])), currency, names)


def _parts(pairs: Sequence[tuple[str, Decimal]], currency: str, names: dict[str, str]) -> list[Part]:
    top = max((amount for _, amount in pairs), default=Decimal())
    share = {key: int(100 * max(amount, Decimal()) / top) if top > 0 else 0 for key, amount in pairs}
    return [Part(key, names.get(key, key), Money(amount, currency), share[key]) for key, amount in pairs]
