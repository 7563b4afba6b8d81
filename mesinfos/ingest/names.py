"""Names a person would use: "Fnac", not "Fnac.com - Service Clients <noreply@mail.fnac.com>"."""

import re
from functools import lru_cache

from mesinfos.directory import by_name, is_mailing_house, is_payment, label_of, name_key
from mesinfos.ingest.lexicon.senders import AT_WHOM, BY_WAY_OF, DRESS, FOR_WHOM
from mesinfos.ingest.words import fold

_LEGAL = re.compile(
    r"[,\s]+(?:s\.?a\.?s?|s\.?a\.?r\.?l|gmbh(?: & co\.? kg)?|inc|ltd|llc|plc|ag|b\.?v|s\.?p\.?a|s\.?r\.?l|"
    r"s\.?l|a/s|aps|ab|oyj?|asa|s\.?r\.?o|sp\.? z o\.? ?o|kft|zrt|a\.?ş|ltd\.? şti|lda|e\.?k|kg|ohg|pty(?: ltd)?)\.?$|"
    r"^(?:株式会社|有限会社|ооо|оао|зао|тов|㈜|\(주\))\s*|\s*(?:株式会社|有限公司|주식회사|"
    r"㈜)$", re.IGNORECASE)  # fmt: skip
_TLD = re.compile(
    r"\.(?:com?\.[a-z]{2}|com|fr|de|net|org|it|es|eu|io|nl|be|ch|at|pl|pt|se|dk|no|fi|cz|sk|hu|ro|gr|ie|lu|ru|ua|jp|kr|"
    r"cn|tr|in|ca|us|br|mx|shop|store)$", re.IGNORECASE)  # fmt: skip
_EDGES = " -–—|:·,.;'\"*_/•&・｜"
MORE = 2  # words
LONGEST = 40


@lru_cache(maxsize=2_000)  # a mailbox has a few hundred senders who write again and again
def readable(display: str, domain: str, local: str = "") -> str:
    """The name of an organisation that no list knows, from its display name when that fits, else from its domain.

    `local` is what stands before the @: when it spells the display name, that is a person who works there.
    """
    label = label_of(domain)
    key = name_key(label)
    shown = _without(BY_WAY_OF, in_whose_name(display)).strip(_EDGES) if "@" not in display else ""
    bare = undressed(shown)
    whole = _spelled(shown, key)
    if whole:
        # "Pine & Paddle Goods" of pineandpaddle.com says its name in full; more than two words beside it are chatter.
        more = len(bare.split()) - len(whole.split())
        return bare if 0 < more <= MORE and whole in bare and len(bare) <= LONGEST else whole
    if 1 < len(bare) <= LONGEST and not _is_person(shown, local):
        return bare
    return _from_label(label)


@lru_cache(maxsize=2_000)
def undressed(display: str) -> str:
    """A display name without what every sender adds: "Team", "Newsletter", "via …", "GmbH"."""
    name = _without(AT_WHOM, _without(BY_WAY_OF, in_whose_name(display))).strip(_EDGES)
    bare = " ".join(_without(DRESS, _LEGAL.sub("", name)).split()).strip(_EDGES)
    return bare if len(bare) > 1 else name


def in_whose_name(display: str) -> str:
    """`Avis Vérifiés pour X` gives X, when the first of the two is one who writes for others; other names stay."""
    told = FOR_WHOM.match(fold(display))
    first = by_name(display[: told.end(1)]) if told else None
    writes = first is not None and (is_mailing_house(first.main) or is_payment(first.main))
    return display[told.start(2) :].strip(_EDGES) if told and writes else display


def _without(pattern: re.Pattern[str], name: str) -> str:
    """The name without what matches once it is folded; a space in its place."""
    for found in reversed(list(pattern.finditer(fold(name)))):
        name = f"{name[: found.start()]} {name[found.end() :]}"
    return name


def without_tld(name: str) -> str:
    """`Walmart.com` is called Walmart; other names stay."""
    return _TLD.sub("", name)


def _spelled(shown: str, key: str) -> str:
    """The words of the display name that spell the domain, as the sender writes them."""
    words = shown.split()
    for size in range(min(4, len(words)), 0, -1):
        for start in range(len(words) - size + 1):
            phrase = " ".join(words[start : start + size]).strip(_EDGES)
            plain = without_tld(phrase)
            if name_key(plain) == key or (size == 1 and name_key(phrase) == key):
                return plain
    return ""


def _is_person(display: str, local: str) -> bool:
    words = [name_key(word) for word in display.split()]
    return 2 <= len(words) <= 3 and bool(local) and all(word in name_key(local) for word in words)


def _from_label(label: str) -> str:
    words = label.replace("_", "-").split("-")
    return " ".join(word.upper() if len(word) <= 3 else word.capitalize() for word in words if word) or label
