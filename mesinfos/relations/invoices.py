"""Invoices, each attached to its order when that is known."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from mesinfos.model.facts import Observation
from mesinfos.model.merchant import Merchant
from mesinfos.model.purchase import Invoice
from mesinfos.model.values import Value
from mesinfos.relations.differences import INVOICE, Difference, differences
from mesinfos.relations.folding import (
    Piece,
    given_at,
    grouped,
    identity,
    mails,
    merchant_of,
    pieces,
    span,
    surest,
    told,
)
from mesinfos.relations.parcels import Holders, order_of, orders_by_mail


class InvoiceView(Value, frozen=True):
    """An invoice as the person sees it; `order_id` is empty when no order of this vault is known to be billed."""

    id: str
    merchant: Merchant | None
    invoice: Invoice
    order_id: str
    last_seen: datetime
    verified: bool
    messages: tuple[str, ...]
    given_at: datetime | None = None
    differences: tuple[Difference, ...] = ()


def fold_invoices(observations: Iterable[Observation], holders: Holders | None = None) -> list[InvoiceView]:
    """Every invoice, the one last heard of first; `holders` as for parcels.

    A reminder of the same number is the same invoice.
    """
    observations = list(observations)
    holders = orders_by_mail(observations) if holders is None else holders
    groups = grouped(pieces(observations, Invoice), _key)
    views = [_fold(invoice_id, group, holders) for invoice_id, group in groups.items()]
    return sorted(views, key=lambda view: (view.last_seen, view.id), reverse=True)


def _key(piece: Piece[Invoice]) -> str:
    return identity("invoice", piece.seen, piece.fact.number)


def _fold(invoice_id: str, group: Sequence[Piece[Invoice]], holders: Holders) -> InvoiceView:
    orders = sorted({order_of(holders, piece.seen, piece.fact.order_number) for piece in group} - {""})
    return InvoiceView(
        id=invoice_id,
        merchant=merchant_of(group),
        invoice=group[0].fact if len(group) == 1 else _whole(group),
        order_id=orders[0] if orders else "",
        last_seen=span(group)[1],
        verified=any(piece.seen.verified for piece in group),
        messages=mails(group),
        given_at=given_at(group),
        differences=differences(group, INVOICE),
    )


def _whole(group: Sequence[Piece[Invoice]]) -> Invoice:
    return Invoice(
        number=told(group, lambda fact: fact.number),
        date=told(group, lambda fact: fact.date),
        total=told(group, lambda fact: fact.total),
        due=told(group, lambda fact: fact.due),
        order_number=told(group, lambda fact: fact.order_number),
        provenance=surest(group),
    )
