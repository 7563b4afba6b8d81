"""The marks by which a product is known again: its GTIN, a seller's number of it, or its name."""

import re
from urllib.parse import unquote, urlsplit

_DIGITS = re.compile(r"[\s.\-]")
_ASIN = re.compile(r"(?:/|%2F)(?:dp|gp/product|gp/aw/d|o/ASIN)(?:/|%2F)(B0[A-Z0-9]{8}|\d{9}[\dX])(?![A-Z0-9])")
_SKU = re.compile(r"B0[A-Z0-9]{8}|\d{9}[\dX]")
_BOOK = ("978", "979")


def gtin14(text: str) -> str:
    """A GTIN-8, -12, -13 or -14 as the fourteen digits of one; "" when its check digit or its length is wrong."""
    digits = _DIGITS.sub("", text)
    if len(digits) not in {8, 12, 13, 14} or not (digits.isascii() and digits.isdigit()) or not digits.strip("0"):
        return ""
    full = digits.zfill(14)
    weighed = sum(int(digit) * (3 if at % 2 == 0 else 1) for at, digit in enumerate(full[:13]))
    return full if (10 - weighed % 10) % 10 == int(full[13]) else ""


def isbn_like(text: str) -> bool:
    """Whether a GTIN is that of a book: their numbers begin with 978 or 979."""
    return bool(text) and gtin14(text).lstrip("0").startswith(_BOOK)


def asin_in(url: str) -> str:
    """The number that a link to Amazon's page of a product holds, also through a redirect; "" for other links."""
    if "amazon." not in url and "amzn." not in url:
        return ""
    match = _ASIN.search(url) or _ASIN.search(unquote(urlsplit(url).query))
    return match[1] if match else ""


def asin_of(url: str, sku: str, domain: str) -> str:
    """Amazon's number of an item, by its link or as the seller's number that a mail of Amazon tells; "" for others."""
    own = sku if domain.startswith("amazon.") and _SKU.fullmatch(sku) else ""
    return asin_in(url) or own


def asin_number(asin: str) -> str:
    """The GTIN that Amazon's number is for a book: it is the book's ISBN-10 then; "" for other goods."""
    if not re.fullmatch(r"\d{9}[\dX]", asin):
        return ""
    if sum((10 - at) * (10 if sign == "X" else int(sign)) for at, sign in enumerate(asin)) % 11:
        return ""
    return next(found for last in range(10) if (found := gtin14(f"978{asin[:9]}{last}")))
