"""What every fold shares: which observations speak of the same thing, in which order they are heard, who wins.

A fold takes observations in any order, any number of times, and gives the same views. Three rules make it so:
things are keyed by content, never by arrival; observations of a thing are deduplicated and sorted before they
are read; and every choice between two values is decided by that order alone.
"""

import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from hashlib import blake2b
from typing import Generic, NamedTuple, TypeVar

from mesinfos.model.codec import encode
from mesinfos.model.facts import Observation
from mesinfos.model.merchant import Merchant
from mesinfos.model.provenance import Provenance

PERSON = "person"
"""The origin's source of a correction: what the person says wins over what machines observed."""
DEPOSIT = "deposit"
"""The origin's source of what a merchant gave back under a grant: the merchant's own statement of a thing."""
SAID, RULE = "person", "rule"
"""Who read a fact that a person put right: the person, or a rule that the person made on another mail."""

F = TypeVar("F")
V = TypeVar("V")
S = TypeVar("S", bound=StrEnum)


class Piece(NamedTuple, Generic[F]):
    """One fact of the kind being folded, and the observation it came in."""

    fact: F
    seen: Observation


def pieces(observations: Iterable[Observation], kind: type[F]) -> list[Piece[F]]:
    """The observations whose fact is of this kind."""
    return [Piece(seen.fact, seen) for seen in observations if isinstance(seen.fact, kind)]


def by_person(piece: Piece[F]) -> bool:
    """Whether the person said so."""
    origin = piece.seen.origin
    return origin is not None and origin.source == PERSON


def by_rule(piece: Piece[F]) -> bool:
    """Whether a rule of the person put this fact right: it is heard before what machines read elsewhere."""
    provenance = getattr(piece.fact, "provenance", None)
    return provenance is not None and provenance.extractor in {SAID, RULE}


def by_merchant(piece: Piece[F]) -> bool:
    """Whether the merchant gave it back itself, under a grant."""
    origin = piece.seen.origin
    return origin is not None and origin.source == DEPOSIT


def key_of(text: str) -> str:
    """An order or tracking number as a key: spaces, `#`, invisible marks and case say nothing about identity."""
    if text.isascii():
        return text.replace(" ", "").replace("#", "").upper()
    kept = (char for char in unicodedata.normalize("NFKC", text) if unicodedata.category(char)[0] not in "ZC")
    return "".join(kept).replace("#", "").upper()


def thing_id(*parts: str) -> str:
    """A short, URL-safe id that says nothing to whoever reads a log; the tuple's text keeps its parts apart."""
    return blake2b(repr(parts).encode(), digest_size=12).hexdigest()


def domain_of(merchant: Merchant | None) -> str:
    """The domain that identifies a merchant; empty for none."""
    return merchant.domain.casefold() if merchant else ""


def merged_id(kind: str, domain: str, *marks: str) -> str:
    """The id of a thing that every verified observation of this merchant with these marks shares."""
    return thing_id(kind, domain, *marks)


def alone_id(kind: str, seen: Observation, *marks: str) -> str:
    """The id of a thing known from one mail only: what nobody proved may not touch what was proved."""
    return thing_id(kind, "", "proved" if seen.verified else "", seen.message or encode(seen).hex(), *marks)


def identity(kind: str, seen: Observation, number: str) -> str:
    """The merge key: the authenticated merchant plus the number; without either, the mail itself."""
    domain, mark = domain_of(seen.merchant), key_of(number)
    return merged_id(kind, domain, mark) if seen.verified and domain and mark else alone_id(kind, seen, mark)


def grouped(items: Iterable[Piece[F]], key: Callable[[Piece[F]], str]) -> dict[str, list[Piece[F]]]:
    """Pieces by key, each group deduplicated and sorted: corrections first, newest first, then machines, oldest first.

    Between them stands what a rule of the person put right, then the merchant's own last statement: it is exact where a
    mail had to be read, and takes the place of what the merchant stated before. The first mail about a thing is usually
    the one that tells it whole (a confirmation); later ones tell how it goes on.
    """
    groups: dict[str, list[Piece[F]]] = {}
    for piece in items:
        groups.setdefault(key(piece), []).append(piece)
    return {name: arranged(group) for name, group in groups.items()}


