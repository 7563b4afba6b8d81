"""What the amounts of a row tell beside their labels: whether they sum up an order or a line, and how many."""

import re

from mesinfos.ingest.extractors.amounts import proved_count
from mesinfos.ingest.extractors.layout import Labelled, says_total
from mesinfos.ingest.sheet import Sheet
from mesinfos.ingest.words import fold

_BRACKETS = re.compile(r"\([^()]{0,120}\)")
ENDS = frozenset({"subtotal", "grand", "due", "total", "paid"})
_SUMS = ENDS | {"part", "card", "shipping", "discount", "tax", "refund"}


def sums_up(one: Labelled, sheet: Sheet) -> bool:
    """Whether an amount is none of a thing: a total, or what is put on or taken off."""
    return one.kind in _SUMS and (one.kind != "total" or says_total(one, sheet))


def sums_line(low: str, amounts: list[Labelled]) -> bool:
    """Whether the sum in a row is but that of its own line: "Price 18.00 Subtotal 54.00" and a count of 3."""
    if len(amounts) != 2 or amounts[0].kind not in {"", "price"}:
        return False
    first, last = (one.amount for one in amounts)
    pieces = (low[: first.start], low[first.end : last.start])
    return amounts[0].kind == "price" or proved_count(pieces, (first.value, last.value)) > 0


def outside(text: str, amounts: list[Labelled], start: int) -> list[Labelled]:
    """The amounts without those that only stand in brackets beside them: "2 x £30.00 (plus £3.60 fee) £67.20"."""
    if len(amounts) < 2 or "(" not in text:
        return amounts
    spans = [match.span() for match in _BRACKETS.finditer(text)]
    free = [one for one in amounts if not any(a < one.amount.start - start < b for a, b in spans)]
    return free or amounts


def alone_count(pieces: list[str], sheet: Sheet) -> int:
    """The count that stands alone beside a price: "2,75 € 4 11,00 €", "12.00 x 2", "2 Stück x 59,99 EUR"."""
    for piece in pieces:
        alone = sheet.lexicon.alone.fullmatch(fold(piece.strip(" \t|=*@")))
        if alone and 0 < int(alone[1]) <= 500:
            return int(alone[1])
    return 0
