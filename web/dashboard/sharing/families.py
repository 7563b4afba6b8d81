"""What consents grant, as a table: merchants down, families of data across, in each cell how much of it, in words."""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import NamedTuple

from mesinfos.consent.fields import Field
from mesinfos.consent.ledger import Held, State
from mesinfos.errors import N_
from web.words import Word


class Level(StrEnum):
    """How much of a family one merchant may see, the least first."""

    NOTHING = "nothing"
    COARSE = "coarse"
    GRANTED = "granted"


class Family(NamedTuple):
    """Data that belongs together: the fields that show it as it is, and those that show less of it."""

    name: str
    label: str
    fine: tuple[Field, ...] = ()
    coarse: tuple[Field, ...] = ()

    def level(self, held: Held) -> Level:
        """What one consent says of it. Goods given back are no field: a consent takes them or does not."""
        if self.name == BACK:
            return Level.GRANTED if held.grant.deposits else Level.NOTHING
        fields = set(held.grant.fields)
        if fields & set(self.fine):
            return Level.GRANTED
        return Level.COARSE if fields & set(self.coarse) else Level.NOTHING

    @property
    def least(self) -> tuple[Field, ...]:
        """What a form ticks that is to ask for this family: the least there is of it."""
        return (self.coarse or self.fine)[:1]


BACK = "back"
FAMILIES = (
    Family("orders", N_("Purchases"), (Field.ORDER_DATE,), (Field.ORDER_MONTH, Field.ORDER_YEAR)),
    Family("amounts", N_("Amounts"), (Field.ORDER_TOTAL,), (Field.ORDER_BRACKET,)),
    Family("products", N_("Products"), (Field.ITEM_NAMES,), (Field.ITEM_CATEGORIES,)),
    Family("parcels", N_("Deliveries"), (Field.PARCELS,), (Field.ORDER_STATUS,)),
    Family("mail", N_("Messages"), (Field.MESSAGE_CATEGORIES,), (Field.MESSAGE_COUNTS,)),
    Family("benefits", N_("Loyalty"), (Field.BENEFITS,)),
    Family("bookings", N_("Bookings"), (Field.BOOKING_DAY,), (Field.BOOKING_MONTH,)),
    Family(BACK, N_("Gives back")),
)
"""The columns. A test holds that each field is in one of them, but for those that say of whom the others speak."""

LEVELS = {
    Level.NOTHING: Word(N_("nothing"), "", "lock"),
    Level.COARSE: Word(N_("coarser"), "calm", "eye"),
    Level.GRANTED: Word(N_("granted"), "good", "done"),
}
RESTING = Word(N_("suspended"), "warn", "pause")
OVER = Word(N_("over"), "", "clock")


class Cell(NamedTuple):
    """What one merchant may see of one family, by which consent, and by how many more."""

    family: Family
    level: Level = Level.NOTHING
    held: Held | None = None
    more: int = 0

    @property
    def word(self) -> Word:
        """The cell in words: how much, unless the consent does not hold now."""
        if self.held and self.held.state is State.SUSPENDED:
            return RESTING
        return LEVELS[self.level] if not self.held or self.held.state is State.LIVE else OVER


class Row(NamedTuple):
    """A merchant and its cells; `known` where it has a page."""

    domain: str
    name: str
    known: bool
    cells: tuple[Cell, ...]


def cells(consents: Iterable[Held]) -> tuple[Cell, ...]:
    """One cell a family: the consent in force that shows most of it, else one that does not hold now."""
    some = list(consents)
    return tuple(_cell(family, some) for family in FAMILIES)


def _cell(family: Family, consents: Sequence[Held]) -> Cell:
    found = [(family.level(held), held) for held in consents]
    granting = [(level, held) for level, held in found if level is not Level.NOTHING]
    if not granting:
        return Cell(family)
    level, held = max(granting, key=lambda pair: (_RANK.get(pair[1].state, 0), pair[0] is Level.GRANTED))
    return Cell(family, level, held, len(granting) - 1)


_RANK = {State.LIVE: 2, State.SUSPENDED: 1}


def family(name: str) -> Family | None:
    """The family of that name; None for what is none."""
    return next((one for one in FAMILIES if one.name == name), None)
