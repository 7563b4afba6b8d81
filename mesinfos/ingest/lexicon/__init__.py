"""The words of each language, from the TOML files beside this one.

A language is one file, named by its ISO 639-1 code, and nothing else. Above its tables: `stopwords` (how the language
is told; `script` and `letters` of its own where others are not Latin), `actions` (first words of a button), `payout`
(money comes in), `totals` (what makes a label one of a total), `cards` (payment by card), `counts` and `pieces` (what
stands before and after a number of things), `numbered` (between a number and its noun), `hypothetical` (what follows
has not happened), `rewards` (it may tell points), `free` (a price of nothing), `each` (words beside a price),
`recommended` (headings of what is not bought, or not in this parcel), `conditions` (they limit an offer), `sku` (before
a seller's number of a thing), `made_by` (before its author), `lures` (what forgers write, "…" for some words between),
`glued` (written without spaces), `compounds` (words are written together).

`replied`, `sent_on`, `sent_by`, `banners` and `begun` stand around a mail that was sent on. `machines` (parts of an
address; "$" ends a word, "-" is a mark or none), `business` (in a subject; a star for any ending), `dressed` (what
senders add to a name), `disguises` (what forgers add to a domain), `for_whom`, `by_way_of`, `at_whom` tell of senders.

Its tables: `dates` (month names with their short forms, weekdays, today…), `numbers` (nouns that say what a number
is, and the marks before one), `amounts` (labels of amounts, by what the amount is), `labels` (labels of other values),
`parcel`, `order` and `return` (phrases of a status), `category` (phrases of each kind of mail, strong or weak),
`senders` (words in addresses, by kind of mail). Words are compared folded: no accents, no capitals.
"""

import re
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any, NamedTuple

from mesinfos.ingest.lexicon.days import Days, days_of
from mesinfos.ingest.lexicon.language import detect
from mesinfos.ingest.lexicon.phrases import Phrases, Words, words_of
from mesinfos.ingest.lexicon.source import CODES, HEADS, languages, table
from mesinfos.ingest.words import fold

__all__ = (
    "CODES",
    "Days",
    "Lexicon",
    "Meaning",
    "Phrases",
    "Words",
    "days_of",
    "detect",
    "ends",
    "lexicon_of",
    "lures",
    "starts",
    "words_of",
)


_WORDS = re.compile(r"[^\W\d_]+(?:[./'][^\W\d_]+)*")


class Meaning(NamedTuple):
    """What a phrase tells: a status in the table `parcel`, `order` or `return`; in `category` a kind of mail, and
    whether it does so by itself.
    """

    table: str
    value: str
    strong: bool = True


Labels = dict[str, list[tuple[str, str]]]
Categories = tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...]


class Lexicon(NamedTuple):
    """One language; `openings` are the first two words of what is said of an order. All but the phrases hold the
    English ones too, its own taking precedence. `counted` finds a number of things (`pieces` one that ends a line,
    `some` one that begins it), `alone` one that stands alone; `coupon` are the words without which no code is offered,
    `code_follows` ends right before one.
    """

    code: str
    nouns: dict[str, str]
    amounts: Labels
    amount_ends: Labels
    labels: Labels
    phrases: Phrases[Meaning]
    promotions: Phrases[Meaning]
    back: Phrases[str]
    statuses: tuple[str, ...]
    returned: tuple[str, ...]
    headings: frozenset[str]
    openings: frozenset[str]
    actions: frozenset[str]
    payout: tuple[str, ...]
    glued: bool
    compounds: bool
    totals: tuple[str, ...]
    card: re.Pattern[str]
    counted: re.Pattern[str]
    pieces: re.Pattern[str]
    some: re.Pattern[str]
    numbered: re.Pattern[str]
    alone: re.Pattern[str]
    hypothetical: tuple[str, ...]
    rewards: tuple[str, ...]
    coupon: tuple[str, ...]
    code_follows: re.Pattern[str]
    until: tuple[str, ...]
    senders: dict[str, tuple[str, ...]]
    free: frozenset[str]
    each: frozenset[str]
    recommended: tuple[str, ...]
    heading_words: frozenset[str]
    sellers: tuple[str, ...]
    conditions: tuple[str, ...]
    sku: re.Pattern[str]
    made_by: tuple[str, ...]


def _nouns(one: dict[str, Any]) -> dict[str, str]:
    return {fold(word): kind for kind, words in one["numbers"].items() for word in words.split()}


