"""How the name of a product is made comparable: small letters without accents, cut into words and separators."""

import re
import unicodedata

_SPELT = str.maketrans({"œ": "oe", "æ": "ae", "ł": "l", "ø": "o", "đ": "d", "ı": "i"})
_PIECE = re.compile(r"[^\W_]+|[,(|:]| [-–—/] ")
SEPARATORS = frozenset({",", "(", "|", ":", " - ", " – ", " — ", " / "})
"""What ends the first part of a name, where it says what the thing is."""


def plain(text: str) -> str:
    """Text as it is compared: "Bœuf séché" is "boeuf seche", "Größe" is "grosse"."""
    if text.isascii():
        return text.lower()
    spread = unicodedata.normalize("NFKD", text.casefold().translate(_SPELT))
    return "".join(char for char in spread if not unicodedata.combining(char))


def pieces(text: str) -> list[str]:
    """The words of a plain text, and the separators between its parts."""
    return _PIECE.findall(text)
