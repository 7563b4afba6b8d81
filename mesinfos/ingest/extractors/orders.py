"""One order out of many hints: its number, its totals, its date and status, each taken from the surest place."""

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from itertools import accumulate, takewhile
from typing import NamedTuple

from mesinfos.ingest.extractors.amounts import CODES, home_currency
from mesinfos.ingest.extractors.dates import dates
from mesinfos.ingest.extractors.layout import Labelled, first, says_total, values
from mesinfos.ingest.extractors.numbers import Numbered, kind_of
from mesinfos.ingest.sheet import Sheet
from mesinfos.ingest.words import fold
from mesinfos.model.values import Money, OrderStatus

_ALONE = re.compile(r"(?=.*\d)[A-Z0-9-]{5,24}")
_KINDS = {"order": 0.3, "booking": 0.25, "reference": 0.0, "receipt": -0.1}
_PLACES = {"subject": 0.25, "text": 0.0, "html": 0.03, "link": -0.2}
_RANKS = {"grand": 6, "due": 6, "paid": 6, "total": 4, "price": 3, "card": 2, "part": 1}


class Number(NamedTuple):
    """An order number and how sure it is."""

    value: str
    kind: str
    confidence: float
    place: str


class Total(NamedTuple):
    """What was paid or is to be paid, the rank of its label (6 the best), and where it stood."""

    money: Money
    rank: int
    place: str


def _shape(value: str) -> str:
    return "".join("9" if char.isdigit() else "A" if char.isalpha() else char for char in value)


def order_numbers(found: Sequence[Numbered]) -> list[Number]:
    """The order numbers of a mail, the surest first; several only when one rendering names several of one form."""
    usable = [one for one in found if one.kind in _KINDS and one.confidence >= 0.75]
    usable = [one for one in usable if not _cut_short(one, usable)]
    if not usable:
        return []
    scores: Counter[str] = Counter()
    for one in usable:
        scores[one.value] = max(scores[one.value], _score(one)) + (0.02 if scores[one.value] else 0.0)  # type: ignore[assignment]
    best = max(usable, key=lambda one: scores[one.value])
    numbers = [Number(best.value, best.kind, min(best.confidence, 0.98), best.source)]
    if best.kind == "order":
        stream = "text" if any(one.source == "text" for one in usable) else best.source
        more = (one for one in usable if one.kind == "order" and one.source == stream and one.confidence >= 0.9)
        for one in more:
            same = _shape(one.value) == _shape(best.value) and len(one.value) > 5
            if same and all(one.value != known.value for known in numbers) and _together(usable, best, stream):
                numbers.append(Number(one.value, one.kind, one.confidence, one.source))
    return numbers[:8]


def _cut_short(one: Numbered, usable: Iterable[Numbered]) -> bool:
    """Whether a subject broke the number that the body holds whole: "WL7 408 2215"."""
    if one.source != "subject":
        return False
    longer = (other.value for other in usable if other.source != "subject" and len(other.value) > len(one.value))
    return any(
        (value.startswith(one.value) and value[len(one.value)].isalnum()) or value.endswith(one.value)
        for value in longer
    )


def _together(usable: Iterable[Numbered], best: Numbered, stream: str) -> bool:
    return any(one.value == best.value and one.source == stream for one in usable)


def _score(one: Numbered) -> float:
    masked = 0.5 if "XX" in one.value.upper() else 0.0
    return one.confidence + _KINDS[one.kind] + _PLACES.get(one.source, 0.0) - masked


def own_number(sheet: Sheet, merchant: str) -> list[Number]:
    """The number beside the merchant's own name, where one mail lists those of several: airlines, hotel, agency."""
    name = fold(merchant)
    for stream in sheet.streams if len(name) > 3 else ():
        for index, low in enumerate(stream.low):
            if low.startswith(name) and low.count("\t") == 1 and low.split("\t")[0].strip() == name:
                value = stream.lines[index].split("\t")[1].strip()
                heads = (kind_of(f"{above}:", sheet.lexicon)[0] for above in stream.low[max(0, index - 6) : index])
                if _ALONE.fullmatch(value) and any(kind in _KINDS for kind in heads):
                    return [Number(value, "booking", 0.9, stream.name)]
    return []


