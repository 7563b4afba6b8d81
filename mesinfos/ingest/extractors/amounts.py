"""Amounts of money in a line of text, as exact decimals with an ISO 4217 code.

A number is found first, then what stands before and after it is looked at: nothing is an amount without a currency,
unless the caller knows from a label that it must be one (`bare`).
"""

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

_SYMBOLS = {
    "€": "EUR", "£": "GBP", "¥": "JPY", "jp¥": "JPY", "cn¥": "CNY", "₹": "INR", "₽": "RUB", "₩": "KRW", "₺": "TRY",
    "₴": "UAH", "₪": "ILS", "฿": "THB", "₫": "VND", "₱": "PHP", "zł": "PLN", "kč": "CZK",
    "ft": "HUF", "円": "JPY", "元": "CNY", "원": "KRW",
    "euro": "EUR", "euros": "EUR", "eur": "EUR", "usd": "USD", "gbp": "GBP", "chf": "CHF", "fr.": "CHF", "sfr": "CHF",
    "us$": "USD", "ca$": "CAD", "c$": "CAD", "cad$": "CAD", "a$": "AUD", "au$": "AUD", "nz$": "NZD", "hk$": "HKD",
    "s$": "SGD", "r$": "BRL", "mx$": "MXN", "mxn$": "MXN", "nt$": "TWD", "cad": "CAD", "aud": "AUD", "nzd": "NZD",
    "$us": "USD", "$ca": "CAD", "$au": "AUD", "$nz": "NZD", "$hk": "HKD", "$mx": "MXN",
    "jpy": "JPY", "cny": "CNY", "rmb": "CNY", "sek": "SEK", "nok": "NOK", "dkk": "DKK", "pln": "PLN", "czk": "CZK",
    "huf": "HUF", "ron": "RON", "lei": "RON", "bgn": "BGN", "лв": "BGN", "try": "TRY", "tl": "TRY", "inr": "INR",
    "rs.": "INR", "rs": "INR", "brl": "BRL", "mxn": "MXN", "mn": "MXN", "ars": "ARS", "clp": "CLP", "cop": "COP",
    "krw": "KRW", "sgd": "SGD", "hkd": "HKD", "zar": "ZAR", "ils": "ILS", "aed": "AED", "sar": "SAR", "uah": "UAH",
    "грн": "UAH", "rub": "RUB", "руб": "RUB", "р.": "RUB", "php": "PHP", "thb": "THB", "vnd": "VND", "idr": "IDR",
    "rp": "IDR",
    "bs": "BOB", "bs.": "BOB", "s/": "PEN", "s/.": "PEN", "ευρώ": "EUR", "грив": "UAH", "sfr.": "CHF",
    "myr": "MYR", "rm": "MYR", "twd": "TWD", "isk": "ISK", "dollars": "USD", "dollar": "USD",
}  # fmt: skip
_LOCAL: dict[str, dict[str, str]] = {
    "$": {
        "ca": "CAD",
        "au": "AUD",
        "nz": "NZD",
        "mx": "MXN",
        "sg": "SGD",
        "hk": "HKD",
        "cl": "CLP",
        "co": "COP",
        "ar": "ARS",
    },
    "kr": {"no": "NOK", "dk": "DKK", "is": "ISK", "da": "DKK", "nb": "NOK"},
    "¥": {"cn": "CNY", "zh": "CNY"},
    "bs": {"ve": "VES"},
}
_DEFAULTS = {"$": "USD", "kr": "SEK", "kr.": "DKK", "¥": "JPY"}
_EURO = "at be cy de ee es fi fr gr hr ie it lt lu lv mt nl pt si sk"
_HOME = dict.fromkeys(_EURO.split(), "EUR") | {
    "uk": "GBP", "ch": "CHF", "se": "SEK", "sv": "SEK", "no": "NOK", "dk": "DKK", "da": "DKK", "pl": "PLN",
    "cz": "CZK", "cs": "CZK", "hu": "HUF", "ro": "RON", "jp": "JPY", "ja": "JPY", "kr": "KRW", "ko": "KRW",
    "cn": "CNY", "ru": "RUB", "tr": "TRY", "br": "BRL", "in": "INR", "us": "USD",
}  # fmt: skip
_RATE = re.compile(r" ?/ ?(?:100 ?)?(?:kg|g|l|lb|oz|ml|cl|m)\b", re.IGNORECASE)
_INTEGER = re.compile(r"(?<![\w.,/-])\d{1,3}(?![\w/-]|[.,]\d)")
MAX_READ = 400  # what stands further right in a line is legal text
CODES = frozenset(code for code in _SYMBOLS.values())

