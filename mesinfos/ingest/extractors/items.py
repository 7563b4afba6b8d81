"""The lines of an order, read out of its cells block by block and checked by their sum.

A block is a name, then its details, its count and its prices, until the next name. Where the sums of some reading meet
a total of the mail, that reading is proved; recommendations below an order have prices too, and prove nothing.
"""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import combinations, pairwise, takewhile
from typing import NamedTuple

from msgspec import Struct

from mesinfos.ingest.extractors.amounts import amounts
from mesinfos.ingest.extractors.cells import ENDS, Cell, Role, cells_of
from mesinfos.ingest.extractors.layout import Labelled
from mesinfos.ingest.extractors.naming import CUT, LEAD, LEADING, name_like, tidy
from mesinfos.ingest.page import BEGINNING
from mesinfos.ingest.sheet import Sheet, Stream
from mesinfos.ingest.words import fold
from mesinfos.model.purchase import Item

_QUOTED = re.compile(r"[\"“«„]\s?([^\"”»“]{4,150}?)\s?[\"”»“]")
_AFTER_COLON = re.compile(r": ([^:]{6,150}?)(?:\.\.\.|…)$")
_HOUSE = re.compile(r"\d{1,3},? (?=[^\W\d_])")
MAX_ITEMS = 60
MAX_EXTRAS = 6
_EXTRAS = frozenset({"shipping", "tax", "discount", "card", "part"})


class Read(NamedTuple):
    """The items of one rendering, and whether their sum meets what the mail says."""

    items: list[Item]
    proved: bool


class Block(Struct):
    """One thing that is sold, as far as it was read; `closed` once a sum stood below it, `headed` when a line of its
    own stood above the one with the price, `said` when a word told the count, `referred`
    once its number was given (what is named below that is a variant), `below_header` when a table begins with it.
    """

    names: list[str]
    count: int = 0
    prices: list[Decimal] = []
    closed: bool = False
    headed: bool = False
    said: bool = False
    referred: bool = False
    below_header: bool = False

    @property
    def unit(self) -> Decimal:
        """Of several prices the one whose multiple stands beside it; else the lowest (the other was struck)."""
        for price in self.prices if len(self.prices) > 1 else ():
            if price * self.times in self.prices and (self.times > 1 or self.prices.count(price) > 1):
                return price
        return min(self.prices)

    @property
    def line(self) -> Decimal:
        """What the whole line costs, where the printed price is that of the line."""
        return min(self.prices) if self.unit * self.times not in self.prices else self.unit * self.times

    @property
    def times(self) -> int:
        """How many were bought."""
        return self.count or 1


def read_items(sheet: Sheet, stream: Stream, labelled: Sequence[Labelled]) -> Read:
    """The items of one rendering; those without a price only where none has one."""
    found = list(_blocks(list(cells_of(sheet, stream, labelled))))
    priced = [block for block in found if block.prices][:MAX_ITEMS]
    totals = {abs(one.amount.value) for one in labelled if one.kind in ENDS}
    counted = _counted(found if totals else [*takewhile(lambda block: not block.prices, found)])
    if counted and (not priced or not totals):
        return Read([Item(tidy(_name(block.names, sheet)), block.times) for block in counted[:MAX_ITEMS]], False)
    if not priced:
        return Read([], False)
    _shorten(priced)
    targets = _targets(labelled)
    proof = _proved([block for block in priced if block.unit not in totals], targets) or _proved(priced, targets)
    if proof:
        blocks, by_line = proof
        return Read([_item(block, sheet, by_line=by_line) for block in blocks], True)
    top = max(totals, default=Decimal(0))
    likely = [block for block in _bought(priced) if not top or block.unit <= top * 2]
    return Read([_item(block, sheet, by_line=False) for block in likely], False)


def _counted(blocks: Sequence[Block]) -> list[Block]:
    """Things without a price: each has a count or a number of its own beside its name."""
    return [block for block in blocks if block.count and not block.prices and (block.said or not _is_address(block))]


