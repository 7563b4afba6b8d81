"""Cells that name nothing sold: labels, the heads of columns, headings, greetings and sentences."""

import re

from mesinfos.ingest.extractors.dates import dates
from mesinfos.ingest.extractors.naming import CUT, DIGIT, LEAD, LEADING, NAMING, TOKEN, is_numbered, opens_block
from mesinfos.ingest.extractors.numbers import kind_of
from mesinfos.ingest.lexicon import starts
from mesinfos.ingest.sheet import Sheet
from mesinfos.ingest.words import fold

WORD = re.compile(r"[^\W\d_]+(?:[./'][^\W\d_]+)*")
_OF = re.compile(r"[^\W\d_]+ \d{1,2} (?:[^\W\d_]{1,3}|/) \d{1,2}(?!\d)")
_LAST_TOKEN = re.compile(r"(?<![\w./-])(?=[a-z./-]{0,8}\d)[a-z0-9./-]{5,40}$")
_ABBREVIATED = re.compile(r"[^\W\d_]{2,4}\.(?: ?-? ?[^\W\d_]{1,2}\.)?:? ?\d{4,15}")  # "art. 5218837", in any language
_SIZE = re.compile(r"\d[\d.,]{0,6} ?[x×] ?\d[\d.,]{0,6}(?: ?[x×] ?\d[\d.,]{0,6})? ?[a-z\"]{0,4}")
_MEASURE = re.compile(r"\d[\d.,]{0,6} ?(?:[ckm]?[gl]|[cm]?m)(?: ?[-–,/(].{0,40})?")  # "0,75 L - boxed"
_LETTERS = re.compile(r"[^\W\d_]{3}")
_NAMED = ("item", "quantity")


def awaits_value(low: str, sheet: Sheet) -> str:
    """What a line alone awaits in the next one: a "value" below a label, a "number" below a number's noun ("In this
    parcel:" awaits no words), "" below a column's head.
    """
    label = starts(sheet.lexicon.labels, low)
    if label is not None and any(one in _NAMED for one in label[1].split(" ")):
        return ""
    if label is not None and len(low) <= len(label[0]) + 2:
        return "value"
    return "number" if low.endswith(":") and len(low) < 30 and kind_of(low, sheet.lexicon)[0] else ""


def meets(low: str, awaited: str, sheet: Sheet) -> bool:
    """Whether a line is what the one above it awaits."""
    if awaited == "number" and not TOKEN.match(low.lstrip("# ")):
        return False
    return not is_label(low, sheet) and not LEADING.fullmatch(low)


def is_label(low: str, sheet: Sheet) -> bool:
    """Whether a line is, or begins with, a label."""
    return low.endswith(":") or starts(sheet.lexicon.labels, low) is not None


def is_header(low: str, sheet: Sheet) -> bool:
    """Whether a line heads the columns of a table: nothing but words that label names, counts and prices."""
    if len(low) > 120 or ("\t" not in low and low.count(" ") < 2):
        return False
    cells = [cell.strip(" .:*#") for cell in low.split("\t")]
    if len(cells) > 1:
        return sum(_heads(cell, sheet) for cell in cells if cell) >= min(2, len(cells))
    words = set(WORD.findall(low))
    known = len(words & sheet.lexicon.heading_words)
    # Some columns may be the shop's own: "Article Réf. Taille Qté Prix unitaire Total".
    few = known > 2 and known * 5 >= len(words) * 3
    return few and "%" not in low and not DIGIT.search(low)


def counts_stand(low: str, sheet: Sheet) -> str:
    """Where the rows below a header have their count: "first", before the name, or "last", between name and price."""
    kinds = []
    for word in WORD.findall(low):
        label = starts(sheet.lexicon.labels, word)
        kinds.append("item" if label and "item" in label[1] else "quantity" if label and "quantity" in label[1] else "")
    if "item" not in kinds or "quantity" not in kinds:
        return ""
    return "first" if kinds.index("quantity") < kinds.index("item") else "last"


def _heads(cell: str, sheet: Sheet) -> bool:
    for index in (sheet.lexicon.labels, sheet.lexicon.amounts):
        found = starts(index, cell)
        if found and len(cell) <= len(found[0]) + 12 and not DIGIT.search(cell):
            return True
    return False


