"""What a sync has done so far, for the progress bar, the page of sources and the summary line."""

import time
from collections import Counter
from collections.abc import Iterable

from msgspec import Struct

from mesinfos.connector import Batch
from mesinfos.model.facts import Observation
from mesinfos.model.merchant import Merchant
from mesinfos.model.message import Message, Quarantined
from mesinfos.model.purchase import Benefit, Booking, Invoice, Offer, Order, Parcel, Return
from mesinfos.syncing.sameness import number_of

_NAMES = {
    Message: "messages",
    Order: "orders",
    Parcel: "parcels",
    Offer: "offers",
    Invoice: "invoices",
    Booking: "bookings",
    Benefit: "benefits",
    Return: "returns",
}
FINDINGS = ("new", "known", "personal", "quarantined", "rejected", *_NAMES.values())


class Progress(Struct, frozen=True):
    """How far a sync is. `phase`: connect, headers, read, done; `rate` in mails a second; `total` 0 if unknown."""

    phase: str
    seen: int = 0
    total: int = 0
    rate: float = 0.0
    found: dict[str, int] = {}


class Summary(Struct, frozen=True):
    """What one sync did: mails looked at, new, known, personal, and what the new ones told."""

    source_id: str
    seen: int = 0
    new: int = 0
    known: int = 0
    personal: int = 0
    quarantined: int = 0
    rejected: int = 0
    messages: int = 0
    orders: int = 0
    parcels: int = 0
    offers: int = 0
    invoices: int = 0
    bookings: int = 0
    benefits: int = 0
    seconds: float = 0.0
    returns: int = 0


class Tally:
    """Counts a sync; two mails about one order count as one order."""

    def __init__(self) -> None:
        self.phase, self.seen, self.total = "connect", 0, 0
        self.found = dict.fromkeys(FINDINGS, 0)
        self.left: Counter[str] = Counter()
        self._begun = time.monotonic()
        self._things: set[tuple[type, str, str]] = set()

    @property
    def seconds(self) -> float:
        """Seconds since the sync began."""
        return time.monotonic() - self._begun

    def looked_at(self, batch: Batch) -> None:
        """A batch was stored."""
        self.seen += batch.seen
        self.total = max(self.total, batch.total)
        self.found["personal"] += batch.personal
        self.found["rejected"] += len(batch.rejected)
        # "too large: 60 MB" and "too large: 61 MB" are one reason
        self.left.update(one.reason.partition(":")[0][:80] for one in batch.rejected)

    def stored(self, observations: Iterable[Observation]) -> None:
        """Observations were stored that the vault did not have."""
        for seen in observations:
            name = _NAMES.get(type(seen.fact))
            if name and self._is_new_thing(seen):
                self.found[name] += 1

    def progress(self) -> Progress:
        """Where the sync is now."""
        rate = self.seen / self.seconds if self.seen else 0.0
        return Progress(self.phase, self.seen, self.total, round(rate, 1), dict(self.found))

    def summary(self, source_id: str) -> Summary:
        """The line at the end."""
        return Summary(source_id, self.seen, **self.found, seconds=round(self.seconds, 3))

    def _is_new_thing(self, seen: Observation) -> bool:
        if isinstance(seen.fact, Message | Quarantined) or not (name := number_of(seen.fact)):  # type: ignore[arg-type]
            return True
        thing = (type(seen.fact), _domain(seen.merchant), name)
        if thing in self._things:
            return False
        self._things.add(thing)
        return True


def _domain(merchant: Merchant | None) -> str:
    return merchant.domain if merchant else ""