def _blocks(cells: list[Cell]) -> Iterator[Block]:
    """Blocks of cells, each from its name (or from the count before it) to the next one."""
    bought = list(takewhile(lambda cell: cell.role is not Role.END, cells))
    leads, unpriced = _counts_lead(bought), not any(cell.prices for cell in bought)
    block = Block([])
    for cell in bought:
        if cell.role in {Role.SUM, Role.STOP}:
            block.closed = cell.role is Role.SUM
            if _whole(block):
                yield block
            block = Block([], below_header=cell.kind == "header")
        elif _begins(block, cell, leads=leads, unpriced=unpriced):
            if _whole(block):
                yield block
            block = Block([], block.count if not block.names and not block.prices else 0)
        _take(block, cell, leads=leads, unpriced=unpriced)
    if _whole(block):
        yield block


def _is_address(block: Block) -> bool:
    """Whether a number before a name may as well be that of a house: "18 RUE DE LA REPUBLIQUE"."""
    return all(_HOUSE.match(name) for name in block.names)


def _whole(block: Block) -> bool:
    return bool(block.names and (block.prices or block.count))


def _begins(block: Block, cell: Cell, *, leads: bool, unpriced: bool) -> bool:
    """Whether a cell begins another thing than the block at hand."""
    if cell.role is Role.NAME:
        return bool(block.prices or (block.names and (cell.many or (unpriced and not leads and block.count))))
    if cell.role is Role.LINE:
        return bool(block.prices)
    return cell.role is Role.COUNT and leads and bool(block.prices or block.count or block.names) and not cell.said


def _take(block: Block, cell: Cell, *, leads: bool, unpriced: bool) -> None:
    block.said = block.said or cell.said
    if cell.kind == "reference" and block.names:
        block.referred = True
        if unpriced:
            block.count, block.said = block.count or 1, True
    if cell.role in {Role.NAME, Role.LINE} and not (block.referred and cell.role is Role.NAME):
        if cell.role is Role.LINE and cell.many and " " in cell.text:
            block.names = []  # a line that counts its thing names it as well
        block.headed = cell.role is Role.LINE and bool(block.names)
        block.names.append(cell.text)
    if cell.many and (not block.count or (cell.role is Role.COUNT and not leads and block.count == 1)):
        block.count = cell.many
    if cell.role in {Role.PRICE, Role.LINE} and block.names:
        block.prices += cell.prices


def _counts_lead(cells: list[Cell]) -> bool:
    """Whether the first count stands right before a name: "1x", then what it counts."""
    for one, two in pairwise([cell for cell in cells if cell.role is not Role.DETAIL]):
        if one.role is Role.NAME and two.role is Role.COUNT:
            return False
        if one.role is Role.COUNT and not one.said and two.role in {Role.NAME, Role.LINE}:
            return True
    return False


def _shorten(blocks: list[Block]) -> None:
    """What stands above the first name is no name: a later block tells how many lines one has."""
    most = max([2, *(len(block.names) for block in blocks[1:])])
    if len(blocks[0].names) > most and not blocks[0].below_header:
        blocks[0].names = blocks[0].names[-most:]
    headed = [block for block in blocks if block.headed]
    for block in headed if len(headed) * 2 <= len(blocks) else ():
        block.names = block.names[-1:]  # few of the priced lines have one above: it is the title of a section


def _name(names: list[str], sheet: Sheet) -> str:
    """Of the lines above a price the one that names the thing; a brand or a heading may stand before it, and its
    variant after it.
    """
    if len(names) < 2:
        return names[0] if names else ""
    names = [one for one in names if not fold(one).startswith(sheet.lexicon.made_by)] or names
    if len(names) < 2:
        return names[0]
    counted = next((one for one in names if LEADING.match(one)), "")
    if counted:
        return counted
    shown = sheet.mail.page.shown
    for one in names:
        if len(one) > 7 and one[:BEGINNING] in shown:
            return one
    first, second = names[0], names[1]
    if second.startswith(first):
        return second
    brand = first.isupper() and not second.isupper()
    short = first.count(" ") < 2 and second.count(" ") > first.count(" ") + 1 and not re.search(r"[\d,:/]", second)
    return second if brand or short else first


