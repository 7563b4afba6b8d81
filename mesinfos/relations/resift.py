"""What another filter would change over past mail, before anybody chooses it; and how much mail each cell holds."""

from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

from mesinfos.model.choice import Manner
from mesinfos.model.merchant import Merchant
from mesinfos.model.values import Category, Kind
from mesinfos.relations.reading import Reading
from mesinfos.relations.seen import Seen
from mesinfos.relations.sieve import Sifted, sifted


class Turn(NamedTuple):
    """How many mails of one merchant would be shown otherwise, by how they would then be shown."""

    merchant: Merchant
    counts: Mapping[Manner, int]


class Resifted(NamedTuple):
    """The mails that would be shown otherwise, newest first, and how; `kept` would be hidden but for what they are."""

    mails: list[Seen]
    counts: Mapping[Manner, int]
    turns: list[Turn]
    kept: int


def resift(reading: Reading, now: Sifted, cells: Mapping[str, Manner]) -> Resifted:
    """All mail as these cells would show it, beside how it is shown now; nothing is kept."""
    then = sifted(reading, now.sieve.changed(cells))
    mails = [seen for seen in reading.newest() if _manner(then, seen) is not _manner(now, seen)]
    by_domain: dict[str, Counter[Manner]] = {}
    names: dict[str, Merchant] = {}
    for seen in mails:
        if merchant := seen.observation.merchant:
            names.setdefault(merchant.domain, merchant)
            by_domain.setdefault(merchant.domain, Counter())[_manner(then, seen)] += 1
    turns = [Turn(names[domain], counts) for domain, counts in by_domain.items()]
    turns.sort(key=lambda turn: -sum(turn.counts.values()))
    return Resifted(mails, Counter(_manner(then, seen) for seen in mails), turns, len(then.kept))


def volumes(reading: Reading) -> Mapping[tuple[Kind, Category], int]:
    """How many mails ever came of each kind of merchant and of each kind of mail."""
    counted: Counter[tuple[Kind, Category]] = Counter()
    for view in reading.merchants():
        for category, count in view.by_category.items():
            counted[view.merchant.kind, category] += count
    return counted


def _manner(made: Sifted, seen: Seen) -> Manner:
    return made.ways.get(seen.record_id, Manner.SHOW)
