"""Rules played over everything a vault holds: what is shown, and what one more rule would change.

Values at a rule's places stand in bodies, which stay sealed until they are asked for. Only mails that such a rule
covers are opened, each once a session.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from mesinfos.ingest import places
from mesinfos.model.choice import Choice
from mesinfos.model.codec import decode
from mesinfos.model.message import Body, Message
from mesinfos.model.rule import Rule, Withdrawn
from mesinfos.model.values import Money
from mesinfos.relations.choices import is_quiet
from mesinfos.relations.joining import Joins
from mesinfos.relations.rules import Lessons, Outcome, Taught, Values, by_mail, in_force, outcome
from mesinfos.relations.seen import Seen, shelve
from mesinfos.vault.openvault import OpenVault
from mesinfos.vault.records import read_children

Shelves = Mapping[type[Any], Sequence[Seen]]
"""Observations by the kind of their fact."""
_UNTOLD = (Message, Rule, Withdrawn, Choice)


class Replay:
    """The rules of one open vault at work; remembers what stood at their places."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], Values] = {}
        self._lessons = Lessons(())
        self._counted = (0, 0)

    def lessons(self, rules: Sequence[Seen], ends: Sequence[Seen]) -> Lessons:
        """The rules in force, made anew only when one came or went."""
        if self._counted != (len(rules), len(ends)):
            self._lessons, self._counted = Lessons(in_force(rules, ends)), (len(rules), len(ends))
        return self._lessons

    def look_up(self, vault: OpenVault, conn: Connection, lessons: Lessons, messages: Iterable[Seen]) -> None:
        """Read, in the mails that rules cover, what stands at the places they name."""
        if not any(_reads(one.rule) for one in lessons.all):
            return
        for seen in messages:
            for one in lessons.of(seen):
                key = (one.rule_id, seen.record_id)
                if one.mail != seen.record_id and _reads(one.rule) and key not in self._known:
                    body = body_of(vault, conn, seen.record_id)
                    self._known[key] = values_in(seen.message, body, one.rule) if body else Values()

    def shown(
        self, lessons: Lessons, joins: Joins, raw: Mapping[str, Seen], kinds: Shelves
    ) -> tuple[dict[str, Seen], dict[type[Any], list[Seen]]]:
        """Everything as rules and joined merchants show it, by record and by kind of fact."""
        made = outcome(lessons, kinds.get(Message, ()), self._told(kinds), self._known)
        by_id = {name: seen for name, was in raw.items() if (seen := made.changed.get(name, was)) is not None}
        by_id |= {seen.record_id: seen for seen in made.added}
        if joins:
            by_id = {name: joins.applied(seen) for name, seen in by_id.items()}
        return by_id, shelve({}, by_id.values())

    def rehearse(self, vault: OpenVault, conn: Connection, lessons: Lessons, draft: Taught, kinds: Shelves) -> Outcome:
        """What all rules and the draft make of the mails that the draft covers."""
        with_draft, alone = Lessons([*lessons.all, draft]), Lessons([draft])
        covered = [seen for seen in kinds.get(Message, ()) if alone.of(seen)]
        self.look_up(vault, conn, with_draft, covered)
        made = outcome(with_draft, covered, self._told(kinds), self._known)
        self._known = {key: values for key, values in self._known.items() if key[0] != draft.rule_id}
        return made

    @staticmethod
    def _told(kinds: Shelves) -> dict[str, list[Seen]]:
        return by_mail(seen for kind, found in kinds.items() if kind not in _UNTOLD for seen in found)


def moves(fresh: Sequence[Seen], raw: Mapping[str, Seen]) -> bool:
    """Whether anything older may read otherwise by these: a rule, a join, the end of one, one more fact of a mail."""
    new = {"", *(seen.record_id for seen in fresh)}
    loud = (seen for seen in fresh if not is_quiet(seen, raw))
    return any(
        isinstance(seen.observation.fact, Rule | Withdrawn | Choice) or seen.observation.message not in new
        for seen in loud
    )


def body_of(vault: OpenVault, conn: Connection, mail: str) -> Body | None:
    """The readable parts of a mail, opened; None when they are not kept."""
    for part in read_children(vault, conn, mail, types=("body",)):
        fact = decode(part.payload).fact
        if isinstance(fact, Body):
            return fact
    return None


def values_in(message: Message, body: Body, rule: Rule) -> Values:
    """What stands in a mail at the places of a rule made on another."""
    sheet = places.sheet_of(message, body)
    total = places.at(places.totals(sheet), rule.total_at) if rule.total_at else None
    number = places.at(places.numbers(sheet), rule.number_at) if rule.number_at else None
    day = places.at(places.days(sheet), rule.date_at) if rule.date_at else None
    return Values(
        total if isinstance(total, Money) else None,
        number if isinstance(number, str) else "",
        day if not isinstance(day, str | Money) else None,
    )


def _reads(rule: Rule) -> bool:
    return bool(rule.total_at or rule.number_at or rule.date_at)