def _amounts(one: dict[str, Any]) -> dict[str, str]:
    return {fold(label): kind for kind, labels in one["amounts"].items() for label in labels}


def _indexed(pairs: dict[str, str], *, last: bool = False) -> Labels:
    """Labels by their first (or last) word, longest first, so that a line is looked up rather than searched."""
    index: Labels = {}
    for label in sorted(pairs, key=len, reverse=True):
        words = label.split(" ")
        index.setdefault(words[-1 if last else 0], []).append((label, pairs[label]))
    return index


def _label_sets(one: dict[str, Any]) -> dict[str, list[str]]:
    """A label may name several kinds of value ("until": pickup and offer); the kinds are joined by a space."""
    found: dict[str, list[str]] = {}
    for kind, labels in one["labels"].items():
        for label in labels:
            found.setdefault(fold(label), []).append(kind)
    return found


def _merge_labels(code: str) -> dict[str, str]:
    merged: dict[str, list[str]] = {}
    for other in reversed(languages(code)):
        for label, kinds in _label_sets(table(other)).items():
            known = merged.setdefault(label, [])
            known += [kind for kind in kinds if kind not in known]
    return {label: " ".join(kinds) for label, kinds in merged.items()}


def _overlay(code: str, build: Callable[[dict[str, Any]], dict[str, str]]) -> dict[str, str]:
    merged: dict[str, str] = {}
    for other in languages(code):
        merged |= build(table(other))
    return merged


def _said(code: str, name: str) -> tuple[str, ...]:
    """Words or phrases from above the tables, of the language and of English, the longest first."""
    lists = (HEADS[other].get(name, ()) for other in languages(code))
    found = {fold(one) for some in lists for one in (some.split() if isinstance(some, str) else some)}
    return tuple(sorted(found, key=lambda one: (-len(one), one)))


def _any(words: Iterable[str]) -> str:
    return "|".join(map(re.escape, words))


def _roots(words: Iterable[str]) -> tuple[str, ...]:
    """The words of which the others are longer forms: a text without them holds none."""
    roots: list[str] = []
    for word in sorted(set(words), key=len):
        if not any(root in word for root in roots):
            roots.append(word)
    return tuple(roots)


def _labels(code: str, kind: str) -> tuple[str, ...]:
    found = {fold(label) for other in languages(code) for label in table(other)["labels"].get(kind, ())}
    return tuple(sorted(found, key=lambda one: (-len(one), one)))


def _meanings(own: dict[str, Any], categories: Categories) -> Iterable[tuple[str, Meaning]]:
    for name in ("parcel", "order", "return"):
        yield from ((phrase, Meaning(name, status)) for phrase, status in _statuses(own[name]))
    for name, strong, weak in categories:
        for text in (*strong, *weak):
            yield text, Meaning("category", name, text in strong)


def _statuses(some: dict[str, list[str]]) -> list[tuple[str, str]]:
    return [(fold(phrase), status) for status, phrases in some.items() for phrase in phrases]


def _heading_words(code: str) -> frozenset[str]:
    """Words of the labels that head the columns of an order's table."""
    labels = (*_labels(code, "item"), *_labels(code, "quantity"), *_priced(code))
    return frozenset(word for label in labels for word in _WORDS.findall(label))


def _priced(code: str) -> Iterable[str]:
    kinds = ("price", "total", "subtotal", "tax")
    return (fold(one) for other in languages(code) for kind in kinds for one in table(other)["amounts"].get(kind, ()))


def _senders(code: str) -> dict[str, tuple[str, ...]]:
    """What the part of an address before the @ tells of the mail's kind."""
    some = [table(other)["senders"] for other in languages(code)]
    return {name: tuple(dict.fromkeys(word for one in some for word in one[name].split())) for name in some[0]}


_TOLD = frozenset({"orders", "delivery", "billing", "after_sales"})


# Schemes and brands are written alike in every language; what each calls a card is its own.
_SCHEMES = (
    r"visa|master ?card|amex|american express|paypal|venmo|apple pay|google pay|klarna|bancontact|ideal|maestro|sepa|"
    r"blik|pix|mb way|giropay|twint|discover|swish|vipps|mobilepay|multibanco|satispay|bizum|alipay|wechat pay"
)
_MASKED = r"(?<![*x•.])[*x•.]{2,20} ?\d{3,4}\b|\*\d{4}\b"


_OWN_NUMBER = r"(?![^\W\d_])[ .:#°]{0,4}(?:n° ?)?([a-z]{0,6}[./-]?\d[\w./-]{1,24})"


