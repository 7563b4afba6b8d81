"""The person's rules: what each says, how many mails it holds for, and the press that ends it."""

from typing import NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import Response

from mesinfos.relations.reading import Reading, Seen
from mesinfos.relations.rules import Taught
from mesinfos.teach import withdraw
from web.dashboard.listing import cut, number
from web.deps import Mine, Shown
from web.render import go, page

router = APIRouter(prefix="/settings/rules")


class Row(NamedTuple):
    """A rule, the mail it was said of when that is still kept, and how many mails it holds for."""

    taught: Taught
    made: Seen
    mail: Seen | None
    mails: int


@router.get("")
def rules(request: Request, reading: Shown) -> Response:
    """Every rule in force, the newest first."""
    return page(request, "settings/rules.html", shown=cut(rows(reading), number(request)))


@router.post("/{rule_id}/remove")
def remove(request: Request, vault: Mine, reading: Shown, rule_id: str) -> Response:
    """End a rule; everything it changed is again as it was read."""
    withdraw(vault, reading, rule_id)
    return go(request, "/settings/rules", said="rule-ended")


def rows(reading: Reading) -> list[Row]:
    """The rules in force, the newest first, each with its mails counted."""
    return reading.folded("rules with their mails", lambda: _rows(reading))


def _rows(reading: Reading) -> list[Row]:
    lessons = reading.lessons()
    counted = dict.fromkeys((one.rule_id for one in lessons.all), 0)
    kept = {}
    for seen in reading.messages if counted else ():
        kept[seen.record_id] = seen
        for one in lessons.of(seen):
            counted[one.rule_id] += 1
    return [
        Row(one, reading.as_read(one.rule_id), kept.get(one.mail), counted[one.rule_id])
        for one in reversed(lessons.all)
    ]
