"""Which mail the person wants to see, and how: refused and paused merchants first, then exceptions, then the matrix.

A pure function over what was read: nothing is moved or deleted, so that another choice shows everything again at once.
Mail that a person may need whatever was chosen (bills, deliveries, recalls) is always shown.
"""

from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from datetime import date, datetime, timedelta
from typing import NamedTuple

from mesinfos.errors import N_
from mesinfos.model.choice import Manner, Topic, Welcome
from mesinfos.model.merchant import Merchant
from mesinfos.model.purchase import Invoice, Parcel
from mesinfos.model.values import Category, Kind
from mesinfos.relations.choices import Choices, Chosen
from mesinfos.relations.folding import domain_of
from mesinfos.relations.reading import Reading
from mesinfos.relations.recalls import is_recall
from mesinfos.relations.seen import Seen

KEPT = {
    Category.BILLING: N_("bill"),
    Category.DELIVERY: N_("delivery"),
}
"""Kinds of mail that are always shown, and what they are kept as."""
RECALL = N_("safety notice")


class Digest(NamedTuple):
    """The mail of one merchant in one week, gathered into one line; `week` is its Monday."""

    merchant: Merchant
    week: date
    mails: list[Seen]

    @property
    def at(self) -> datetime:
        """When the last of them was sent."""
        return self.mails[0].message.sent_at


class Sieve:
    """What the choices say of one kind of mail of one merchant."""

    def __init__(self, choices: Choices, kinds: Mapping[str, Kind], day: date) -> None:
        self._kinds = kinds
        self.known: dict[tuple[str, Category], Manner] = {}
        self.away = {
            domain: Welcome(one.value)
            for domain, one in choices.all(Topic.MERCHANT).items()
            if one.value == Welcome.REFUSED or paused_until(one, day)
        }
        self.cells = {subject: Manner(one.value) for subject, one in choices.all(Topic.CELL).items()}

    def changed(self, cells: Mapping[str, Manner]) -> "Sieve":
        """The same sieve with other cells."""
        other = copy(self)
        other.cells, other.known = {**self.cells, **cells}, {}
        return other

    def idle(self) -> bool:
        """Whether everything is shown."""
        return not self.away and not any(way is not Manner.SHOW for way in self.cells.values())

    def way(self, domain: str, category: Category) -> Manner:
        """How such mail is shown, when nothing protects it."""
        # A hundred thousand mails are of a few thousand such pairs.
        known = self.known.get((domain, category))
        if known is None:
            known = self.known[domain, category] = self._way(domain, category)
        return known

    def _way(self, domain: str, category: Category) -> Manner:
        if not domain:
            return Manner.SHOW
        if domain in self.away:
            return Manner.HIDE
        kind = self._kinds.get(domain, Kind.UNKNOWN)
        cell = self.cells.get(f"{category}@{domain}") or self.cells.get(f"{category}/{kind}")
        return cell or Manner.SHOW


class Sifted(NamedTuple):
    """All mail, each where it belongs, newest first; `kept` says why one is shown although it was not wanted."""

    sieve: Sieve
    shown: list[Seen]
    digests: list[Digest]
    hidden: list[Seen]
    kept: dict[str, str]
    ways: dict[str, Manner]

    def lines(self) -> Sequence[Seen | Digest]:
        """What a list of mail shows: single mails, and weeks at the place of their newest mail."""
        return sorted([*self.shown, *self.digests], key=_when, reverse=True) if self.digests else self.shown

    def hides(self, merchant: Merchant | None, messages: Iterable[str]) -> bool:
        """Whether all mail that told of a thing is put aside; without mail, whether its merchant's offers are."""
        told = tuple(messages)
        if told:
            return all(self.ways.get(one) is Manner.HIDE for one in told)
        return self.sieve.way(domain_of(merchant), Category.PROMO) is Manner.HIDE


def paused_until(one: Chosen, day: date) -> date | None:
    """The day until which a merchant is paused; None when it is not, or no longer."""
    if one.value != Welcome.PAUSED or not one.choice.also:
        return None
    until = date.fromisoformat(one.choice.also)
    return until if until >= day else None


def sieve_of(reading: Reading, day: date) -> Sieve:
    """The sieve that the choices in force make."""
    kinds = {view.id: view.merchant.kind for view in reading.merchants()}
    return Sieve(reading.choices(), kinds, day)


def sift(reading: Reading, day: date) -> Sifted:
    """All mail as the person wants to see it on a day."""
    return reading.derived(f"sifted on {day}", lambda: sifted(reading, sieve_of(reading, day)))


def sifted(reading: Reading, sieve: Sieve) -> Sifted:
    """All mail as a sieve shows it; a sieve that is not in force previews it."""
    made = Sifted(sieve, [], [], [], {}, {})
    if sieve.idle():
        return made._replace(shown=reading.newest())
    safe = reading.folded("mails kept safe", lambda: _safe(reading))
    weeks: dict[tuple[str, date], Digest] = {}
    known: dict[str, date] = reading.folded("weeks", dict)
    for seen, pair in reading.folded("mail by sender and kind", lambda: _sorted_pairs(reading)):
        way = sieve.way(*pair)
        if way is not Manner.SHOW and (why := safe.get(seen.record_id) or _why_kept(reading, seen)):
            made.kept[seen.record_id] = why
            way = Manner.SHOW
        merchant = seen.observation.merchant
        if merchant is None or way is Manner.SHOW:
            made.shown.append(seen)
            continue
        made.ways[seen.record_id] = way
        if way is Manner.HIDE:
            made.hidden.append(seen)
        else:
            week = _week(known, seen)
            weeks.setdefault((merchant.domain, week), Digest(merchant, week, [])).mails.append(seen)
    return made._replace(digests=list(weeks.values()))


def _sorted_pairs(reading: Reading) -> list[tuple[Seen, tuple[str, Category]]]:
    """All mail, newest first, with what a sieve asks of it; few pairs stand for many mails."""
    known: dict[tuple[str, Category], tuple[str, Category]] = {}
    pairs = ((seen, (domain_of(seen.observation.merchant), seen.message.category)) for seen in reading.newest())
    return [(seen, known.setdefault(pair, pair)) for seen, pair in pairs]


def _week(known: dict[str, date], seen: Seen) -> date:
    """The week of a mail, worked out once: to ask a clock for each takes most of the time of a digest."""
    week = known.get(seen.record_id)
    if week is None:
        week = known[seen.record_id] = monday(seen.message.sent_at)
    return week


def monday(at: datetime) -> date:
    """The week that an instant belongs to, on this machine's calendar."""
    day = at.astimezone().date()
    return day - timedelta(days=day.weekday())


def _why_kept(reading: Reading, seen: Seen) -> str:
    """Why a mail is always shown, by itself; "" when it may be put aside."""
    if why := KEPT.get(seen.message.category, ""):
        return why
    if seen.record_id not in reading.memory:
        reading.memory[seen.record_id] = is_recall(seen.message)
    return RECALL if reading.memory[seen.record_id] else ""


def _safe(reading: Reading) -> dict[str, str]:
    """Mails of any category in which a bill or a parcel was read."""
    bills = dict.fromkeys((one.observation.message for one in reading.observations(Invoice)), KEPT[Category.BILLING])
    parcels = (one.observation.message for one in reading.observations(Parcel))
    return bills | dict.fromkeys(parcels, KEPT[Category.DELIVERY])


def _when(line: Seen | Digest) -> datetime:
    return line.at if isinstance(line, Digest) else line.message.sent_at
