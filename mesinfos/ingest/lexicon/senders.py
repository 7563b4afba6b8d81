"""How senders write their names and addresses: asked of a header alone, so in all languages at once."""

import re
from collections.abc import Iterable

from mesinfos.ingest.lexicon.source import HEADS
from mesinfos.ingest.words import fold

_UNSPACED = "\u3040"  # from here on: kana, Han, Hangul, written without spaces or with suffixes


def _all(name: str) -> list[str]:
    """The words of a list in every language, the longest first."""
    lists = (head[name] for head in HEADS.values())
    words = {fold(one) for some in lists for one in (some.split() if isinstance(some, str) else some)}
    return sorted(words, key=lambda one: (-len(one), one))


def _in_text(name: str) -> str:
    """A list's words as they stand in a text: as words of their own where the language sets spaces. A star marks the
    beginning of one.
    """
    words = _all(name)
    spaced = "|".join(
        re.escape(word.rstrip("*")) + r"\w*" * word.endswith("*") for word in words if word[0] < _UNSPACED
    )
    return rf"\b(?:{spaced})(?!\w)|{_any(word for word in words if word[0] >= _UNSPACED)}"


def _any(words: Iterable[str]) -> str:
    return "|".join(map(re.escape, words)) or "(?!)"


def _of_address(words: Iterable[str]) -> str:
    """Parts of an address: "$" where a word must end, "-" where people set a mark or none."""
    parts = (re.escape(word.rstrip("$")).replace(r"\-", "[-_.]?") + "(?![a-z])" * word.endswith("$") for word in words)
    return "|".join(parts)


MACHINE = re.compile(_of_address(_all("machines")), re.IGNORECASE)
"""In what stands before the @: no person's name."""
BUSINESS = re.compile(_in_text("business"))
"""In a folded subject: it is about an order, a bill or a booking."""
DRESS = re.compile(_in_text("dressed"))
"""In a folded display name: what every sender adds to its own."""
DISGUISE = re.compile(_any(_all("disguises")), re.IGNORECASE)
"""In a domain's label: what forgers add to a brand's."""
FOR_WHOM = re.compile(rf"^(.{{2,30}}?)\s+(?:{_any(_all('for_whom'))})\s+(\S.+)$")
"""A folded display name of one who writes for another: both names."""
BY_WAY_OF = re.compile(rf"\s+(?:{_any(_all('by_way_of'))})\s+.*$|\s*[(\[（【「].*?[)\]）】」]\s*|\s+@\s+.*$")
"""The end of a folded display name that says through whom it was sent, or a remark in brackets."""
AT_WHOM = re.compile(rf"^.{{2,30}}?\s+(?:{_any(_all('at_whom'))}|@)\s+(?=\S)")
"""The beginning of a folded display name that says who there writes: "Alice from Acme"."""
