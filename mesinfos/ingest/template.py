"""What a sender's mails of one kind have in common: a sketch of the words that do not change from mail to mail.

Labels, headings and set phrases hold no digits; numbers, dates and amounts do. So the marks of a mail are its cells
without digits, and of the others what stands before the first one. Their sixteen smallest hashes (a bottom-k sketch;
A. Broder, "On the resemblance and containment of documents", 1997) tell how many marks two mails share, whatever the
number of items in an order. No word of the lexicon counts: rules must outlive a new edition of it.
"""

import re
from base64 import b64decode, b64encode
from functools import lru_cache
from zlib import crc32

from mesinfos.ingest.sheet import Sheet

SIZE = 16
WIDTH = 3  # bytes of each hash that are kept
LINES = 80
LONGEST = 48  # characters of a mark
_DIGIT = re.compile(r"\d")


def template_of(sheet: Sheet) -> str:
    """The sketch of one mail's readable text, "" when it has none; the page is looked at before the text part."""
    if not sheet.streams:
        return ""
    stream = sheet.streams[-1]
    marks: set[int] = set()
    for line, digits in zip(stream.low[:LINES], stream.digits, strict=False):
        for cell in line.split("\t"):
            text = _before_digits(cell) if digits else cell
            if len(text) > 2:
                marks.add(crc32(text[:LONGEST].encode()))
    kept = sorted(marks)[:SIZE]
    return b64encode(b"".join(mark.to_bytes(4, "big")[:WIDTH] for mark in kept)).decode()


def likeness(one: str, other: str) -> float:
    """The share of marks that two mails have in common, 0–1, as their sketches tell it."""
    left, right = _marks(one), _marks(other)
    smallest = sorted(left | right)[:SIZE]
    return sum(mark in left and mark in right for mark in smallest) / len(smallest) if smallest else 0.0


def _before_digits(cell: str) -> str:
    found = _DIGIT.search(cell)
    return (cell[: found.start()] if found else cell).strip()


@lru_cache(maxsize=64)  # a rule's own sketch is compared with that of each mail
def _marks(sketch: str) -> frozenset[bytes]:
    data = b64decode(sketch)
    return frozenset(data[start : start + WIDTH] for start in range(0, len(data), WIDTH))