MAX_PARTS = 5
_CODE = re.compile(rf"\b(?:{'|'.join(sorted(CODES))})\b")
_WHOLES = frozenset(("grand", "due", "paid", "total"))
_PAYMENTS = frozenset(("paid", "due", "card", "other"))
PRICE_LIST = 3  # amounts without a currency: a mail that prints none at all


def choose_total(sheet: Sheet, found: Sequence[Labelled]) -> Total | None:
    """The right one among several totals: the label's rank decides, then how often it is said, then its size."""
    known = [one for one in found if one.amount.currency]
    bare = _bare(sheet, found)
    ranked = [(rank, one) for one in known if (rank := _rank(sheet, one)) and one.amount.value >= 0]
    best_known = max((rank for rank, _ in ranked), default=0)
    ranked += [(rank, one) for one in bare if (rank := _rank(sheet, one)) > best_known]
    if not ranked:
        return None
    listed = sorted((*known, *bare), key=lambda one: (one.source, one.line, one.amount.start)) if bare else found
    lines = _by_source(listed)
    if whole := next((one for _, one in ranked if _paid_in_parts(lines, one)), None):
        return _total(whole, 6)
    if any(one.amount.value for rank, one in ranked if rank == 6):  # "Paid £0.00": the total is what is still to pay
        ranked = [(rank, one) for rank, one in ranked if one.amount.value or one.kind not in {"paid", "due"}]
    top = max(rank for rank, _ in ranked)
    best = [one for rank, one in ranked if rank == top]
    said = Counter((one.amount.value, one.amount.currency) for one in best)
    often = max(said.values())
    chosen = [one for one in best if said[one.amount.value, one.amount.currency] == often]
    return _total(chosen[-1] if top == 6 else max(chosen, key=lambda each: each.amount.value), top)


def _total(one: Labelled, rank: int) -> Total:
    return Total(Money(one.amount.value, one.amount.currency), rank, f"{one.source}:{one.line + 1}")


def _by_source(listed: Sequence[Labelled]) -> dict[str, list[Labelled]]:
    """The amounts of each rendering from top to bottom, without taxes, which stand among the parts of a total."""
    lines: dict[str, list[Labelled]] = {}
    for one in listed:
        if one.kind != "tax":
            lines.setdefault(one.source, []).append(one)
    return lines


def _paid_in_parts(lines: dict[str, list[Labelled]], one: Labelled) -> bool:
    """Whether its parts are listed below a total, or right above it: deposit and remainder, gift card and card."""
    if one.kind not in _WHOLES or not one.amount.value:
        return False
    beside = lines[one.source]
    below = beside[bisect_right(beside, one.line, key=_line) :][:MAX_PARTS]
    above = beside[: bisect_left(beside, one.line, key=_line)][: -MAX_PARTS - 1 : -1]
    whole = one.kind == "grand"
    return _adds_up(one, takewhile(lambda each: _may_be_part(each, whole=whole), below)) or _adds_up(
        one, takewhile(lambda each: each.kind in _PAYMENTS or each.kind == "discount", above)
    )


def _line(one: Labelled) -> int:
    return one.line


def _adds_up(one: Labelled, parts: Iterable[Labelled]) -> bool:
    sums = list(accumulate(abs(each.amount.value) for each in parts if each.amount.value))
    return one.amount.value in sums[1:]


def _may_be_part(one: Labelled, *, whole: bool) -> bool:
    """A payment; something taken off is a discount, except of what calls itself the whole price: a gift card then."""
    return (
        one.kind in _PAYMENTS
        or (one.kind == "discount" and (whole or one.amount.value >= 0))
        or (not one.kind and one.amount.value >= 0)
    )


def _bare(sheet: Sheet, found: Sequence[Labelled]) -> list[Labelled]:
    """Amounts printed without a currency, with that of the mail's other amounts; if none of several has one, the one
    that the mail names, or the country's.
    """
    bare = [one for one in found if not one.amount.currency]
    if not any(_RANKS.get(one.kind) for one in bare):
        return []
    known = Counter(one.amount.currency for one in found if one.amount.currency)
    currency = known.most_common(1)[0][0] if known else _named_currency(sheet) if len(found) >= PRICE_LIST else ""
    return [one._replace(amount=one.amount._replace(currency=currency)) for one in bare] if currency else []


