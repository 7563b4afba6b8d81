"""Benefits: points, tier, member number and vouchers of a loyalty programme, read only where they are labelled."""

import re

from mesinfos.ingest.extractors.amounts import amounts
from mesinfos.ingest.extractors.dates import dates
from mesinfos.ingest.extractors.layout import values
from mesinfos.ingest.extractors.offer import valid_until
from mesinfos.ingest.sheet import Sheet
from mesinfos.model.provenance import Provenance
from mesinfos.model.purchase import Benefit
from mesinfos.model.values import Money

_POINTS = re.compile(
    r"^[^\d€$£]{0,12}(\d{1,3}(?:[ .,]\d{3})+|\d{1,7})(?![\d.,]*\s?[€$£%])(?!\s?(?:eur|usd|/|\.\d))", re.IGNORECASE
)
_ALONE = re.compile(r"(\d{1,3}(?:[ .,]\d{3})+|\d{1,7})\s?([^\W\d_]+?)s?$")
_BALANCE = re.compile(r"(\d{1,3}(?:[ .,]\d{3})+|\d{1,7})")
_NUMBER = re.compile(r"(?<!\w)[\dA-Z*x•]{6,20}(?!\w)")
_TIER = re.compile(r"[^\W\d_][\w +-]{1,24}")


_VOUCHER = re.compile(r"(?<![\w@.-])(?=[A-Z0-9-]*\d)(?=[A-Z0-9-]*[A-Z]|\d{8})[A-Z0-9][A-Z0-9-]{5,24}(?![\w@.])")


def benefits(sheet: Sheet, programme: str) -> tuple[Benefit, ...]:
    """The state of the sender's programme; needs a number of points or a voucher: a tier or a card says too little."""
    points = _points(sheet)
    voucher, amount = _voucher(sheet)
    if points is None and not voucher:
        return ()
    tier = next((text for text, _, _ in values(sheet, "tier") if len(text) < 26 and _TIER.fullmatch(text)), "")
    number = next((found for text, _, _ in values(sheet, "programme_number") if (found := _NUMBER.search(text))), None)
    return (
        Benefit(
            programme,
            number.group() if number else "",
            points,
            tier,
            voucher,
            valid_until(sheet),
            Provenance("layout", 0.75, "labels"),
            amount,
        ),
    )


def _points(sheet: Sheet) -> int | None:
    """The balance: below its label, in a line that says nothing else ("48 250 points"), or alone above its label."""
    body = sheet.body_low[:6000]
    if not any(word in body for word in sheet.lexicon.rewards):
        return None
    labelled = values(sheet, "points")
    below = (one[1] for text, _, _ in labelled if (one := _POINTS.match(text)) and not _dated(sheet, text))
    above = (stream.lines[line - 1] for _, stream, line in labelled if line)
    alone = (one[1] for stream in sheet.streams for low in stream.low[:60] if (one := _alone(sheet, low)))
    told = (*(one for one in below if one != "0"), *(one for one in above if _BALANCE.fullmatch(one)), *alone)
    return next((int(re.sub(r"\D", "", number)) for number in told), None)


def _alone(sheet: Sheet, low: str) -> re.Match[str] | None:
    match = _ALONE.fullmatch(low)
    return match if match and any(word.startswith(match[2]) for word in sheet.lexicon.rewards) else None


def _dated(sheet: Sheet, text: str) -> bool:
    """Whether the number is that of a day: "points as at 30 September"."""
    return bool(dates(text, sheet.calendar))


def _voucher(sheet: Sheet) -> tuple[str, Money | None]:
    """The code of a voucher and what it is worth, in its own line or the three after it."""
    for _, stream, line in values(sheet, "voucher"):
        near = stream.lines[max(0, line - 1) : line + 4]
        code = next((found.group() for text in near if (found := _VOUCHER.search(text))), "")
        worth = next((one for text in near for one in amounts(text, sheet.place) if one.sure and one.value > 0), None)
        if code and worth:
            return code, Money(worth.value, worth.currency)
    return "", None
