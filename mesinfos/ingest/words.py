"""How text is made comparable before any word of a lexicon is looked for in it.

Folding keeps every character at its place, so that a match in the folded line is a match in the line as written.
"""

import html
import re
import unicodedata
from contextlib import suppress

_INVISIBLE = (
    0xAD, 0x34F, 0x61C, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180E, *range(0x200B, 0x2010), *range(0x202A, 0x202F),
    *range(0x2060, 0x2070), 0x2800, 0x3164, 0xFEFF, 0xFFA0, *range(0xFE00, 0xFE10),
)  # fmt: skip
_SPACES = (0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000)
_CLEAN: dict[int, str | None] = dict.fromkeys(_INVISIBLE) | dict.fromkeys(_SPACES, " ")
# Japanese writes figures in full width, and what stands between them; letters stay as they are written.
_CLEAN |= {0xFF10 + digit: str(digit) for digit in range(10)} | {0xFF00 + ord(mark) - 0x20: mark for mark in ",.:-#"}
# Halves of characters: JSON and PDF can spell them, no file and no database takes them.
_CLEAN |= dict.fromkeys(range(0xD800, 0xE000), "\ufffd")
_HALF = re.compile("[\ud800-\udfff]")
_ODD = frozenset(map(chr, _CLEAN))
_PLAIN = {"ß": "s", "ł": "l", "ø": "o", "œ": "o", "æ": "a", "đ": "d", "ı": "i", "’": "'", "‘": "'", "`": "'", "´": "'"}
_PLAIN |= {"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "–": "-", "—": "-", "−": "-", "‑": "-", "‐": "-"}
_PLAIN |= {"º": "°", "№": "°", "：": ":", "＃": "#", "ё": "е", "ς": "σ", "ʼ": "'"}


def _base(char: str) -> str:
    return unicodedata.normalize("NFD", char)[0]


_ACCENTED = (*range(0xC0, 0x250), *range(0x386, 0x3CF), *range(0x1E00, 0x2000))  # Latin, Greek, both extended
_FOLD = {chr(code): _base(chr(code)) for code in _ACCENTED if _base(chr(code)) != chr(code)} | _PLAIN
_ASCII = bytes(range(128))


def clean(text: str) -> str:
    """Text without invisible characters (padding, direction marks, soft hyphens), every space a plain one."""
    if text.isascii():
        return text
    if "\xa0" in text:  # the one that French prices are full of
        text = text.replace("\xa0", " ")
    # Accents are no oddities: looking first is twelve times faster than translating every French line.
    for char in beyond_ascii(text) & _ODD:
        text = text.replace(char, _CLEAN[ord(char)] or "")
    return text


def fold(text: str) -> str:
    """Lower case without accents, every character still at its own index."""
    low = text.lower()
    if len(low) != len(text):  # a few capitals (İ) become two characters
        low = "".join(char.lower()[:1] for char in text)
    if low.isascii():
        return low
    # A text has few different accents: replacing each is several times faster than translating every character.
    for char in beyond_ascii(low) & _FOLD.keys():
        low = low.replace(char, _FOLD[char])
    return low.replace("`", "'")


def beyond_ascii(text: str) -> set[str]:
    """The characters of a text that are not ASCII; by bytes, which are dropped three times as fast as characters."""
    return set(text.encode("utf-8", "surrogatepass").translate(None, _ASCII).decode("utf-8", "surrogatepass"))


def unescape(text: str) -> str:
    """Character references of HTML undone; one of more figures than Python counts leaves the text as it is."""
    with suppress(ValueError):
        text = html.unescape(text)
    return whole(text)


def whole(text: str) -> str:
    """Text without halves of characters."""
    return _HALF.sub("�", text) if not text.isascii() else text
