"""Numbers that name something (an order, a parcel, an invoice, a customer), told apart by the words before them.

A token with digits is a candidate; the nearest noun before it (same cell, cell to the left, column header, line above)
says what it numbers. So a phone, a date, a postcode or a customer number never becomes an order number.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from mesinfos.ingest.lexicon import Lexicon, lexicon_of
from mesinfos.ingest.sheet import Sheet, Stream

# Begins with the letter or digit itself (the expression is tried at those only), then looks back and ahead.
_TOKEN = re.compile(
    r"[A-Za-z0-9](?<![\w@&=%+$€£.,-][A-Za-z0-9])(?:(?<=\d)|(?=[A-Za-z_/.-]{0,20}\d))"
    r"(?:[A-Za-z0-9]|[-_/.](?=[A-Za-z0-9])){2,39}(?![\w@%€£$]|[.,]\d)"
)
_DIGIT = re.compile(r"\d")
_LETTERS = re.compile(
    r"[A-Z](?<![\w-][A-Z])(?:[A-Z]{5}|[A-Z]{8})(?![\w-])"
)  # six name a booking, nine an order of PrestaShop
_SPOKEN = re.compile(r"(?!.*[^AEIOUY]{4})(?=(?:[^AEIOUY]*[AEIOUY]){3})")
_GROUPS = re.compile(
    r"(?: \d{2,6}){1,6}(?:(?<=\d \d{3}) \d)?(?:-\d{1,2}(?!\d))?(?![\w%€£$]|[.,/:-]\d| ?[€£$₽])"
)  # "187 442 906" is one number
_FIRST_GROUP = re.compile(r"(?:[A-Z]{1,3}-)?\d{1,4}")
_AMOUNT_TAIL = re.compile(r"(?: \d{3})+(?:[.,]\d| ?[€£$])")
_FIRST = re.compile(r"(?:^|[\t:#°º№.] ?|[^\W\d_] )(\d{1,2}) $")  # "92 6648 1207": groups may begin with a short one
_PREFIX = re.compile(r"(?:^|[\t:#°º.] ?)[A-Z]{1,4} $")  # "FT A/781": the first part of an invoice's number
_WORD = re.compile(r"[^\W\d_]+|[#°]")
_SENTENCE = re.compile(r"[.!?;|•]\s+(?=[^\W\d_])")
_DATE_LIKE = re.compile(
    r"\d{1,2}([./-])\d{1,2}\1\d{2,4}|\d{4}([./-])\d{1,2}\2\d{1,2}|(?:19|20)\d\d|\d{1,2}[:h]\d\d|\d{1,2}/\d{1,2}|\d{1,3}\.\d{1,3}"
)
_SIZED = re.compile(
    r"\d{1,4}(?:x\d|kg|cm|mm|ml|gb|tb|mg|go|km|st|nd|rd|th|er|h|g|l|v|w|px|mb|pcs|am|pm|nights?|days?)\w{0,6}$",
    re.IGNORECASE,
)
_UNIT_AFTER = re.compile(
    r"\s?(?:[€£$%]|eur\b|usd\b|euros?\b|kg\b|cm\b|mm\b|ml\b|items?\b|articles?\b|artikel\b|x\b|jours\b|days\b)"
)
MAX_READ = 320  # what stands further right in a line is legal text
_DOCUMENTS = frozenset({"order", "receipt", "invoice"})  # "numéro de commande client", "reçu fiscal n°"
WEAK, FAIR, STRONG = 0.5, 0.8, 0.95


class Numbered(NamedTuple):
    """One number: what it names (`order`, `booking`, `tracking`…), how sure that is, and where it stands."""

    value: str
    kind: str
    confidence: float
    source: str
    line: int


def kind_of(context: str, lexicon: Lexicon) -> tuple[str, float]:
    """What a number is that follows `context` (folded), and how sure the words make it; ("", 0) without any noun."""
    return _kind_of(context[-90:], lexicon.code)


@lru_cache(maxsize=2_000)  # a sender's mails say the same before each number
def _kind_of(context: str, code: str) -> tuple[str, float]:
    lexicon = lexicon_of(code)
    sentence = _SENTENCE.split(context)[-1]
    words = _WORD.findall(sentence)[-9:]
    marked = sentence.rstrip().endswith((":", "#", "°", "no.", "nr.", "=")) or sentence.endswith("\t")
    generic, gap = "", 0
    for place in range(len(words) - 1, -1, -1):
        kind = lexicon.nouns.get(words[place]) or ("marker" if words[place] in "#°" else _part(words[place], lexicon))
        if kind == "marker":
            marked = True
        elif kind == "reference":
            generic = kind
            marked = True
        elif kind == "customer" and place and lexicon.nouns.get(words[place - 1]) in _DOCUMENTS:
            continue
        elif kind:
            return kind, _sure(gap, marked=marked)
        else:
            gap += 1
            if gap > (3 if not generic else 2):
                break
    return (generic, _sure(gap, marked=True) - 0.1) if generic else ("", 0.0)


def _kind_after(low: str, end: int, lexicon: Lexicon) -> tuple[str, float]:
    """Turkish and Hungarian say it after the number: "908812 numaralı siparişiniz"."""
    match = lexicon.numbered.match(low, end)
    if match is None:
        return "", 0.0
    stems = (match[1][:size] for size in range(len(match[1]), 3, -1))
    return next(((kind, STRONG) for stem in stems if (kind := lexicon.nouns.get(stem))), ("", 0.0))


def _part(word: str, lexicon: Lexicon) -> str:
    """The kind of the noun that a word is made of: "orderreferentie", "kvitteringsnr", and all that is glued."""
    if lexicon.glued:
        return _glued(word, lexicon)
    return _compound(word, lexicon.code) if lexicon.compounds and len(word) > 6 else ""


@lru_cache(maxsize=2_000)
def _compound(word: str, code: str) -> str:
    nouns = lexicon_of(code).nouns
    for cut in range(len(word) - 2, 2, -1):
        if nouns.get(word[cut:]) in {"marker", "reference"}:
            head = word[:cut]
            kind = nouns.get(head) or nouns.get(head.rstrip("s")) or nouns.get(head.removesuffix("en"))
            if kind and kind not in {"marker", "reference"}:
                return kind
    return ""


def _glued(word: str, lexicon: Lexicon) -> str:
    """Languages written without spaces: the noun is a part of the word."""
    if word.isascii() or not lexicon.glued:
        return ""
    return next((kind for noun, kind in lexicon.nouns.items() if noun in word and not noun.isascii()), "")


def _sure(gap: int, *, marked: bool) -> float:
    if marked:
        return STRONG if gap <= 1 else FAIR
    return FAIR if gap == 0 else WEAK


def _plausible(token: str, line: str, end: int) -> bool:
    if not _DIGIT.search(token) or _DATE_LIKE.fullmatch(token) or _SIZED.match(token):
        return False
    letters = sum(char.isalpha() for char in token)
    if letters > 24 or (letters and token[:1].islower() and token.isalpha()):
        return False
    return not (_UNIT_AFTER.match(line, end) or _AMOUNT_TAIL.match(line, end))


def _columns(stream: Stream, index: int) -> list[str]:
    return stream.low[index].split("\t")


def context_of(stream: Stream, index: int, start: int) -> str:
    """The words before a value: in its cell, else the column header, else the cell to the left, else the line above."""
    low = stream.low[index]
    before = low[:start]
    cell = before.rsplit("\t", 1)[-1]
    if cell.strip(" #:.-(*\"'[°"):
        return cell
    column = before.count("\t")
    if column == 1 and low.count("\t") == 1 and not _DIGIT.search(before) and len(before) > 3:
        return (
            before.strip() + " " + cell + ("" if "#" in cell else "\t")
        )  # a label and its value, whatever stands above
    if index and "\t" in low:
        header = _columns(stream, index - 1)
        if len(header) == low.count("\t") + 1 and len(header) > 1 and not _DIGIT.search(header[column]):
            return header[column] + " " + cell + ":"
    if column:
        return before.split("\t")[-2] + " " + cell + ("" if "#" in cell else "\t")
    if not index or "\t" in stream.low[index - 1]:
        return cell
    above = stream.low[index - 1]
    return above + " " + cell + ("\t" if len(above) < 50 else "") if len(above) < 160 else cell


class _Token(NamedTuple):
    """What may be a number, where it begins (with the first part, of which `prefix` is no figure) and ends."""

    value: str
    first: int
    start: int
    end: int
    prefix: str


@lru_cache(maxsize=2_000)  # the page repeats the lines of the text, and a sender's mails the address below them
def _tokens(line: str, low: str) -> tuple[_Token, ...]:
    found = []
    for match in _TOKEN.finditer(line, 0, MAX_READ):
        value, end = _grouped(line, match)
        if not _plausible(value, low, end):
            continue
        start = match.start()
        short = _FIRST.search(line, 0, start) if end > match.end() else None
        prefix = _PREFIX.search(line, 0, start) if short is None else None
        first = prefix.start() + 1 if prefix and prefix.start() else short.start(1) if short else start
        value = short[1] + value if short else value
        found.append(_Token(value, first, start, end, line[first:start].strip() if prefix else ""))
    return tuple(found)


def _in_line(sheet: Sheet, stream: Stream, index: int) -> Iterator[Numbered]:
    line, low = stream.lines[index], stream.low[index]
    alone = False
    done = 0
    for token in _tokens(line, low):
        if token.start < done:
            continue
        kind, sure = _kind_after(low, token.end, sheet.lexicon)
        if not kind:
            kind, sure = kind_of(context_of(stream, index, token.first), sheet.lexicon)
        size = sum(map(str.isalnum, token.value))
        if not kind or size < 3 or (size < 5 and sure < 0.85):
            continue
        alone, done = True, token.end
        value = f"{token.prefix} {token.value}" if token.prefix and kind == "invoice" else token.value
        yield Numbered(value, kind, sure - (0.05 if size < 5 else 0.0), stream.name, index)
    if not alone and len(line) < 120:
        for match in _LETTERS.finditer(line):
            kind, sure = kind_of(context_of(stream, index, match.start()), sheet.lexicon)
            if kind in {"booking", "reference", "order"} and sure >= 0.85 and not _is_word(match.group()):
                yield Numbered(match.group(), kind, sure - 0.1, stream.name, index)


def _grouped(line: str, match: re.Match[str]) -> tuple[str, int]:
    """A number printed in groups as one, and where it ends."""
    token = match.group()
    more = _GROUPS.match(line, match.end()) if len(token) <= 7 and _FIRST_GROUP.fullmatch(token) else None
    if more is None or sum(map(str.isdigit, token + more.group())) < 6:
        return token, match.end()
    return token + more.group().replace(" ", ""), more.end()


def _is_word(letters: str) -> bool:
    """Whether nine capitals can be spoken: a state ("CONFIRMED"), and no reference."""
    return len(letters) == 9 and _SPOKEN.match(letters) is not None


def _may_letter(line: str) -> bool:
    """Whether a reference of letters alone may stand here: after a label, or by itself. Most lines are neither."""
    return ":" in line or "\t" in line or "#" in line or line.isupper()


def numbers(sheet: Sheet) -> list[Numbered]:
    """Every number whose kind the words tell, the subject's first."""
    subject = Stream("subject", [sheet.subject], [sheet.subject_low], [1])
    found = list(_in_line(sheet, subject, 0)) if sheet.subject else []
    for stream in sheet.streams:
        for index, line in enumerate(stream.lines):
            if stream.digits[index] or (len(line) < 60 and _may_letter(line) and _LETTERS.search(line)):
                found += _in_line(sheet, stream, index)
    return found
