"""Orders: the fold of everything that confirmations, shipping mails, invoices and the person said about each.

The merge key is the authenticated merchant plus the order number. An observation that nobody proved stands
alone, is marked so, and can never touch a real order; one without number is keyed by its mail. What the merchant gave
back under a grant is one more observation: `differences` tells where it and the mails do not agree.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from msgspec.structs import replace

from mesinfos.model.facts import Observation
from mesinfos.model.merchant import Merchant
from mesinfos.model.purchase import Item, Order
from mesinfos.model.values import Money, OrderStatus, ParcelStatus, Value
from mesinfos.relations.differences import ORDER, Difference, differences
from mesinfos.relations.folding import (
    Piece,
    by_merchant,
    by_person,
    given_at,
    grouped,
    identity,
    mails,
    merchant_of,
    pieces,
    settle,
    span,
    surest,
    told,
)
from mesinfos.relations.invoices import InvoiceView, fold_invoices
from mesinfos.relations.parcels import ParcelView, fold_parcels
from mesinfos.relations.returns import ReturnView, fold_returns
from mesinfos.relations.warranties import WarrantyView, fold_warranties

STEPS = {
    OrderStatus.PAYMENT_DUE: 0,
    OrderStatus.PROCESSING: 1,
    OrderStatus.IN_TRANSIT: 2,
    OrderStatus.PICKUP_AVAILABLE: 3,
    OrderStatus.DELIVERED: 4,
}
UNDONE = frozenset({OrderStatus.CANCELLED, OrderStatus.RETURNED})
"""Orders that cost nothing in the end: left out of every sum."""


class OrderView(Value, frozen=True):
    """An order as the person sees it. `verified` is false when nobody proved that the merchant sent it.

    `kept` is the status without what mails said of a return: the order goes on when only a part of it came back.
    `given_at` is when its merchant stated it itself, `differences` where that statement and the mails do not agree.
    """

    id: str
    merchant: Merchant | None
    order: Order
    verified: bool
    first_seen: datetime
    last_seen: datetime
    parcels: tuple[ParcelView, ...] = ()
    invoices: tuple[InvoiceView, ...] = ()
    messages: tuple[str, ...] = ()
    corrected: bool = False
    returns: tuple[ReturnView, ...] = ()
    kept: OrderStatus | None = None
    given_at: datetime | None = None
    differences: tuple[Difference, ...] = ()
    warranties: tuple[WarrantyView, ...] = ()

    @property
    def day(self) -> date:
        """The day of the order: the one it states, else the day it was first heard of."""
        return self.order.date or self.first_seen.date()

    @property
    def refunded(self) -> Money | None:
        """What came back of the total, in its currency."""
        total = self.order.total
        back = [one.back.amount.amount for one in self.returns if one.refunded and _paid_in(one, total)]  # type: ignore[union-attr]
        return Money(sum(back, Decimal(0)), total.currency) if back and total else None


def fold_orders(observations: Iterable[Observation]) -> list[OrderView]:
    """Every order, newest first, with all that hangs on it; order-independent and idempotent."""
    seen = list(observations)
    hanging = fold_parcels(seen), fold_invoices(seen), fold_returns(seen), fold_warranties(seen)
    return attach(fold_bare(seen), *hanging)


def fold_bare(observations: Iterable[Observation]) -> dict[str, OrderView]:
    """Orders by id, before parcels, invoices and returns are attached."""
    groups = grouped(pieces(observations, Order), lambda piece: identity("order", piece.seen, piece.fact.order_number))
    return {order_id: fold_one(order_id, group) for order_id, group in groups.items()}


def attach(
    bare: Mapping[str, OrderView],
    parcels: Iterable[ParcelView],
    invoices: Iterable[InvoiceView],
    returns: Iterable[ReturnView] = (),
    warranties: Iterable[WarrantyView] = (),
) -> list[OrderView]:
    """Orders with what hangs on them, newest first; an order goes on when its parcels do."""
    by_order: dict[str, Hanging] = {}
    hanging: list[ParcelView | InvoiceView | ReturnView | WarrantyView] = [*parcels, *invoices, *returns, *warranties]
    for thing in hanging:
        if thing.order_id:
            by_order.setdefault(thing.order_id, Hanging([], [], [], []))[_PLACES[type(thing)]].append(thing)  # type: ignore[arg-type]
    views = [_complete(view, by_order[view.id]) if view.id in by_order else view for view in bare.values()]
    return sorted(views, key=lambda view: (view.day, view.first_seen, view.id), reverse=True)


class Hanging(NamedTuple):
    """What hangs on one order."""

    parcels: list[ParcelView]
    invoices: list[InvoiceView]
    returns: list[ReturnView]
    warranties: list[WarrantyView]


_PLACES: dict[type[Value], int] = {ParcelView: 0, InvoiceView: 1, ReturnView: 2, WarrantyView: 3}


def fold_one(order_id: str, group: Sequence[Piece[Order]]) -> OrderView:
    """One order from its observations, which are already in the order in which they are heard."""
    first_seen, last_seen = span(group)
    return OrderView(
        id=order_id,
        merchant=merchant_of(group),
        order=group[0].fact if len(group) == 1 else _whole(group),
        verified=any(piece.seen.verified for piece in group),
        first_seen=first_seen,
        last_seen=last_seen,
        messages=mails(group),
        corrected=by_person(group[0]),
        kept=_kept(group),
        given_at=given_at(group),
        differences=differences(group, ORDER),
    )


def _kept(group: Sequence[Piece[Order]]) -> OrderStatus | None:
    others = [piece for piece in group if piece.fact.status is not OrderStatus.RETURNED]
    if not others or len(others) == len(group):
        return None
    return settle(others, lambda fact: fact.status, STEPS, STEPS[OrderStatus.IN_TRANSIT])


def _whole(group: Sequence[Piece[Order]]) -> Order:
    # Money comes from one mail: the confirmation's total and a partial shipment's tax do not belong together.
    stated = next((piece for piece in group if piece.fact.total), group[0])
    paid = stated.fact
    if by_merchant(stated):  # a statement knows the total alone; a mail of the same total tells what is in it
        paid = next((one.fact for one in group if one is not stated and one.fact.total == paid.total), paid)
    return Order(
        order_number=told(group, lambda fact: fact.order_number),
        date=told(group, lambda fact: fact.date),
        status=settle(group, lambda fact: fact.status, STEPS, STEPS[OrderStatus.IN_TRANSIT]),
        seller=told(group, lambda fact: fact.seller),
        items=_items(group),
        total=paid.total,
        shipping=paid.shipping,
        discount=paid.discount,
        tax=paid.tax,
        payment_method=told(group, lambda fact: fact.payment_method),
        provenance=surest(group),
    )


def _items(group: Sequence[Piece[Order]]) -> tuple[Item, ...]:
    if by_person(group[0]) and group[0].fact.items:
        return group[0].fact.items
    stated = next((piece.fact.items for piece in group if by_merchant(piece) and piece.fact.items), ())
    if stated:
        return stated
    return max((piece.fact.items for piece in group), key=_richness)


def _richness(items: tuple[Item, ...]) -> tuple[int, int, int]:
    # A shipping mail often lists a part of the order, or names without prices: the fullest list is the order's.
    return len(items), sum(item.price is not None for item in items), sum(bool(item.image) for item in items)


def _complete(view: OrderView, hanging: Hanging) -> OrderView:
    whole = replace(
        view,
        parcels=tuple(sorted(hanging.parcels, key=lambda parcel: (parcel.first_seen, parcel.id))),
        invoices=tuple(sorted(hanging.invoices, key=lambda invoice: (invoice.last_seen, invoice.id))),
        returns=tuple(sorted(hanging.returns, key=lambda one: (one.last_seen, one.id))),
        warranties=tuple(sorted(hanging.warranties, key=lambda one: (one.warranty.product, one.id))),
    )
    status = view.order.status if view.corrected else _carried(_returned(whole), hanging.parcels)
    return whole if status is view.order.status else replace(whole, order=replace(view.order, status=status))


def _returned(view: OrderView) -> OrderStatus:
    """The status after what came back: all of the money undoes an order, a part of it does not."""
    status, total, back = view.order.status, view.order.total, view.refunded
    if not total or not back:
        return status
    if back.amount >= total.amount:
        return status if status in UNDONE else OrderStatus.RETURNED
    return view.kept or status if status is OrderStatus.RETURNED else status


def _paid_in(one: ReturnView, total: Money | None) -> bool:
    return one.back.amount is not None and total is not None and one.back.amount.currency == total.currency


def _carried(status: OrderStatus, parcels: Sequence[ParcelView]) -> OrderStatus:
    known = {parcel.parcel.status for parcel in parcels}
    if status not in STEPS or not known:
        return status
    if known == {ParcelStatus.DELIVERED}:
        return OrderStatus.DELIVERED
    if ParcelStatus.PICKUP_AVAILABLE in known:
        carried = OrderStatus.PICKUP_AVAILABLE
    elif known != {ParcelStatus.ANNOUNCED}:
        carried = OrderStatus.IN_TRANSIT
    else:
        return status
    return max(status, carried, key=lambda step: STEPS[step])
