"""Eighteen months of one household: who was bought from, what became of it, and what the dashboard must show then.

The story is the same every day, told relative to now, so that the demo always has a parcel on its way.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random

from msgspec import Struct

from mesinfos.demo import events
from mesinfos.demo.compose import Reader, compose, note
from mesinfos.demo.letters import Letter
from mesinfos.demo.shops import Shop, shops

READER = Reader("Alice Martin", "alice@maison.example")
MONTHS = 18
MONTH = timedelta(days=30.4)
FRIENDS = (
    Reader("Jeanne Vasseur", "jeanne.vasseur@poste-amie.example"),
    Reader("Karim Belloc", "karim.belloc@boite-amie.example"),
    Reader("Hannah Weiss", "hannah.weiss@briefkasten.example"),
)
TALK = (
    (
        "Dimanche midi ?",
        "Coucou Alice,\n\nvous venez toujours dimanche midi ? Je fais une tarte aux poires.\n\nBises,\nJeanne\n",
    ),
    (
        "Photos du week-end",
        "Salut,\n\nj'ai mis les photos de la randonnée dans le dossier partagé. Celle du col est superbe !\n\nKarim\n",
    ),
    (
        "Re: train times",
        "Hi Alice,\n\nI arrive at ten past six, no need to pick me up.\n\nSee you on Friday,\nHannah\n",
    ),
    ("La clé du garage", "Alice,\n\nla clé est chez la voisine, passe quand tu veux.\n\nKarim\n"),
)


class Story(Struct, frozen=True):
    """The mails with the date each was received, and the counts they must lead to."""

    mails: tuple[tuple[datetime, bytes], ...]
    merchants: int
    messages: int
    orders: int
    parcels: int
    offers: int
    personal: int

    def counts(self) -> dict[str, int]:
        """What `mesinfos demo --check` compares."""
        return {name: getattr(self, name) for name in ("merchants", "messages", "orders", "parcels", "offers")}


class _Told(Struct):
    """The story while it is told."""

    now: datetime
    chance: Random
    letters: list[Letter]
    purchases: list[events.Purchase]
    parcels: int = 0
    offers: int = 0
    bookings: int = 0


def household(now: datetime | None = None, seed: int = 2026) -> Story:
    """The story up to `now` (aware; the present by default); equal arguments give equal bytes."""
    now = (now or datetime.now(UTC)).replace(microsecond=0)
    told = _Told(now, Random(seed), [], [])  # noqa: S311  a story, not a secret
    for place, shop in enumerate(shops()):
        _TELL[shop.role](told, shop, place)
        _account(told, shop, place)
    told.letters.append(events.silent(shops()[1], now - timedelta(days=4)))
    shown = [letter for letter in told.letters if letter.at <= now]
    shown.append(events.forged(shops()[0], now - timedelta(days=6), told.purchases[0].number))
    private = list(_private(told))
    mails = sorted([(letter.at, compose(letter, READER)) for letter in shown] + private)
    return Story(
        mails=tuple(mails),
        merchants=len(shops()),
        messages=len(shown),
        orders=len(told.purchases) + told.bookings,  # a ticket is bought as well
        parcels=told.parcels,
        offers=told.offers,
        personal=len(private),
    )


def _shop(told: _Told, shop: Shop, place: int) -> None:
    for number in range(3 + place % 2):
        ago = MONTH * (MONTHS - 1 - number * 4.5 - place % 4)
        _order(told, shop, told.now - max(ago, timedelta(days=40)) + _hours(told, 90), place + number)
    if place % 4 == 0:  # these are still under way today
        _order(told, shop, told.now - timedelta(days=1 + place % 3, hours=3), 90 + place)
    for month in range(place % 3, MONTHS, 5):
        _newsletter(told, shop, month)
    if shop.programme:
        for quarter in range(0, MONTHS, 3):
            at = told.now - MONTH * quarter - timedelta(days=2)
            card = f"{shop.number.count('#')}{place:02}4471"
            told.letters.append(events.rewarded(shop, at, card, 40 + 35 * (MONTHS - quarter)))


def _order(told: _Told, shop: Shop, at: datetime, fate: int) -> None:
    purchase = events.buy(shop, at, told.chance)
    told.purchases.append(purchase)
    told.letters.append(events.confirmed(purchase))
    if fate % 11 == 5:
        told.letters.append(events.undone(purchase, "cancelled", at + timedelta(hours=9)))
        return
    sent = at + timedelta(days=1, hours=fate % 7)
    if sent <= told.now:
        told.parcels += 1
    told.letters.append(events.shipped(purchase, sent))
    arrived = sent + timedelta(days=2 + fate % 2, hours=2)
    arrival = events.waiting(purchase, arrived, told.chance) if fate % 5 == 3 else events.delivered(purchase, arrived)
    told.letters.append(arrival)
    if fate % 3 == 0:
        told.letters.append(events.invoiced(purchase, sent + timedelta(hours=3)))
    if fate % 9 == 7:
        told.letters.append(events.undone(purchase, "returned", arrived + timedelta(days=8)))
    elif fate % 4 == 1:
        told.letters.append(events.asked(purchase, arrived + timedelta(days=5)))


def _newsletter(told: _Told, shop: Shop, month: int) -> None:
    at = told.now - MONTH * month - timedelta(days=3) + _hours(told, 40)
    if month % 2:
        told.letters.append(events.announced(shop, "news", at, told.chance))
        return
    percent = told.chance.choice((10, 15, 20, 25, 30))
    code = f"{shop.name[:4].upper().replace(' ', '')}{percent}{at:%m}".replace("É", "E").replace("Ö", "OE")
    until = (at + timedelta(days=14)).date()
    told.letters.append(events.promoted(shop, at, code, percent, until))
    told.offers += 1


def _bills(told: _Told, shop: Shop, place: int) -> None:
    usual = shop.goods[0][1]
    for month in range(0, MONTHS, shop.every):
        at = told.now - MONTH * month - timedelta(days=1 + place)
        total = usual if shop.every != 2 else usual + Decimal(told.chance.randint(-900, 2400)) / 100
        told.letters.append(events.billed(shop, at, total, told.chance))


def _bookings(told: _Told, shop: Shop, place: int) -> None:
    for number in range(5):
        at = told.now - MONTH * (number * 3.4) - timedelta(days=4, hours=place)
        start = (at + timedelta(days=12)).replace(hour=9 + 2 * number, minute=24, second=0)
        told.letters.append(events.booked(shop, at, start, told.chance))
        told.bookings += 1
    if shop.programme:
        told.letters.append(events.rewarded(shop, told.now - timedelta(days=20), "29044718", 320))


def _account(told: _Told, shop: Shop, place: int) -> None:
    started = told.now - MONTH * MONTHS + timedelta(days=place)
    told.letters.append(events.announced(shop, "welcome", started, told.chance))
    if place % 3 == 1:
        at = told.now - MONTH * (2 + place % 9)
        told.letters.append(events.announced(shop, ("password", "security", "terms")[place % 9 // 3], at, told.chance))


def _private(told: _Told) -> Iterator[tuple[datetime, bytes]]:
    for number in range(20):
        at = told.now - timedelta(days=9 + 26 * number, hours=number % 9)
        subject, text = TALK[number % len(TALK)]
        yield at, note(FRIENDS[number % len(FRIENDS)], READER, at, subject, text)


def _hours(told: _Told, most: int) -> timedelta:
    return timedelta(hours=told.chance.randint(0, most), minutes=told.chance.randint(0, 59))


_TELL = {"shop": _shop, "bill": _bills, "rail": _bookings, "cinema": _bookings}