@cache
def lexicon_of(code: str) -> Lexicon:
    """The words of one language over the English ones; of all, and the phrases of English, for one that is unknown."""
    own = table(code if code in CODES else "en")
    code = code if code in CODES else ""
    amounts = _overlay(code, _amounts)
    categories = tuple(
        (name, tuple(map(fold, words["strong"])), tuple(map(fold, words["weak"])))
        for name, words in own["category"].items()
    )
    meanings = list(_meanings(own, categories))
    compounds = bool(own.get("glued") or own.get("compounds"))
    return Lexicon(
        code,
        _overlay(code, _nouns),
        _indexed(amounts),
        _indexed(amounts, last=True),
        _indexed(_merge_labels(code)),
        Phrases(meanings, compounds=compounds),
        Phrases((one for one in meanings if one[1] == Meaning("category", "promo")), compounds=compounds),
        Phrases(_statuses(own["return"]), compounds=compounds),
        tuple(own["order"]),
        tuple(own["return"]),
        frozenset(phrase for _, strong, weak in categories for phrase in strong + weak),
        frozenset(" ".join(phrase.split()[:2]) for name, strong, _ in categories if name in _TOLD for phrase in strong),
        frozenset(fold(f"{own['actions']} {HEADS['en']['actions']}").split()),
        tuple(map(fold, own["payout"])),
        glued=bool(own.get("glued")),
        compounds=compounds,
        totals=_said(code, "totals"),
        card=re.compile(rf"\b(?:{_SCHEMES}|{_any(_said(code, 'cards'))})\b|{_MASKED}"),
        counted=re.compile(rf"(?:^|[\s(|,])(?:{_any(_said(code, 'counts'))})\.? ?[:x×]? ?(\d{{1,3}})(?!\d)"),
        pieces=re.compile(rf"[\s(|,](\d{{1,3}}) ?(?:{_any(_said(code, 'pieces'))})\.?\)?$"),
        alone=re.compile(rf"[x×]? ?(\d{{1,3}}) ?[x×]?(?: ?(?:{_any(_said(code, 'pieces'))}))?\.?"),
        some=re.compile(rf"^(\d{{1,3}}) ?(?:{_any(_said(code, 'pieces'))})\.? (?=[\w\"'])"),
        numbered=re.compile(rf" ?(?:{_any(_said(code, 'numbered')) or '(?!)'}) (\w+)"),
        hypothetical=_said(code, "hypothetical"),
        rewards=_said(code, "rewards"),
        coupon=_roots(_labels(code, "offer_code")),
        code_follows=re.compile(rf"(?:{_any(_labels(code, 'offer_code'))})\s?:?\s{{0,3}}[\"“«„']?$"),
        free=frozenset(_said(code, "free")),
        each=frozenset(_said(code, "each")),
        recommended=_said(code, "recommended"),
        heading_words=_heading_words(code),
        sellers=tuple(label for label in _labels(code, "seller") if " " in label),
        conditions=_said(code, "conditions"),
        sku=re.compile(rf"(?<![\w-])(?:{_any(_said(code, 'sku'))}){_OWN_NUMBER}"),
        made_by=tuple(f"{word} " for word in _said(code, "made_by")),
        until=tuple(label for label in _labels(code, "valid_through") if len(label) > 3 or not label.isascii()),
        senders=_senders(code),
    )


@cache
def lures(code: str) -> re.Pattern[str]:
    """What forgers write in a language, or in English, for a folded line."""
    phrases = _said(code if code in CODES else "", "lures")
    return re.compile("|".join(".{0,40}".join(map(re.escape, one.split(" … "))) for one in phrases))


def starts(index: Labels, text: str) -> tuple[str, str] | None:
    """The longest label that `text` (folded) begins with, at a word's end: (label, kind)."""
    first = text.partition(" ")[0]
    labels = index.get(first)
    if labels is None and not first.isalnum():
        labels = index.get(first.partition(":")[0].rstrip(".#°,;!?)"))
    for label, kind in labels or ():
        if text.startswith(label) and not text[len(label) : len(label) + 1].isalnum():
            return label, kind
    return None


def ends(index: Labels, text: str) -> tuple[str, str] | None:
    """The longest label that `text` (folded) ends with, at a word's beginning: (label, kind)."""
    for label, kind in index.get(text.rsplit(" ", 1)[-1], ()):
        if text.endswith(label) and not text[: -len(label)][-1:].isalnum():
            return label, kind
    return None
