"""The things of an order, checked by their sum.

Where the sums of some reading meet a total of the mail, that reading is proved; recommendations below an order have
prices too, and prove nothing.
"""

import re
from collections.abc import Sequence
from decimal import Decimal
from itertools import combinations, takewhile
from typing import NamedTuple

from msgspec.structs import replace

from mesinfos.ingest.extractors.amounts import amounts
from mesinfos.ingest.extractors.blocks import Block, blocks_of, guessed
from mesinfos.ingest.extractors.cells import Cell, Role, cells_of
from mesinfos.ingest.extractors.counts import ENDS
from mesinfos.ingest.extractors.layout import Labelled
from mesinfos.ingest.extractors.naming import CUT, LEAD, LEADING, letters, name_like, tidy
from mesinfos.ingest.extractors.titles import name_of, shorten
from mesinfos.ingest.sheet import Sheet, Stream
from mesinfos.model.purchase import Item

_QUOTED = re.compile(r"[\"“«„]\s?([^\"”»“]{4,150}?)\s?[\"”»“]")
_AFTER_COLON = re.compile(r": ([^:]{6,150}?)(?:\.\.\.|…)$")
_WORDS = re.compile(r"[^\W\d_]{3}")
_HOUSE = re.compile(r"\d{1,3},? (?=[^\W\d_])")
MAX_ITEMS = 60
MAX_EXTRAS = 6
_EXTRAS = frozenset({"shipping", "tax", "discount", "card", "part"})


class Read(NamedTuple):
    """The items of one rendering, and whether their sum meets what the mail says."""

    items: list[Item]
    proved: bool


def read_items(sheet: Sheet, stream: Stream, labelled: Sequence[Labelled]) -> Read:
    """The items of one rendering; those without a price only where none has one."""
    cells = list(cells_of(sheet, stream, labelled))
    read = _read(sheet, labelled, cells)
    if read.proved or not any(cell.role is Role.DETAIL and cell.text for cell in cells):
        return read
    other = _read(sheet, labelled, guessed(cells))
    return other if other.proved else read


def _read(sheet: Sheet, labelled: Sequence[Labelled], cells: list[Cell]) -> Read:
    found = list(blocks_of(cells))
    priced = [block for block in found if block.prices][:MAX_ITEMS]
    labelled = _beside_no_price(labelled)
    totals = {abs(one.amount.value) for one in labelled if one.kind in ENDS}
    counted, told = _counted(found, totals=bool(totals)), _told(found)
    if counted and (not priced or not totals or told):
        counted = told or counted
        return Read([Item(tidy(name_of(block.names, sheet)), block.times) for block in counted[:MAX_ITEMS]], False)
    return _priced(sheet, priced, labelled, totals) if priced else Read([], False)


def _priced(sheet: Sheet, priced: list[Block], labelled: Sequence[Labelled], totals: set[Decimal]) -> Read:
    """The things with a price: those that a sum proves, else those above the first sum."""
    priced, summed = _above_sum(priced)
    shorten(priced)
    targets = _targets(labelled)
    some = [block for block in priced if block.unit not in totals]  # one seller's only thing costs what he gets
    proof = max(_proved(some, targets), _proved(priced, targets), key=_size) or summed
    if proof:
        blocks, by_line = proof
        return Read([_item(block, sheet, by_line=by_line) for block in blocks], True)
    top = max(totals, default=Decimal(0))
    likely = [block for block in _bought(priced) if not top or block.unit <= top * 2]
    return Read([_item(block, sheet, by_line=False) for block in likely], False)


def _size(proof: tuple[list[Block], bool] | None) -> int:
    return len(proof[0]) if proof else 0


def _beside_no_price(labelled: Sequence[Labelled]) -> list[Labelled]:
    """The amounts but the totals of lines: "8.80 / 2 pcs / total 17.60"."""
    first: dict[tuple[str, int], str] = {}
    for one in labelled:
        first.setdefault((one.source, one.line), one.kind)
    return [one for one in labelled if one.kind not in ENDS or first[one.source, one.line] not in {"", "price"}]


def _counted(blocks: Sequence[Block], *, totals: bool) -> list[Block]:
    """Things without a price: each has a count or a number of its own beside its name."""
    above = [*takewhile(lambda block: not block.prices, blocks)]
    some = blocks if totals else above
    return [block for block in some if block.count and not block.prices and (block.said or not _is_address(block))]


def _told(blocks: Sequence[Block]) -> list[Block]:
    """Things without a price that a word counts, where the first sum stands right below them: what comes then, comes
    after the order.
    """
    ends = next((place for place, block in enumerate(blocks) if block.closed), -1)
    above = blocks[: ends + 1]
    return [*above] if all(block.said and block.count and not block.prices for block in above) else []


def _above_sum(blocks: list[Block]) -> tuple[list[Block], tuple[list[Block], bool] | None]:
    """The blocks above one whose price is their sum, whatever it is called, and whether they have prices of lines."""
    each, line = blocks[0].unit * blocks[0].times, blocks[0].line
    for place, block in enumerate(blocks[1:], 1):
        if place > 1 and block.count < 2 and min(block.prices) in {each, line}:
            return blocks[:place], (blocks[:place], min(block.prices) != each)
        each, line = each + block.unit * block.times, line + block.line
    return blocks, None


def _is_address(block: Block) -> bool:
    """Whether a number before a name may as well be that of a house: "18 RUE DE LA REPUBLIQUE"."""
    return all(_HOUSE.match(name) for name in block.names)


def _targets(labelled: Sequence[Labelled]) -> set[Decimal]:
    """The sums that the items may have: the totals, with any of the extras taken off or put on."""
    totals = {abs(one.amount.value) for one in labelled if one.kind in ENDS or one.kind in {"card", "refund"}}
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
    return Item(tidy(name_of(block.names, sheet)), block.times, price)


def named_items(sheet: Sheet) -> list[Item]:
    """Items that a mail names without a price: "2 x Name" lines, or the name quoted in the subject."""
    found: list[Item] = []
    for stream in sheet.streams:
        for line, low, digits in zip(stream.lines[:120], stream.low, stream.digits, strict=False):
            match = LEADING.match(line) if digits else None
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
    return tuple(_alone(done, sheet))


def _alone(items: list[Item], sheet: Sheet) -> list[Item]:
    """The names as the page has them in cells of their own, where a text runs them together with what stands beside."""
    rows = [line for stream in sheet.streams[1:] for line in stream.lines if "\t" in line] if items else []
    cells = {tidy(cell) for row in rows for cell in row.split("\t") if len(cell) > 7}
    own = [max((cell for cell in cells if cell in item.name), key=letters, default="") for item in items]
    whole = all(letters(name) * 2 > letters(item.name) for item, name in zip(items, own, strict=True))
    return [replace(item, name=name) for item, name in zip(items, own, strict=True)] if whole else items


def _uncut(name: str, texts: Sequence[str]) -> str:
    start = CUT.sub("", name).strip(LEAD)
    if len(start) < 8:
        return name
    longer = [
        text for text in texts if text.startswith(start) and len(start) < len(text) < 300 and not CUT.search(text)
    ]
    longer = [text for text in longer if not amounts(text) and (start != name or _WORDS.search(text, len(start)))]
    return tidy(longer[0]) if longer and (start != name or len(longer[0]) < len(name) * 4) else name
