"""Labels and their values: what a printed amount is (total, tax, discount…), and the text that follows a label."""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from mesinfos.ingest.extractors.amounts import Amount, amounts, is_rate, proved_count
from mesinfos.ingest.extractors.numbers import context_of
from mesinfos.ingest.lexicon import Lexicon, ends, starts
from mesinfos.ingest.sheet import Sheet, Stream

_DIGIT = re.compile(r"\d")
_TRIM = " \t:：.*-–=>(<·•|»\"'"
_NAMED_AFTER = re.compile(r" [^\W\d_]{5,}| \w+ \(")
_SENTENCE = re.compile(r"[.!?] (?=\w{2})")
_OWN_VALUE = re.compile(r"[:\t].*\d|\d[.,/-]\d|\d{5}")
_WORD = re.compile(r"[^\W\d_]{3}")
_TILL = re.compile(r"\d{1,3} (?=[^\W\d_])")
_CENTS = re.compile(r" \d{1,6}[.,]\d\d$")
_BRACKETS = re.compile(r"\([^()]{0,80}\)")


_PRICED = frozenset(("grand", "due", "total", "paid", "price", "bare"))  # labels of money, with or without its sign
_BESIDE = frozenset(("subtotal", "shipping", "discount", "tax", "card"))  # so are these, when there are cents
BARE = "bare"  # a number in a cell of its own, money only where a mail writes its prices without a sign


class Labelled(NamedTuple):
    """An amount and what its label says it is; `kind` is "" without a known label."""

    amount: Amount
    kind: str
    label: str
    line: int
    source: str


def kind_of_label(label: str, lexicon: Lexicon) -> str:
    """The kind of amount that a folded label announces: the lexicon's table names, or `card` for a payment method."""
    text = label.strip(_TRIM)
    if not text:
        return ""
    head = starts(lexicon.amounts, text) if len(text) < 70 else None
    if head and head[1] == "paid" and " " not in head[0] and _NAMED_AFTER.match(text, len(head[0])):
        head = None  # "Paid seat" is a thing, "Paid with Visa" is not
    tail = ends(lexicon.amount_ends, text)
    if not head and not tail and "(" in text:
        tail = ends(lexicon.amount_ends, _BRACKETS.sub("", text).strip(_TRIM))
    if lexicon.card.search(text) and not (head and head[1] in {"grand", "due", "paid", "subtotal", "refund"}):
        return "card"
    if tail and tail[1] == "other" and head and head[1] == "shipping":
        return "other"  # "Free shipping from 29 €"
    if head and tail and head[1] in {"total", "other", "shipping"} and len(tail[0]) > len(head[0]):
        return tail[1]
    return head[1] if head else tail[1] if tail else ""


def _label(stream: Stream, index: int, amount: Amount, lexicon: Lexicon, done: int) -> str:
    """The words that say what an amount is: those after the amount before it, which ends at `done`, else all."""
    low = stream.low[index]
    between = low[done : amount.start] if done else ""
    between = between.rpartition(")")[2]  # what brackets beside the amount before say is said of that one
    if between.count("\t") == 0 and len(_WORD.findall(between)) > 0:
        return between.strip(_TRIM)
    before = _SENTENCE.split(low[: amount.start].rsplit("\t", 1)[-1].rstrip())[-1].strip(_TRIM)
    if before:
        return before
    left = [cell for cell in low[: amount.start].split("\t")[:-1] if cell.strip(_TRIM)]
    if left:
        return left[0] if len(left) < 3 else ""
    back = 2 if index > 1 and stream.low[index - 1].startswith("(") else 1
    return _line_above(stream, index - back, lexicon) if index >= back else ""


def _line_above(stream: Stream, index: int, lexicon: Lexicon) -> str:
    """The line, when it can label what stands below it: one with a value of its own cannot, unless it names a card."""
    above = stream.low[index]
    own = stream.digits[index] and above.rstrip()[-1:] != ":" and _OWN_VALUE.search(above)
    return "" if (own and not lexicon.card.search(above)) or len(above) > 60 or above.startswith("(") else above


def _after(stream: Stream, index: int, amount: Amount, lexicon: Lexicon) -> str:
    """A label printed after its amount ("12,50 € TTC à payer") counts when nothing stands before."""
    tail = stream.low[index][amount.end :].strip(_TRIM)
    found = starts(lexicon.amounts, tail) if tail and len(tail) < 40 else None
    return found[1] if found and found[1] in {"grand", "due", "paid", "total"} else ""


def labelled_amounts(sheet: Sheet, stream: Stream) -> list[Labelled]:
    """Every amount of one rendering with what its label says."""
    found: list[Labelled] = []
    lexicon, place, printed = sheet.lexicon, sheet.place, list[int]()
    for index, line in enumerate(stream.lines):
        if not stream.digits[index]:
            continue
        read: Sequence[Amount] = amounts(line, place)
        row = False
        if len(line) < 120 and ("," in line or "." in line) and (not read or is_rate(line, read[-1].end)):
            read, row = _unsigned(line, place, read)
        printed += [index] if row else []
        done = 0
        for amount in read:
            label = _label(stream, index, amount, lexicon, done)
            done = amount.end
            kind = kind_of_label(label, lexicon) or _column_kind(stream, index, amount, lexicon)
            if not kind and not stream.low[index][: amount.start].strip(_TRIM):
                kind = _after(stream, index, amount, lexicon)
            if not amount.sure and not kind and (row or _stands_alone(line, amount)):
                kind = BARE
            if amount.sure or kind in _PRICED or (kind in _BESIDE and _is_price(label, amount)):
                found.append(Labelled(amount, kind, label, index, stream.name))
    return sorted([*found, *_beside(stream, printed, place)], key=lambda one: one.line) if printed else found


