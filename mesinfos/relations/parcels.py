"""Parcels: what shops announce and carriers report, folded into one view each.

A parcel is keyed by its shop and its tracking number. A carrier's own mail joins the parcel of that number
whichever shop it is from; a mail of another shop never does, so no merchant can touch another's parcel.
A mail without number ("your order has arrived") joins the order's parcel when the order has just one.
A number that a shop's own statement alone gives draws no carrier's mail to it: else a merchant could state numbers that
it guessed, and read in its grant where other people's parcels are.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from mesinfos.model.facts import Observation
from mesinfos.model.merchant import Merchant
from mesinfos.model.purchase import Order, Parcel
from mesinfos.model.values import Kind, ParcelStatus, Value
from mesinfos.relations.folding import (
    DEPOSIT,
    Piece,
    alone_id,
    arranged,
    by_merchant,
    domain_of,
    given_at,
    identity,
    key_of,
    latest_first,
    mails,
    merchant_of,
    merged_id,
    pieces,
    settle,
    span,
    surest,
    told,
)

STEPS = {
    ParcelStatus.ANNOUNCED: 0,
    ParcelStatus.IN_TRANSIT: 1,
    ParcelStatus.LATE: 2,
    ParcelStatus.OUT_FOR_DELIVERY: 3,
    ParcelStatus.PICKUP_AVAILABLE: 4,
    ParcelStatus.DELIVERED: 5,
}
ON_ITS_WAY = frozenset(STEPS) - {ParcelStatus.DELIVERED}

Mail = tuple[bool, str]
"""Whether its sender was proved, and the record of the mail: proved and unproved never share one."""
ALL: Mail = (False, "")
Holders = Mapping[Mail, set[str]]
"""Ids of orders by the mail that told of them."""


class ParcelView(Value, frozen=True):
    """A parcel as the person sees it; `order_id` is empty when no order of this vault is known to hold it."""

    id: str
    merchant: Merchant | None
    parcel: Parcel
    order_id: str
    last_seen: datetime
    verified: bool
    messages: tuple[str, ...]
    first_seen: datetime
    given_at: datetime | None = None
    delivered_on: date | None = None
    """The day on which it was first said to be delivered."""

    @property
    def open(self) -> bool:
        """Whether the person still waits for it."""
        return self.parcel.status in ON_ITS_WAY


def fold_parcels(observations: Iterable[Observation], holders: Holders | None = None) -> list[ParcelView]:
    """Every parcel, the one last heard of first.

    Orders among the observations say what each parcel belongs to, unless `holders` says it already.
    """
    observations = list(observations)
    holders = orders_by_mail(observations) if holders is None else holders
    groups = _joined(pieces(observations, Parcel))
    views = [_fold(parcel_id, group, holders) for parcel_id, group in groups.items()]
    return sorted(views, key=lambda view: (view.last_seen, view.id), reverse=True)


def orders_by_mail(observations: Iterable[Observation]) -> Holders:
    """Order ids by the mail that told of them; under `ALL` all order ids there are."""
    found: dict[Mail, set[str]] = {ALL: set()}
    for fact, seen in pieces(observations, Order):
        order_id = identity("order", seen, fact.order_number)
        found[ALL].add(order_id)
        if seen.message:
            found.setdefault((seen.verified, seen.message), set()).add(order_id)
    return found


def order_of(holders: Holders, seen: Observation, order_number: str) -> str:
    """The order something belongs to: by its number, else the only order of the same mail; "" for none."""
    if order_number:
        named = identity("order", seen, order_number)
        return named if named in holders[ALL] else ""
    same_mail = holders.get((seen.verified, seen.message), set()) if seen.message else set()
    return next(iter(same_mail)) if len(same_mail) == 1 else ""


def _joined(found: Sequence[Piece[Parcel]]) -> dict[str, list[Piece[Parcel]]]:
    groups: dict[str, list[Piece[Parcel]]] = {}
    by_number: dict[str, set[str]] = {}
    by_order: dict[tuple[str, str], set[str]] = {}
    later: list[Piece[Parcel]] = []
    for piece in found:
        fact, seen = piece
        domain, number = domain_of(seen.merchant), key_of(fact.tracking_number)
        if not (seen.verified and domain):
            groups.setdefault(alone_id("parcel", seen, number), []).append(piece)
        elif not number or _from_carrier(seen):
            later.append(piece)
        else:
            parcel_id = merged_id("parcel", domain, number)
            groups.setdefault(parcel_id, []).append(piece)
            if not by_merchant(piece):
                by_number.setdefault(number, set()).add(parcel_id)
            if fact.order_number:
                by_order.setdefault((domain, key_of(fact.order_number)), set()).add(parcel_id)
    for piece in later:
        for parcel_id in _homes(piece, by_number, by_order):
            groups.setdefault(parcel_id, []).append(piece)
    return {parcel_id: arranged(group) for parcel_id, group in groups.items()}


def _homes(
    piece: Piece[Parcel], by_number: Mapping[str, set[str]], by_order: Mapping[tuple[str, str], set[str]]
) -> set[str]:
    fact, seen = piece
    domain, number = domain_of(seen.merchant), key_of(fact.tracking_number)
    if number:
        return by_number.get(number) or {merged_id("parcel", domain, number)}
    if not fact.order_number:
        return {alone_id("parcel", seen, "")}
    order = key_of(fact.order_number)
    known = by_order.get((domain, order), set())
    return known if len(known) == 1 else {merged_id("parcel-of-order", domain, order)}


def _from_carrier(seen: Observation) -> bool:
    """A carrier's mail; what a carrier gives back is limited to its own relation, so that counts as a shop's."""
    given = seen.origin is not None and seen.origin.source == DEPOSIT
    return seen.merchant is not None and seen.merchant.kind is Kind.CARRIER and not given


def _fold(parcel_id: str, group: Sequence[Piece[Parcel]], holders: Holders) -> ParcelView:
    first_seen, last_seen = span(group)
    shops = [piece for piece in group if not _from_carrier(piece.seen)]
    orders = sorted({order_of(holders, piece.seen, piece.fact.order_number) for piece in group} - {""})
    return ParcelView(
        id=parcel_id,
        merchant=merchant_of(shops or group),
        parcel=_whole(group),
        order_id=orders[0] if orders else "",
        last_seen=last_seen,
        verified=any(piece.seen.verified for piece in group),
        messages=mails(group),
        first_seen=first_seen,
        given_at=given_at(group),
        delivered_on=min((at.date() for at in _delivered(group)), default=None),
    )


def _delivered(group: Sequence[Piece[Parcel]]) -> list[datetime]:
    return [piece.seen.observed_at for piece in group if piece.fact.status is ParcelStatus.DELIVERED]


def _whole(group: Sequence[Piece[Parcel]]) -> Parcel:
    if len(group) == 1:
        return group[0].fact
    recent = latest_first(group)
    carriers = [piece for piece in group if _from_carrier(piece.seen)]
    # The last mail that gives dates gives both: mixing two mails would invent a range nobody promised.
    dated = next((piece.fact for piece in recent if piece.fact.expected_from or piece.fact.expected_until), None)
    return Parcel(
        carrier=told(carriers or group, lambda fact: fact.carrier) or told(group, lambda fact: fact.carrier),
        tracking_number=told(group, lambda fact: fact.tracking_number),
        status=settle(group, lambda fact: fact.status, STEPS, STEPS[ParcelStatus.IN_TRANSIT]),
        order_number=told(group, lambda fact: fact.order_number),
        tracking_url=told(recent, lambda fact: fact.tracking_url),
        expected_from=dated.expected_from if dated else None,
        expected_until=dated.expected_until if dated else None,
        pickup_place=told(recent, lambda fact: fact.pickup_place),
        pickup_code=told(recent, lambda fact: fact.pickup_code),
        pickup_until=told(recent, lambda fact: fact.pickup_until),
        provenance=surest(group),
    )
