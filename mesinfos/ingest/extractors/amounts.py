"""Amounts of money in a line of text, as exact decimals with an ISO 4217 code.

A number is found first, then what stands before and after it is looked at: nothing is an amount without a currency,
unless the caller knows from a label that it must be one (`bare`).
"""

import re
from decimal import Decimal
from typing import NamedTuple

_SYMBOLS = {
    "€": "EUR", "£": "GBP", "¥": "JPY", "￥": "JPY", "₹": "INR", "₽": "RUB", "₩": "KRW", "₺": "TRY",
    "₴": "UAH", "₪": "ILS", "฿": "THB", "₫": "VND", "₱": "PHP", "zł": "PLN", "kč": "CZK",
    "ft": "HUF", "円": "JPY", "元": "CNY", "원": "KRW",
    "euro": "EUR", "euros": "EUR", "eur": "EUR", "usd": "USD", "gbp": "GBP", "chf": "CHF", "fr.": "CHF", "sfr": "CHF",
    "us$": "USD", "ca$": "CAD", "c$": "CAD", "cad$": "CAD", "a$": "AUD", "au$": "AUD", "nz$": "NZD", "hk$": "HKD",
    "s$": "SGD", "r$": "BRL", "mx$": "MXN", "mxn$": "MXN", "nt$": "TWD", "cad": "CAD", "aud": "AUD", "nzd": "NZD",
    "jpy": "JPY", "cny": "CNY", "rmb": "CNY", "sek": "SEK", "nok": "NOK", "dkk": "DKK", "pln": "PLN", "czk": "CZK",
    "huf": "HUF", "ron": "RON", "lei": "RON", "bgn": "BGN", "лв": "BGN", "try": "TRY", "tl": "TRY", "inr": "INR",
    "rs.": "INR", "rs": "INR", "brl": "BRL", "mxn": "MXN", "mn": "MXN", "ars": "ARS", "clp": "CLP", "cop": "COP",
    "krw": "KRW", "sgd": "SGD", "hkd": "HKD", "zar": "ZAR", "ils": "ILS", "aed": "AED", "sar": "SAR", "uah": "UAH",
    "грн": "UAH", "rub": "RUB", "руб": "RUB", "р.": "RUB", "php": "PHP", "thb": "THB", "vnd": "VND", "idr": "IDR",
    "rp": "IDR", "myr": "MYR", "rm": "MYR", "twd": "TWD", "isk": "ISK", "dollars": "USD", "dollar": "USD",
}  # fmt: skip
_LOCAL = {
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
}
_DEFAULTS = {"$": "USD", "kr": "SEK", "kr.": "DKK", "¥": "JPY"}
MAX_READ = 400  # what stands further right in a line is legal text
CODES = frozenset(code for code in _SYMBOLS.values())

# "XY 500 399,00 €" is a name and a price: a space parts no thousands after three digits when there are cents.
# One or several groups of three digits after a separator, or plain digits; then cents, or a dash in their place.
# It begins with the digit, so that the expression is tried at digits only; what stands before is looked back at.
_NUMBER = re.compile(
    r"\d(?:(?<![\w.,#/-]\d)(?!\d\d \d{3}[.,]\d)\d{0,2}(?P<sep>[ .,'’])\d{3}(?!\d)(?:(?P=sep)\d{3}(?!\d)){0,3}"
    r"(?:[.,](?:\d{1,2}(?!\d)|--?))?|(?<!\d\d)\d{0,8}(?:[.,](?:\d{1,3}(?!\d)|--?))?)"
)
_MINUS = re.compile(r"(?<!\w)-$|(?:^|\t)- $")
_BEFORE = re.compile(
    r"(?:(?P<minus0>-) ?)?(?P<cur>(?:us|ca|au|nz|hk|nt|mx|mxn|cad|[acsr])?\$|[€£¥￥₹₽₩₺₴₪฿₫₱]|(?<![a-z])"
    r"(?:[a-z]{3}|rs\.?|kr\.?|fr\.|rp|rm))(?P<code>[a-z]{3})?[ :]{0,2}(?P<minus>-)?[ ]?$"
)
_AFTER = re.compile(
    r" {0,2}(?P<cur>[€£¥₹₽₩₺₴₪฿₫₱円元원]|(?:us|ca|au|nz|hk|mx)?\$|zł|zl|kč|kc|лв|грн|руб|р\.|"
    r"(?:euros?|dollars?)(?![a-z])|(?:[a-z]{3}|kr\.?|ft|tl|mn|rs)(?![a-z0-9]))(?P<cents>\d{2}(?!\d))?(?P<mn> mn\b)?"
)
_NEXT_PRICE = re.compile(r" ?\d")
_PLAIN = {"zl": "PLN", "kc": "CZK"}
_HINT = re.compile(r"[€£$¥￥₹₽₩₺₴₪฿₫₱円元원]|[0-9] ?[a-zA-Złčк]|[a-zA-Z]{2}\.? ?[-0-9]")


