"""The lines of an order: name, quantity, unit price, found block by block above each price, and checked by their sum.

A price that no label explains, before the totals, is an item's; its name stands before it in the line, in a cell of
the same row, or in the lines above it since the last price. When the sums meet the subtotal, the reading is sure.
"""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from mesinfos.ingest.extractors.amounts import amounts
from mesinfos.ingest.extractors.dates import dates
from mesinfos.ingest.extractors.layout import Labelled, says_total
from mesinfos.ingest.extractors.numbers import kind_of
from mesinfos.ingest.lexicon import starts
from mesinfos.ingest.sheet import Sheet, Stream
from mesinfos.model.purchase import Item

_LEADING = re.compile(r"^(?:(\d{1,3}) ?[x×✕*](?!\w)|(\d{1,2}) (?=[A-ZÀ-Ý][^\W\d_]{2}))\s*", re.IGNORECASE)
_TRAILING = re.compile(r"(?:^|[\s(])(?:[x×✕] ?(\d{1,3})|(\d{1,3}) ?[x×✕]|\((\d{1,3})\))\)?$", re.IGNORECASE)
_CODE = re.compile(r"(?=[A-Z-]{0,40}\d)[A-Z0-9-]{6,60}")
_TOKEN = re.compile(r"(?=[a-z]{0,8}\d)[a-z0-9-]{5,}")
_CUT = re.compile(r"(?:\.\.\.|…)$")
_QUOTED = re.compile(r"[\"“«„]\s?([^\"”»“]{4,150}?)\s?[\"”»“]")
_AFTER_COLON = re.compile(r": ([^:]{6,150}?)(?:\.\.\.|…)$")
_LEAD = " \t-*•·|:>–—([])"
MAX_ITEMS = 60
_NAMING = frozenset({"order", "booking", "tracking", "invoice", "customer", "receipt"})
_ENDS = frozenset({"subtotal", "grand", "due", "total", "paid"})
_CLOSING = _ENDS | {"part", "card"}
_NOT_ITEMS = frozenset({*_ENDS, "shipping", "discount", "tax", "refund", "part", "card", "other"})


class Read(NamedTuple):
    """The items of one rendering, and whether their sum meets what the mail says."""

    items: list[Item]
    proved: bool


def _quantity(low: str, sheet: Sheet) -> int:
    for pattern in (sheet.lexicon.counted, _LEADING, _TRAILING):
        match = pattern.search(low)
        if match:
            count = int(next(group for group in match.groups() if group))
            return count if 1 <= count <= 500 else 1
    return 0


def _tidy(name: str) -> str:
    name = _TRAILING.sub("", _LEADING.sub("", name.strip(_LEAD))).strip(_LEAD + ",;")[:300]
    return name + ")" if name.count("(") > name.count(")") else name


def _name_like(line: str, low: str, sheet: Sheet) -> bool:
    letters = sum(char.isalpha() for char in low)
    if letters < 3 or len(line) > 300 or line.endswith((":", "?", "!")) or sheet.lexicon.counted.match(low):
        return False
    if low.split(" ", 1)[0] in sheet.lexicon.actions or _CODE.fullmatch(line) or _labels(low, sheet):
        return False
    opening = " ".join(low.split(" ", 2)[:2])
    if (
        low.rstrip(" :") in sheet.lexicon.headings
        or opening in sheet.lexicon.openings
        or "@" in low
        or (line.endswith(".") and low.count(" ") > 5)
    ):
        return False
    return not _mostly_date(low, sheet) and not _numbered(low, sheet)


def _labels(low: str, sheet: Sheet) -> bool:
    """Whether the line is a label, with or without its value: "Quantity", "Delivery: 4.90", "Colour: blue"."""
    label = starts(sheet.lexicon.labels, low)
    if label and (len(low) <= len(label[0]) + 3 or low[len(label[0]) : len(label[0]) + 2].strip()[:1] in {":", "\t"}):
        return True
    amount = starts(sheet.lexicon.amounts, low)
    if amount and len(low) <= len(amount[0]) + 3:
        return True
    head, colon, _ = low.partition(":")
    return bool(colon) and len(head) < 16 and " " not in head.strip()


def _mostly_date(low: str, sheet: Sheet) -> bool:
    if not any(map(str.isdigit, low)):
        return False
    spans = dates(low, sheet.calendar)
    return bool(spans) and (spans[0].end - spans[0].start) * 2 > len(low)