def _named_currency(sheet: Sheet) -> str:
    """The currency of a price list: the code that stands in its headings, else the country's."""
    named = Counter(code for stream in sheet.streams for line in stream.lines for code in _CODE.findall(line))
    return named.most_common(1)[0][0] if named else home_currency(sheet.place)


def _rank(sheet: Sheet, one: Labelled) -> int:
    rank = _RANKS.get(one.kind, 0)
    if one.kind == "total" and not says_total(one, sheet):
        return 3
    return rank


def part(sheet: Sheet, found: Sequence[Labelled], kind: str) -> Decimal | None:
    """The shipping, discount or tax amount, positive; below the last total ("you saved…") nothing counts."""
    last: dict[str, int] = {}
    for one in found:
        if _rank(sheet, one) >= 4:
            last[one.source] = one.line
    return first([one for one in found if kind == "tax" or one.line <= last.get(one.source, one.line)], kind)


def order_date(sheet: Sheet) -> date | None:
    """The labelled date of the order."""
    for text, _, _ in values(sheet, "order_date"):
        spans = dates(text, sheet.calendar)
        if spans and sheet.near(spans[0].first, 400, 400):
            return spans[0].first
    return None


def confirmed_on(sheet: Sheet) -> date | None:
    """The day of an order that its confirmation does not date: one that the subject names, else the mail's own."""
    if sheet.sent.year < 1980 or sheet.forwarded:
        return None
    named = (span.first for span in dates(sheet.subject_low, sheet.calendar))
    return next((day for day in named if 0 <= (sheet.sent - day).days <= 3), sheet.sent)


def text_value(sheet: Sheet, wanted: str, longest: int = 60) -> str:
    """The text after the first label of a kind, when it is short and says something."""
    for text, _, _ in values(sheet, wanted):
        value = text.split("\t")[0].strip()
        if 2 <= len(value) <= longest and any(char.isalpha() for char in value) and value[-1:] not in ":.?!":
            return value
    return ""


def order_status(sheet: Sheet, parcel_status: str) -> OrderStatus:
    """What the subject and the first lines say has become of the order."""
    for text in (sheet.subject_low, sheet.head_low[:600]):
        said = {one.value for phrase, one in sheet.said if one.table == "order" and phrase in text}
        if said:  # the graver first, as the lexicon lists them
            return OrderStatus[min(said, key=sheet.lexicon.statuses.index).upper()]
    return _FROM_PARCEL.get(parcel_status, OrderStatus.PROCESSING)


_FROM_PARCEL = {
    "delivered": OrderStatus.DELIVERED,
    "pickup_available": OrderStatus.PICKUP_AVAILABLE,
    "in_transit": OrderStatus.IN_TRANSIT,
    "out_for_delivery": OrderStatus.IN_TRANSIT,
    "late": OrderStatus.IN_TRANSIT,
    "problem": OrderStatus.PROBLEM,
    "returned": OrderStatus.RETURNED,
}


_LINKED = re.compile(
    r"[?&/](?:order_?-?(?:id|no|number|nr|ref|reference)|orderid|bestellnummer|bestell_?nr|commande|num_?commande|pedido|"
    r"booking_?(?:id|ref|reference)|reservation_?id)[=/]([A-Za-z0-9][A-Za-z0-9_-]{4,39})",
    re.IGNORECASE,
)


_LINKING = ("order", "commande", "bestell", "pedido", "booking", "reservation")  # what the expression looks for


def linked_number(sheet: Sheet) -> list[Number]:
    """The order number in the addresses of buttons, when every such address agrees and the page names none."""
    if not sheet.mail.html:
        return []
    links = "\n".join(link.href[:1500] for link in sheet.mail.page.links[:200])
    low = links.lower()
    found = set(_LINKED.findall(links)) if any(word in low for word in _LINKING) else set()
    numbers = {value for value in found if sum(char.isdigit() for char in value) >= 4}
    return [Number(numbers.pop(), "order", 0.76, "link")] if len(numbers) == 1 else []