# "XY 500 399,00 €" is a name and a price: a space parts no thousands after three digits when there are cents.
# One or several groups of three digits after a separator, or plain digits; then cents, or a dash in their place.
# It begins with the digit, so that the expression is tried at digits only; what stands before is looked back at.
_NUMBER = re.compile(
    r"[0-9](?<![0-9][.,][0-9])(?:"
    r"(?:(?<![\w.,#/-][0-9])(?![0-9][0-9] [0-9]{3}[.,][0-9])(?=[0-9]{0,2} )|(?<![0-9.,#/-][0-9])(?=[0-9]{0,2}[.,'’]))"
    r"[0-9]{0,2}(?P<sep>[ .,'’])[0-9]{3}(?![0-9])(?:(?P=sep)[0-9]{3}(?![0-9])){0,3}"
    r"(?:[.,](?:[0-9]{1,2}(?![0-9])|--?)|:-)?|[0-9]?(?:,[0-9]{2}){1,3},[0-9]{3}(?![0-9,])(?:\.[0-9]{1,2}(?![0-9]))?|"
    r"(?<![0-9]{2})[0-9]{0,8}(?:[.,](?:[0-9]{1,6}(?![0-9])|--?)|:-)?)"
)
_MINUS = re.compile(r"(?<!\w)-$|(?:^|\t)- $")
_BEFORE = re.compile(
    r"(?:(?P<minus0>-) ?)?(?P<cur>(?:(?:us|ca|au|nz|hk|nt|mx|mxn|cad) ?|[acsr])?\$|(?:jp|cn)?¥|[€£₹₽₩₺₴₪฿₫₱]|"
    r"(?<![^\W\d_])"
    r"(?:[a-z]{3}|rs\.?|kr\.?|s?fr\.|rp|rm|bs\.?|s/\.?|kč|ft))(?P<code>[a-z]{3})?[ :]{0,2}(?P<minus>-)?[ ]?$"
)
_AFTER = re.compile(
    r" {0,2}\(?(?P<cur>(?:jp|cn)¥|[€£¥₹₽₩₺₴₪฿₫₱円元원](?![€£¥])|(?:us|ca|au|nz|hk|mx)?\$(?!us|ca|au|nz|hk|mx)|"
    r"\$(?:us|ca|au|nz|hk|mx)|zł|zl|kč|kc|лв|грн|грив|руб|р\.|ευρώ|fr\.|"
    r"(?:euros?|dollars?)(?![a-z])|(?:[a-z]{3}|kr\.?|ft|tl|mn|rs)(?![a-z0-9]))(?P<cents>\d{2}(?!\d))?(?P<mn> mn\b)?"
)
_OTHER = re.compile(r" ?[A-Z]{3}(?!\w)|[./-]\d| ?%")  # behind a number that is no money: a code, a date's year, a rate
_NEXT_PRICE = re.compile(r" ?\d+[.,]\d|\d")
_POWER = re.compile(r"\de$")
_CENTS_APART = re.compile(r" \d\d(?![\d.,]| ?[€£$])")
_PER_UNIT = re.compile(r"\s?[€£$]\s?/ ?(?:l|liter|litre|litro|kwh|m3|m³)(?!\w)")
_PLAIN = {"zl": "PLN", "kc": "CZK"}
# What a line with an amount holds: a sign, a code by itself, or (below) how a word begins.
_MARK = re.compile(r"[€£$＄¥￥₹₽₩₺₴₪฿₫₱円元원]")
_BEGUN = ("zl", "kc", "s/", ":-")
_BEGUN_BEYOND = re.compile(r"zł|kč|лв|грн|грив|руб|р\.|ευρώ")
_LETTERS = re.compile(r"[^\W\d_]+")
_CODES = frozenset(code.rstrip(".") for code in (*_SYMBOLS, *_DEFAULTS) if code.rstrip(".").isalpha())
# Codes that are words as well: money only in capitals.
_WORDLIKE = frozenset({"try", "cop", "php", "mn", "rm"})
_OF_PLACE = {"ft": {"hu"}}  # feet, nearly everywhere
_AFTER_IN = {"fr.": {"ch", "li"}}
_AFTER_NOT_IN = {"р.": {"uk", "ua"}}  # a year there
_WIDE: dict[int, str | int] = {
    **{code: code - 0xFEE0 for code in range(0xFF10, 0xFF1A)},
    0xFF0C: ",",
    0xFF0E: ".",
    0xFF04: "$",
    0xFFE5: "¥",
}
_TRANSLATED: dict[int, str | int] = {**_WIDE, 0x2212: "-", 0x2013: "-", 0x2014: "-"}
_CENTS = re.compile(r"[.,](?:\d\d|--?)$")
_SOME_CENTS = re.compile(r"[.,](?:\d\d(?!\d)|[-–—])")
_HUNDREDTHS = re.compile(r"\.\d\d$")
_THREE = re.compile(r"\d[.,]\d{3}")