def _beside(stream: Stream, printed: list[int], place: str) -> Iterator[Labelled]:
    """The only prices of the rows right above and below such as give two: a till prints "1 Oak frame 129,00" there."""
    for rows in (range(min(printed) - 1, -1, -1), range(max(printed) + 1, len(stream.lines))):
        for index in rows:
            line = stream.lines[index]
            last = amounts(line, place, bare=True)[-1:] if _TILL.match(line) else ()
            if not last or last[0].end < len(line) or not _CENTS.search(line):
                break
            yield Labelled(last[0], BARE, "", index, stream.name)


def _unsigned(line: str, place: str, read: Sequence[Amount]) -> tuple[Sequence[Amount], bool]:
    """The amounts without a currency, the last one or those of the cells, and whether they are prices of a thing;
    `read` is what it costs by weight, the only one that may have a currency there.
    """
    bare = amounts(line, place, bare=True)
    if read:
        return (*read, *[one for one in bare if one.start > read[-1].end]), True
    row = "\t" not in line and _is_row(line, bare)
    return bare if "\t" in line else bare[-2 if row else -1 :], row


def _is_row(line: str, read: Sequence[Amount]) -> bool:
    """Whether a line ends with the prices of one thing and of as many as it says: "2 Civilizations 22,00 44,00"."""
    some = read[-2:]
    if len(some) < 2 or any(line[one.start : one.end].isdigit() for one in some):
        return False
    pieces = (line[: some[0].start], line[some[0].end : some[1].start])
    return proved_count(pieces, [one.value for one in some]) > 0


def _is_price(label: str, amount: Amount) -> bool:
    """Whether a number without a currency behind the label of a price is one; in "Delivery: Friday 9.01" it is not."""
    return ":" not in label and amount.value.as_tuple().exponent == -2


def all_amounts(sheet: Sheet) -> list[Labelled]:
    """The labelled amounts of every rendering, the text part's first."""
    found = [one for stream in sheet.streams for one in labelled_amounts(sheet, stream)]
    return _pointed(found) if len(sheet.streams) > 1 else found


def _pointed(found: list[Labelled]) -> list[Labelled]:
    """Without those of a text part in which raised cents lost their point: "9890 €" for 98.90 on the page."""
    text = {one.amount.value for one in found if one.source == "text"}
    if not text or any(value % 1 for value in text):
        return found
    page = {one.amount.value for one in found if one.source != "text"}
    raised = sum(value / 100 in page for value in text)
    return [one for one in found if one.source != "text"] if raised > 1 and 2 * raised > len(text) else found


def _stands_alone(line: str, amount: Amount) -> bool:
    """Whether a number is all that its cell holds."""
    before, after = line[: amount.start].rsplit("\t", 1)[-1], line[amount.end :].split("\t", 1)[0]
    return not before.strip() and len(after.strip()) < 10 and not _DIGIT.search(after)


def _column_kind(stream: Stream, index: int, amount: Amount, lexicon: Lexicon) -> str:
    """Below a column header only whole-order labels count: "Total" heads the lines of an item table as well."""
    low = stream.low[index]
    if not index or "\t" not in low:
        return ""
    header = stream.low[index - 1].split("\t")
    column = low[: amount.start].count("\t")
    if len(header) != low.count("\t") + 1 or _DIGIT.search(stream.low[index - 1]):
        return ""
    named = [found[1].split(" ") for cell in header if (found := starts(lexicon.labels, cell))]
    if any("quantity" in kinds or "item" in kinds for kinds in named):
        return ""
    kind = kind_of_label(header[column], lexicon)
    return kind if kind in {"grand", "due", "paid"} else ""


def says_total(one: Labelled, sheet: Sheet) -> bool:
    """Whether its label speaks of a total, rather than of a price or a payment."""
    return any(word in one.label for word in sheet.lexicon.totals)


def first(found: list[Labelled], *kinds: str) -> Decimal | None:
    """The first amount of one of the kinds, without its sign."""
    return next((abs(one.amount.value) for one in found if one.kind in kinds), None)


def values(sheet: Sheet, wanted: str) -> list[tuple[str, Stream, int]]:
    """The texts that follow a label of the `wanted` kind, each with its rendering and line; the text part's first."""
    if sheet.labelled is None:
        sheet.labelled = {}
        for stream in sheet.streams:
            for kinds, text, line in _labelled_texts(sheet.lexicon, stream):
                for kind in kinds.split(" "):
                    sheet.labelled.setdefault(kind, []).append((text, stream, line))
    return sheet.labelled.get(wanted, [])


def _labelled_texts(lexicon: Lexicon, stream: Stream) -> Iterator[tuple[str, str, int]]:
    """Every label that begins a line or a cell, with the rest of it, the cell to the right, or the next line."""
    labels = lexicon.labels
    for index, low in enumerate(stream.low):
        first = low.partition(" ")[0]
        if first not in labels and first.isalnum() and "\t" not in low:
            continue  # most lines: one cell, and no label begins with its first word
        for start, cell in _cells(low) if "\t" in low else ((0, low),):
            found = starts(labels, cell)
            if found is None:
                continue
            rest = stream.lines[index][start + len(found[0]) :].strip(_TRIM)
            if rest:
                yield found[1], rest, index
            elif len(cell) < len(found[0]) + 4 and index + 1 < len(stream.lines):
                yield found[1], stream.lines[index + 1], index + 1


def _cells(low: str) -> Iterator[tuple[int, str]]:
    start = 0
    for cell in low.split("\t"):
        yield start, cell
        start += len(cell) + 1


__all__ = [
    "BARE",
    "Labelled",
    "all_amounts",
    "context_of",
    "first",
    "kind_of_label",
    "labelled_amounts",
    "says_total",
    "values",
]
