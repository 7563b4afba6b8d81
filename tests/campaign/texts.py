"""Texts that names and notes are not made of: directions, unseen signs, halves of characters, homographs, lengths."""

from itertools import product

SIGNS = (
    "\x00", "\x01", "\x07", "\x08", "\x0b", "\x0c", "\x1b[31m", "\x7f", "\x85", "\xa0", "\xad",
    "\t", "\n", "\r\n", "\u2028", "\u2029", "\u200b", "\u200c", "\u200d", "\u200e", "\u200f",
    "\u202a", "\u202d", "\u202e", "\u2066", "\u2068", "\u2069", "\u2060", "\ufeff", "\ufffe",
    "\uffff", "\ufffd", "\u061c", "\u180e", "\u3164", "\u115f", "\u3000", "\u1680", "\u0301" * 50,
    "Z\u0352\u0489", "\u0e4e" * 30, "😀", "👨‍👩‍👧", "🇫🇷", "👍🏽", "1️⃣",
    "🏴\U000e0067\U000e0062\U000e007f", "\U000e0041\U000e007f", "\U0010ffff", "\U0001d4d0", "\ufdfa",
    "ﬃ", "İ", "ẞ", "ǅ", "ａｃｍｅ", "Аcme", "аpple", "раураl", "gооgle", "ⅼ", "①", "½", "٣", "१", "Ⅻ",
    "שלום", "سلام", "漢字", "한글", "Ελλάδα", "नमस्ते", "ไทย", "\ud800", "\udfff", "\ud83d", "{{7*7}}",
    "{% raw %}", "${7*7}", "<b>", "&amp;", "'", '"', "\\", "%00", "%ff", "%s", "../..", "=1+1",
    "-- ", ";", "`id`", "true", "null", "NaN", "-1", "1e999", "9" * 400, "0", "١٢٫٥٠", "31/02/2026",
    "",
)  # fmt: skip
FRAMES = ("{}", "Acme{}", "{}Acme", "Ac{}me", "{0}{0}{0}")
LONG = 20_000  # characters


def texts() -> list[str]:
    """More than five hundred, the plain signs first."""
    framed = [frame.format(sign) for frame, sign in product(FRAMES, SIGNS)]
    long = [(sign * LONG)[:LONG] for sign in ("a", "é", "漢", "😀", "\u202e", "\u0301", " ", "a ", "<", "9")]
    return list(dict.fromkeys(framed[: len(SIGNS)] + long + framed[len(SIGNS) :]))
