"""Texts for people: translation of marked English texts, and dates and amounts as each language writes them.

The catalogue is read as text at start, so nothing has to be compiled before MesInfos can run.
"""

from datetime import date, datetime
from decimal import Decimal
from functools import cache
from io import BytesIO
from pathlib import Path

from babel.dates import format_date, format_datetime, format_skeleton, format_time
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_currency, format_decimal
from babel.support import NullTranslations, Translations
from babel.units import format_unit

from mesinfos.errors import MesInfosError
from mesinfos.model.values import Money

LANGUAGES = ("fr", "en")
LOCALE = Path(__file__).parent / "locale"


@cache
def catalogue(language: str) -> NullTranslations:
    """The translations into `language`; English texts are their own."""
    source = LOCALE / f"{language}.po"
    if not source.exists():
        return NullTranslations()
    compiled = BytesIO()
    with source.open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return Translations(compiled)


def translate(text: str, language: str, /, **values: object) -> str:
    """`text` in `language`, its {placeholders} filled in."""
    if not text:
        return ""
    words = catalogue(language).gettext(text)
    return words.format(**values) if values else words


def ngettext(one: str, many: str, n: int, language: str, /, **values: object) -> str:
    """The form that goes with `n`, which fills {n} in the language's own grouping."""
    chosen = catalogue(language).ngettext(one, many, n)
    return chosen.format(n=number(n, language), **values)


def say(error: MesInfosError, language: str) -> str:
    """An error as one paragraph: what happened, then what to do."""
    happened = translate(error.message, language, **error.values)
    return f"{happened} {translate(error.advice, language)}".strip()


def money(amount: Money, language: str) -> str:
    """`Money(1299.9, EUR)` → "1 299,90 €" with the language's own spaces."""
    return format_currency(amount.amount, amount.currency, locale=language)


def plain_amount(value: Decimal, language: str) -> str:
    """An amount as one types it: "1299,90", its cents kept, nothing grouped."""
    return format_decimal(value, "0.00#", locale=language)


def number(value: float, language: str) -> str:
    """A count with the language's own grouping."""
    return format_decimal(value, locale=language)


def size(count: int, language: str) -> str:
    """How large something is: "840 octets", "12,4 ko", in thousands as disks and invoices count."""
    if count < 1000:
        return format_unit(count, "digital-byte", "long", locale=language)
    unit, scale = ("digital-kilobyte", 1e3) if count < 1_000_000 else ("digital-megabyte", 1e6)
    return format_unit(round(count / scale, 1), unit, "short", locale=language)


def day(value: date, language: str, width: str = "long") -> str:
    """A date as one writes it: "24 novembre 2026", and in French "1er novembre", which CLDR has as "1 novembre"."""
    written = format_date(value, format=width, locale=language)
    first = language == "fr" and value.day == 1 and width in {"long", "medium"}
    return written.replace("1", "1er", 1) if first else written


def near(value: date, language: str, today: date) -> str:
    """A date in a list: "24 nov." in the running year, "24 nov. 2025" in another."""
    if value.year != today.year:
        return day(value, language, "medium")
    written = format_skeleton("MMMd", value, locale=language)
    return written.replace("1", "1er", 1) if language == "fr" and value.day == 1 else written


def start(first: date, last: date, language: str, today: date) -> str:
    """The first day of a range in a list: in French "24" where the last day, "26 nov.", tells the month."""
    if language == "fr" and (first.year, first.month) == (last.year, last.month):
        return "1er" if first.day == 1 else str(first.day)
    return near(first, language, today)


def moment(value: datetime, language: str, width: str = "medium", today: date | None = None) -> str:
    """An instant to the minute, "24 nov. 2026, 08:30"; with `today`, its date as in a list; "long" to the second."""
    if width == "long":
        return format_datetime(value, format=width, locale=language)
    date_ = near(value.date(), language, today) if today else day(value.date(), language, width)
    return f"{date_}, {format_time(value, 'short', locale=language)}"
