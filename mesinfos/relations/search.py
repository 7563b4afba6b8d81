"""Finding things by what a query asks, accents and case ignored: subjects, merchants, items, numbers, amounts, days.

Whatever the person put aside is found apart, and things are in the state that their pages show: the person's own word
first, and "late" for what should have come.
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from itertools import chain, compress
from typing import Any, NamedTuple

from msgspec.structs import replace

from mesinfos.model.values import ParcelStatus
from mesinfos.relations.entries import Hit, Table, table
from mesinfos.relations.merchants import MerchantView
from mesinfos.relations.query import Key, Term, parse, plain
from mesinfos.relations.reading import Reading
from mesinfos.relations.sieve import sift
from mesinfos.relations.states import chosen, states_of_products
from mesinfos.relations.underway import late

__all__ = ["Found", "Hit", "find", "named", "plain", "refs", "search"]

Places = Sequence[int]
"""Where things stand in the table, in its order."""


class Findable(NamedTuple):
    """Everything that can be found, as it stands on a day: other hits for another state, and what is put aside."""

    table: Table
    status: list[str]
    hits: dict[int, Hit]
    hidden: bytearray


class Found(NamedTuple):
    """What answers to a query, as places; hits are made of those that a page shows."""

    among: Findable
    places: Places
    aside: Places

    def __len__(self) -> int:
        return len(self.places)

    def of(self, kind: str, *, aside: bool = False) -> Places:
        """The places of one kind, newest first; those that are shown, or those put aside."""
        return _cut(self.aside if aside else self.places, self.among.table.kinds.get(kind, range(0)))

    def hits(self, places: Places) -> list[Hit]:
        """What stands there."""
        changed, hits = self.among.hits, self.among.table.hits
        return [changed.get(place) or hits[place] for place in places]


def find(reading: Reading, text: str, limit: int = 200) -> list[Hit]:
    """What answers to every term of `text` now: merchants first, then the rest newest first; nothing for no text.

    Raises InvalidInput for a text that is no query.
    """
    found = search(reading, parse(text), datetime.now(UTC).astimezone().date())
    return sorted(found.hits(found.places), key=_merchants_then_newest, reverse=True)[:limit]


def _merchants_then_newest(hit: Hit) -> tuple[bool, datetime, str, str]:
    return hit.kind == "merchant", hit.at, hit.kind, hit.ref


def search(reading: Reading, terms: Sequence[Term], day: date) -> Found:
    """Everything that answers to every term, as it stands on that day; nothing without a term."""
    among = _findable(reading, day)
    places = _narrowed(among, terms) if terms else []
    if not any(among.hidden):
        return Found(among, places, [])
    gone = [among.hidden[place] for place in places]
    return Found(among, [*compress(places, map((0).__eq__, gone))], [*compress(places, gone)])


def refs(reading: Reading, terms: Sequence[Term], kind: str, day: date) -> set[str]:
    """The ids of the things of one kind that answer, put aside or not; for the lists, which sift by themselves."""
    among = _findable(reading, day)
    found = _narrowed(among, [*terms, Term(Key.TYPE, negated=False, values=frozenset({kind}))])
    return {among.table.hits[place].ref for place in found}


def named(reading: Reading, text: str) -> Iterator[MerchantView]:
    """The merchants of that name or domain, accents and case ignored; none for an empty text."""
    wanted = plain(text.strip())
    return (view for view in reading.merchants() if wanted and wanted in {plain(view.merchant.name), view.id})


def _narrowed(among: Findable, terms: Sequence[Term]) -> Places:
    kinds = among.table.kinds
    for term in terms:
        if term.key is Key.TYPE:
            kinds = {kind: place for kind, place in kinds.items() if (kind in term.values) is not term.negated}
    places: Places = range(len(among.table.hits))
    if len(kinds) < len(among.table.kinds):
        places = [*chain.from_iterable(kinds.values())]
    for term in sorted((one for one in terms if one.key is not Key.TYPE), key=_narrowness):
        places = _answering(among, places, term)
    return places


def _narrowness(term: Term) -> tuple[bool, int]:
    """The longest word leaves the fewest to look at; keys come after the words."""
    return term.key is not Key.WORD or term.negated, -len(term.text)


def _answering(among: Findable, places: Places, term: Term) -> Places:
    if term.key is Key.WORD:
        texts, word = among.table.texts, term.text
        every = len(places) == len(texts)
        pairs = enumerate(texts) if every else zip(places, map(texts.__getitem__, places), strict=True)
        if term.negated:
            return [place for place, text in pairs if word not in text]
        return [place for place, text in pairs if word in text]
    column = among.status if term.key is Key.STATUS else among.table.columns[term.key]
    values = column if len(places) == len(column) else [column[place] for place in places]
    # A hundred thousand things have a few thousand days, merchants and amounts: each is asked once.
    answering = {value for value in set(values) if _holds(term, value) is not term.negated}
    return [*compress(places, map(answering.__contains__, values))]


def _holds(term: Term, value: Any) -> bool:
    """Whether one value is what one key asks."""
    if term.key in {Key.AMOUNT, Key.DATE}:
        return term.span.holds(value)
    return value in term.values if term.values else term.text in value


def _cut(places: Places, span: range) -> Places:
    return places[bisect_left(places, span.start) : bisect_left(places, span.stop)]


def _findable(reading: Reading, day: date) -> Findable:
    return reading.derived(f"findable on {day}", lambda: _as_of(reading, day))


def _as_of(reading: Reading, day: date) -> Findable:
    every = table(reading)
    status, hits, hidden = every.columns[Key.STATUS].copy(), {}, bytearray(len(every.hits))
    for thing, state in _states(reading, day).items():
        if (place := every.places.get(thing)) is not None:
            status[place], hits[place] = state, replace(every.hits[place], status=state)
    for thing in _hidden(reading, day):
        if (place := every.places.get(thing)) is not None:
            hidden[place] = 1
    return Findable(every, status, hits, hidden)


def _states(reading: Reading, day: date) -> Mapping[tuple[str, str], str]:
    """Where things are by another word than that of their mails: the person's, or that it is late."""
    states = {("product", ref): state.value for ref, state in states_of_products(reading).items()}
    for one in reading.orders():
        if said := chosen(reading, one.id):
            states["order", one.id] = said.value
    states |= {("merchant", one): welcome.value for one, welcome in sift(reading, day).sieve.away.items()}
    return states | {("parcel", one): ParcelStatus.LATE.value for one in late(reading, day)}


def _hidden(reading: Reading, day: date) -> Iterator[tuple[str, str]]:
    """The mails that were put aside, and the offers that only such mail told of."""
    sifted = sift(reading, day)
    if not sifted.sieve.idle():
        yield from (("message", seen.record_id) for seen in sifted.hidden)
        yield from (("offer", one.id) for one in reading.offers() if sifted.hides(one.merchant, one.messages))
