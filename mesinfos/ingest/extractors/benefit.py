"""Benefits: the points, tier and member number of a loyalty programme, read only where they are labelled."""

import re

from mesinfos.ingest.extractors.layout import values
from mesinfos.ingest.sheet import Sheet
from mesinfos.model.provenance import Provenance
from mesinfos.model.purchase import Benefit

_POINTS = re.compile(
    r"^[^\d€$£]{0,12}(\d{1,3}(?:[ .,]\d{3})+|\d{1,7})(?![\d.,]*\s?[€$£%])(?!\s?(?:eur|usd|/|\.\d))", re.IGNORECASE
)
_NUMBER = re.compile(r"(?<!\w)[\dA-Z*x•]{6,20}(?!\w)")
_TIER = re.compile(r"[^\W\d_][\w +-]{1,24}")


def benefits(sheet: Sheet, programme: str) -> tuple[Benefit, ...]:
    """The state of the sender's programme; needs a number of points, for a tier or a card alone says too little."""
    if not any(word in sheet.body_low[:6000] for word in sheet.lexicon.rewards):
        return ()
    points = next((found for text, _, _ in values(sheet, "points") if (found := _POINTS.match(text))), None)
    if points is None:
        return ()
    tier = next((text for text, _, _ in values(sheet, "tier") if len(text) < 26 and _TIER.fullmatch(text)), "")
    number = next((found for text, _, _ in values(sheet, "programme_number") if (found := _NUMBER.search(text))), None)
    count = int(re.sub(r"\D", "", points[1]))
    card = number.group() if number else ""
    return (Benefit(programme, card, count, tier, provenance=Provenance("layout", 0.75, "labels")),)
