"""Returns and refunds: what has become of them, of which order, and how much comes back."""

import re
from collections.abc import Sequence

from mesinfos.ingest.extractors.amounts import amounts
from mesinfos.ingest.extractors.layout import Labelled
from mesinfos.ingest.extractors.numbers import Numbered
from mesinfos.ingest.extractors.orders import Total
from mesinfos.ingest.sheet import Sheet
from mesinfos.model.provenance import Provenance
from mesinfos.model.purchase import Return
from mesinfos.model.values import Money, ReturnStatus

_NEAR = 60  # characters before a phrase in which it may be said to be yet to come
_HEAD = 1_200
_SURE = {"subject": 0.9, "body": 0.75, "amount": 0.6}
_NUMBER = re.compile(r"(?=.*\d)[\w./-]{4,40}")


def returns(
    sheet: Sheet, numbers: Sequence[Numbered], found: Sequence[Labelled], total: Total | None, order_number: str
) -> tuple[Return, ...]:
    """The return a mail tells of: it says how far it is, and names its number, its order or its amount."""
    status, place = _status(sheet)
    if status is None and _labelled(found):  # an amount that is called refunded, whatever words tell of it
        status, place = ReturnStatus.REFUNDED, "amount"
    if status is None:
        return ()
    number = max((one for one in numbers if _names_return(one)), key=_sure, default=None)
    paid = status is ReturnStatus.REFUNDED
    money = _refund(sheet, found) if paid or _labelled(found) else None
    money = money or (total.money if paid and total and total.rank >= 2 else None)
    value = number.value if number and number.value != order_number else ""
    if not (value or order_number or money):
        return ()
    confidence = _SURE[place]
    day = sheet.sent if sheet.sent.year >= 1980 else None  # a saved page may have no day
    return (Return(value, order_number, status, money, day, Provenance("layout", confidence, place)),)


def _status(sheet: Sheet) -> tuple[ReturnStatus | None, str]:
    """What the subject says, else the first lines; of several the furthest, as the table of the language has them."""
    for place, text in (("subject", sheet.subject_low), ("body", sheet.head_low[:_HEAD])):
        told = {one.value for phrase, one in sheet.said if one.table == "return" and _happened(sheet, text, phrase)}
        if told:
            return ReturnStatus(min(told, key=sheet.lexicon.returned.index)), place
    return None, ""


def _happened(sheet: Sheet, text: str, phrase: str) -> bool:
    at = text.find(phrase)
    before = text[max(0, at - _NEAR) : max(0, at)]
    return at >= 0 and not any(word in before for word in sheet.lexicon.hypothetical)


def _names_return(one: Numbered) -> bool:
    return one.kind == "return" and one.confidence >= 0.8 and _NUMBER.fullmatch(one.value) is not None


def _sure(one: Numbered) -> tuple[float, int]:
    return one.confidence, -one.line


def _labelled(found: Sequence[Labelled]) -> list[Labelled]:
    return [one for one in found if one.kind == "refund" and one.amount.currency and one.amount.value]


def _refund(sheet: Sheet, found: Sequence[Labelled]) -> Money | None:
    """The largest amount called a refund (its parts are smaller), else the only one of the subject or of the sentence
    that tells of it.
    """
    labelled = _labelled(found)
    if labelled:
        best = max(labelled, key=lambda one: abs(one.amount.value)).amount
        return Money(abs(best.value), best.currency)
    lines = [(sheet.subject, sheet.subject_low)]
    lines += [pair for stream in sheet.streams for pair in zip(stream.lines[:40], stream.low, strict=False)]
    for line, low in lines:
        if any(status == ReturnStatus.REFUNDED for _, status in sheet.lexicon.back.within(low, sheet.words)):
            printed = {(one.value, one.currency) for one in amounts(line, sheet.place) if one.sure and one.value > 0}
            if len(printed) == 1:
                return Money(*printed.pop())
    return None