class Amount(NamedTuple):
    """One amount and where it stands in its line; `sure` is false when only a label can tell that it is money."""

    value: Decimal
    currency: str
    start: int
    end: int
    sure: bool = True


def number(text: str) -> Decimal:
    """The value of a printed number, whichever of point and comma separates its cents."""
    digits = text.strip().rstrip("-").rstrip(".,:").replace(" ", "").replace("'", "").replace("’", "")
    point, comma = digits.rfind("."), digits.rfind(",")
    if point >= 0 and comma >= 0:
        thousands = "," if point > comma else "."
        return Decimal(digits.replace(thousands, "").replace(",", "."))
    mark = "." if point >= 0 else ","
    last = max(point, comma)
    if digits.count(mark) > 1 and len(digits) - last == 3:  # "48.999.90", as some shops print it
        return Decimal(digits[:last].replace(mark, "") + "." + digits[last + 1 :])
    if last >= 0 and (
        digits.count(mark) > 1 or (len(digits) - last == 4 and digits[:last].lstrip("-+") not in {"", "0"})
    ):
        return Decimal(digits.replace(mark, ""))
    return Decimal(digits.replace(",", "."))


def _currency(symbol: str, place: str) -> str:
    symbol = symbol.replace(" ", "")
    if place not in _OF_PLACE.get(symbol, {place}):
        return ""
    if symbol in _DEFAULTS:
        return _LOCAL.get(symbol.rstrip("."), {}).get(place, _DEFAULTS[symbol])
    found = _SYMBOLS.get(symbol, _PLAIN.get(symbol, ""))
    return _LOCAL.get(symbol.rstrip("."), {}).get(place, found)


def _sign(match: re.Match[str] | None, line: str) -> re.Match[str] | None:
    """The sign beside a number, unless it is a word in small letters ("10 try")."""
    if match is None or match["cur"] not in _WORDLIKE:
        return match
    return match if line[match.start("cur") : match.end("cur")].isupper() else None


def _is_minus(low: str, start: int, before: re.Match[str] | None) -> bool:
    """Whether a dash before the number, or before its sign, is a minus: not one that joins or parts two things."""
    if _MINUS.search(low, max(0, start - 3), start):
        return True
    if before is None or not (before["minus"] or before["minus0"]):
        return False
    place = before.start("minus0")
    if before["minus"] or place <= 0:
        return True
    apart = low[place - 1] == " " and low[place + 1 : place + 2] == " " and low[:place].rstrip(" ")[-1:].isalnum()
    return not (low[place - 1].isalnum() or apart)  # "5-$10", "Coffee - € 5.50"


def _beside(low: str, line: str, match: re.Match[str], place: str) -> tuple[re.Match[str] | None, ...]:
    """The signs before and after a number, those left out that belong to another number or are none here."""
    start, end = match.span()
    before = _sign(_BEFORE.search(low, max(0, start - 8), start), line)
    after = _sign(_AFTER.match(low, end), line)
    if after and after.group()[:1] == " " and match.group().isdigit() and _NEXT_PRICE.match(low, after.end("cur")):
        after = None  # "Visa *1234 $13.05", "2 € 24,90": the sign belongs to the number that follows it
    if after and (place not in _AFTER_IN.get(after["cur"], {place}) or place in _AFTER_NOT_IN.get(after["cur"], ())):
        after = None
    return before, after


