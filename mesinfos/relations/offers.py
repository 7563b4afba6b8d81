"""Offers, bookings and benefits: simpler folds of the same kind."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime

from mesinfos.model.facts import Observation
from mesinfos.model.merchant import Merchant
from mesinfos.model.purchase import Benefit, Booking, Offer
from mesinfos.model.values import BookingStatus, Value, utc
from mesinfos.relations.folding import (
    F,
    Piece,
    given_at,
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


class OfferView(Value, frozen=True):
    """A promotion as the person sees it; the same code announced by three newsletters is one offer."""

    id: str
    merchant: Merchant | None
    offer: Offer
    verified: bool
    first_seen: datetime
    last_seen: datetime
    messages: tuple[str, ...]

    def valid_on(self, day: date) -> bool:
        """Whether it can still be used that day; an offer that states no end is taken as open."""
        until = self.offer.valid_through
        return until is None or day <= until


class BookingView(Value, frozen=True):
    """A stay, a journey, a table or a show as the person sees it."""

    id: str
    merchant: Merchant | None
    booking: Booking
    verified: bool
    first_seen: datetime
    last_seen: datetime
    messages: tuple[str, ...]


class BenefitView(Value, frozen=True):
    """A loyalty programme's state as last heard of."""

    id: str
    merchant: Merchant | None
    benefit: Benefit
    verified: bool
    first_seen: datetime
    last_seen: datetime
    messages: tuple[str, ...]
    given_at: datetime | None = None


def fold_offers(observations: Iterable[Observation]) -> list[OfferView]:
    """Every offer, the one last heard of first."""
    groups = grouped(pieces(observations, Offer), _offer_key)
    views = [OfferView(view_id, merchant_of(group), _offer(group), *_ends(group)) for view_id, group in groups.items()]
    return sorted(views, key=lambda view: (view.last_seen, view.id), reverse=True)


def fold_bookings(observations: Iterable[Observation]) -> list[BookingView]:
    """Every booking, the latest journey first; one without start counts from when it was first heard of."""
    found = pieces(observations, Booking)
    groups = grouped(found, _booking_key(found))
    views = [
        BookingView(view_id, merchant_of(group), _booking(group), *_ends(group)) for view_id, group in groups.items()
    ]
    return sorted(views, key=lambda view: (utc(view.booking.start or view.first_seen), view.id), reverse=True)


def fold_benefits(observations: Iterable[Observation]) -> list[BenefitView]:
    """Every loyalty programme, the one last heard of first: the last statement is the one that counts."""
    groups = grouped(pieces(observations, Benefit), lambda piece: benefit_id(piece.seen, piece.fact))
    views = [
        BenefitView(view_id, merchant_of(group), _benefit(group), *_ends(group), given_at(group))
        for view_id, group in groups.items()
    ]
    return sorted(views, key=lambda view: (view.last_seen, view.id), reverse=True)


_BOOKED = {BookingStatus.HOLD: 0, BookingStatus.PENDING: 1, BookingStatus.CONFIRMED: 2}
"""A booking goes no further than confirmed, so what was cancelled stays cancelled until the person says otherwise."""


def _offer_key(piece: Piece[Offer]) -> str:
    fact = piece.fact
    code = fact.code or f"{fact.description.casefold()} {fact.valid_through or ''}"
    return identity("offer", piece.seen, code)


def _booking_key(found: Sequence[Piece[Booking]]) -> Callable[[Piece[Booking]], str]:
    """A train booked there and back has one reference and two journeys: the start tells them apart.

    A mail without a start ("your booking is cancelled") speaks of the only journey of its reference.
    """
    starts: dict[str, set[datetime]] = {}
    for fact, seen in found:
        if fact.start and fact.reference:
            starts.setdefault(identity("booking", seen, fact.reference), set()).add(fact.start)

    def key(piece: Piece[Booking]) -> str:
        fact, known = piece.fact, starts.get(identity("booking", piece.seen, piece.fact.reference), set())
        start = fact.start or (next(iter(known)) if len(known) == 1 else None)
        return booking_id(piece.seen, fact, start)

    return key


def booking_id(seen: Observation, fact: Booking, start: datetime | None) -> str:
    """What a booking that begins then is keyed by; one without reference by its mail."""
    mark = f"{fact.reference} {start.isoformat() if start else ''}" if fact.reference else ""
    return identity("booking", seen, mark)


def benefit_id(seen: Observation, fact: Benefit) -> str:
    """What a benefit is keyed by: its voucher, else its programme."""
    return identity("benefit", seen, fact.voucher or fact.programme.casefold())


def _ends(group: Sequence[Piece[F]]) -> tuple[bool, datetime, datetime, tuple[str, ...]]:
    verified = any(piece.seen.verified for piece in group)
    return verified, *span(group), mails(group)


def _offer(group: Sequence[Piece[Offer]]) -> Offer:
    recent = latest_first(group)
    return Offer(
        description=told(recent, lambda fact: fact.description),
        code=told(recent, lambda fact: fact.code),
        percent=told(recent, lambda fact: fact.percent),
        amount=told(recent, lambda fact: fact.amount),
        valid_from=told(group, lambda fact: fact.valid_from),
        valid_through=told(recent, lambda fact: fact.valid_through),
        provenance=told(recent, lambda fact: fact.provenance),
        conditions=told(recent, lambda fact: fact.conditions),
    )


def _booking(group: Sequence[Piece[Booking]]) -> Booking:
    recent = latest_first(group)
    return Booking(
        reference=told(group, lambda fact: fact.reference),
        what=told(group, lambda fact: fact.what),
        where=told(recent, lambda fact: fact.where),
        start=told(recent, lambda fact: fact.start),
        end=told(recent, lambda fact: fact.end),
        total=told(group, lambda fact: fact.total),
        provenance=told(group, lambda fact: fact.provenance),
        status=settle(group, lambda fact: fact.status, _BOOKED, 3),
    )


def _benefit(group: Sequence[Piece[Benefit]]) -> Benefit:
    recent = latest_first(group)
    return Benefit(
        programme=told(recent, lambda fact: fact.programme),
        number=told(recent, lambda fact: fact.number),
        points=told(recent, lambda fact: fact.points),
        tier=told(recent, lambda fact: fact.tier),
        voucher=told(recent, lambda fact: fact.voucher),
        expires=told(recent, lambda fact: fact.expires),
        provenance=told(recent, lambda fact: fact.provenance),
        amount=told(recent, lambda fact: fact.amount),
    )
