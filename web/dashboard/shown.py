"""What several pages work out from a reading: what is open, what is due, what this month was."""

from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from itertools import takewhile
from typing import NamedTuple

from mesinfos.errors import NotFound
from mesinfos.model.choice import Manner
from mesinfos.model.values import Money
from mesinfos.relations.agenda import Event, Kind, events
from mesinfos.relations.doubts import Doubt, doubts
from mesinfos.relations.merchants import MerchantView
from mesinfos.relations.offers import OfferView
from mesinfos.relations.orders import OrderView
from mesinfos.relations.reading import Reading, Seen
from mesinfos.relations.sieve import Sifted, sift
from mesinfos.relations.spending import spent
from mesinfos.relations.underway import is_late, on_the_way

__all__ = [
    "SOON",
    "Month",
    "agenda",
    "day_from",
    "imitations",
    "in_month",
    "is_late",
    "mail",
    "mails_of",
    "month_from",
    "month_of",
    "on_the_way",
    "today",
    "unsure",
    "valid_offers",
    "welcome",
]

SOON = timedelta(days=14)


class Month(NamedTuple):
    """One month in figures."""

    first: date
    spent: tuple[Money, ...]
    orders: int
    parcels: int
    offers: int
    messages: int


def today() -> date:
    """The day on this machine's calendar."""
    return datetime.now(UTC).astimezone().date()


def agenda(reading: Reading) -> Callable[[Collection[Kind]], list[Event]]:
    """The days to come of some kinds, as calendars are renewed from them."""
    return lambda kinds: events(reading, today(), kinds)


def mail(reading: Reading) -> Sifted:
    """All mail as the person wants to see it today: what was refused or hidden is put aside."""
    return sift(reading, today())


def welcome(reading: Reading) -> list[MerchantView]:
    """Every merchant that was neither refused nor paused, the one last heard from first."""
    away = mail(reading).sieve.away
    return [one for one in reading.merchants() if one.id not in away]


def unsure(reading: Reading) -> list[Doubt]:
    """What is to be confirmed, the newest first; nobody is asked about mail that they put aside."""
    ways = mail(reading).ways
    return [one for one in doubts(reading) if ways.get(one.mail) is not Manner.HIDE]


def valid_offers(reading: Reading, day: date) -> list[OfferView]:
    """Offers that can still be used, those that end first on top; one without an end counts for a month."""
    return reading.derived(f"offers valid on {day}", lambda: _valid_offers(reading, day))


def _valid_offers(reading: Reading, day: date) -> list[OfferView]:
    month_ago = datetime.now(UTC) - timedelta(days=31)
    sifted = mail(reading)
    usable = [
        one
        for one in reading.offers()
        if not sifted.hides(one.merchant, one.messages)
        and one.verified
        and one.valid_on(day)
        and (one.offer.valid_through or one.last_seen >= month_ago)
    ]
    return sorted(usable, key=lambda one: one.offer.valid_through or date.max)


def imitations(reading: Reading) -> list[Seen]:
    """Mails that pretend to come from a merchant, of the last three months, newest first."""
    limit = datetime.now(UTC) - timedelta(days=90)
    pretending = reading.folded("imitations", lambda: [one for one in reading.newest() if one.message.imitates])
    return [seen for seen in pretending if seen.message.sent_at >= limit]


def month_of(reading: Reading, first: date) -> Month:
    """The figures of the month that begins on `first`."""
    return reading.derived(f"month of {first} on {today()}", lambda: _month_of(reading, first))


def _month_of(reading: Reading, first: date) -> Month:
    orders = in_month(reading.orders(), first)
    begin = datetime(first.year, first.month, 1, tzinfo=UTC)
    messages = sum(1 for _ in takewhile(lambda seen: seen.message.sent_at >= begin, mail(reading).shown))
    return Month(
        first, spent(orders), len(orders), len(on_the_way(reading)), len(valid_offers(reading, today())), messages
    )


def in_month(orders: Iterable[OrderView], first: date) -> Sequence[OrderView]:
    """The orders placed in that month."""
    return [order for order in orders if (order.day.year, order.day.month) == (first.year, first.month)]


def month_from(text: str) -> date | None:
    """The first day of a month written "2026-11"; None when it is not one."""
    return day_from(f"{text}-01") if text else None


def day_from(text: str) -> date | None:
    """A day written "2026-11-26"; None when it is not one."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def mails_of(reading: Reading, record_ids: tuple[str, ...]) -> list[Seen]:
    """The mails a thing was read from, oldest first; one that was deleted is left out."""
    found = []
    for one in record_ids:
        with suppress(NotFound):
            found.append(reading.message(one))
    return found