def _doubtful(low: str, value: str, start: int, before: re.Match[str] | None, after: re.Match[str] | None) -> bool:
    """Whether the number is a part of something else: "12 € 99" may be one price or two, "1e5" and "007" are none."""
    if value[:2] == "00" or _POWER.search(low, max(0, start - 2), start):
        return True
    if after and _CENTS_APART.match(low, after.end("cur")):
        return True
    between = before is not None and before.group()[-1:] == " " and low[: before.start()].rstrip(" ")[-1:].isdigit()
    return between and len(value) == len("99")


def _read(low: str, line: str, match: re.Match[str], place: str, *, bare: bool) -> Amount | None:
    value, (start, end) = match.group(), match.span()
    before, after = _beside(low, line, match, place)
    if _doubtful(low, value, start, before, after):
        return None
    currency = _currency(before["cur"], place) if before else ""
    known = bool(currency)
    if before and before["code"] and before["code"].upper() in CODES:
        currency = before["code"].upper()
    code = ("MXN" if after["mn"] else _currency(after["cur"], place)) if after else ""
    if after and code and (not currency or after["cur"].isalpha() or after["mn"]):
        currency, end = code, after.end()
        if after["cents"] and "." not in value and "," not in value:
            value += "." + after["cents"]
    currency = _told(value, currency, place)
    if not currency and (not (bare and _CENTS.search(value)) or _OTHER.match(line, match.end())):
        return None
    exact = _exact(low, value, match.end())
    minus = _is_minus(low, start, before if currency else None)
    return Amount(
        -exact if minus else exact, currency, before.start() if before and known else start, end, bool(currency)
    )


def _told(value: str, currency: str, place: str) -> str:
    """The currency that the number's form tells: ":-" is Swedish, and a yen has no hundredths."""
    if value.endswith(":-"):
        return currency or "SEK"
    return "CNY" if currency == "JPY" and _HUNDREDTHS.search(value) and place not in {"jp", "ja"} else currency


def _exact(low: str, value: str, end: int) -> Decimal:
    """The number without its sign; "1,459 €/l" is a litre of fuel, not more than a thousand."""
    unit = _THREE.fullmatch(value) and _PER_UNIT.match(low, end)
    return Decimal(value.replace(",", ".")) if unit else abs(number(value))


def _may_hold(low: str, *, bare: bool) -> bool:
    """Whether money can stand in a line; most numbers are none, and reading one costs ten times as much as this."""
    if bare and _SOME_CENTS.search(low):
        return True
    if _MARK.search(low) or not _CODES.isdisjoint(_LETTERS.findall(low)):
        return True
    return any(one in low for one in _BEGUN) or (not low.isascii() and _BEGUN_BEYOND.search(low) is not None)


def home_currency(place: str) -> str:
    """The currency of a country or of a language spoken in one; "" when it tells none."""
    return _HOME.get(place, "")


@lru_cache(maxsize=2_000)  # the page repeats the lines of the text, and a sender's mails each other's
def amounts(line: str, place: str = "", *, bare: bool = False) -> tuple[Amount, ...]:
    """Every amount of a line, left to right; `place` (a country or language code) decides what "$" and "kr" mean."""
    low = line.lower()[:MAX_READ]
    if len(low) != min(len(line), MAX_READ):
        low = line[:MAX_READ]
    if not _may_hold(low, bare=bare):
        return ()
    if not low.isascii():
        low = low.translate(_TRANSLATED)
    found: list[Amount] = []
    for match in _NUMBER.finditer(low):
        if not found or match.start() >= found[-1].end:
            amount = _read(low, line, match, place, bare=bare)
            found += [amount] if amount else []
    return tuple(found)


def is_rate(text: str, end: int) -> bool:
    """Whether the amount that ends here is a price by weight or volume: "16,05 EUR/kg"."""
    return _RATE.match(text, end) is not None


def proved_count(pieces: Iterable[str], prices: Sequence[Decimal]) -> int:
    """The number among the pieces that makes one price of another: "Price 148,90 Units 4 595,60"."""
    if len(prices) < 2:
        return 0
    printed = {int(number) for piece in pieces for number in _INTEGER.findall(piece)} - {0, 1}
    many = max((many for many in printed if any(price * many in prices for price in prices if price)), default=0)
    return many or int(len(set(prices)) < len(prices))
