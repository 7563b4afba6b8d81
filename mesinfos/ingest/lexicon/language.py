"""Which language a text is in: by its script, then by its commonest small words."""

import re
from collections import Counter
from functools import cache
from itertools import chain

from mesinfos.ingest.lexicon.source import CODES, HEADS, vocabulary
from mesinfos.ingest.words import fold

_SCRIPTS = {
    "greek": ("\u0370", "\u03ff"),
    "cyrillic": ("\u0400", "\u04ff"),
    "kana": ("\u3040", "\u30ff"),
    "han": ("\u4e00", "\u9fff"),
    "hangul": ("\uac00", "\ud7af"),
}
_SIGN = re.compile("[" + "".join(map("-".join, _SCRIPTS.values())) + "]")
_WRITTEN = {name: [code for code in CODES if HEADS[code].get("script") == name] for name in _SCRIPTS}
_ENOUGH = 3
_Index = dict[str, tuple[str, ...]]


def _index(words: dict[str, frozenset[str]]) -> _Index:
    found: dict[str, list[str]] = {}
    for code, some in words.items():
        for word in some:
            found.setdefault(word, []).append(code)
    return {word: tuple(codes) for word, codes in found.items()}


_SMALL = _index({code: frozenset(fold(HEADS[code]["stopwords"]).split()) for code in CODES})


@cache
def _nouns() -> _Index:
    return _index({code: vocabulary(code) for code in CODES})


def _count(words: list[str], index: _Index) -> Counter[str]:
    return Counter(chain.from_iterable(map(index.__getitem__, index.keys() & words)))


def detect(text: str) -> str:
    """The language of a folded text, "" when nothing tells."""
    sample = text[:3000]
    if not sample.isascii():
        signs = "".join(_SIGN.findall(sample, 0, 800))
        if len(signs) * 8 > min(len(sample), 800):
            return _by_script(signs, sample)
    words = sample.replace("\n", " ").split(" ")
    scores = _count(words, _SMALL)
    if max(scores.values(), default=0) < 2 * _ENOUGH:  # a short text: its nouns are asked as well
        scores = Counter({code: 2 * count for code, count in scores.items()})
        scores.update(_count(words, _nouns()))
    best = max(scores.values(), default=0)
    if best < _ENOUGH:
        return ""
    return "en" if scores["en"] == best else min(code for code, count in scores.items() if count == best)


def _by_script(signs: str, sample: str) -> str:
    counts = {name: sum(first <= sign <= last for sign in signs) for name, (first, last) in _SCRIPTS.items()}
    if counts["kana"] * 10 > counts["han"]:  # Japanese writes both; a Chinese mail may name a Japanese thing
        counts["kana"] += counts["han"]
    script = max(counts, key=lambda name: counts[name])
    codes = _WRITTEN[script]
    if len(codes) < 2:
        return codes[0] if codes else ""
    # Letters of its own tell a language from its neighbours in the same script, small words from the others.
    scores = _count(sample.replace("\n", " ").split(" "), _SMALL)
    own = {code: sum(map(sample.count, HEADS[code].get("letters", ""))) for code in codes}
    return max(codes, key=lambda code: own[code] + scores[code])
