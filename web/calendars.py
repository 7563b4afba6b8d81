"""A calendar as programs read it: iCalendar (RFC 5545, RFC 7986), all-day events, in its owner's words."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from icalendar import Calendar, vDuration
from icalendar import Event as Written

from mesinfos.consent.feeds import Entry, Plan
from mesinfos.errors import N_
from mesinfos.relations.agenda import Kind
from mesinfos.wording import translate

REFRESH = timedelta(hours=6)
"""How often programs are asked to look: the agenda changes with the mail, not with the minute."""

SAYS = {
    Kind.PARCELS: (N_("Parcel from {name}"), N_("A parcel comes")),
    Kind.PICKUPS: (N_("Last day to fetch the parcel from {name}"), N_("Last day to fetch a parcel")),
    Kind.WITHDRAWALS: (N_("Last day to change your mind: {name}"), N_("Last day to change your mind about a purchase")),
    Kind.GUARANTEES: (N_("The legal guarantee ends: {name}"), N_("A legal guarantee ends")),
    Kind.OFFERS: (N_("Offer ends: {name}"), N_("An offer ends")),
    Kind.WARRANTIES: (N_("The merchant’s warranty ends: {name}"), N_("A merchant’s warranty ends")),
}


def summary(entry: Entry, language: str) -> str:
    """What a calendar shows of an event: with the merchant's name only where its owner wants it there."""
    named, plain = SAYS[entry.kind]
    return translate(named, language, name=entry.name) if entry.name else translate(plain, language)


def written(plan: Plan) -> bytes:
    """A whole calendar; equal plans give equal bytes."""
    return bytes(_calendar(plan.entries, plan.language, "MesInfos").to_ical())


def alone(entry: Entry, language: str) -> bytes:
    """One event, to be put into a calendar by hand."""
    return bytes(_calendar((entry,), language, "").to_ical())


def _calendar(entries: Iterable[Entry], language: str, name: str) -> Calendar:
    made = Calendar()
    made.add("prodid", f"-//MesInfos//MesInfos//{language.upper()}")
    made.add("version", "2.0")
    if name:
        made.add("name", name)
        made.add("x-wr-calname", name)
        made.add("refresh-interval", vDuration(REFRESH), parameters={"value": "DURATION"})
    for entry in entries:
        made.add_component(_event(entry, language))
    return made


def _event(entry: Entry, language: str) -> Written:
    made = Written()
    made.add("uid", f"{entry.uid}@mesinfos")
    made.add("dtstamp", _second(entry.changed))
    made.add("last-modified", _second(entry.changed))
    made.add("sequence", entry.sequence)
    made.add("dtstart", entry.first)
    made.add("dtend", entry.last + timedelta(days=1))  # the day after: it is not included
    made.add("summary", summary(entry, language))
    made.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    made.add("transp", "TRANSPARENT")
    made.add("class", "PRIVATE")
    return made


def _second(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(microsecond=0)
