"""A dry run: a source's newest mails are screened and recognised as a sync would, and nothing is stored.

It runs in the same workers without keys, under the same limits. What it found lives as long as the page that shows it.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

from msgspec import Struct

from mesinfos.connector import Batch, Connector, Recent
from mesinfos.ingest.screen import wants_body
from mesinfos.ingest.workers import Workers
from mesinfos.model.facts import Facts
from mesinfos.model.merchant import Merchant
from mesinfos.model.purchase import Order
from mesinfos.relations.folding import domain_of
from mesinfos.settings import Settings
from mesinfos.syncing.dkimkeys import is_recent, key_book
from mesinfos.syncing.opening import context_of
from mesinfos.syncing.verdicts import Verdicts

COUNT = 50
KINDS = ("orders", "parcels", "invoices", "bookings", "offers", "benefits", "returns")


class Whose(Struct, frozen=True):
    """An order of the trial, and whose it is."""

    merchant: Merchant | None
    order: Order


class Trial(Struct, frozen=True):
    """What a dry run saw. `newest` is false for sources that can only be read from their start."""

    newest: bool
    seen: int = 0
    personal: int = 0
    left: int = 0
    unread: int = 0
    merchants: tuple[tuple[Merchant, int], ...] = ()
    orders: tuple[Whose, ...] = ()
    found: dict[str, int] = {}


def try_out(settings: Settings, connector: Connector, values: dict[str, str], count: int = COUNT) -> Trial:
    """Look at `count` mails; raises what `fetch` raises."""
    verdicts = Verdicts(values, {})

    def wants(heads: Sequence[bytes]) -> list[bool]:
        verdicts.see(heads)
        return [wants_body(head) for head in heads]

    newest = isinstance(connector, Recent)
    batch = connector.recent(count, wants) if isinstance(connector, Recent) else _first(connector.fetch(None, wants))
    items = batch.items[:count]
    keys = key_book(settings.dkim_resolver).keys_for(
        (item.data for item in items if is_recent(item.received_at)), verdicts.names()
    )
    with Workers(min(settings.workers, 1), context_of(values, verdicts.names(), keys)) as workers:
        facts = workers.submit([(item.data, item.received_at) for item in items]).result()
    return _told(batch, len(items), facts, newest=newest)


def _first(batches: Iterable[Batch]) -> Batch:
    return next(iter(batches), Batch((), "", 0))


def _told(batch: Batch, read: int, facts: Sequence[Facts], *, newest: bool) -> Trial:
    mails = [one for one in facts if not one.personal and not one.error]
    whose = Counter(one.merchant for one in mails if one.merchant)
    personal = batch.personal + sum(one.personal for one in facts)
    left, orders = len(batch.rejected), tuple(_orders(mails))
    return Trial(
        newest=newest,
        seen=read + batch.personal + left,
        personal=personal,
        left=left,
        unread=sum(bool(one.error) for one in facts),
        merchants=tuple(whose.most_common()),
        orders=orders,
        found={name: sum(len(getattr(one, name)) for one in mails) for name in KINDS} | {"orders": len(orders)},
    )


def _orders(mails: Iterable[Facts]) -> Iterable[Whose]:
    """Each order once, the newest word of it first."""
    seen: set[tuple[str, str]] = set()
    for one in reversed(list(mails)):
        for order in one.orders:
            name = (domain_of(one.merchant), order.order_number)
            if name not in seen or not order.order_number:
                seen.add(name)
                yield Whose(one.merchant, order)
