"""What a rule changes, mail by mail, before and after: the preview that a person sees, and the count beside a rule."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from mesinfos.model.facts import Observation
from mesinfos.model.message import Message
from mesinfos.model.values import Money
from mesinfos.relations.rules import MEANT, Outcome, number_of
from mesinfos.relations.seen import Seen

FACTS = frozenset(kind for kinds in MEANT.values() for kind in kinds)


class Change(NamedTuple):
    """One value that changes. `what` names it; a value is a text, an amount, a day or a category, None for nothing."""

    what: str
    before: Any
    after: Any


class Effect(NamedTuple):
    """One mail that a rule changes."""

    mail: Seen
    changes: tuple[Change, ...]


def effects(now: Mapping[str, Seen], told: Mapping[str, Sequence[Seen]], then: Outcome) -> list[Effect]:
    """What differs between what is shown now and what would be, the newest mail first."""
    added: dict[str, list[Seen]] = {}
    for seen in then.added:
        added.setdefault(seen.observation.message, []).append(seen)
    found = []
    for record_id, after in then.changed.items():
        before = now.get(record_id)
        if before is None or after is None or not isinstance(before.observation.fact, Message):
            continue
        old = [seen for seen in told.get(record_id, ()) if type(seen.observation.fact) in FACTS]
        new = [kept for seen in old if (kept := then.changed.get(seen.record_id))] + added.get(record_id, [])
        if changes := tuple(_changes(before, after, old, new)):
            found.append(Effect(before, changes))
    return sorted(found, key=lambda one: (one.mail.message.sent_at, one.mail.seq), reverse=True)


def _changes(before: Seen, after: Seen, old: Sequence[Seen], new: Sequence[Seen]) -> Iterator[Change]:
    was, becomes = before.observation, after.observation
    if was.merchant != becomes.merchant:
        yield Change("merchant", _name(was), _name(becomes))
    if before.message.category != after.message.category:
        yield Change("category", before.message.category, after.message.category)
    left = {seen.record_id: seen.observation.fact for seen in new}
    facts = {seen.record_id: seen.observation.fact for seen in old}
    for record_id, fact in facts.items():
        yield from _differences(fact, left[record_id]) if record_id in left else _gone(fact)
    for record_id, fact in left.items():
        if record_id not in facts:
            yield from _differences(None, fact)
    if before.message.facts == 0 and after.message.facts is None and not left:
        yield Change("nothing", None, None)


def _name(seen: Observation) -> str | None:
    return seen.merchant.name if seen.merchant else None


def _gone(fact: Any) -> Iterator[Change]:
    yield Change(_kind(fact), number_of(fact) or _total(fact) or "", None)


def _differences(one: Any, other: Any) -> Iterator[Change]:
    pairs = (
        ("number", number_of(one) or None, number_of(other) or None),
        ("total", _total(one), _total(other)),
        ("date", getattr(one, "date", None), getattr(other, "date", None)),
    )
    yield from (Change(what, before, after) for what, before, after in pairs if before != after)
    if one is not None and one.provenance != other.provenance and all(before == after for _, before, after in pairs):
        yield Change("confirmed", number_of(one) or _total(one) or "", None)


def _total(fact: Any) -> Money | None:
    return getattr(fact, "total", None)


def _kind(fact: Any) -> str:
    return str(fact.__struct_config__.tag)
