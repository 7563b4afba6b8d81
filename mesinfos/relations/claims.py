"""Rights asked of merchants (GDPR, articles 15 to 21), and until when each must be answered (article 12, 3)."""

from calendar import monthrange
from datetime import date
from typing import NamedTuple

from mesinfos.model.choice import DataRight, Topic
from mesinfos.relations.choices import Choices

ARTICLE = {
    DataRight.ACCESS: "15",
    DataRight.RECTIFICATION: "16",
    DataRight.ERASURE: "17",
    DataRight.PORTABILITY: "20",
    DataRight.OBJECTION: "21",
}


class Claim(NamedTuple):
    """One right asked of one merchant, and the record of its choice."""

    right: DataRight
    domain: str
    sent: date
    answered: date | None
    record_id: str

    @property
    def due(self) -> date:
        """The last day of the month in which the merchant must answer; it may ask for two more, with its reasons."""
        return month_after(self.sent)

    def late(self, day: date) -> bool:
        """Whether the answer should have come by now."""
        return self.answered is None and self.due < day


def claims(choices: Choices, domain: str = "") -> list[Claim]:
    """What was asked of one merchant, or of all; the newest letter first."""
    found = []
    for subject, one in choices.all(Topic.CLAIM).items():
        right, _, of = subject.partition("@")
        if not domain or of == domain:
            answered = date.fromisoformat(one.choice.also) if one.choice.also else None
            found.append(Claim(DataRight(right), of, date.fromisoformat(one.value), answered, one.record_id))
    return sorted(found, key=lambda one: (one.sent, one.domain, one.right), reverse=True)


def month_after(day: date) -> date:
    """The day a month later, or the last of a shorter month (Regulation 1182/71, article 3, 2 c)."""
    year, month = divmod(day.year * 12 + day.month, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
