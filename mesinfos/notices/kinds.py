"""What may be told. Two lines each, of counts and days at most; the second says what to do."""

from collections.abc import Callable
from enum import StrEnum
from typing import NamedTuple

from mesinfos.errors import N_
from mesinfos.wording import ngettext, translate


class Event(StrEnum):
    """What a person ticks for a channel. Stored: words are added at the end only."""

    SOURCE = "source"
    PICKUP = "pickup"
    PARCEL = "parcel"
    DEADLINE = "deadline"
    ENDING = "ending"
    REQUEST = "request"
    UNUSUAL = "unusual"
    BACKUP = "backup"
    NEWS = "news"


EVENTS = {
    Event.SOURCE: N_("A source cannot be read"),
    Event.PICKUP: N_("A parcel waits at a pickup point, not for long"),
    Event.PARCEL: N_("A parcel is expected, or late"),
    Event.DEADLINE: N_("A right of a buyer ends soon"),
    Event.ENDING: N_("A consent ends soon"),
    Event.REQUEST: N_("A merchant waits for an answer"),
    Event.UNUSUAL: N_("A merchant reads far more often than usual"),
    Event.BACKUP: N_("A backup is missing, or does not open"),
    Event.NEWS: N_("Once a day, how much mail came"),
}
USUAL = tuple(event for event in Event if event is not Event.NEWS)
"""Ticked for a new channel: what asks for something to be done."""

FROM_THE_OPEN_VAULT = (Event.PICKUP, Event.PARCEL, Event.DEADLINE)
"""Foreseen at the last opening of the vault: while it is closed, nothing of parcels and orders can be read."""


class Said(NamedTuple):
    """A kind of notice: its event, its line for a count in a language, what to do, and the page for that."""

    event: Event
    line: Callable[[int, str], str]
    then: str
    path: str


LOOK = N_("Open MesInfos to see more.")
FORESEEN = N_("As far as your vault knew when it was last open.")


def _plain(line: str) -> Callable[[int, str], str]:
    return lambda _, language: translate(line, language)


def _pickup(n: int, language: str) -> str:
    return ngettext(
        "{n} parcel waits at a pickup point, for two more days at most",
        "{n} parcels wait at a pickup point, for two more days at most",
        n,
        language,
    )


def _arriving(n: int, language: str) -> str:
    return ngettext("{n} parcel is expected today", "{n} parcels are expected today", n, language)


def _late(n: int, language: str) -> str:
    return ngettext("{n} parcel was to come by yesterday", "{n} parcels were to come by yesterday", n, language)


def _right(n: int, language: str) -> str:
    return ngettext("{n} right of a buyer ends soon", "{n} rights of a buyer end soon", n, language)


def _news(n: int, language: str) -> str:
    return ngettext(
        "{n} new message from merchants since yesterday",
        "{n} new messages from merchants since yesterday",
        n,
        language,
    )


KINDS = {
    "reconnect": Said(
        Event.SOURCE,
        _plain(N_("A source no longer lets MesInfos in")),
        N_("Its password was refused: open MesInfos to reconnect it."),
        "/sources",
    ),
    "failing": Said(
        Event.SOURCE, _plain(N_("A source could not be read for a day")), N_("Open MesInfos to see why."), "/sources"
    ),
    "pickup": Said(Event.PICKUP, _pickup, FORESEEN, "/parcels"),
    "arriving": Said(Event.PARCEL, _arriving, FORESEEN, "/parcels"),
    "late": Said(Event.PARCEL, _late, FORESEEN, "/parcels"),
    "right": Said(Event.DEADLINE, _right, FORESEEN, "/"),
    "ending": Said(Event.ENDING, _plain(N_("A consent ends within a week")), LOOK, "/consents"),
    "request": Said(Event.REQUEST, _plain(N_("A merchant waits for an answer")), LOOK, "/consents"),
    "unusual": Said(
        Event.UNUSUAL,
        _plain(N_("A merchant reads far more often today than usual")),
        N_("Open MesInfos to see whether that is meant."),
        "/journal",
    ),
    "broken": Said(
        Event.BACKUP,
        _plain(N_("The newest backup does not open")),
        N_("Open MesInfos to make another."),
        "/settings/backups",
    ),
    "overdue": Said(
        Event.BACKUP, _plain(N_("No new backup was made")), N_("Open MesInfos to make one."), "/settings/backups"
    ),
    "news": Said(Event.NEWS, _news, LOOK, "/messages"),
}
TEST = "test"
_TRIED = Said(Event.NEWS, _plain(N_("This is a test of MesInfos")), N_("Notices reach you here."), "/notices")


class Words(NamedTuple):
    """A notice as it is sent and shown: a title, a sentence, and the page it leads to."""

    title: str
    text: str
    path: str


def words(kind: str, count: int, language: str) -> Words:
    """A kind of notice in a language."""
    said = _TRIED if kind == TEST else KINDS[kind]
    return Words(said.line(count, language), translate(said.then, language), said.path)
