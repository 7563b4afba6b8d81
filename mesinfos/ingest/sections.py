"""Several orders in one mail: each has the lines below its number, up to the next one's, with its things and sums."""

from msgspec.structs import replace

from mesinfos.ingest.extractors.layout import all_amounts
from mesinfos.ingest.extractors.orders import Number, choose_total
from mesinfos.ingest.merge import Version
from mesinfos.ingest.reading import Reading, order_version
from mesinfos.ingest.sheet import Stream
from mesinfos.model.purchase import Order

_OWN = ("items", "total", "shipping", "discount", "tax", "seller")


def sections(reading: Reading) -> dict[str, Reading]:
    """The part of the mail that tells of each order, by its number; empty where they share one part."""
    numbers = [one.value for one in reading.named]
    for stream in reading.sheet.streams if len(numbers) > 1 else ():
        lines = {value: line for value in numbers if (line := _line_of(reading, stream, value)) is not None}
        if len(lines) == len(numbers) and len(set(lines.values())) == len(numbers):
            parts = _cut(reading, stream, sorted(lines.items(), key=lambda entry: entry[1]))
            if all(part.total for part in parts.values()):
                return parts
    return {}


def _line_of(reading: Reading, stream: Stream, value: str) -> int | None:
    return next((one.line for one in reading.numbers if one.value == value and one.source == stream.name), None)


def _cut(reading: Reading, stream: Stream, starts: list[tuple[str, int]]) -> dict[str, Reading]:
    ends = [line for _, line in starts[1:]] + [len(stream.lines)]
    return {value: _part(reading, stream, start, end) for (value, start), end in zip(starts, ends, strict=True)}


def _part(reading: Reading, stream: Stream, start: int, end: int) -> Reading:
    sheet = reading.sheet.printed(stream.name, stream.lines[start:end])
    amounts = all_amounts(sheet)
    return replace(reading, sheet=sheet, amounts=amounts, total=choose_total(sheet, amounts))


def section_version(reading: Reading, part: Reading, number: Number) -> Version[Order]:
    """The order of this number: its things and sums from its own part, its day and state from the whole mail."""
    whole, own = order_version(reading, number), order_version(part, number)
    fact = replace(whole.fact, **{name: getattr(own.fact, name) for name in _OWN})
    sure = {name: value for name, value in whole.sure.items() if name not in _OWN}
    return Version(fact, sure | {name: value for name, value in own.sure.items() if name in _OWN})
