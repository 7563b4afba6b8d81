"""The mark of a merchant beside its name: only of one whose own domain proved a mail, and only where it is sure.

Whoever imitates a brand is no merchant to `ingest/identify.py`; whoever wrote through a mailing house, or proved
nothing, is one with less certainty, and keeps the letters of its name.
"""

from functools import cache
from pathlib import Path

from mesinfos.directory.logos import logo_of
from mesinfos.model.merchant import Merchant

SURE = 0.95
"""What `identify` gives a brand that wrote from its own domain, proved, is more; whatever else it gives is less."""
SHEET = "vendor/logos.svg"


def logo(merchant: Merchant | None) -> str:
    """The name of a merchant's mark in the sheet; "" for the letters of its name."""
    if merchant is None or merchant.confidence < SURE or not _is_built():
        return ""
    return logo_of(merchant.domain)


@cache
def _is_built() -> bool:
    """A checkout whose package was not installed anew since marks came has none; its pages stand without."""
    return (Path(__file__).parent / "static" / SHEET).exists()