class Amount(NamedTuple):
    """One amount and where it stands in its line; `sure` is false when only a label can tell that it is money."""

    value: Decimal
    currency: str
    start: int
    end: int
    sure: bool = True


def number(text: str) -> Decimal:
    """The value of a printed number, whichever of point and comma separates its cents."""
    digits = text.strip().rstrip("-").rstrip(".,").replace(" ", "").replace("'", "").replace("’", "")
    point, comma = digits.rfind("."), digits.rfind(",")
    if point >= 0 and comma >= 0:
        thousands = "," if point > comma else "."
        return Decimal(digits.replace(thousands, "").replace(",", "."))
    mark = "." if point >= 0 else ","
    last = max(point, comma)
    if last >= 0 and (
        digits.count(mark) > 1 or (len(digits) - last == 4 and digits[:last].lstrip("-+") not in {"", "0"})
    ):
        return Decimal(digits.replace(mark, ""))
    return Decimal(digits.replace(",", "."))


def _currency(symbol: str, place: str) -> str:
    if symbol in _DEFAULTS:
        return _LOCAL.get(symbol.rstrip("."), {}).get(place, _DEFAULTS[symbol])
    return _SYMBOLS.get(symbol, _PLAIN.get(symbol, ""))


def _read(low: str, match: re.Match[str], place: str, *, bare: bool) -> Amount | None:
    start, end = match.span()
    value = match.group()
    before = _BEFORE.search(low, max(0, start - 8), start)
    after = _AFTER.match(low, end)
    currency = _currency(before["cur"], place) if before else ""
    if before and before["code"] and before["code"].upper() in CODES:
        currency = before["code"].upper()
    if after and after["cur"] == "ft" and place != "hu":
        after = None  # feet, nearly everywhere
    if after and after.group()[:1] == " " and value.isdigit() and _NEXT_PRICE.match(low, after.end("cur")):
        after = None  # "Visa *1234 $13.05": the sign belongs to the number that follows it
    if after:
        code = "MXN" if after["mn"] else _currency(after["cur"], place)
        if code and (not currency or after["cur"].isalpha() or after["mn"]):
            currency, end = code, after.end()
            if after["cents"] and "." not in value and "," not in value:
                value += "." + after["cents"]
    minus = bool(_MINUS.search(low, max(0, start - 3), start))
    minus = minus or bool(before and currency and (before["minus"] or before["minus0"]))
    if minus and before and before["minus0"] and re.search(r"\w ?- $", low[: before.end("minus0") + 1]):
        minus = False  # "Coffee - € 5.50": a dash between a name and its price
    start = before.start() if before and _currency(before["cur"], place) else start
    if not currency and not (bare and re.search(r"[.,](?:\d\d|--?)$", value)):
        return None
    exact = abs(number(value))
    return Amount(-exact if minus else exact, currency, start, end, bool(currency))


def amounts(line: str, place: str = "", *, bare: bool = False) -> list[Amount]:
    """Every amount of a line, left to right; `place` (a country or language code) decides what "$" and "kr" mean."""
    if not bare and not _HINT.search(line):
        return []
    low = line.lower().replace("−", "-").replace("–", "-").replace("—", "-")
    if len(low) != len(line):
        low = line
    low = low[:MAX_READ]
    found: list[Amount] = []
    for match in _NUMBER.finditer(low):
        if not found or match.start() >= found[-1].end:
            amount = _read(low, match, place, bare=bare)
            found += [amount] if amount else []
    return found
