"""What each cell of a rendering is to an order: a name, a count, a price, a detail, a sum, or none of these.

A line is a row of cells divided by tabs, or one cell. Its amounts are labelled already (layout.py); what is left of a
cell without them tells the rest. `items.py` reads orders out of the row of cells this gives.
"""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from enum import Enum
from itertools import pairwise, repeat
from typing import NamedTuple

from mesinfos.ingest.extractors.amounts import is_rate, proved_count
from mesinfos.ingest.extractors.counts import ENDS, alone_count, outside, sums_line, sums_up
from mesinfos.ingest.extractors.headings import (
    awaits_value,
    counts_stand,
    ends_block,
    entitles,
    is_detail,
    is_header,
    is_label,
    is_parcel,
    is_reference,
    is_size,
    meets,
    numbers_next,
    says_little,
    unlabelled,
)
from mesinfos.ingest.extractors.layout import BARE, Labelled
from mesinfos.ingest.extractors.naming import (
    CUT,
    DIGIT,
    LEAD,
    LEADING,
    NAMING,
    count_in,
    in_columns,
    letters,
    name_like,
    tidy,
    uncounted,
    unpriced,
    untabled,
)
from mesinfos.ingest.extractors.numbers import kind_of
from mesinfos.ingest.lexicon import starts
from mesinfos.ingest.sheet import Sheet, Stream
from mesinfos.ingest.words import fold

_TIMES = re.compile(r"(?<![\s,;–—-])[\s,;–—-]++(\d{1,3}) ?[^\W\d_]{0,6}\.? ?[x×*]\s*+$")  # "… - 2 шт. x" before a price
_TIMES_PRICE = re.compile(r"(\d{1,3}) ?[x×] ?\d{1,5}[.,]\d\d")  # "6 x 0,99" in a cell beside the price of all six
_PERCENT = re.compile(r"^[-–(]{0,2}\s?\d{1,2} ?%\)?$")
_DAY = re.compile(r"\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d\d)|\d{4}[./-]\d{1,2}[./-]\d{1,2}")
_STARS = "★☆✩⭐ \t"
ABOVE = 15  # lines above the first amount in which a name may stand
UNPRICED = 150  # lines read of a rendering without amounts
_HEADING = NAMING - {"tracking"}
_PRICED = frozenset({"", "price", BARE})


class Role(Enum):
    """What a cell does in an order."""

    NAME = "name"
    COUNT = "count"
    PRICE = "price"
    LINE = "name and price"
    DETAIL = "detail"
    SUM = "sum"
    STOP = "stop"
    END = "recommendations"


class Cell(NamedTuple):
    """One cell: `text` its name, `kind` that of its sum, `prices` as printed, `many` 0 when it tells none; `said` is
    true when a word ("Quantity") and not the number's form alone told the count, `leads` when it stands first.
    """

    role: Role
    text: str = ""
    many: int = 0
    prices: tuple[Decimal, ...] = ()
    kind: str = ""
    said: bool = False
    leads: bool = False


def cells_of(sheet: Sheet, stream: Stream, labelled: Sequence[Labelled]) -> Iterator[Cell]:
    """Every cell of a rendering that says something of an order, from top to bottom."""
    by_line: dict[int, list[Labelled]] = {}
    signed = _signed(stream, labelled)
    for one in labelled:
        if one.kind != ("" if not signed else BARE):
            by_line.setdefault(one.line, []).append(one)
    if not by_line and not any(map(_counts, stream.lines, stream.low, stream.digits, repeat(sheet))):
        return
    first = max(0, min(by_line, default=0) - ABOVE) if signed else 0
    last = _last(by_line, stream) + 1
    awaited = column = ""
    for index in range(first, min(last, len(stream.lines))):
        low = stream.low[index]
        if awaited and index not in by_line and meets(low, awaited, sheet):
            awaited = ""
            yield Cell(Role.DETAIL)
            continue
        awaited = "" if index in by_line else awaits_value(low, sheet)
        cells = _row(sheet, stream.lines[index], low, by_line.get(index, []))
        if cells and cells[0].kind == "header":
            column = counts_stand(low, sheet) if "\t" not in low else ""
        yield from (_counted(cell, column) for cell in cells) if column else cells


def _counted(cell: Cell, column: str) -> Cell:
    """The cell with the count that stands in its column, where nothing else told one."""
    if cell.role is not Role.LINE or cell.many:
        return cell
    name, many = in_columns(cell.text, column)
    return cell._replace(text=name, many=many)


def _signed(stream: Stream, labelled: Sequence[Labelled]) -> bool:
    """Whether prices stand with their currency; where most do not, those that do are no prices of the order's."""
    end = max((one.line for one in labelled if one.kind in ENDS), default=len(stream.lines))
    above = (one for one in labelled if not one.kind and one.line < end)
    rows = [one for one in above if not is_rate(stream.lines[one.line], one.amount.end)]
    bare = sum(one.kind == BARE for one in labelled)
    return not bare or len(rows) * 2 >= bare


