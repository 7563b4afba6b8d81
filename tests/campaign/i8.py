"""I8: odd amounts, currencies and dates in whole mails of twenty-two languages: the right value, or none.

CLDR writes most of them, through Babel, so that the writer and the reader know nothing of each other.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import chain, count, cycle, islice
from typing import NamedTuple

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_currency

from mesinfos.ingest.lexicon.source import CODES, table
from mesinfos.ingest.pipeline import recognise
from mesinfos.model.purchase import Order
from tests.campaign import Outcome
from tests.ingest.spoken import SPOKEN

FULL = 3_000
PLACES = {
    "cs": "CZ CZK", "da": "DK DKK", "de": "DE EUR", "el": "GR EUR", "en": "US USD", "es": "ES EUR", "fi": "FI EUR",
    "fr": "FR EUR", "hu": "HU HUF", "it": "IT EUR", "ja": "JP JPY", "ko": "KR KRW", "nb": "NO NOK", "nl": "NL EUR",
    "pl": "PL PLN", "pt": "BR BRL", "ro": "RO RON", "ru": "RU RUB", "sv": "SE SEK", "tr": "TR TRY", "uk": "UA UAH",
    "zh": "CN CNY",
}  # fmt: skip
AMOUNTS = tuple(
    map(Decimal, ("0", "0.05", "0.5", "7", "12.9", "99.99", "100", "1000", "1299.9", "12345.67", "1234567.89"))
)
CURRENCIES = ("", "", "", "EUR", "USD", "GBP", "CHF", "JPY", "KWD", "SEK", "CAD", "INR", "XAU")
DAYS = (
    date(2026, 11, 3),
    date(2026, 12, 31),
    date(2026, 1, 1),
    date(2026, 3, 4),
    date(2025, 10, 12),
    date(2026, 2, 28),
)
# What is no amount, and no day: nothing may be read in it.
NO_AMOUNT = (
    "12.50.30 €",
    "1e5 €", "1 000 00 €", "NaN €", "∞ €", "½ €", "12 € 99", "€", "EUR", "12,50", "١٢٫٥٠ €", "--5 %", "€ —",
    "12.5 KWD.", "XVII €", "$", "0x1F", "12 ₿", "1.2.3.4", "€/€", "n/a", "gratis", "TBD", "10 %", "5 XYZ", "10 try",
    "12⁹⁹ €", "99p", "２０％", "(none)", "1:2 €€", "#12", "12 pts", "1,5 kg", "2 x", "25 ft", "IBAN DE89 3704", "24/7",
)  # fmt: skip
NO_DAY = (
    "31/02/2026", "30.02.2026", "2026-13-01", "2026-00-10", "00/00/0000", "99.99.9999", "32 11 2026", "tbd", "24/7",
    "12.5", "1/2", "4/5", "0000-00-00", "11", "2026", "13:45", "v2.11.26", "+33 1 02 03 04 05", "29.02.2027",
)  # fmt: skip


class Try(NamedTuple):
    """One mail to be read and what stands in it; None where nothing does."""

    language: str
    amount: str
    day: str
    total: tuple[Decimal, str] | None
    ordered: date | None


def _written(number: int) -> Try:
    """The number-th mail of the kinds that CLDR writes."""
    language = CODES[number % len(CODES)]
    country, own = PLACES[language].split()
    locale = Locale.parse(f"{language}_{country}")
    currency = CURRENCIES[number // 7 % len(CURRENCIES)] or own
    value = AMOUNTS[number // 3 % len(AMOUNTS)]
    form = ("standard", "accounting", "standard")[number % 3]
    amount = format_currency(value, currency, locale=locale, format_type=form)
    printed = round(value, {"JPY": 0, "KRW": 0, "KWD": 3}.get(currency, 2))
    day = DAYS[number // 5 % len(DAYS)]
    length = ("full", "long", "medium", "short")[number // 2 % 4]
    return Try(language, amount, format_date(day, length, locale=locale), (printed, currency), day)


def _odd() -> Iterator[Try]:
    languages = cycle(CODES)
    for text in NO_AMOUNT:
        yield Try(next(languages), text, "2026-11-03", None, date(2026, 11, 3))
    for text in NO_DAY:
        yield Try(next(languages), "12.90 EUR", text, (Decimal("12.90"), "EUR"), None)


def mail(one: Try) -> bytes:
    """An order of a shop in that language, its labels the first of the lexicon."""
    own = table(one.language)
    country = PLACES[one.language].split()[0].lower() if one.language != "en" else "com"
    lines = (
        own["category"]["orders"]["strong"][0],
        SPOKEN[one.language],
        f"{own['numbers']['order'].split()[0]} № 4471-9920",
        f"{own['labels']['order_date'][0]}: {one.day}",
        f"{own['amounts']['grand'][0]}: {one.amount}",
    )
    head = (
        f"From: Kiosk <shop@kiosk-example.{country}>\nDate: Tue, 03 Nov 2026 10:00:00 +0000\n"
        "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n"
    )
    return f"{head}Subject: {lines[0]}\n\n{chr(10).join(lines)}\n".encode()


def wrong(one: Try, order: Order) -> list[str]:
    """What was read otherwise than written."""
    found = []
    total = (order.total.amount, order.total.currency) if order.total else None
    if total is not None and total != one.total:
        found.append(f"{one.language} {one.amount!r} as {total[0]} {total[1]}")
    # An order that names no day of its own is one of the mail's day.
    if order.date is not None and order.date != (one.ordered or date(2026, 11, 3)):
        found.append(f"{one.language} {one.day!r} as {order.date}")
    return found


def run(tries: int) -> Outcome:
    """The odd ones first, then what CLDR writes."""
    bad: list[str] = []
    right = 0
    for one in islice(chain(_odd(), map(_written, count())), tries):
        for order in recognise(mail(one)).orders:
            bad += wrong(one, order)
            right += order.total is not None and order.date == one.ordered
    shown = f"{len(bad)} wrong{': ' if bad else ''}{'; '.join(bad[:8])}; both read in {right}"
    return Outcome(tries, "the right value or none", shown, not bad)
