"""Warranties, each attached to its order when that is known: what is guaranteed, from when, until when."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from mesinfos.model.facts import Observation
from mesinfos.model.merchant import Merchant
from mesinfos.model.purchase import Warranty
from mesinfos.model.values import Value
from mesinfos.relations.folding import (
    Piece,
    given_at,
    grouped,
    identity,
    latest_first,
    merchant_of,
    pieces,
    span,
    told,
)
from mesinfos.relations.parcels import Holders, order_of, orders_by_mail


class WarrantyView(Value, frozen=True):
    """A warranty as the person sees it; `order_id` is empty when no order of this vault is known to hold it."""

    id: str
    merchant: Merchant | None
    warranty: Warranty
    order_id: str
    last_seen: datetime
    verified: bool
    given_at: datetime | None = None


def fold_warranties(observations: Iterable[Observation], holders: Holders | None = None) -> list[WarrantyView]:
    """Every warranty, the one that ends last first; `holders` as for parcels. What was stated last counts."""
    observations = list(observations)
    holders = orders_by_mail(observations) if holders is None else holders
    groups = grouped(pieces(observations, Warranty), _key)
    views = [_fold(warranty_id, group, holders) for warranty_id, group in groups.items()]
    return sorted(views, key=_last, reverse=True)


def name_of(warranty: Warranty) -> str:
    """What tells the warranties of a merchant apart: the product, by its number if it has one, and its order."""
    return repr((warranty.order_number.upper(), warranty.gtin or warranty.sku or warranty.product.casefold()))


def _key(piece: Piece[Warranty]) -> str:
    return identity("warranty", piece.seen, name_of(piece.fact))


def _last(view: WarrantyView) -> tuple[str, str]:
    return str(view.warranty.ends or ""), view.id


def _fold(warranty_id: str, group: Sequence[Piece[Warranty]], holders: Holders) -> WarrantyView:
    orders = sorted({order_of(holders, piece.seen, piece.fact.order_number) for piece in group} - {""})
    recent = latest_first(group)
    return WarrantyView(
        id=warranty_id,
        merchant=merchant_of(group),
        warranty=Warranty(
            product=told(recent, lambda fact: fact.product),
            order_number=told(recent, lambda fact: fact.order_number),
            begins=told(recent, lambda fact: fact.begins),
            ends=told(recent, lambda fact: fact.ends),
            scope=told(recent, lambda fact: fact.scope),
            gtin=told(recent, lambda fact: fact.gtin),
            sku=told(recent, lambda fact: fact.sku),
            provenance=told(recent, lambda fact: fact.provenance),
        ),
        order_id=orders[0] if orders else "",
        last_seen=span(group)[1],
        verified=any(piece.seen.verified for piece in group),
        given_at=given_at(group),
    )
