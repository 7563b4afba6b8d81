"""What joining two merchants would make of them, and who might be the same, before anybody joins them."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from mesinfos.model.choice import Choice, Topic
from mesinfos.model.facts import Observation
from mesinfos.relations.folding import domain_of
from mesinfos.relations.merchants import MerchantView
from mesinfos.relations.reading import Reading
from mesinfos.relations.search import plain
from mesinfos.relations.seen import Seen

SHORT = 3  # a shorter word or label names too many


def joining(one: MerchantView, other: MerchantView) -> Choice:
    """The choice that shows one merchant under another."""
    return Choice(Topic.JOINED, one.id, other.id, other.merchant.name)


def together(reading: Reading, stays: MerchantView, others: Sequence[MerchantView]) -> MerchantView:
    """All as one merchant, folded anew: an order that several told of is one. Nothing is kept."""
    ids = {stays.id, *(one.id for one in others)}
    theirs = [seen for seen in reading.observations() if domain_of(seen.observation.merchant) in ids]
    now = datetime.now(UTC)
    drafts = [
        Seen(f"draft {place}", reading.seq + place, Observation(joining(one, stays), now))
        for place, one in enumerate(others, 1)
    ]
    trial = Reading()
    trial.add([*theirs, *drafts])
    return trial.merchant(stays.id)


def alike(reading: Reading, view: MerchantView) -> Iterator[MerchantView]:
    """Other merchants with the same first word in their name, or the same first label in their domain."""
    mine = set(_marks(view))
    for other in reading.merchants():
        if other.id != view.id and mine & set(_marks(other)):
            yield other


def _marks(view: MerchantView) -> Iterator[str]:
    for mark in (*plain(view.merchant.name).split()[:1], view.id.split(".", 1)[0]):
        if len(mark) >= SHORT:
            yield mark