def _numbered(low: str, sheet: Sheet) -> bool:
    """Whether the line names a numbered thing ("Order 12345")."""
    match = _TOKEN.search(low)
    if match is None:
        return False
    kind, sure = kind_of(low[: match.start()], sheet.lexicon)
    return sure >= 0.8 and kind in _NAMING


def _above(sheet: Sheet, stream: Stream, index: int, floor: int) -> tuple[str, int]:
    """The name and the quantity in the lines above a price, down to the end of the block before."""
    name, quantity = "", 0
    names: list[str] = []
    for back in range(index - 1, max(floor, index - 8), -1):
        line, low = stream.lines[back], stream.low[back]
        quantity = quantity or _quantity(low, sheet)
        if "\t" in line and not names:
            cells = [cell for cell in line.split("\t") if _name_like(cell, cell.lower(), sheet)]
            if len(cells) == 1:
                return _tidy(cells[0]), quantity
            break
        if _name_like(line, low, sheet):
            names.append(line)
        elif (_ends_block(line, low, sheet) and (names or not sheet.lexicon.counted.match(low))) or (
            names and not sheet.lexicon.counted.search(low)
        ):
            break
    names.reverse()
    if names:
        counted = next((one for one in names if _LEADING.match(one)), "")
        name = counted or (names[1] if len(names) > 1 and names[1].startswith(names[0]) else names[0])
    return _tidy(name), quantity


def _ends_block(line: str, low: str, sheet: Sheet) -> bool:
    """A question, a greeting, a sentence, a heading or another label: above it, other things are spoken of."""
    sentence = low.endswith(".") and low.count(" ") > 1 and not _CUT.search(low)
    spoken = sentence or low.endswith(("!", "?", ":", ",")) or _numbered(low, sheet)
    return spoken or "@" in line or low in sheet.lexicon.headings or bool(starts(sheet.lexicon.labels, low))


def _same_line(sheet: Sheet, line: str, start: int, end: int, prices: Sequence[Decimal]) -> tuple[str, int]:
    """The name and quantity that share a line (or a row of cells) with their price."""
    cells = [cell.strip() for cell in (line[:start] + "\t" + line[end:]).split("\t") if cell.strip(_LEAD)]
    counts: list[int] = []
    name = ""
    for cell in cells:
        low = cell.lower()
        alone = sheet.lexicon.alone.fullmatch(low)
        if alone and 0 < int(alone[1]) <= 500:
            counts.append(int(alone[1]))
        elif amounts(cell):
            continue
        elif _name_like(cell, low, sheet) and len(cell) > len(name):
            name = cell
    return name, _count(counts, prices) or (_quantity(name.lower(), sheet) if name else 0)


def _count(counts: list[int], prices: Sequence[Decimal]) -> int:
    """Of the bare numbers in a row (position, quantity…) the one that its prices confirm, else the last."""
    for count in reversed(counts):
        if count > 1 and any(price * count in prices for price in prices):
            return count
    return counts[-1] if counts else 0


def _zone(labelled: Sequence[Labelled], sheet: Sheet) -> int:
    """The line where what was bought ends: the first subtotal after a price, else the last total. Later prices are
    recommendations; without any total, nothing can tell them apart.
    """
    priced = next((one.line for one in labelled if not one.kind and one.amount.value > 0), None)
    ends = [one.line for one in labelled if _closes(one, sheet)]
    if priced is None or not ends:
        return 10_000
    subtotal = next((one.line for one in labelled if one.kind == "subtotal" and one.line > priced), None)
    return max(ends) if subtotal is None else subtotal


def _closes(one: Labelled, sheet: Sheet) -> bool:
    return one.kind in _CLOSING and (one.kind != "total" or says_total(one, sheet))


def _blocks(sheet: Sheet, stream: Stream, labelled: Sequence[Labelled]) -> Iterator[Item]:
    end, floor = _zone(labelled, sheet), -1
    by_line: dict[int, list[Labelled]] = {}
    for one in labelled:
        by_line.setdefault(one.line, []).append(one)
    for index, group in sorted(by_line.items()):
        if index > end:
            return
        prices = [one for one in group if one.amount.value >= 0 and one.amount.sure]
        line = stream.lines[index]
        if any(one.kind in _NOT_ITEMS for one in group) or not prices or len(line) > 300:
            floor = index if any(one.kind in _ENDS for one in group) else floor
            continue
        first, last = prices[0].amount, prices[-1].amount
        name, quantity = _same_line(sheet, line, first.start, last.end, [one.amount.value for one in prices])
        said = line[: first.start].rsplit("\t", 1)[-1].strip(_LEAD + "x×0123456789")
        above, more = ("", 0) if name or said else _above(sheet, stream, index, floor)
        floor = index
        if len(line[last.end :].split("\t", 1)[0].strip()) > 15:
            continue  # a price inside a sentence
        if name or above:
            count = quantity or more or 1
            yield Item(_tidy(name) or above, count, _unit([one.amount.value for one in prices], count))


