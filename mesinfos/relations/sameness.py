"""Which lines of orders name the same product. Order-independent: lines are keyed by content, and joined in its order.

A GTIN names a product everywhere; a seller's number (an ASIN is one of Amazon's) at that seller; a name at its
merchant, and at others when it is specific. A join that would bring two GTINs together, or two numbers of one seller,
is not made: the seller tells them apart. A name that was cut joins the one product of its merchant that begins so,
when what was cut off tells no size and no model.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from mesinfos.catalogue import Name, asin_number, asin_of, gtin14, is_variant, name_of
from mesinfos.model.purchase import Item
from mesinfos.relations.folding import domain_of, key_of
from mesinfos.relations.orders import OrderView

CUT = 3
"""Words that a cut name must still have to be joined with a whole one."""


class Line(NamedTuple):
    """One line of an order and the marks of what it names."""

    order: OrderView
    item: Item
    name: Name
    gtin: str
    seller: str
    key: str

    @property
    def domain(self) -> str:
        """The merchant's."""
        return domain_of(self.order.merchant)

    @property
    def family(self) -> str:
        """What its sizes and colours share; a name that is not specific shares nothing with other merchants' things."""
        place = "" if self.name.specific else self.domain
        return f"{place} {self.name.family}" if self.name.family else ""


def lines(orders: Iterable[OrderView]) -> list[Line]:
    """Every line of proved orders, each order once, whatever the order they come in."""
    proved = {view.id: view for view in orders if view.verified}
    names: dict[str, Name] = {}  # what is bought again bears the same name, so each is taken apart once
    found = [
        line for _, view in sorted(proved.items()) for item in view.order.items if (line := _line(view, item, names))
    ]
    told: dict[str, set[str]] = {}
    for line in found:
        if line.gtin and line.seller:
            told.setdefault(line.seller, set()).add(line.gtin)
    return [_numbered(line, told.get(line.seller, set())) for line in found]


def _line(view: OrderView, item: Item, names: dict[str, Name]) -> Line | None:
    name = names.get(item.name) or names.setdefault(item.name, name_of(item.name))
    domain = domain_of(view.merchant)
    asin = asin_of(item.url, item.sku, domain)
    gtin = gtin14(item.gtin) or asin_number(asin)
    seller = f"asin {asin}" if asin else f"{domain} {key_of(item.sku)}" if item.sku else ""
    spoken = name.key or item.name.strip()
    place = "" if name.specific else domain
    return Line(view, item, name, gtin, seller, gtin or seller or f"{place} {spoken}") if spoken else None


def _numbered(line: Line, gtins: set[str]) -> Line:
    """A line that bears only the seller's number is what another line says that number is."""
    return line._replace(key=next(iter(gtins))) if not line.gtin and len(gtins) == 1 else line


class _Group:
    """Lines under one key, and whose they are; joined groups share one root."""

    def __init__(self, key: str) -> None:
        self.key = key
        self.gtins: set[str] = set()
        self.numbers: dict[str, set[str]] = {}
        self.into: _Group | None = None

    def root(self) -> "_Group":
        """The group that this one was joined into."""
        return self if self.into is None else self.into.root()

    def add(self, line: Line) -> None:
        """Take in what a line says of the product."""
        self.gtins |= {line.gtin} - {""}
        if line.key in {line.gtin, line.seller}:
            self.numbers.setdefault(line.domain, set()).add(line.key)

    def join(self, other: "_Group") -> None:
        """Become one product, unless a GTIN or a seller tells them apart."""
        mine, theirs = self.root(), other.root()
        if mine is theirs or len(mine.gtins | theirs.gtins) > 1:
            return
        shared = mine.numbers.keys() & theirs.numbers.keys()
        if any(len(mine.numbers[domain] | theirs.numbers[domain]) > 1 for domain in shared):
            return
        theirs.into = mine
        mine.gtins |= theirs.gtins
        for domain, numbers in theirs.numbers.items():
            mine.numbers.setdefault(domain, set()).update(numbers)


def same(found: Sequence[Line]) -> list[list[Line]]:
    """The lines by product."""
    groups: dict[str, _Group] = {}
    for line in found:
        groups.setdefault(line.key, _Group(line.key)).add(line)
    _join_named(found, groups)
    _join_cut(found, groups)
    products: dict[str, list[Line]] = {}
    for line in found:
        products.setdefault(groups[line.key].root().key, []).append(line)
    return [products[key] for key in sorted(products)]


def _join_named(found: Sequence[Line], groups: dict[str, _Group]) -> None:
    """Groups of one name are one product; when its sellers know several under it, none of them is taken for another."""
    named: dict[str, set[str]] = {}
    for line in found:
        if line.name.key and not line.name.cut:
            place = "" if line.name.specific else line.domain
            named.setdefault(f"{place} {line.name.key}", set()).add(line.key)
    for _, keys in sorted(named.items()):
        if len(keys) > 1 and not _told_apart([groups[key].root() for key in keys]):
            first, *others = sorted(keys)
            for key in others:
                groups[first].join(groups[key])


def _told_apart(roots: Sequence[_Group]) -> bool:
    known = {root.key: root for root in roots}.values()
    if len(set().union(*(root.gtins for root in known))) > 1:
        return True
    numbers: dict[str, set[str]] = {}
    for root in known:
        for domain, own in root.numbers.items():
            numbers.setdefault(domain, set()).update(own)
    return any(len(own) > 1 for own in numbers.values())


def _join_cut(found: Sequence[Line], groups: dict[str, _Group]) -> None:
    whole: dict[tuple[str, tuple[str, ...]], list[Line]] = {}
    for line in found:
        if not line.name.cut:
            whole.setdefault((line.domain, line.name.words[:CUT]), []).append(line)
    cut = {(line.key, line.domain, line.name.words) for line in found if line.name.cut and len(line.name.words) > CUT}
    for key, domain, words in sorted(cut):
        begun = [line for line in whole.get((domain, words[:CUT]), ()) if _begins(words, line.name.words)]
        roots = {groups[line.key].root().key for line in begun}
        if len(roots) == 1 and all(_tells_nothing(line.name.words[len(words) :]) for line in begun):
            groups[roots.pop()].root().join(groups[key])


def _begins(words: tuple[str, ...], longer: tuple[str, ...]) -> bool:
    """Whether a cut name is the beginning of a whole one; its last word may be cut too."""
    *full, last = words
    start = longer[: len(words)]
    return len(start) == len(words) and list(start[:-1]) == full and start[-1].startswith(last)


def _tells_nothing(rest: tuple[str, ...]) -> bool:
    return not any(is_variant(word) or any(map(str.isdigit, word)) for word in rest)
