"""What the person's rules make of what was read: pure, and undone by leaving a rule out.

Observations stay as the machine made them; an open vault shows them through its rules. So a later sync overwrites
nothing, a withdrawn rule leaves no trace, and the same function tells beforehand what a rule would change.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from msgspec.structs import replace

from mesinfos.errors import N_
from mesinfos.model.facts import Observation
from mesinfos.model.message import Message
from mesinfos.model.provenance import Provenance
from mesinfos.model.purchase import Booking, Invoice, Order, Parcel
from mesinfos.model.rule import Kind, Reach, Rule
from mesinfos.model.values import Money
from mesinfos.relations.folding import RULE, SAID, key_of
from mesinfos.relations.likeness import covers, sender_of
from mesinfos.relations.seen import Seen, withdrawn

NUMBERS: dict[type[Any], str] = {
    Order: "order_number",
    Booking: "reference",
    Invoice: "number",
    Parcel: "tracking_number",
}
"""What each kind of fact calls its number."""
MEANT: dict[Kind, tuple[type[Any], ...]] = {
    Kind.ORDER: (Order, Booking),  # a ticket is both, with one number and one price
    Kind.PARCEL: (Parcel,),
    Kind.INVOICE: (Invoice,),
    Kind.BOOKING: (Booking,),
    Kind.NOTHING: (Order, Booking),
}


class Taught(NamedTuple):
    """A rule, the id of its record, and the mail it was said of."""

    rule_id: str
    mail: str
    rule: Rule


class Values(NamedTuple):
    """What stands in one mail at the places that a rule names."""

    total: Money | None = None
    number: str = ""
    date: dt.date | None = None


Known = Mapping[tuple[str, str], Values]
"""Values by rule and mail."""


class Outcome(NamedTuple):
    """What rules make of a vault: records that read otherwise (None: not shown), and facts that a person added."""

    changed: dict[str, Seen | None]
    added: list[Seen]


class Lessons:
    """Rules in force, in the order in which they were made, found by mail and by sender."""

    def __init__(self, taught: Iterable[Taught]) -> None:
        self.all = list(taught)
        self._own: dict[str, list[Taught]] = {}
        self._by_sender: dict[str, list[Taught]] = {}
        for one in self.all:
            self._own.setdefault(one.mail, []).append(one)
            if is_general(one.rule):
                self._by_sender.setdefault(one.rule.sender, []).append(one)

    def of(self, seen: Seen) -> list[Taught]:
        """The rules that hold for a mail: those made on others first, so that what was said of itself wins."""
        if not self.all:
            return []
        theirs = self._by_sender.get(sender_of(seen.message), ())
        general = [one for one in theirs if one.mail != seen.record_id and self._covers(one, seen)]
        return general + self._own.get(seen.record_id, [])

    @staticmethod
    def _covers(one: Taught, seen: Seen) -> bool:
        return covers(one.rule, seen.message, proved=seen.observation.verified)


def is_general(rule: Rule) -> bool:
    """Whether a rule can say anything of a mail that it was not made on; a value without a place cannot."""
    said = rule.absent or rule.merchant or rule.category or rule.total_at or rule.number_at or rule.date_at
    return rule.reach is not Reach.MAIL and bool(said)


def in_force(rules: Iterable[Seen], ends: Iterable[Seen]) -> list[Taught]:
    """The rules that nobody withdrew, the oldest first."""
    over = withdrawn(ends)
    return [
        Taught(seen.record_id, seen.observation.message, seen.observation.fact)
        for seen in rules
        if seen.record_id not in over and isinstance(seen.observation.fact, Rule)
    ]


def by_mail(facts: Iterable[Seen]) -> dict[str, list[Seen]]:
    """Facts by the mail that told them."""
    drawers: dict[str, list[Seen]] = {}
    for seen in facts:
        drawers.setdefault(seen.observation.message, []).append(seen)
    return drawers


def outcome(lessons: Lessons, messages: Iterable[Seen], told: Mapping[str, list[Seen]], known: Known) -> Outcome:
    """What all rules make of all mails and of what each told."""
    made = Outcome({}, [])
    for seen in messages:
        if taught := lessons.of(seen):
            facts = told.get(seen.record_id, [])
            mail, kept = corrected(seen, facts, taught, known)
            before, after = {one.record_id for one in facts}, {one.record_id: one for one in kept}
            made.changed[seen.record_id] = mail
            made.changed.update({record_id: after.get(record_id) for record_id in before})
            made.added.extend(one for one in kept if one.record_id not in before)
    return made


def corrected(mail: Seen, facts: Sequence[Seen], taught: Sequence[Taught], known: Known) -> tuple[Seen, list[Seen]]:
    """One mail and its facts as these rules show them, one after the other."""
    kept = list(facts)
    for one in taught:
        own = one.mail == mail.record_id
        mail = _with(mail, _sorted(mail.message, one.rule, own=own), one.rule)
        kept = list(_facts(mail, kept, one, known))
    return mail, kept


def _sorted(message: Message, rule: Rule, *, own: bool) -> Message:
    settled = rule.absent or rule.right or bool(rule.number or rule.total or rule.date)
    facts = None if settled else message.facts
    if rule.category is None:
        return replace(message, facts=facts) if facts != message.facts else message
    why = N_("you said so") if own else N_("a rule of yours")
    return replace(message, category=rule.category, category_confidence=1.0, reasons=(why,), facts=facts)


def _facts(mail: Seen, facts: Sequence[Seen], one: Taught, known: Known) -> Iterator[Seen]:
    rule, own = one.rule, one.mail == mail.record_id
    values = Values(rule.total, rule.number, rule.date) if own else known.get((one.rule_id, mail.record_id), Values())
    meant = [seen for seen in facts if _is_meant(seen, rule, own=own)]
    olds = {key_of(number) for seen in meant if (number := number_of(seen.observation.fact))}
    for seen in facts:
        fact = seen.observation.fact
        if seen not in meant:
            yield _with(seen, _renumbered(fact, olds, values.number), rule)
        elif not rule.absent:
            yield _with(seen, _stated(fact, values, one, own=own), rule)
    if not meant and not rule.absent and any(values) and Order in MEANT[rule.kind]:
        yield _new_order(mail, values, one, own=own)


def _is_meant(seen: Seen, rule: Rule, *, own: bool) -> bool:
    fact = seen.observation.fact
    if type(fact) not in MEANT[rule.kind]:
        return False
    return not own or not rule.about or key_of(number_of(fact)) == key_of(rule.about)


def number_of(fact: Any) -> str:
    """What a fact's merchant calls it; "" for facts without a number."""
    return str(getattr(fact, NUMBERS.get(type(fact), ""), ""))


