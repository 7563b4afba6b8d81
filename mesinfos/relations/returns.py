"""Returns and refunds, each attached to its order when that is known: asked for, sent, received, paid back."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from mesinfos.model.facts import Observation
from mesinfos.model.merchant import Merchant
from mesinfos.model.purchase import Return
from mesinfos.model.values import ReturnStatus, Value
from mesinfos.relations.folding import (
    Piece,
    grouped,
    identity,
    latest_first,
    mails,
    merchant_of,
    pieces,
    settle,
    span,
    told,
)
from mesinfos.relations.parcels import Holders, order_of, orders_by_mail

STEPS = {
    ReturnStatus.REQUESTED: 0,
    ReturnStatus.IN_TRANSIT: 1,
    ReturnStatus.RECEIVED: 2,
    ReturnStatus.REFUNDED: 3,
}


class ReturnView(Value, frozen=True):
    """A return as the person sees it; `order_id` is empty when no order of this vault is known to go back."""

    id: str
    merchant: Merchant | None
    back: Return
    order_id: str
    first_seen: datetime
    last_seen: datetime
    verified: bool
    messages: tuple[str, ...]

    @property
    def refunded(self) -> bool:
        """Whether the money came back."""
        return self.back.status is ReturnStatus.REFUNDED


def fold_returns(observations: Iterable[Observation], holders: Holders | None = None) -> list[ReturnView]:
    """Every return, the one last heard of first; `holders` as for parcels.

    A mail that names the order alone speaks of the order's return, when that has just one.
    """
    observations = list(observations)
    holders = orders_by_mail(observations) if holders is None else holders
    found = pieces(observations, Return)
    numbered: dict[str, set[str]] = {}
    for piece in found:
        if piece.fact.number and piece.fact.order_number:
            numbered.setdefault(_order_key(piece), set()).add(_number_key(piece))
    groups = grouped(found, lambda piece: _key(piece, numbered))
    views = [_fold(return_id, group, holders) for return_id, group in groups.items()]
    return sorted(views, key=lambda view: (view.last_seen, view.id), reverse=True)


def _number_key(piece: Piece[Return]) -> str:
    return identity("return", piece.seen, piece.fact.number)


def _order_key(piece: Piece[Return]) -> str:
    return identity("return of order", piece.seen, piece.fact.order_number)


def _key(piece: Piece[Return], numbered: dict[str, set[str]]) -> str:
    if piece.fact.number:
        return _number_key(piece)
    own = _order_key(piece)
    named = numbered.get(own, set())
    return next(iter(named)) if len(named) == 1 else own


def _fold(return_id: str, group: Sequence[Piece[Return]], holders: Holders) -> ReturnView:
    orders = sorted({order_of(holders, piece.seen, piece.fact.order_number) for piece in group} - {""})
    first_seen, last_seen = span(group)
    return ReturnView(
        id=return_id,
        merchant=merchant_of(group),
        back=group[0].fact if len(group) == 1 else _whole(group),
        order_id=orders[0] if orders else "",
        first_seen=first_seen,
        last_seen=last_seen,
        verified=any(piece.seen.verified for piece in group),
        messages=mails(group),
    )


def _whole(group: Sequence[Piece[Return]]) -> Return:
    recent = latest_first(group)
    return Return(
        number=told(group, lambda fact: fact.number),
        order_number=told(group, lambda fact: fact.order_number),
        status=settle(group, lambda fact: fact.status, STEPS, STEPS[ReturnStatus.RECEIVED]),
        amount=told(recent, lambda fact: fact.amount),
        date=told(recent, lambda fact: fact.date),
        provenance=told(recent, lambda fact: fact.provenance),
    )
