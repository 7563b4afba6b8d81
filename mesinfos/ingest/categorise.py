"""What kind of mail this is: the heaviest of the eight categories, how sure, why, and in which language."""

from datetime import UTC, datetime

from mesinfos.errors import N_
from mesinfos.ingest.extract import Found, extract
from mesinfos.ingest.parse import Mail
from mesinfos.model.merchant import Merchant
from mesinfos.model.values import Category, Value


class Verdict(Value, frozen=True):
    """`confidence` lies in 0–1; `reasons` are English sentences to be translated, the weightiest first."""

    category: Category
    confidence: float
    reasons: tuple[str, ...]
    language: str


def categorise(mail: Mail, merchant: Merchant | None, found: Found) -> Verdict:
    """Sort one mail into the closed list of categories."""
    if found.sheet is None or found.scale is None:
        found = extract(mail, merchant, mail.date or datetime.now(UTC))
    sheet, scale = found.sheet, found.scale
    if sheet is None or scale is None:
        return Verdict(Category.OTHER, 0.0, (N_("nothing tells more"),), "")
    category, confidence = scale.best()
    if category is Category.OTHER and merchant is not None:
        bulk = bool(mail.headers.get("list-unsubscribe")) or (mail.html and len(mail.page.links) > 5)
        category = Category.PROMO if bulk else Category.NOTIFICATIONS
    reasons = sorted((entry for entry in scale.reasons if entry[1] is category and entry[0] > 0), reverse=True)
    named = tuple(dict.fromkeys(reason for _, _, reason in reasons)) or (N_("nothing tells more"),)
    return Verdict(category, confidence, named, sheet.language)