def _stated(fact: Any, values: Values, one: Taught, *, own: bool) -> Any:
    changes: dict[str, Any] = {}
    if values.number:
        changes[NUMBERS[type(fact)]] = values.number
    changes |= {name: getattr(values, name) for name in ("total", "date") if _has(fact, name, values)}
    if changes or (one.rule.right and own):
        changes["provenance"] = _provenance(fact, one, own=own)
    return replace(fact, **changes) if changes else fact


def _has(fact: Any, name: str, values: Values) -> bool:
    return hasattr(fact, name) and getattr(values, name) is not None


def _provenance(fact: Any, one: Taught, *, own: bool) -> Provenance:
    place = one.rule.total_at or one.rule.number_at or one.rule.date_at
    before = fact.provenance.place if fact and fact.provenance else ""
    return Provenance(SAID if own else RULE, 1.0, place.label if place else before)


def _renumbered(fact: Any, olds: set[str], number: str) -> Any:
    """A parcel or a bill of the same mail follows its order to its right number."""
    named = number and isinstance(fact, Parcel | Invoice) and fact.order_number and key_of(fact.order_number) in olds
    return replace(fact, order_number=number) if named else fact


def _new_order(mail: Seen, values: Values, one: Taught, *, own: bool) -> Seen:
    order = Order(values.number, values.date, total=values.total, provenance=_provenance(None, one, own=own))
    seen = mail.observation
    told = Observation(order, seen.observed_at, seen.merchant, seen.verified, mail.record_id, seen.origin)
    return Seen(f"{mail.record_id}-{one.rule_id}", mail.seq, told)


def _with(seen: Seen, fact: Any, rule: Rule) -> Seen:
    """The same record with another fact, and with the merchant that the rule names."""
    observation = seen.observation
    merchant = rule.merchant or observation.merchant
    if fact is observation.fact and merchant is observation.merchant:
        return seen
    return Seen(seen.record_id, seen.seq, replace(observation, fact=fact, merchant=merchant))
