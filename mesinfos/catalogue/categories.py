"""The category of a product by its name: words speak for categories, the head of the name loudest; doubt stays empty.

The head, where a name says what the thing is, comes first in Romance and Slavic languages ("Housse de couette") and
last in Germanic ones, before what qualifies it ("Car battery 12V", "Shampoo for dogs"). A merchant that sells one kind
of thing settles what its words leave open.
"""

import re
from functools import lru_cache

from mesinfos.catalogue.identity import isbn_like
from mesinfos.catalogue.lexicon import NONE, SURE, Signs, Tongue, seller_words, stem, tongue
from mesinfos.catalogue.names import is_colour
from mesinfos.catalogue.plain import SEPARATORS, pieces, plain
from mesinfos.catalogue.taxonomy import BY_KEY, ProductCategory
from mesinfos.model.values import Kind

MOST = 24
"""Words looked at; shops put forty into a name, and the last ones speak of other things."""

HEAD, AFTER, ASIDE = 1.6, 0.6, 0.5
"""How much the head counts, what follows it where heads come first, and what stands aside ("for iPhone")."""

PRIOR = 1.3
LEAST, MARGIN, CLEAR = 0.75, 0.4, 0.3
"""A category needs so much, and must lead the next by such a part of it (less when a word that decides is in it):
chosen so that doubt stays empty, on the names of `tests/golden/products.tsv` marked `tuned`.
"""

_KINDS = {Kind.FOOD: "food", Kind.HEALTH: "health"}
_WORD = re.compile(r"[^\W_]+")
LONG = 6

Match = tuple[Signs, bool]
"""What a word or a phrase speaks for, and whether it stands aside, after what qualifies the head."""


def category_of(name: str, language: str = "", prior: str = "", gtin: str = "") -> str:
    """The category's English name, "" when nothing tells it apart; `prior` comes from `prior_of`."""
    if isbn_like(gtin):
        return ProductCategory.MEDIA.value
    found = pieces(plain(name))[:MOST]
    scores = _scores(found, tongue(language))
    if prior:
        scores[prior] = scores.get(prior, 0.0) + PRIOR
    key = _best(scores)
    return BY_KEY[key].value if key and key != NONE else ""


def is_service(name: str) -> bool:
    """Whether a line of an order names no product: its delivery, a fee, a night, a seat.

    The language is not asked, so a single word for goods, in any, speaks against it ("lot" is a flight in Polish).
    """
    return set(_scores(pieces(plain(name))[:MOST], tongue(""))) == {NONE}


@lru_cache(maxsize=2_000)
def prior_of(kind: Kind, name: str, domain: str = "") -> str:
    """The key of what a merchant sells, by the words of its name, else by its kind; "" for who sells many things."""
    known = seller_words()
    tokens = _WORD.findall(f"{plain(name)} {domain.split('.', 1)[0]}")
    for token in tokens:
        if token in known:
            return known[token]
    inside = (key for word, key in known.items() if len(word) >= LONG and any(word in token for token in tokens))
    return next(inside, _KINDS.get(kind, ""))


def _best(scores: dict[str, float]) -> str:
    if not scores:
        return ""
    first, *others = sorted(scores.items(), key=lambda entry: (-entry[1], entry[0]))
    second = others[0][1] if others else 0.0
    margin = CLEAR if second < SURE <= first[1] else MARGIN
    return first[0] if first[1] >= LEAST and first[1] - second >= margin * first[1] else ""


def _scores(found: list[str], spoken: Tongue) -> dict[str, float]:
    matches = _matches(found, spoken)
    head = _head(matches, spoken.head)
    after = AFTER if spoken.head == "first" else 1.0  # in "matelas memoire de forme" the later nouns only qualify
    scores: dict[str, float] = {}
    for at, (signs, aside) in enumerate(matches):
        factor = HEAD if at == head else ASIDE if aside else after
        for key, weight in signs:
            scores[key] = scores.get(key, 0.0) + (weight if weight >= SURE else weight * factor)
    return scores


def _head(matches: list[Match], where: str) -> int:
    """The match that is the head of the name; hints are none."""
    if where == "none":
        return -1
    order = range(len(matches)) if where == "first" else range(len(matches) - 1, -1, -1)
    return next((at for at in order if not matches[at][1] and matches[at][0][0].weight >= 1), -1)


def _matches(found: list[str], spoken: Tongue) -> list[Match]:
    """What the words say, a phrase before its words."""
    matches: list[Match] = []
    stems = [stem(piece, spoken.endings) for piece in found]
    at, aside = 0, False
    while at < len(found):
        piece = found[at]
        if at and (piece in SEPARATORS or piece in spoken.qualifiers):
            aside = True
        length, signs = _at(found, stems, at, spoken)
        if signs and not (length == 1 and is_colour(piece)):
            matches.append((signs, aside))
        at += length
    return matches


def _at(found: list[str], stems: list[str], at: int, spoken: Tongue) -> tuple[int, Signs]:
    for phrase, signs in spoken.phrases.get(stems[at], ()):
        if tuple(stems[at : at + len(phrase)]) == phrase:
            return len(phrase), signs
    word = found[at]
    signs = spoken.words.get(word) or (spoken.stems.get(stems[at], ()) if len(word) > 3 else ())
    if not signs and spoken.compounds and len(word) >= LONG and word.isalpha():
        signs = _compound(word, spoken)
    return 1, signs


def _compound(word: str, spoken: Tongue) -> Signs:
    """A compound is what its last part is, for what its first part says: `Hundefutter`, `boekenkast`."""
    first = next((signs for part, signs in spoken.firsts.get(word[:3], ()) if word.startswith(part)), ())
    if first and first[0].weight >= SURE:
        return first
    for cut in range(3, len(word) - 3):
        last = spoken.words.get(word[cut:], ())
        if not last and len(word) - cut > 4:
            last = spoken.stems.get(stem(word[cut:], spoken.endings), ())
        if last and last[0].weight >= 1:
            return first + last
    return first