def is_reference(low: str, sheet: Sheet) -> bool:
    """Whether a cell gives the number of the thing above it: "Réf. : GJQ512", "PZN 10019621"."""
    token = _LAST_TOKEN.search(low) if DIGIT.search(low) else None
    if token and _ABBREVIATED.fullmatch(low):
        return True
    if (
        token is None
        or DIGIT.search(low, 0, token.start())
        or "(" in low
        or LEADING.match(low)
        or low.count(" ", 0, token.start()) > 3
    ):
        return False
    return kind_of(low[: token.start()], sheet.lexicon)[0] in {"other", "reference"}


def numbers_next(low: str, sheet: Sheet) -> bool:
    """Whether a cell only says what the number below it is: "Nº de pedido", "Order ID"."""
    if low.count(" ") > 3 or DIGIT.search(low):
        return False
    kind, sure = kind_of(f"{low}:", sheet.lexicon)
    return sure >= 0.95 and kind in NAMING


def entitles(low: str, sheet: Sheet) -> bool:
    """Whether a cell stands above the things of an order: "Your items", "Articles commandés", "Refunded item"."""
    label = starts(sheet.lexicon.labels, low.rpartition(" ")[2] if low.count(" ") == 1 else low)
    label = label or starts(sheet.lexicon.labels, low)
    return label is not None and "item" in label[1].split(" ") and len(low) <= len(label[0]) + 14


def is_detail(low: str, sheet: Sheet) -> bool:
    """Whether the cell is a label, with or without its value: "Quantity", "Delivery: 4.90", "Colour: blue"."""
    label = starts(sheet.lexicon.labels, low)
    if label and (len(low) <= len(label[0]) + 3 or low[len(label[0]) :].lstrip()[:1] in {":", "#", "n"}):
        return True
    if label and " " in label[0] and "seller" in label[1].split(" "):
        return True
    if label and DIGIT.search(low) and dates(low, sheet.calendar):
        return True  # "Delivery by Mon, 16 Oct 2023"
    amount = starts(sheet.lexicon.amounts, low)
    if amount and len(low) <= len(amount[0]) + 3:
        return True
    head, colon, value = low.partition(":")
    if colon and not _LETTERS.search(value) and sum(map(str.isdigit, value)) >= 4:
        return True  # a date, or a number
    return bool(colon) and len(head) < 22 and head.strip().count(" ") < 2


def is_parcel(low: str, sheet: Sheet) -> bool:
    """Whether a line heads what one seller sends, or one of several parcels: "Envío 1 de 2 · Vendido por …"."""
    bare = low[: low.rfind("(")] if low.endswith(")") else low  # "Vacuum cleaner (sold by Acme)" is a thing
    rest = bare[1:]
    return _OF.match(low) is not None or any(words in rest for words in sheet.lexicon.sellers)


def ends_block(line: str, low: str, sheet: Sheet) -> bool:
    """A question, a greeting, a sentence or a heading: above it, other things are spoken of."""
    sentence = low.endswith(".") and low.count(" ") > 1 and not CUT.search(low)
    return (
        sentence
        or low.endswith(("!", "?", ":", ","))
        or "@" in line
        or is_numbered(low, sheet)
        or opens_block(low, sheet)
    )


def unlabelled(text: str, low: str, sheet: Sheet) -> str:
    """The text without "Price:" or "Item:" before it."""
    label = starts(sheet.lexicon.amounts, low)
    if label and label[1] == "price" and len(low) <= len(label[0]) + 18:
        return ""
    named = starts(sheet.lexicon.labels, low)
    if named and "item" in named[1].split(" ") and text[len(named[0]) :].lstrip()[:1] == ":":
        return text[len(named[0]) :].strip(LEAD)
    return text


def says_little(text: str, sheet: Sheet) -> bool:
    """Whether a text beside a price only says how it counts: "each", "2 x", "incl. VAT", "/pièce"."""
    words = WORD.findall(fold(text))
    return sum(map(len, words)) < 3 or all(
        word in sheet.lexicon.each or word in sheet.lexicon.free or len(word) < 2 for word in words
    )


def is_size(text: str, bare: str, sheet: Sheet) -> bool:
    """Whether a cell is a size, a day, or how a price counts: "(each)"."""
    little = not sheet.lexicon.glued and says_little(text, sheet)
    return little or _SIZE.fullmatch(bare) is not None or _MEASURE.fullmatch(bare) is not None
