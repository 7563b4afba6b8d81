"""The numbers of the things in an order: GTIN (EAN, UPC, ISBN-13) by its label and check digit, the seller's own."""

import re
from collections.abc import Sequence

from msgspec.structs import replace

from mesinfos.catalogue import gtin14
from mesinfos.ingest.extractors.layout import Labelled
from mesinfos.ingest.sheet import Sheet, Stream
from mesinfos.ingest.words import fold
from mesinfos.model.purchase import Item

BELOW = 7  # lines below a name in which its numbers stand
# International names, the same in every language.
_GTIN = re.compile(r"(?:ean|gtin|upc|isbn|jan)(?:[- ]?1[0-4])?\s?(?:code)?\s?[:#°]?\s{0,2}(\d[\d -]{6,18}\d)(?!\d)")
_ASIN = re.compile(
    r"/(?:dp|gp/product|gp/aw/d)/([A-Z0-9]{10})(?![A-Z0-9])|[?&]asin=([A-Z0-9]{10})(?![A-Z0-9])", re.IGNORECASE
)
_SUMS = frozenset({"subtotal", "grand", "due", "total", "paid", "shipping"})


def is_gtin(digits: str) -> bool:
    """Whether these are the 8, 12, 13 or 14 digits of a GTIN, by the last one (GS1 General Specifications 7.9)."""
    return digits.isdigit() and bool(gtin14(digits))


def identified(sheet: Sheet, found: Sequence[Labelled], items: Sequence[Item], taken: str) -> tuple[Item, ...]:
    """The items with the numbers that stand below their names, or in their links; `taken` is the order's own number."""
    stream = next((one for one in sheet.streams if items and _line(one, items[0]) is not None), None)
    if stream is None:
        return tuple(_linked(item) for item in items)
    sums = [one.line for one in found if one.source == stream.name and one.kind in _SUMS]
    starts = [_line(stream, item) for item in items]
    bounds = [*sums, *(line for line in starts if line is not None)]
    done = []
    for item, start in zip(items, starts, strict=True):
        if start is not None:
            end = min([start + BELOW, len(stream.lines), *(line for line in bounds if line > start)])
            item = _numbered(sheet, stream, item, range(start, end), taken)  # noqa: PLW2901  the same thing, told whole
        done.append(_linked(item))
    return tuple(done)


def _numbered(sheet: Sheet, stream: Stream, item: Item, lines: range, taken: str) -> Item:
    gtin, sku = item.gtin, item.sku
    for line in lines:
        low = stream.low[line]
        gtin = gtin or _gtin(low)
        match = sheet.lexicon.sku.search(low) if stream.digits[line] and not sku else None
        own = stream.lines[line][match.start(1) : match.end(1)].rstrip("./-") if match else ""
        sku = own if len(own) > 3 and own != taken and not is_gtin(own) else sku
    return item if (gtin, sku) == (item.gtin, item.sku) else replace(item, gtin=gtin, sku=sku)


def _line(stream: Stream, item: Item) -> int | None:
    name = fold(item.name)[:30]
    return next((line for line, low in enumerate(stream.low[:200]) if name in low), None)


def _gtin(low: str) -> str:
    match = _GTIN.search(low) if any(map(str.isdigit, low)) else None
    digits = re.sub(r"\D", "", match[1]) if match else ""
    return digits if is_gtin(digits) else ""


def _linked(item: Item) -> Item:
    """Amazon names the thing in its address."""
    match = _ASIN.search(item.url) if item.url and not item.sku else None
    return replace(item, sku=match[1].upper()) if match else item
