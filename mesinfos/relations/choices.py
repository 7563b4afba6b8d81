"""The person's choices in force: of each topic and subject the newest that was not taken back."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from mesinfos.model.choice import Choice, Topic
from mesinfos.model.rule import Withdrawn
from mesinfos.relations.seen import Seen, withdrawn


def is_quiet(seen: Seen, raw: Mapping[str, Seen]) -> bool:
    """Whether a record says nothing of what was read: a choice of how that is shown, or the end of one. A join does."""
    fact = seen.observation.fact
    if isinstance(fact, Withdrawn):
        ended = raw.get(fact.rule)
        return ended is not None and isinstance(ended.observation.fact, Choice) and is_quiet(ended, raw)
    return isinstance(fact, Choice) and fact.topic is not Topic.JOINED


def last_told(raw: Mapping[str, Seen]) -> tuple[int, int]:
    """The number of the last record that is not quiet, and how many such there are."""
    told = [seen.seq for seen in raw.values() if not is_quiet(seen, raw)]
    return max(told, default=0), len(told)


class Chosen(NamedTuple):
    """One choice and the record that keeps it."""

    record_id: str
    choice: Choice

    @property
    def value(self) -> str:
        """What was chosen."""
        return self.choice.value


class Choices:
    """What holds of all that the person ever chose."""

    def __init__(self, made: Iterable[Seen] = (), ends: Iterable[Seen] = ()) -> None:
        over = withdrawn(ends)
        self._standing = {
            seen.record_id: seen.observation.fact
            for seen in sorted(made, key=lambda seen: seen.seq)
            if seen.record_id not in over and isinstance(seen.observation.fact, Choice)
        }
        self._by_topic: dict[Topic, dict[str, Chosen]] = {}
        for record_id, choice in self._standing.items():
            self._by_topic.setdefault(choice.topic, {})[choice.subject] = Chosen(record_id, choice)

    def value(self, topic: Topic, subject: str) -> str:
        """What holds for a subject; "" when nothing was chosen."""
        found = self._by_topic.get(topic, {}).get(subject)
        return found.value if found else ""

    def all(self, topic: Topic) -> dict[str, Chosen]:
        """What holds of a topic, by subject; empty values are left out."""
        return {subject: one for subject, one in self._by_topic.get(topic, {}).items() if one.value}

    def presses(self) -> list[list[Chosen]]:
        """What holds, grouped by the press that decided it, the newest press first."""
        grouped: dict[str, list[Chosen]] = {}
        holding = {one.record_id: one for found in self._by_topic.values() for one in found.values() if one.value}
        for record_id in reversed(self._standing):
            if one := holding.get(record_id):
                grouped.setdefault(one.choice.together or record_id, []).append(one)
        return list(grouped.values())

    def with_it(self, record_id: str) -> list[str]:
        """The records that are taken back with this one; none when it is no choice, or no longer stands."""
        chosen = self._standing.get(record_id)
        if chosen is None or not chosen.together:
            return [record_id] if chosen else []
        return [name for name, one in self._standing.items() if one.together == chosen.together]