def _counts(line: str, low: str, digits: int, sheet: Sheet) -> bool:
    lexicon = sheet.lexicon
    if digits and (LEADING.match(line) or lexicon.counted.search(low) or lexicon.some.match(low)):
        return True
    if not low.strip(_STARS):
        return True
    if "\t" in low and is_header(low, sheet):
        return True
    named = starts(sheet.lexicon.labels, low) if ":" in low else None
    return named is not None and "item" in named[1].split(" ")


def _last(by_line: dict[int, list[Labelled]], stream: Stream) -> int:
    """The last line worth reading: that of the last total when prices stand above it, for below nothing was bought."""
    ends = [index for index, some in by_line.items() if any(one.kind in ENDS for one in some)]
    priced = [index for index, some in by_line.items() if any(one.kind in _PRICED for one in some)]
    if ends and priced and min(priced) < max(ends):
        return max(ends)
    last = max(by_line, default=UNPRICED)
    alone = bool(by_line) and not stream.low[last][: by_line[last][0].amount.start].strip(LEAD)
    return last + 2 if alone else last  # a name and its count may stand below its price


def _row(sheet: Sheet, line: str, low: str, amounts: list[Labelled]) -> list[Cell]:
    kind = next((one.kind for one in amounts if sums_up(one, sheet)), "")
    if kind and (amounts[0].kind or low[: amounts[0].amount.start].strip(LEAD)) and not sums_line(low, amounts):
        return [Cell(Role.SUM, kind=kind)]
    if low.startswith(sheet.lexicon.recommended):
        return [Cell(Role.END)]
    if low[0] in "([" and low[-1] in ")]" and amounts:
        return [Cell(Role.DETAIL)]
    if not amounts and is_header(low, sheet):
        return [Cell(Role.STOP, kind="header")]
    cells: list[Cell] = []
    start = 0
    for text in line.split("\t"):
        end = start + len(text)
        inside = [one for one in amounts if start <= one.amount.start < end]
        cell = _priced(sheet, text, low[start:end], inside, start) if inside else _bare(sheet, text, low[start:end])
        cells += [cell] if cell is not None else []
        start = end + 1
    return [_joined(cells)] if len(cells) > 1 and any(cell.prices for cell in cells) else cells


def _joined(cells: list[Cell]) -> Cell:
    """The cells of one row as one: its longest name, every price, and the count that they confirm."""
    prices = tuple(price for cell in cells for price in cell.prices)
    names = [cell for cell in cells if cell.role in {Role.NAME, Role.LINE}]
    names = names or [cells[0]] * (len(cells) > 2 and cells[0].role is Role.DETAIL and cells[0].text != "")
    counts = [cell.many for cell in cells if cell.many]
    sure = (count for count in reversed(counts) if count > 1 and any(price * count in prices for price in prices))
    count = next(sure, counts[-1] if counts else 0)
    if not names:
        return Cell(Role.PRICE, many=count, prices=prices)
    leads = names[0].leads or (cells[0].role is Role.COUNT and cells[0].many > 0)
    return Cell(Role.LINE, max((cell.text for cell in names), key=letters), count, prices, leads=leads)


def _priced(sheet: Sheet, text: str, low: str, amounts: list[Labelled], start: int) -> Cell:
    """A cell that holds amounts: a price alone, or a name with its price."""
    amounts = [one for one in amounts if one.kind != "other"]
    rates = [one for one in amounts if is_rate(text, one.amount.end - start)]
    amounts = [one for one in amounts if one not in rates]
    amounts = outside(text, amounts, start)
    prices = tuple(one.amount.value for one in amounts if one.amount.sure or one.kind in {"price", BARE})
    if not prices or any(value < 0 for value in prices) or low[: amounts[0].amount.start - start].endswith("+"):
        return Cell(Role.DETAIL)  # "(+1,50 €)" is put on the price
    first, last = amounts[0].amount, amounts[-1].amount
    before = text[: min(one.amount.start for one in rates + amounts) - start]
    after = text[last.end - start :].strip(LEAD.replace(".", ""))
    between = [text[one.amount.end - start : two.amount.start - start] for one, two in pairwise(amounts)]
    counted = sheet.lexicon.counted.match(low) if amounts[0].kind == "price" else None
    if counted:
        return Cell(Role.PRICE, many=max(1, int(counted[1])), prices=prices)  # "Quantità: 1 Prezzo: 17,86 EUR"
    named, told = untabled(unlabelled(before.strip(LEAD), low[: len(before)].strip(LEAD), sheet), prices)
    told = told or proved_count((before, *between, after), prices)
    many = told or count_in(low[: max(0, first.start - start)].strip(LEAD), sheet)
    many = many or alone_count([before.strip(" \tx×@"), *between, after], sheet)
    if says_little(named, sheet):
        return Cell(Role.PRICE, many=many, prices=prices)
    leads = LEADING.match(before.strip(LEAD)) is not None
    return _line(sheet, named, after, Cell(Role.LINE, many=many, prices=prices, leads=leads))


