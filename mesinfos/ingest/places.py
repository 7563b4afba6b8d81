"""Where values stand in a mail that is kept: every amount, number and day with the words before it.

A person points at the right value once; the words before it find the value again in the next mail of that kind.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from mesinfos.ingest.extractors.amounts import amounts
from mesinfos.ingest.extractors.dates import dates
from mesinfos.ingest.extractors.layout import labelled_amounts
from mesinfos.ingest.extractors.numbers import context_of, kind_of
from mesinfos.ingest.headers import Headers
from mesinfos.ingest.parse import Mail
from mesinfos.ingest.sheet import Sheet, Stream
from mesinfos.model.message import Body, Message
from mesinfos.model.rule import Place
from mesinfos.model.values import Money

LONGEST = 60  # characters of a label, its end: what stands nearest to the value
NEARLY = 0.6  # of the words of two labels
_TOKEN = re.compile(r"(?<![\w@.-])(?=[\w./-]{0,30}\d)[A-Za-z0-9](?:[\w]|[-./](?=\w)){2,39}(?![\w@])")
_DIGITS = re.compile(r"\d+")
_NUMBERS = frozenset({"order", "booking", "reference", "receipt", "invoice"})

Value = Money | str | date


class Spot(NamedTuple):
    """A value, where it stands, the line it stands in as a person reads it, and whether words tell what it is."""

    value: Value
    place: Place
    line: str
    named: bool


def sheet_of(message: Message, body: Body) -> Sheet:
    """A kept mail laid out as it was when it was read first."""
    mail = Mail(b"", Headers(b""))
    mail.text, mail.html, mail.subject = body.text, body.html, message.subject
    return Sheet(mail, message.sent_at, message.sender.domain)


def totals(sheet: Sheet) -> list[Spot]:
    """Every amount of money, from top to bottom of each rendering."""
    found = []
    for stream in sheet.streams:
        for one in labelled_amounts(sheet, stream):
            if one.amount.currency:
                money = Money(one.amount.value, one.amount.currency)
                found.append((money, stream.name, one.label, stream.lines[one.line], bool(one.kind)))
    return _placed(found)


def numbers(sheet: Sheet) -> list[Spot]:
    """Every token that holds a digit and may be the name of an order or a bill, the subject's first."""
    subject = Stream("subject", [sheet.subject], [sheet.subject_low], [True])
    found = []
    for stream in (subject, *sheet.streams):
        for index, line in enumerate(stream.lines):
            for token in _TOKEN.finditer(line) if stream.digits[index] else ():
                context = context_of(stream, index, token.start())
                kind, _ = kind_of(context, sheet.lexicon)
                found.append((token.group(), stream.name, context, line, kind in _NUMBERS))
    return _placed(found)


def days(sheet: Sheet) -> list[Spot]:
    """Every day that is printed or told."""
    found = []
    for stream in sheet.streams:
        for index, line in enumerate(stream.lines):
            for span in dates(line, sheet.calendar) if stream.digits[index] else ():
                context = context_of(stream, index, span.start)
                found.append((span.first, stream.name, context, line, bool(context)))
    return _placed(found)


def at(spots: Sequence[Spot], place: Place) -> Value | None:
    """The value that stands at this place in another mail; None when it has no such place."""
    named = [spot for spot in spots if spot.place.label == place.label] or _nearly(spots, place.label)
    here = [spot for spot in named if spot.place.source == place.source] or named
    return next((spot.value for spot in here if spot.place.nth == place.nth), here[-1].value if here else None)


def of_value(spots: Sequence[Spot], value: Value) -> Spot | None:
    """Where a value stands: the place with the most telling words, the last of equals, since totals come last."""
    same = [spot for spot in spots if _same(spot.value, value)]
    return max(reversed(same), key=lambda spot: (spot.named, bool(spot.place.label)), default=None)


def lines_with(sheet: Sheet, value: str | Money | None) -> list[str]:
    """The lines in which a number or an amount can be read, for a person to see."""
    if not value:
        return []
    streams = [line for stream in sheet.streams for line in stream.lines]
    if isinstance(value, str):
        return [line for line in (sheet.subject, *streams) if value.casefold() in line.casefold()]
    return [line for line in streams if any(one.value == value.amount for one in amounts(line, sheet.place))]


def _nearly(spots: Sequence[Spot], label: str) -> list[Spot]:
    """The places whose words differ least, when most are the same: "Paid on 4 Nov." is "Paid on 3 Dec."."""
    words = set(label.split())
    shares = [
        (len(words & set(other)) / len(words | set(other)), place)
        for place in spots
        if (other := place.place.label.split())
    ]
    best = max((share for share, _ in shares), default=0.0)
    return [place for share, place in shares if share == best] if best >= NEARLY else []


def _same(one: Value, other: Value) -> bool:
    return one.casefold() == other.casefold() if isinstance(one, str) and isinstance(other, str) else one == other


def _placed(found: Sequence[tuple[Value, str, str, str, bool]]) -> list[Spot]:
    return list(reversed([Spot(*entry) for entry in _counted(reversed(found))]))


def _counted(found: Iterator[tuple[Value, str, str, str, bool]]) -> Iterator[tuple[Value, Place, str, bool]]:
    """Each place numbered among those with the same label, from the last one: a total closes what it sums."""
    known: Counter[tuple[str, str]] = Counter()
    for value, source, context, line, named in found:
        label = _DIGITS.sub("0", " ".join(context.split()))[-LONGEST:].strip(" :\t#°.-=")
        known[source, label] += 1
        yield value, Place(source, label, known[source, label]), line.replace("\t", " · "), named
