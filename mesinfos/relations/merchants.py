"""Merchants: everything one knows of each, summed up.

Messages, orders, parcels and offers of one domain are one merchant.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

from mesinfos.model.facts import Observation
from mesinfos.model.merchant import Merchant
from mesinfos.model.message import Message
from mesinfos.model.values import Category, Kind, Money, Value
from mesinfos.relations.folding import DEPOSIT, domain_of
from mesinfos.relations.offers import OfferView
from mesinfos.relations.orders import OrderView
from mesinfos.relations.parcels import ParcelView
from mesinfos.relations.spending import spent


class MerchantView(Value, frozen=True):
    """A merchant as the person sees it; `id` is its domain, which is safe in an address.

    `spent` holds one sum per currency, of proved orders that were not undone. `unverified` counts the
    messages of this name whose sender nobody proved.
    """

    id: str
    merchant: Merchant
    first_seen: datetime
    last_seen: datetime
    messages: int
    by_category: dict[Category, int]
    orders: int = 0
    spent: tuple[Money, ...] = ()
    parcels: int = 0
    offers: int = 0
    unverified: int = 0


class Tally:
    """What one pass over the observations of a merchant counts."""

    __slots__ = ("categories", "first_seen", "last_seen", "messages", "names", "unverified")

    def __init__(self, seen: Observation) -> None:
        self.first_seen = self.last_seen = seen.observed_at
        self.categories: Counter[Category] = Counter()
        self.names: Counter[Merchant] = Counter()
        self.messages = 0
        self.unverified = 0

    def add(self, seen: Observation, merchant: Merchant) -> None:
        """Count one observation; facts name the merchant, messages are also counted by category."""
        # What a merchant gives back may be much, and names it as the grant does: mails decide what it is called.
        self.names[merchant] += 0 if seen.origin and seen.origin.source == DEPOSIT else 1
        at = seen.observed_at
        if at < self.first_seen:
            self.first_seen = at
        elif at > self.last_seen:
            self.last_seen = at
        if type(seen.fact) is Message:
            self.messages += 1
            self.categories[seen.fact.category] += 1
            self.unverified += not seen.verified

    def merchant(self, domain: str) -> Merchant:
        """The name used most often, of equals the surest, a known kind rather than none; as sure as its surest mail."""
        best = max(
            self.names,
            key=lambda one: (one.kind is not Kind.UNKNOWN, self.names[one], one.confidence, one.name, one.kind),
        )
        sure = max((one.confidence for one, mails in self.names.items() if mails), default=best.confidence)
        return Merchant(best.name, domain, best.kind, sure)


def tally(observations: Iterable[Observation], counts: dict[str, Tally] | None = None) -> dict[str, Tally]:
    """Counts by merchant domain; goes on from `counts` when given, so that new mail costs only itself."""
    counts = {} if counts is None else counts
    for seen in observations:
        merchant = seen.merchant
        domain = domain_of(merchant)
        if merchant is None or not domain:
            continue
        if domain not in counts:
            counts[domain] = Tally(seen)
        counts[domain].add(seen, merchant)
    return counts


def fold_merchants(
    counts: dict[str, Tally],
    orders: Sequence[OrderView],
    parcels: Sequence[ParcelView],
    offers: Sequence[OfferView],
) -> list[MerchantView]:
    """Every merchant, the one last heard from first."""
    by_merchant: dict[str, list[OrderView]] = {}
    for order in orders:
        by_merchant.setdefault(domain_of(order.merchant), []).append(order)
    parcel_counts = Counter(domain_of(parcel.merchant) for parcel in parcels)
    offer_counts = Counter(domain_of(offer.merchant) for offer in offers)
    views = [
        MerchantView(
            id=domain,
            merchant=count.merchant(domain),
            first_seen=count.first_seen,
            last_seen=count.last_seen,
            messages=count.messages,
            by_category=dict(sorted(count.categories.items())),
            orders=len(by_merchant.get(domain, ())),
            spent=spent(by_merchant.get(domain, ())),
            parcels=parcel_counts[domain],
            offers=offer_counts[domain],
            unverified=count.unverified,
        )
        for domain, count in counts.items()
    ]
    return sorted(views, key=lambda view: (view.last_seen, view.id), reverse=True)
