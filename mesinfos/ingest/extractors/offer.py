"""Offers: a code, a percentage or an amount off, and until when; in promotions, or where a code is labelled."""

import re
from datetime import date
from decimal import Decimal

from mesinfos.ingest.extractors.amounts import amounts
from mesinfos.ingest.extractors.dates import dates
from mesinfos.ingest.extractors.layout import values
from mesinfos.ingest.sheet import Sheet
from mesinfos.model.provenance import Provenance
from mesinfos.model.purchase import Offer
from mesinfos.model.values import Money

_CODE = re.compile(r"(?<![\w@.-])(?:[A-Z][A-Z0-9]{3,19}|(?=\d*[A-Z])[A-Z0-9]{5,19})(?![\w@]|\.\w)")
_QUOTED = re.compile(r"[\"“«„']([A-Za-z0-9_-]{4,20})[\"”»“']")
_PERCENT = re.compile(r"(?<![\d.,])(\d{1,2}(?:[.,]\d)?) ?%")
LONGEST = 240  # characters of a sentence of conditions


def code_of(sheet: Sheet) -> str:
    """The promotion code of a mail: capitals right after a word for "code"; "" without one."""
    near, follows = sheet.lexicon.coupon, sheet.lexicon.code_follows
    if not any(word in sheet.body_low or word in sheet.subject_low for word in near):
        return ""
    pairs = (pair for stream in sheet.streams for pair in zip(stream.lines[:250], stream.low, strict=False))
    for text, low in ((sheet.subject, sheet.subject_low), *pairs):
        if len(text) > 400 or not any(word in low for word in near) or text == low:
            continue
        for match in (*_QUOTED.finditer(text), *_CODE.finditer(text)):
            code = match.group(1) if match.re is _QUOTED else match.group()
            if code.isupper() and follows.search(low[max(0, match.start() - 40) : match.start()]) and _telling(code):
                return code
    return _alone(sheet)


def _alone(sheet: Sheet) -> str:
    for text, _, _ in values(sheet, "offer_code"):
        code = text.split("\t")[0].strip(" .!*\"'")
        if _CODE.fullmatch(code) and _telling(code):
            return code
    return ""


def _telling(code: str) -> bool:
    return not code.isdigit() and code not in {
        "HTML",
        "HTTP",
        "HTTPS",
        "CODE",
        "PROMO",
        "POSTAL",
        "FREE",
        "CLICK",
        "HERE",
        "ICI",
    }


def valid_until(sheet: Sheet) -> date | None:
    """The last day of what the mail offers, below a label or in the middle of a line."""
    calendar = sheet.calendar._replace(future=True)
    for text, _, _ in values(sheet, "valid_through"):
        spans = dates(text, calendar)
        if spans and sheet.near(spans[0].last, 2, 400):
            return spans[0].last
    return _until_inside(sheet)


def _until_inside(sheet: Sheet) -> date | None:
    """A day after words like "valid until" in the middle of a line."""
    calendar = sheet.calendar._replace(future=True)
    for stream in sheet.streams:
        text = "\n".join(stream.low[:200])
        words = [word for word in sheet.lexicon.until if word in text]
        for low, line in zip(stream.low[:200], stream.lines, strict=False) if words else ():
            place = next((low.find(word) for word in words if word in low), -1)
            spans = dates(line[place : place + 80], calendar) if place >= 0 else []
            if spans and sheet.near(spans[0].last, 2, 400):
                return spans[0].last
    return None


def offers(sheet: Sheet, code: str, *, promotion: bool) -> tuple[Offer, ...]:
    """The offer of a mail; a promotion without code, percentage or amount offers nothing that can be told."""
    texts = [sheet.subject, *(line for stream in sheet.streams[:1] for line in stream.lines[:40])]
    told = (match for text in texts if "%" in text and (match := _PERCENT.search(text)))
    percent = next(told, None) if promotion or code else None
    amount = None
    if promotion and percent is None:
        money = next(iter(amounts(sheet.subject, sheet.place)), None)
        amount = Money(money.value, money.currency) if money and money.value > 0 else None
    if not code and ((percent is None and amount is None) or not promotion):
        return ()
    found = Offer(
        description=sheet.subject[:200],
        code=code,
        percent=Decimal(percent[1].replace(",", ".")) if percent else None,
        amount=amount,
        valid_through=valid_until(sheet),
        provenance=Provenance("text", 0.9 if code else 0.6, "code" if code else "subject"),
        conditions=_conditions(sheet),
    )
    return (found,)


def _conditions(sheet: Sheet) -> str:
    """The first line that limits the offer, when it is short enough to be one sentence about it."""
    words = [word for word in sheet.lexicon.conditions if word in sheet.body_low]
    for stream in sheet.streams if words else ():
        for line, low in zip(stream.lines, stream.low, strict=True):
            if 8 < len(line) <= LONGEST and any(_stands(low, word) for word in words) and not low.startswith("http"):
                return line.replace("\t", " ").strip(" *-•()")
    return ""


def _stands(low: str, word: str) -> bool:
    at = low.find(word)
    return at >= 0 and not low[:at][-1:].isalnum() and not low[at + len(word) :][:1].isalpha()
