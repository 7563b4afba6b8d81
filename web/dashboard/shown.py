"""What several pages work out from a reading: what is open, what is due, what this month was."""

from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from itertools import takewhile
from typing import NamedTuple

from mesinfos.errors import NotFound
from mesinfos.model.values import Money, ParcelStatus
from mesinfos.relations.agenda import Event, Kind, events
from mesinfos.relations.merchants import MerchantView
from mesinfos.relations.offers import OfferView
from mesinfos.relations.orders import OrderView
from mesinfos.relations.parcels import ParcelView
from mesinfos.relations.reading import Reading, Seen
from mesinfos.relations.sieve import Sifted, sift
from mesinfos.relations.spending import spent

SILENT = timedelta(days=45)
"""A parcel that nobody spoke of for so long is not on its way any more, whatever its last mail said."""

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


def on_the_way(reading: Reading) -> list[ParcelView]:
    """Parcels not yet in the person's hands, those that wait at a pickup point first."""
    limit = datetime.now(UTC) - SILENT
    recent = takewhile(lambda one: one.last_seen >= limit, reading.parcels())  # the one last heard of comes first
    return sorted((one for one in recent if one.open and one.verified), key=_urgency)


def _urgency(one: ParcelView) -> tuple[int, date]:
    ranks = {ParcelStatus.PICKUP_AVAILABLE: 0, ParcelStatus.PROBLEM: 1, ParcelStatus.LATE: 1}
    expected = one.parcel.pickup_until or one.parcel.expected_until or one.parcel.expected_from or date.max
    return ranks.get(one.parcel.status, 2), expected


def agenda(reading: Reading) -> Callable[[Collection[Kind]], list[Event]]:
    """The days to come of some kinds, as calendars are renewed from them."""
    return lambda kinds: events(reading, today(), kinds)


def is_late(one: ParcelView, day: date) -> bool:
    """Whether a parcel should have come by now."""
    expected = one.parcel.expected_until or one.parcel.expected_from
    moving = one.parcel.status in {ParcelStatus.ANNOUNCED, ParcelStatus.IN_TRANSIT, ParcelStatus.OUT_FOR_DELIVERY}
    return one.parcel.status is ParcelStatus.LATE or (moving and expected is not None and expected < day)


def mail(reading: Reading) -> Sifted:
    """All mail as the person wants to see it today: what was refused or hidden is put aside."""
    return sift(reading, today())


def welcome(reading: Reading) -> list[MerchantView]:
    """Every merchant that was neither refused nor paused, the one last heard from first."""
    away = mail(reading).sieve.away
    return [one for one in reading.merchants() if one.id not in away]


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
