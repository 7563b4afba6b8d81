"""The things of an order, each from its name to the next one: a block of cells.

A block is a name, then its details, its count and its prices; in some mails the count or the price stands first.
"""

from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise, takewhile

from msgspec import Struct

from mesinfos.ingest.extractors.cells import Cell, Role


class Block(Struct):
    """One thing that is sold, as far as it was read; `closed` once a sum stood below it, `headed` when a line of its
    own stood above the one with the price, `said` when a word told the count, `referred`
    once its number was given (what is named below that is a variant), `below_header` when a table begins with it,
    `counted` when the line with the price gives the count as well, `opened` when its first line or that above tells it.
    """

    names: list[str]
    count: int = 0
    prices: list[Decimal] = []
    closed: bool = False
    headed: bool = False
    said: bool = False
    referred: bool = False
    below_header: bool = False
    counted: bool = False
    opened: bool = False

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


def blocks_of(cells: list[Cell]) -> Iterator[Block]:
    """Blocks of cells, each from its name (or from the count before it) to the next one."""
    bought = list(takewhile(lambda cell: cell.role is not Role.END, cells))
    above = [*takewhile(lambda cell: cell.role is not Role.SUM, bought)]
    leads, priced = _counts_lead(bought), any(cell.prices for cell in bought)
    unpriced = not any(cell.prices for cell in above)
    block = Block([])
    for cell in _below_names(bought) if _prices_lead(bought) else bought:
        if cell.kind == "date" and block.names and not block.count and not block.prices:
            block.names.pop()  # the label of that day
        if cell.role is Role.STOP and not cell.kind and block.referred and not block.prices:
            continue  # "New", below a thing's number
        if cell.role in {Role.SUM, Role.STOP}:
            block.closed = cell.role is Role.SUM
            unpriced = unpriced and not (block.closed and priced)
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


def guessed(cells: list[Cell]) -> list[Cell]:
    """The cells, with the first detail between two prices as a name where it may be one and no other stands there."""
    done, spare = list(cells), -1
    for place, cell in enumerate(cells):
        if cell.role is Role.PRICE and spare >= 0:
            done[spare] = done[spare]._replace(role=Role.NAME)
            for at in range(spare + 1, place):
                if done[at].role is Role.STOP:  # a heading there was none
                    done[at] = Cell(Role.DETAIL)
        if cell.role in {Role.NAME, Role.LINE, Role.PRICE, Role.SUM}:
            spare = -1 if cell.role is Role.PRICE else -2
        elif cell.role is Role.DETAIL and cell.text and spare == -1:
            spare = place
    return done


def _prices_lead(cells: list[Cell]) -> bool:
    """Whether names stand right below their prices: price and name by turns, from the first price below a heading."""
    roles = [cell.role for cell in cells if cell.role not in {Role.DETAIL, Role.COUNT}]
    first = roles.index(Role.PRICE) if Role.PRICE in roles else 0
    if not first or roles[first - 1] is not Role.STOP:
        return False
    turns = [*takewhile(lambda role: role in {Role.PRICE, Role.NAME}, roles[first:])]
    return len(turns) > 3 and turns == [Role.PRICE, Role.NAME] * (len(turns) // 2)


def _below_names(cells: list[Cell]) -> Iterator[Cell]:
    """The cells with each price moved below the name that follows it."""
    price: Cell | None = None
    for cell in cells:
        if cell.role is Role.PRICE:
            price = cell
            continue
        yield cell
        if cell.role is Role.NAME and price is not None:
            yield price
            price = None


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
    told = block.referred and (cell.role is Role.NAME or (block.opened and not cell.many))
    if cell.role in {Role.NAME, Role.LINE} and not told:
        if cell.role is Role.LINE and cell.leads and " " in cell.text:
            block.names = []  # a line that counts its thing names it as well
        block.counted = cell.role is Role.LINE and bool(cell.many) and " " in cell.text
        block.headed = cell.role is Role.LINE and bool(block.names)
        block.opened = block.opened or (not block.names and bool(block.count or cell.many))
        block.names.append(cell.text)
    proved = cell.many > 1 and any(price * cell.many in cell.prices for price in cell.prices if price)
    if proved or (cell.many and (not block.count or (cell.role is Role.COUNT and not leads and block.count == 1))):
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