def _unit(prices: list[Decimal], count: int) -> Decimal:
    """Of several prices in a row: the one whose multiple stands beside it; else the lowest (the other was struck)."""
    if len(prices) > 1:
        for price in prices:
            if price * count in prices and (count > 1 or prices.count(price) > 1):
                return price
        return min(prices)
    return prices[0]


def _sums(items: Sequence[Item]) -> tuple[Decimal, Decimal]:
    each = sum((item.price or Decimal(0)) * item.quantity for item in items)
    once = sum(item.price or Decimal(0) for item in items)
    return Decimal(each), Decimal(once)


def read_items(sheet: Sheet, stream: Stream, labelled: Sequence[Labelled]) -> Read:
    """The items of one rendering."""
    items = [item for item in _blocks(sheet, stream, labelled) if len(item.name) > 2][:MAX_ITEMS]
    if not items:
        return Read([], False)
    known = {abs(one.amount.value) for one in labelled if one.kind in _ENDS or one.kind == "card"}
    extras = [abs(one.amount.value) for one in labelled if one.kind in {"shipping", "tax", "discount"}][:6]
    targets = (
        known
        | {total - extra for total in known for extra in extras}
        | {total + extra for total in known for extra in extras}
    )
    each, once = _sums(items)
    if each in targets:
        return Read(items, True)
    if once in targets and each != once:
        return Read([_split(item) for item in items], True)
    top = max(known, default=Decimal(0)) + sum(extras)
    kept = [item for item in items if not max(known, default=0) or (item.price or 0) <= top]
    return Read(kept, False)


def _split(item: Item) -> Item:
    """The printed price was that of the line."""
    price = (item.price or Decimal(0)) / item.quantity
    return Item(item.name, item.quantity, round(price, 2))


def named_items(sheet: Sheet) -> list[Item]:
    """Items that a mail names without a price: "2 x Name" lines, or the name quoted in the subject."""
    found: list[Item] = []
    for stream in sheet.streams:
        for line, low in zip(stream.lines[:120], stream.low[:120], strict=True):
            match = _LEADING.match(line)
            if match and match[1] and _name_like(line[match.end() :], low[match.end() :], sheet) and not amounts(line):
                found.append(Item(_tidy(line), int(match[1])))
        if found:
            return found[:MAX_ITEMS]
    quoted = _QUOTED.search(sheet.subject) or _AFTER_COLON.search(sheet.subject)
    if quoted and len(quoted[1].split()) > 1:
        return [Item(_tidy(_CUT.sub("", quoted[1])))]
    return []


def complete(sheet: Sheet, items: Sequence[Item]) -> tuple[Item, ...]:
    """Items with whole names (shops cut long ones), their picture and their link."""
    images = sheet.mail.page.images[:200] if sheet.mail.html else []
    links = sheet.mail.page.links[:200] if sheet.mail.html else []
    texts = [line for stream in sheet.streams for line in stream.lines if len(line) > 12]
    texts = [cell for text in texts for cell in text.split("\t")] + [link.text for link in links if link.text]
    whole = [image.alt for image in images if image.alt] + texts
    done = []
    for item in items:
        name = _whole(item.name, whole)
        start = _CUT.sub("", item.name).strip()[:40]
        image = next((image.src for image in images if image.alt and image.alt.startswith(start)), "")
        url = next((link.href for link in links if link.text and link.text.startswith(start)), "")
        done.append(
            Item(name, item.quantity, item.price, item.image or image[:500], item.url or url[:500], item.category)
        )
    return tuple(done)


def _whole(name: str, texts: Sequence[str]) -> str:
    start = _CUT.sub("", name).strip()
    if len(start) < 8:
        return name
    texts = [text for text in texts if text.startswith(start) and not amounts(text)]
    longer = [
        text for text in texts if text.startswith(start) and len(start) < len(text) < 300 and not _CUT.search(text)
    ]
    return _tidy(longer[0]) if longer and (start != name or len(longer[0]) < len(name) * 4) else name