def _line(sheet: Sheet, name: str, after: str, line: Cell) -> Cell:
    """The line of a name and its price, unless it is a sentence with a price in it, or tells how a price comes about:
    "2 nights x 122 €".
    """
    times = _TIMES.search(name)
    if times and name.count(" ", 0, times.start()) > 0:
        name, line = name[: times.start()], line._replace(many=int(times[1]))
    name = unpriced(name, sheet)
    counted = sheet.lexicon.counted.search(fold(name))
    name = tidy(uncounted(name[: counted.start()] if counted else name, sheet))
    if name.endswith((" x", " ×")):
        return Cell(Role.DETAIL)
    sentence = (after == "." and name.count(" ") > 4) or (len(after) > 15 and not says_little(after, sheet))
    low = fold(name)
    if not name or is_detail(low, sheet) or is_reference(low, sheet) or is_parcel(low, sheet):
        return line._replace(role=Role.PRICE)
    if sentence or not name_like(name, low, sheet):
        return Cell(Role.STOP)
    return line._replace(text=name)


def _bare(sheet: Sheet, text: str, low: str) -> Cell | None:
    """A cell without an amount; None when it says nothing."""
    bare = low.strip(LEAD + "!")
    if not bare or _PERCENT.match(bare):
        return None
    if not bare.strip(_STARS):
        return Cell(Role.COUNT, many=1, said=True)  # stars to be given to the thing above
    figured = DIGIT.search(bare) is not None
    alone = (sheet.lexicon.alone.fullmatch(bare) or _TIMES_PRICE.fullmatch(bare)) if figured else None
    if alone:
        return Cell(Role.COUNT, many=int(alone[1])) if 0 < int(alone[1]) <= 500 else None
    if bare in sheet.lexicon.free:
        return Cell(Role.PRICE, prices=(Decimal(0),))
    counted = sheet.lexicon.counted.search(bare) if figured else None
    if counted and (counted.start() < 2 or len(bare) < 40):
        return Cell(Role.COUNT, many=max(1, int(counted[1])), said=True)
    return _worded(sheet, text, low, bare)


def _ships(low: str, sheet: Sheet) -> bool:
    """Whether a cell of several words says how things are brought: "Spedizione a domicilio", "Livraison en relais"."""
    found = starts(sheet.lexicon.amounts, low)
    return found is not None and found[1] == "shipping" and low.count(" ") > 1


def _worded(sheet: Sheet, text: str, low: str, bare: str) -> Cell:
    """A cell of words: a name, unless it introduces, labels, or ends something."""
    if is_size(text, bare, sheet):
        return Cell(Role.DETAIL, kind="date" if _DAY.fullmatch(bare) else "")
    name = unlabelled(text.strip(LEAD), low.strip(LEAD), sheet)
    labelled = bool(name) and name != text.strip(LEAD)
    if labelled and name_like(name, name.lower(), sheet):
        return Cell(Role.NAME, uncounted(name, sheet), count_in(fold(name), sheet) or 1, said=True)
    if text.rstrip().endswith((":", "：", "?", "!", ",")):
        stops = len(bare) > 25 or text.endswith(",") or bare in sheet.lexicon.headings
    elif text.rstrip().endswith(".") and low.count(" ") > 5 and not CUT.search(text):
        stops = True
    elif is_reference(bare, sheet) or sheet.lexicon.sku.match(bare):
        return Cell(Role.DETAIL, kind="reference")
    elif not name or is_detail(bare, sheet):
        kind = kind_of(f"{bare.split(':', maxsplit=1)[0]}:", sheet.lexicon)[0]
        if not kind and ": " in name and not is_label(bare, sheet) and name_like(name, name.lower(), sheet):
            return Cell(Role.DETAIL, name)  # "Dune: Part Two", if nothing else names what has a price
        stops = kind in _HEADING
    elif (
        _ships(low, sheet)
        or sheet.lexicon.card.search(low)
        or entitles(bare, sheet)
        or is_parcel(low, sheet)
        or numbers_next(bare, sheet)
    ):
        stops = True
    elif name_like(name, name.lower(), sheet):
        return Cell(Role.NAME, uncounted(name, sheet), count_in(bare, sheet))
    else:
        stops = ends_block(text, low, sheet)
    return Cell(Role.STOP if stops else Role.DETAIL)
