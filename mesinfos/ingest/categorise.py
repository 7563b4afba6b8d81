"""What kind of mail this is: the heaviest of the eight categories, how sure, why, and in which language."""

from datetime import UTC, datetime

from mesinfos.errors import N_
from mesinfos.ingest.evidence import weigh
from mesinfos.ingest.extract import Found, read_sheet
from mesinfos.ingest.parse import Mail
from mesinfos.model.merchant import Merchant
from mesinfos.model.values import Category, Kind, Value

_HABITS = {Kind.CARRIER: Category.DELIVERY, Kind.FINANCE: Category.BILLING, Kind.SOCIAL: Category.NOTIFICATIONS}


class Verdict(Value, frozen=True):
    """`confidence` lies in 0–1; `reasons` are English sentences to be translated, the weightiest first."""

    category: Category
    confidence: float
    reasons: tuple[str, ...]
    language: str


def categorise(mail: Mail, merchant: Merchant | None, found: Found) -> Verdict:
    """Sort one mail into the closed list of categories."""
    sheet = found.sheet or read_sheet(mail, merchant, mail.date or datetime.now(UTC))
    scale = weigh(sheet, found.clues)
    if merchant and merchant.kind in _HABITS:
        scale.add(_HABITS[merchant.kind], 0.6, N_("what this kind of organisation mostly writes"))
    category, confidence = scale.best()
    if category is Category.OTHER and merchant is not None:
        bulk = bool(mail.headers.get("list-unsubscribe")) or (mail.html and len(mail.page.links) > 5)
        category = Category.PROMO if bulk else Category.NOTIFICATIONS
    reasons = sorted((entry for entry in scale.reasons if entry[1] is category and entry[0] > 0), reverse=True)
    named = tuple(dict.fromkeys(reason for _, _, reason in reasons)) or (N_("nothing tells more"),)
    return Verdict(category, confidence, named, sheet.language)
