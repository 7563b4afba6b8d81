"""What was spent: by month and by merchant, from folded orders, each currency on its own.

Only proved orders count, and those cancelled or returned do not: a forged confirmation must not change a sum. Of an
order of which a part came back, the rest counts.
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from mesinfos.model.merchant import Merchant
from mesinfos.model.values import Money, Value
from mesinfos.relations.folding import domain_of
from mesinfos.relations.orders import UNDONE, OrderView


class MonthSpend(Value, frozen=True):
    """What one month cost in one currency; `month` is its first day."""

    month: date
    total: Money
    orders: int


class MerchantSpend(Value, frozen=True):
    """What one merchant received in one currency."""

    merchant: Merchant
    total: Money
    orders: int


def counted(order: OrderView) -> bool:
    """Whether an order counts as money spent."""
    return order.verified and order.order.total is not None and order.order.status not in UNDONE


def cost(view: OrderView) -> Decimal:
    """What an order cost in the end, in its currency: without what came back of it."""
    paid = view.order.total.amount if view.order.total else Decimal()
    return paid - view.refunded.amount if view.returns and view.refunded else paid


def spent(orders: Iterable[OrderView]) -> tuple[Money, ...]:
    """One sum per currency, the largest first."""
    sums: dict[str, Decimal] = {}
    for view in orders:
        total = view.order.total
        if total is not None and counted(view):
            sums[total.currency] = sums.get(total.currency, Decimal()) + cost(view)
    return tuple(Money(amount, currency) for currency, amount in sorted(sums.items(), key=_largest))


def by_month(orders: Iterable[OrderView]) -> list[MonthSpend]:
    """Sums by month and currency, the newest month first."""
    groups: dict[tuple[date, str], list[OrderView]] = {}
    for view in orders:
        if view.order.total is not None and counted(view):
            groups.setdefault((view.day.replace(day=1), view.order.total.currency), []).append(view)
    months = [MonthSpend(month, spent(group)[0], len(group)) for (month, _), group in groups.items()]
    return sorted(months, key=lambda row: (row.month, row.total.amount, row.total.currency), reverse=True)


def by_merchant(orders: Iterable[OrderView]) -> list[MerchantSpend]:
    """Sums by merchant and currency, the largest first."""
    groups: dict[tuple[str, str], list[OrderView]] = {}
    for view in orders:
        if view.merchant is not None and view.order.total is not None and counted(view):
            groups.setdefault((domain_of(view.merchant), view.order.total.currency), []).append(view)
    rows = [MerchantSpend(_named(group), spent(group)[0], len(group)) for group in groups.values()]
    return sorted(rows, key=lambda row: (-row.total.amount, row.total.currency, row.merchant.domain))


def _named(group: list[OrderView]) -> Merchant:
    named = [view.merchant for view in group if view.merchant is not None]
    return max(named, key=lambda merchant: (merchant.confidence, merchant.name, merchant.kind))


def _largest(entry: tuple[str, Decimal]) -> tuple[Decimal, str]:
    return -entry[1], entry[0]
