"""Bytes become text: the declared charset when it holds, otherwise the likeliest of those that real mail uses.

A mail that declares nothing may be Korean, Japanese, Russian or French: the bytes tell, because each writing
fills its own ranges. Nothing here raises.
"""

import codecs
import re
from collections.abc import Callable

from mesinfos.ingest.words import whole

_ALIASES = {
    "ks_c_5601-1987": "cp949",
    "ksc5601": "cp949",
    "ks_c_5601": "cp949",
    "euc-kr": "cp949",
    "korean": "cp949",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "chinesebig5": "big5",
    "shift-jis": "cp932",
    "shift_jis": "cp932",
    "x-sjis": "cp932",
    "sjis": "cp932",
    "iso-8859-1": "cp1252",
    "iso8859-1": "cp1252",
    "latin1": "cp1252",
    "iso-8859-1-windows-1252-latin-1": "cp1252",
    "windows-874": "cp874",
    "iso-8859-8-i": "iso8859-8",
    "unicode-1-1-utf-7": "utf-7",
    "x-mac-roman": "mac-roman",
    "macintosh": "mac-roman",
    "cp-850": "cp850",
    "utf8mb4": "utf-8",
    "iso-2022-jp": "iso2022_jp_ext",
}
_SILENT = frozenset(("", "us-ascii", "ascii", "unknown-8bit", "x-unknown", "default", "8bit", "7bit", "binary"))
_UNFIT = frozenset(("idna", "punycode", "undefined", "unicode_escape", "raw_unicode_escape"))
"""Names that Python decodes by, and no mail's text was ever written in: they raise, or make halves of characters."""
_SAMPLE = 6_000
_META = re.compile(rb"charset\s*+=\s*+[\"']?\s*+([A-Za-z0-9_.:-]{2,40})")
_PAIR = re.compile(rb"[\x80-\xff]{2,}")


def decode(data: bytes, charset: str = "") -> str:
    """The text of these bytes; bytes that mean nothing in any likely charset become U+FFFD."""
    name = charset.strip().strip("\"'").lower()
    if name in _SILENT:
        return _undeclared(data)
    known = _known(name)
    if not known:
        return _undeclared(data)
    try:
        text = data.decode(known)
    except (UnicodeError, ValueError):
        text = _second_try(data, known)
    # The one charset that lets half a character through, which no file and no database takes.
    return whole(text) if known == "utf-7" else text


def decode_html(data: bytes, charset: str = "") -> str:
    """As `decode`, but when the mail is silent the page's own meta declaration is believed."""
    if charset.lower() in _SILENT and not data.isascii():
        found = _META.search(data, 0, 4_096)
        if found:
            return decode(data, found[1].decode("ascii"))
    return decode(data, charset)


def guess(data: bytes) -> str:
    """The likeliest charset of bytes that are not ASCII and not UTF-8: by the characters each reading would give."""
    sample = data[:_SAMPLE] if len(data) > _SAMPLE else data
    high = sum(map(len, _PAIR.findall(sample)))
    if high * 2 < sum(byte > 0x7F for byte in sample):
        return "cp1252"  # lone accents between plain letters
    scores = {name: _score(sample, name, likely) for name, likely in _LIKELY.items()}
    best = max(scores, key=scores.__getitem__)
    return best if scores[best] > 0.5 else "cp1252"


def _known(name: str) -> str:
    name = _ALIASES.get(name, name)
    try:
        info = codecs.lookup(name)
    except (LookupError, ValueError):
        return ""
    # `_is_text_encoding` is the only mark that rot13 and base64 lack.
    return info.name if info._is_text_encoding and info.name.replace("-", "_") not in _UNFIT else ""  # noqa: SLF001


def _undeclared(data: bytes) -> str:
    if data.isascii():
        name = "iso2022_jp_ext" if b"\x1b$" in data else "ascii"
        return data.decode(name, "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode(guess(data), "replace")


def _second_try(data: bytes, name: str) -> str:
    if name == "utf-8":
        damaged = data.decode("utf-8", "replace")
        # A cut character or two is damage; many are another charset under a wrong name.
        return damaged if damaged.count("�") * 50 < len(damaged) else data.decode(guess(data), "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode(name, "replace")


def _hangul(char: str) -> bool:
    return "가" <= char <= "힣"


def _japanese(char: str) -> bool:
    return "、" <= char <= "ヿ" or "一" <= char <= "鿿" or "！" <= char <= "～"


def _han(char: str) -> bool:
    return "一" <= char <= "鿿"


def _cyrillic(char: str) -> bool:
    return "а" <= char <= "я" or char == "ё"


_LIKELY: dict[str, Callable[[str], bool]] = {
    "cp949": _hangul,
    "euc_jp": _japanese,
    "cp932": _japanese,
    "gb18030": _han,
    "cp1251": _cyrillic,
    "koi8-r": _cyrillic,
}


def _score(sample: bytes, name: str, likely: Callable[[str], bool]) -> float:
    text = sample.decode(name, "replace")
    foreign = [char for char in text if char > "\x7f"]
    if not foreign:
        return 0.0
    # Japanese without one kana is Chinese read wrongly, and hangul, once it fits, fits nothing else.
    kana = name not in {"euc_jp", "cp932"} or any("぀" <= char <= "ヿ" for char in foreign)
    rank = 0.6 if not kana else 0.9 if name == "gb18030" else 1.0  # almost any pair of bytes is some Chinese sign
    return sum(map(likely, foreign)) / len(foreign) * rank
