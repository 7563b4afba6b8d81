"""What a thing on sale is called: whether a text may be a name, how many of it are meant, and the name alone."""

import re
from collections.abc import Sequence
from decimal import Decimal

from mesinfos.ingest.extractors.amounts import CODES
from mesinfos.ingest.extractors.dates import dates
from mesinfos.ingest.extractors.numbers import kind_of
from mesinfos.ingest.sheet import Sheet
from mesinfos.ingest.words import fold

LEADING = re.compile(
    r"^(?:(\d{1,3}) ?[xX×✕*](?!\w)|(\d{1,2}) (?=[A-ZÀ-ÝА-Я][^\W\d_]{2})|[xX×✕] ?(\d{1,3})\b|(\d{1,3})[xX×✕] (?=\w))\s*"
)
TRAILING = re.compile(r"(?:^|[\s(,])(?:[x×✕*] ?(\d{1,3})|(\d{1,3}) ?[x×✕]|\((\d{1,3})\))\)?$", re.IGNORECASE)
CUT = re.compile(r"(?:\.\.\.|…)$")
_CODE = re.compile(r"#?(?=[A-Z-]{0,40}\d)[A-Z0-9._/-]{4,60}")
TOKEN = re.compile(r"(?=[a-z]{0,8}-?\d)[a-z0-9-]{5,}|(?<=#)\d{3,5}(?!\d)")
_TABLE = re.compile(  # position and number of the thing, in the first columns of a printed table
    r"^(?:\d{1,3}[.)]? )?(?:(?=[A-Z]{1,8}[A-Za-z-]{0,12}\d)[A-Za-z0-9.-]{4,20} |(?=[\d-]{5,20} )[\d-]+ )?"
    r"(?=\W?[^\W\d_]{2})"
)
_FIRST_COUNT = re.compile(r"^(?:\d{1,3}[.)]? )?(\d{1,3}) (?=\S)")  # its position may stand before
_LAST_COUNT = re.compile(r"\s(\d{1,3})$")
_LETTER = re.compile(r"[^\W\d_]")
DIGIT = re.compile(r"\d")  # asked before the expressions that need one: most texts hold none
LEAD = " \t-*•·|:>–—([])]=.■●◆◇□○・「」"
LONGEST = 300
_ALT = re.compile(r"^\[?[^\]\[]{1,60}\]\s*(?=\S)")  # a picture, in a text part
_WEIGHED = re.compile(r"\s\d{1,4}(?:[.,]\d{1,3})?\s?(?:kg|g|lbs?|oz|l|cl|ml|m)?\s?[x×]\s*$", re.IGNORECASE)
NAMING = frozenset({"order", "booking", "tracking", "invoice", "customer", "receipt", "return"})


def letters(text: str) -> int:
    """How many letters a text has: of the cells of a row, the one with most of them names the thing."""
    return sum(map(str.isalpha, text))


def tidy(name: str) -> str:
    """A name without its count and the marks around it."""
    name = _WEIGHED.sub("", _ALT.sub("", name))
    name = TRAILING.sub("", LEADING.sub("", name.strip(LEAD))).strip(LEAD + ",;")[:LONGEST]
    return name + ")" if name.count("(") > name.count(")") else name


def untabled(name: str, prices: Sequence[Decimal]) -> tuple[str, int]:
    """The name in a line of a printed table, without position, code and count: the count is proved by the prices."""
    first = _FIRST_COUNT.match(name) if len(prices) > 1 else None
    if first and round(prices[0] * int(first[1]), 2) == prices[-1]:
        return _TABLE.sub("", name[first.end() :]), int(first[1])
    last = _LAST_COUNT.search(name)
    many = int(last[1]) if last else 0
    if last and many and len(prices) > 1 and prices[0] * many == prices[-1]:
        return _TABLE.sub("", name[: last.start()]), many
    return (_TABLE.sub("", name), 0) if len(prices) > 1 else (name, 0)


def in_columns(name: str, column: str) -> tuple[str, int]:
    """The name and the count in a line of a printed table whose header says that the count stands "first" or "last"."""
    found = (_FIRST_COUNT if column == "first" else _LAST_COUNT).search(name)
    if not found:
        return name, 0
    return _TABLE.sub("", name[found.end() :] if column == "first" else name[: found.start()]), int(found[1])


def count_in(low: str, sheet: Sheet) -> int:
    """How many of a thing a folded text says; 0 when it says nothing."""
    if not DIGIT.search(low):
        return 0
    for pattern in (sheet.lexicon.counted, sheet.lexicon.some, LEADING, TRAILING, sheet.lexicon.pieces):
        match = pattern.search(low)
        if match:
            count = int(next(group for group in match.groups() if group))
            return count if 1 <= count <= 500 else 1
    return 0


def uncounted(name: str, sheet: Sheet) -> str:
    """A name without the number of pieces that begins or ends it ("Notebook 3 pcs")."""
    if not DIGIT.search(name):
        return name
    low = fold(name)
    first, last = sheet.lexicon.some.match(low), sheet.lexicon.pieces.search(low)
    start = first.end() if first else 0
    return name[start : last.start()] if last and _LETTER.search(name, start, last.start()) else name[start:]


def unpriced(name: str, sheet: Sheet) -> str:
    """A name without what leads on to its price: "Olive oil at", "Haferflocken zu je"; "Coffee 250 g" stays."""
    while True:
        start, _, last = name.rpartition(" ")
        word = fold(last)
        leads = word in sheet.lexicon.each or (len(word) == 1 and word.isalpha() and word != "x")
        if not leads or not start or start[-1].isdigit():
            return name
        name = start.rstrip(LEAD)


def name_like(text: str, low: str, sheet: Sheet) -> bool:
    """Whether a text may name a thing that is sold."""
    if letters(low) < (2 if sheet.lexicon.glued else 3) or len(text) > LONGEST or text.endswith((":", "?", "!")):
        return False
    if text.upper() in CODES or low.split(" ", 1)[0] in sheet.lexicon.actions or _CODE.fullmatch(text) or "@" in low:
        return False
    opening = " ".join(low.split(" ", 2)[:2])
    if low.rstrip(" :") in sheet.lexicon.headings or opening in sheet.lexicon.openings:
        return False
    if text.endswith(".") and low.count(" ") > 5 and not CUT.search(text):
        return False
    return not DIGIT.search(low) or not (_mostly_date(low, sheet) or is_numbered(low, sheet))


def _mostly_date(low: str, sheet: Sheet) -> bool:
    spans = dates(low, sheet.calendar)
    return bool(spans) and (spans[0].end - spans[0].start) * 2 > len(low)


def is_numbered(low: str, sheet: Sheet) -> bool:
    """Whether the text names a numbered thing ("Order 12345")."""
    match = TOKEN.search(low)
    if match is None:
        return False
    kind, sure = kind_of(low[: match.start()], sheet.lexicon)
    return sure >= 0.8 and kind in NAMING


def opens_block(low: str, sheet: Sheet) -> bool:
    """Whether a folded line is a heading, or begins as what is said of an order begins."""
    return low.rstrip(" :") in sheet.lexicon.headings or " ".join(low.split(" ", 2)[:2]) in sheet.lexicon.openings
