"""What speaks for each category: words of the lexicon, where the mail was sent from, and what was found in it."""

import re
from typing import NamedTuple

from mesinfos.errors import N_
from mesinfos.ingest.lexicon import words_of
from mesinfos.ingest.sheet import Sheet
from mesinfos.model.values import Category, Kind

WORDS: dict[Category, str] = {
    Category.ACCOUNT: N_("words about an account or a code"),
    Category.ORDERS: N_("words of an order or booking"),
    Category.DELIVERY: N_("words of a delivery"),
    Category.BILLING: N_("words of a bill or payment"),
    Category.AFTER_SALES: N_("words of a return, refund or review"),
    Category.NOTIFICATIONS: N_("words of a service notice"),
    Category.PROMO: N_("words of a promotion"),
}
_PERCENT = re.compile(r"\d{1,2} ?%|-\d{2} ?%")
_CODE = re.compile(r"(?<![\w-])\d{4,8}(?![\w-])|(?<![\w-])\d{3}[- ]\d{3}(?![\w-])")
_UNDER_WAY = frozenset(("in_transit", "out_for_delivery", "pickup_available", "delivered"))
_BOUNCE = ("mailer-daemon", "postmaster")


class Clues(NamedTuple):
    """What the extractors found, as far as it tells the kind of mail."""

    order_number: float = 0.0
    total: int = 0
    tracking: int = 0
    invoice: bool = False
    booking: bool = False
    code: bool = False
    carrier_sender: bool = False
    prices: int = 0
    points: bool = False
    back: bool = False


class Scale:
    """Weights gathered for each category, each with its reason."""

    def __init__(self) -> None:
        self.scores: dict[Category, float] = dict.fromkeys(Category, 0.0)
        self.reasons: list[tuple[float, Category, str]] = []

    def add(self, category: Category, weight: float, reason: str) -> None:
        """Put a weight on one side; negative weights speak against."""
        if weight:
            self.scores[category] += weight
            self.reasons.append((weight, category, reason))

    def best(self) -> tuple[Category, float]:
        """The heaviest category and its lead over the next, as a confidence."""
        order = sorted(self.scores.items(), key=lambda entry: -entry[1])
        (category, top), (_, second) = order[0], order[1]
        if top <= 0.3:
            return Category.OTHER, 0.3
        return category, round(min(0.99, 0.5 + (top - second) / (2 * top + 1.5) + min(top, 4) * 0.03), 2)


class _Hits:
    """How many phrases of one category stand where."""

    def __init__(self) -> None:
        self.strong_subject = self.strong_head = self.weak_subject = self.weak = 0

    def weight(self) -> float:
        """The first phrase weighs most; a subject weighs more than a body."""
        weight = min(3.0 + 0.7 * (self.strong_subject - 1), 4.5) if self.strong_subject else 0.0
        weight += min(1.2 + 0.45 * (self.strong_head - 1), 2.6) if self.strong_head else 0.0
        return weight + min(0.9 * self.weak_subject, 1.4) + min(0.25 * self.weak, 0.75)


def _words(sheet: Sheet, scale: Scale) -> None:
    subject, head, rest = sheet.subject_low, sheet.head_low, sheet.body_low[2_200:4_200]
    hits = {category.value: _Hits() for category in WORDS}
    for text, meaning in sheet.said:
        hit = hits.get(meaning.value) if meaning.table == "category" else None
        if hit is None:
            continue
        if meaning.strong:
            hit.strong_subject += text in subject
            hit.strong_head += text in head
        else:
            hit.weak_subject += text in subject
            hit.weak += 1
    for name, hit in hits.items():
        scale.add(Category(name), hit.weight(), WORDS[Category(name)])
    if rest and scale.scores[Category.PROMO] < 3:
        more = len(sheet.lexicon.promotions.within(rest, words_of(rest)))
        scale.add(Category.PROMO, min(0.15 * more, 0.9), WORDS[Category.PROMO])


def _headers(sheet: Sheet, scale: Scale) -> None:
    mail = sheet.mail
    if mail.headers.get("list-unsubscribe"):
        scale.add(Category.PROMO, 0.9, N_("List-Unsubscribe header"))
    if mail.headers.get("precedence").strip().lower() in {"bulk", "list", "junk"} or mail.headers.get("list-id"):
        scale.add(Category.PROMO, 0.6, N_("sent to a list"))
    if "x-beenthere" in mail.headers or ("list-post" in mail.headers and "mailto:" in mail.headers.get("list-post")):
        scale.add(Category.OTHER, 6.0, N_("posts of a mailing list"))
    if mail.headers.get("x-campaign") or mail.headers.get("x-campaignid") or mail.headers.get("feedback-id"):
        scale.add(Category.PROMO, 0.2, N_("sent by a campaign tool"))
    local = mail.from_[0].address.split("@")[0].lower() if mail.from_ else ""
    if local.startswith(_BOUNCE) or "delivery-status" in mail.headers.get("content-type"):
        scale.add(Category.NOTIFICATIONS, 9.0, N_("a mail server's report about a mail"))
    for name, words in sheet.lexicon.senders.items():
        if any(word in local for word in words):
            scale.add(Category(name), 0.9, N_("sent from an address for this"))