def _targets(labelled: Sequence[Labelled]) -> set[Decimal]:
    """The sums that the items may have: the totals, with any of the extras taken off or put on."""
    totals = {abs(one.amount.value) for one in labelled if one.kind in ENDS or one.kind == "card"}
    extras = list(dict.fromkeys(abs(one.amount.value) for one in labelled if one.kind in _EXTRAS))[:MAX_EXTRAS]
    changes = {Decimal(0)}
    for size in (1, 2, 3):
        changes |= {sum(some, Decimal(0)) for some in combinations([*extras, *(-one for one in extras)], size)}
    return {total + change for total in totals for change in changes if total + change > 0}


def _proved(blocks: list[Block], targets: set[Decimal]) -> tuple[list[Block], bool] | None:
    """The longest beginning whose prices meet a target, and whether they are prices of lines."""
    if not targets:
        return None
    each = [block.unit * block.times for block in blocks]
    once = [block.line for block in blocks]
    for size in range(len(blocks), 0, -1):
        if sum(each[:size]) in targets:
            return blocks[:size], False
        if sum(once[:size]) in targets:
            return blocks[:size], True
    return None


def _bought(blocks: list[Block]) -> list[Block]:
    """Blocks up to the first one that a sum closed; all when none did."""
    ends = [place for place, block in enumerate(blocks) if block.closed]
    return blocks[: ends[0] + 1] if ends else blocks


def _item(block: Block, sheet: Sheet, *, by_line: bool) -> Item:
    price = round(block.line / block.times, 2) if by_line else block.unit
    return Item(tidy(_name(block.names, sheet)), block.times, price)


def named_items(sheet: Sheet) -> list[Item]:
    """Items that a mail names without a price: "2 x Name" lines, or the name quoted in the subject."""
    found: list[Item] = []
    for stream in sheet.streams:
        for line, low in zip(stream.lines[:120], stream.low[:120], strict=True):
            match = LEADING.match(line)
            count = next((group for group in match.groups() if group), "") if match and not match[2] else ""
            if match and count and name_like(line[match.end() :], low[match.end() :], sheet) and not amounts(line):
                found.append(Item(tidy(line), int(count)))
        if found:
            return found[:MAX_ITEMS]
    quoted = _QUOTED.search(sheet.subject) or _AFTER_COLON.search(sheet.subject)
    if quoted and len(quoted[1].split()) > 1:
        return [Item(tidy(CUT.sub("", quoted[1])))]
    return []


def complete(sheet: Sheet, items: Sequence[Item]) -> tuple[Item, ...]:
    """Items with whole names (shops cut long ones), their picture and their link."""
    images = [(image.alt, image.src) for image in sheet.mail.page.images[:200]] if sheet.mail.html and items else []
    links = [(link.text, link.href) for link in sheet.mail.page.links[:200]] if sheet.mail.html and items else []
    texts = [line for stream in sheet.streams for line in stream.lines if len(line) > 12] if items else []
    cells = [cell for text in texts for cell in text.split("\t")] + [text for text, _ in links if text]
    whole = [alt for alt, _ in images if alt] + cells
    done = []
    for item in items:
        start = CUT.sub("", item.name).strip()[:40]
        image = next((src for alt, src in images if alt and alt.startswith(start)), "")
        url = next((href for text, href in links if text and text.startswith(start)), "")
        name = _uncut(item.name, whole)
        done.append(
            Item(name, item.quantity, item.price, item.image or image[:500], item.url or url[:500], item.category)
        )
    return tuple(done)


def _uncut(name: str, texts: Sequence[str]) -> str:
    start = CUT.sub("", name).strip(LEAD)
    if len(start) < 8:
        return name
    longer = [
        text for text in texts if text.startswith(start) and len(start) < len(text) < 300 and not CUT.search(text)
    ]
    longer = [text for text in longer if not amounts(text)]
    return tidy(longer[0]) if longer and (start != name or len(longer[0]) < len(name) * 4) else name