def arranged(group: list[Piece[F]]) -> list[Piece[F]]:
    """One group, each observation once, in the order in which it is heard."""
    if len(group) == 1:
        return group
    unique = {encode(piece.seen): piece for piece in group}
    heard = [piece for _, piece in sorted(unique.items(), key=lambda entry: (entry[1].seen.observed_at, entry[0]))]
    spoken = [piece for piece in reversed(heard) if by_person(piece)]
    rest = [piece for piece in heard if not by_person(piece)] if spoken else heard
    stated = [piece for piece in rest if by_merchant(piece)]
    if stated:
        rest = [piece for piece in rest if piece is stated[-1] or not by_merchant(piece)]
    return spoken + sorted(rest, key=_place)


def _place(piece: Piece[F]) -> int:
    return 0 if by_rule(piece) else 1 if by_merchant(piece) else 2


def told(group: Sequence[Piece[F]], get: Callable[[F], V]) -> V:
    """The first value that says something; the last one asked when none does (a field's own empty value)."""
    value = get(group[0].fact)
    for piece in group:
        value = get(piece.fact)
        if value is not None and value not in ("", ()):
            break
    return value


def latest_first(group: Sequence[Piece[F]]) -> list[Piece[F]]:
    """Corrections first still, then the rest from the newest: for values that later mails correct.

    A merchant's statement has no privilege here: where a parcel is, last week's statement knows less than today's mail.
    """
    spoken = [piece for piece in group if by_person(piece) or by_rule(piece)]
    rest = group[len(spoken) :]
    if rest and by_merchant(rest[0]):
        rest = sorted(rest, key=lambda piece: (piece.seen.observed_at, encode(piece.seen)))
    return spoken + list(reversed(rest))


def settle(group: Sequence[Piece[F]], get: Callable[[F], S], ranks: Mapping[S, int], moving: int) -> S:
    """The status of a thing: the person's word, else the furthest step, unless something went wrong since.

    `ranks` orders the steps; a status without rank (cancelled, returned, a problem) counts from its date
    until a later observation of rank `moving` or more shows that things went on.
    """
    if by_person(group[0]):
        return get(group[0].fact)
    said = [(piece.seen.observed_at, get(piece.fact)) for piece in group]
    wrong = [(at, status) for at, status in said if status not in ranks]
    if not wrong:
        return max((status for _, status in said), key=lambda status: ranks[status])
    last, status = max(wrong)
    onward = [step for at, step in said if at > last and ranks.get(step, -1) >= moving]
    return max(onward, key=lambda step: ranks[step]) if onward else status


def span(group: Sequence[Piece[F]]) -> tuple[datetime, datetime]:
    """When a thing was first and last heard of; corrections are not news of the thing, so they count only alone."""
    if len(group) == 1:
        return group[0].seen.observed_at, group[0].seen.observed_at
    times = [piece.seen.observed_at for piece in group if not by_person(piece)]
    times = times or [piece.seen.observed_at for piece in group]
    return min(times), max(times)


def given_at(group: Sequence[Piece[F]]) -> datetime | None:
    """When the merchant itself stated a thing, the last time; None when it never did."""
    return max((piece.seen.observed_at for piece in group if by_merchant(piece)), default=None)


def mails(group: Sequence[Piece[F]]) -> tuple[str, ...]:
    """Record ids of the mails that told of a thing, oldest first, each once."""
    if len(group) == 1:
        return (group[0].seen.message,) if group[0].seen.message else ()
    heard = sorted((piece.seen.observed_at, piece.seen.message) for piece in group if piece.seen.message)
    return tuple(dict.fromkeys(message for _, message in heard))


def surest(group: Sequence[Piece[F]]) -> Provenance | None:
    """The best provenance of a thing: two mails that read the same number make it surer; the first of equals."""
    found = [place for piece in group if (place := getattr(piece.fact, "provenance", None)) is not None]
    return max(found, key=lambda place: place.confidence, default=None)


def merchant_of(group: Sequence[Piece[F]]) -> Merchant | None:
    """The merchant of a thing, as the surest observation names it."""
    first = group[0].seen.merchant
    if all(piece.seen.merchant is first for piece in group):
        return first
    named = [piece.seen.merchant for piece in group if piece.seen.merchant]
    return max(named, key=lambda merchant: (merchant.confidence, merchant.name, merchant.kind)) if named else None