def _findings(sheet: Sheet, clues: Clues, scale: Scale) -> None:
    if clues.order_number >= 0.75:
        scale.add(Category.ORDERS, 1.5, N_("names an order number"))
        scale.add(Category.DELIVERY, 0.7, N_("names an order number"))
        scale.add(Category.AFTER_SALES, 0.6, N_("names an order number"))
        scale.add(Category.PROMO, -2.0, N_("names an order number"))
    if clues.total >= 4:
        scale.add(Category.ORDERS, 0.9, N_("names a total"))
        scale.add(Category.BILLING, 1.1, N_("names a total"))
        scale.add(Category.PROMO, -1.2, N_("names a total"))
    if clues.tracking:
        scale.add(Category.DELIVERY, 2.6, N_("names a tracking number"))
        scale.add(Category.PROMO, -1.5, N_("names a tracking number"))
    if clues.invoice:
        scale.add(Category.BILLING, 1.3, N_("names an invoice"))
    if clues.booking:
        scale.add(Category.ORDERS, 1.2, N_("names a booking"))
    if clues.carrier_sender:
        scale.add(Category.DELIVERY, 1.6, N_("sent by a carrier"))
    if clues.code:
        scale.add(Category.PROMO, 1.5, N_("offers a code"))
    if clues.points:
        scale.add(Category.PROMO, 1.5, N_("tells points of a loyalty programme"))
    if clues.back:
        scale.add(Category.AFTER_SALES, 1.5, N_("tells of a return or refund"))
    _prices(sheet, clues, scale)


def _prices(sheet: Sheet, clues: Clues, scale: Scale) -> None:
    percents = len(_PERCENT.findall(sheet.subject_low)) * 2
    percents += len(_PERCENT.findall(sheet.head_low)) if "%" in sheet.head_low else 0
    if percents and not clues.order_number:
        scale.add(Category.PROMO, min(0.5 * percents, 1.8), N_("percentages off"))
    if clues.prices >= 4 and clues.total < 3 and not clues.order_number:
        scale.add(Category.PROMO, 1.2, N_("many prices and no total"))


def _pairs(sheet: Sheet, clues: Clues, scale: Scale) -> None:
    """The pairs that words alone confuse."""
    scores = scale.scores
    if clues.tracking and any(
        one.table == "parcel" and one.value in _UNDER_WAY and text in sheet.subject_low for text, one in sheet.said
    ):
        scale.add(Category.DELIVERY, 1.5, N_("its subject tells of a parcel under way"))
    if scores[Category.ACCOUNT] > 2 and _CODE.search(sheet.subject_low + " " + sheet.head_low[:600]):
        if clues.tracking or clues.carrier_sender:
            scale.add(Category.DELIVERY, 1.0, N_("a code to collect a parcel"))
        elif not clues.order_number and clues.total < 4:
            scale.add(Category.ACCOUNT, 1.5, N_("a one-time code"))
    if scores[Category.AFTER_SALES] >= 3 and scores[Category.DELIVERY] > 1 and not clues.tracking:
        scale.add(
            Category.AFTER_SALES,
            max(0.8, min(0.6 * scores[Category.DELIVERY], 3.0)),
            N_("asks about a delivery that is over"),
        )
    if scores[Category.AFTER_SALES] >= 3 and scores[Category.ORDERS] > 1 and clues.total < 4:
        scale.add(Category.AFTER_SALES, 1.5, N_("asks about an order that is over"))
    if not clues.tracking and not clues.order_number and scores[Category.NOTIFICATIONS] > 3:
        scale.add(Category.DELIVERY, -1.0, N_("names no parcel"))
    if scores[Category.BILLING] > 0 and not clues.prices and not clues.invoice:
        scale.add(Category.BILLING, -1.0, N_("names no amount"))
    links = len(sheet.mail.page.links) if sheet.mail.html else 0
    if links >= 15 and not clues.order_number and not clues.total and not clues.tracking:
        scale.add(Category.PROMO, min(links / 40, 1.2), N_("many links and nothing bought"))


_HABITS = {Kind.CARRIER: Category.DELIVERY, Kind.FINANCE: Category.BILLING, Kind.SOCIAL: Category.NOTIFICATIONS}


def weigh(sheet: Sheet, clues: Clues, kind: Kind = Kind.UNKNOWN) -> Scale:
    """All evidence of one mail, by an organisation of this kind."""
    scale = Scale()
    _words(sheet, scale)
    _headers(sheet, scale)
    _findings(sheet, clues, scale)
    _pairs(sheet, clues, scale)
    if kind in _HABITS:
        scale.add(_HABITS[kind], 0.6, N_("what this kind of organisation mostly writes"))
    return scale
