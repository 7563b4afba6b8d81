"""Everything one open vault can show, in memory: read once at unlock, then only what is new.

Bodies and attachments stay sealed until one is asked for. Views are folded when first asked for after a
refresh, and kept; a page then only looks up and cuts.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from threading import RLock
from typing import Any, TypeVar, cast

from sqlalchemy import Connection

from mesinfos.errors import N_, NotFound
from mesinfos.model.choice import Choice
from mesinfos.model.codec import decode
from mesinfos.model.facts import Observation
from mesinfos.model.message import Message, Quarantined
from mesinfos.model.purchase import Benefit, Booking, Invoice, Offer, Order, Parcel, Return, Warranty
from mesinfos.model.rule import Rule, Withdrawn
from mesinfos.relations.choices import Choices, is_quiet, last_told
from mesinfos.relations.folding import domain_of
from mesinfos.relations.invoices import InvoiceView, fold_invoices
from mesinfos.relations.joining import Joins
from mesinfos.relations.merchants import MerchantView, Tally, fold_merchants, tally
from mesinfos.relations.offers import BenefitView, BookingView, OfferView, fold_benefits, fold_bookings, fold_offers
from mesinfos.relations.orders import OrderView, attach, fold_bare
from mesinfos.relations.parcels import Holders, ParcelView, fold_parcels, orders_by_mail
from mesinfos.relations.replay import Replay, moves
from mesinfos.relations.returns import ReturnView, fold_returns
from mesinfos.relations.rules import Lessons, Outcome, Taught, by_mail
from mesinfos.relations.seen import Relation, Seen, named, share, shelve, sorted_in
from mesinfos.relations.spending import MerchantSpend, MonthSpend, by_merchant, by_month
from mesinfos.relations.warranties import WarrantyView, fold_warranties
from mesinfos.vault.records import read_records
from mesinfos.vault.unlock import OpenVault

__all__ = ["Reading", "Relation", "Seen", "read"]

T = TypeVar("T")


class Reading:
    """What an open vault holds, and the views on it. Safe to share between the threads of one process."""

    def __init__(self) -> None:
        self.seq = 0
        self._lock = RLock()
        self._raw: dict[str, Seen] = {}
        self._by_kind: dict[type[Any], list[Seen]] = {}
        self._replay = Replay()
        self._facts = self._by_kind
        self._by_id = self._raw
        self._counts: dict[str, Tally] = {}
        self._views: dict[str, Any] = {}
        self._folds: dict[str, Any] = {}
        self._known: dict[Any, Any] = {}
        self.memory: dict[str, bool] = {}
        """What was found out of single records, by record; unlike views it outlives refreshes."""

    def __repr__(self) -> str:
        return f"<Reading of {len(self._raw)} records up to {self.seq}>"

    def __len__(self) -> int:
        return len(self._raw)

    def refresh(self, vault: OpenVault) -> int:
        """Read the records after `seq`, and nothing else; returns how many there were."""
        with self._lock, vault.instance.database.read(vault.vault_id) as conn:
            fresh = [
                Seen(record.record_id, record.seq, decode(record.payload))
                for record in read_records(vault, conn, after=self.seq)
            ]
            self._take(fresh)
            if fresh:
                read_anew = self._by_kind if moves(fresh, self._raw) else shelve({}, fresh)
                self._replay.look_up(vault, conn, self.lessons(), read_anew.get(Message, ()))
                self._show(fresh)
        return len(fresh)

    def add(self, fresh: Sequence[Seen]) -> None:
        """Take in observations already at hand, in the order of their `seq`."""
        if fresh:
            with self._lock:
                self._take(fresh)
                self._show(fresh)

    def forget(self, record_ids: Collection[str]) -> None:
        """Drop records that were deleted from the vault, so that no view shows them any more."""
        with self._lock:
            gone = set(record_ids) & self._raw.keys()
            if not gone:
                return
            left = [seen for seen in self._raw.values() if seen.record_id not in gone]
            self._raw.clear()
            self._by_kind.clear()
            self._take(left)
            self._show(None)

    def lessons(self) -> Lessons:
        """The person's rules in force, the oldest first."""
        return self._replay.lessons(self._by_kind.get(Rule, ()), self._by_kind.get(Withdrawn, ()))

    def choices(self) -> Choices:
        """What the person chose, as far as it holds."""
        return self.derived("choices", lambda: Choices(self._by_kind.get(Choice, ()), self._by_kind.get(Withdrawn, ())))

    def joins(self) -> Joins:
        """Which merchants are shown under others."""
        return self.folded("joins", lambda: Joins(self.choices()))

    def rehearse(self, vault: OpenVault, conn: Connection, draft: Taught) -> Outcome:
        """What one more rule would change, beside what is shown now; nothing is kept."""
        with self._lock:
            return self.joins().over(self._replay.rehearse(vault, conn, self.lessons(), draft, self._by_kind))

    def shown(self) -> tuple[Mapping[str, Seen], Mapping[str, Sequence[Seen]]]:
        """What is shown now: by record, and facts by the mail that told them."""
        told = (seen for kind, found in self._facts.items() if kind is not Message for seen in found)
        return self._by_id, self.folded("facts by mail", lambda: by_mail(told))

    def as_read(self, record_id: str) -> Seen:
        """A record as the machine read it, whatever the rules say; raises NotFound."""
        return named(self._raw, record_id)

    def _take(self, fresh: Sequence[Seen]) -> None:
        for seen in fresh:
            share(self._known, seen.observation)
            self._raw[seen.record_id] = seen
            self.seq = max(self.seq, seen.seq)
        shelve(self._by_kind, fresh)

    def _show(self, fresh: Sequence[Seen] | None) -> None:
        """Bring what is shown up to date: `fresh` alone where nothing older changes by it, everything for None."""
        self._views.clear()
        if fresh is None or not all(is_quiet(seen, self._raw) for seen in fresh):
            self._folds.clear()
        lessons, joins = self.lessons(), self.joins()
        changes = bool(lessons.all or joins)
        if fresh is None or changes is (self._by_id is self._raw) or (changes and moves(fresh, self._raw)):
            self._by_id, self._facts = self._raw, self._by_kind
            if changes:
                self._by_id, self._facts = self._replay.shown(lessons, joins, self._raw, self._by_kind)
            self._counts = tally(seen.observation for seen in self._by_id.values())
            return
        shown = list(fresh)
        if changes:
            by_id, _ = self._replay.shown(lessons, joins, {seen.record_id: seen for seen in fresh}, shelve({}, fresh))
            self._by_id |= by_id
            shelve(self._facts, shown := list(by_id.values()))
        tally([seen.observation for seen in shown], self._counts)

    def mark(self) -> tuple[int, int]:
        """The number of the last record that told of something, and how many did: a choice of views does not."""
        return self.folded("mark", lambda: last_told(self._raw))

    def derived(self, name: str, build: Callable[[], T]) -> T:
        """A value worked out from this reading, kept until the next refresh brings something new."""
        return self._once(self._views, name, build)

    def folded(self, name: str, build: Callable[[], T]) -> T:
        """The same of a value that no choice of what is shown can change: it is kept until more was read."""
        return self._once(self._folds, name, build)

    def _once(self, kept: dict[str, Any], name: str, build: Callable[[], T]) -> T:
        with self._lock:
            if name not in kept:
                kept[name] = build()
            return cast("T", kept[name])

    @property
    def messages(self) -> list[Seen]:
        """Every message, oldest record first."""
        return self._facts.get(Message, [])

    @property
    def quarantined(self) -> list[Seen]:
        """Mails that could not be read."""
        return self._facts.get(Quarantined, [])

    def observations(self, *kinds: type[Any]) -> list[Seen]:
        """Every observation whose fact is of one of these kinds, by record; without kinds, of every kind."""
        lists = [self._facts.get(kind, []) for kind in kinds or tuple(self._facts)]
        return (
            lists[0]
            if len(lists) == 1
            else sorted((seen for each in lists for seen in each), key=lambda seen: seen.seq)
        )

    def newest(self) -> list[Seen]:
        """Every message, newest first by the date it was sent."""
        return self.folded("newest", lambda: sorted(self.messages, key=_sent, reverse=True))

    def orders(self) -> list[OrderView]:
        """Every order, newest first."""
        return self.folded("orders", self._orders)

    def parcels(self) -> list[ParcelView]:
        """Every parcel, the one last heard of first."""
        return self.folded("parcels", lambda: fold_parcels(self._of(Parcel), self._holders()))

    def offers(self) -> list[OfferView]:
        """Every offer, the one last heard of first."""
        return self.folded("offers", lambda: fold_offers(self._of(Offer)))

    def invoices(self) -> list[InvoiceView]:
        """Every invoice, the one last heard of first."""
        return self.folded("invoices", lambda: fold_invoices(self._of(Invoice), self._holders()))

    def bookings(self) -> list[BookingView]:
        """Every booking, the latest journey first."""
        return self.folded("bookings", lambda: fold_bookings(self._of(Booking)))

    def benefits(self) -> list[BenefitView]:
        """Every loyalty programme, the one last heard of first."""
        return self.folded("benefits", lambda: fold_benefits(self._of(Benefit)))

    def returns(self) -> list[ReturnView]:
        """Every return and refund, the one last heard of first."""
        return self.folded("returns", lambda: fold_returns(self._of(Return), self._holders()))

    def warranties(self) -> list[WarrantyView]:
        """Every warranty, the one that ends last first."""
        return self.folded("warranties", lambda: fold_warranties(self._of(Warranty), self._holders()))

    def merchants(self) -> list[MerchantView]:
        """Every merchant, the one last heard from first."""
        return self.folded(
            "merchants", lambda: fold_merchants(self._counts, self.orders(), self.parcels(), self.offers())
        )

    def spending_by_month(self) -> list[MonthSpend]:
        """Sums by month and currency, the newest month first."""
        return self.folded("months", lambda: by_month(self.orders()))

    def spending_by_merchant(self) -> list[MerchantSpend]:
        """Sums by merchant and currency, the largest first."""
        return self.folded("spenders", lambda: by_merchant(self.orders()))

    def message(self, record_id: str) -> Seen:
        """The message of a record; raises NotFound."""
        seen = self._by_id.get(record_id)
        if seen is None or not isinstance(seen.observation.fact, Message):
            raise NotFound(N_("There is no such message in this vault."))
        return seen

    def order(self, order_id: str) -> OrderView:
        """The order of that id; raises NotFound."""
        return named(self.folded("orders by id", lambda: {view.id: view for view in self.orders()}), order_id)

    def parcel(self, parcel_id: str) -> ParcelView:
        """The parcel of that id; raises NotFound."""
        return named(self.folded("parcels by id", lambda: {view.id: view for view in self.parcels()}), parcel_id)

    def merchant(self, merchant_id: str) -> MerchantView:
        """The merchant of that id (its domain), or the one it is joined to; raises NotFound."""
        by_id = self.folded("merchants by id", lambda: {view.id: view for view in self.merchants()})
        return named(by_id, self.joins().of(merchant_id))

    def relation(self, merchant_id: str) -> Relation:
        """Everything about one merchant; raises NotFound."""
        view = self.merchant(merchant_id)
        cut = (self._cut(name).get(view.id, []) for name in Relation._fields[2:])
        return Relation(view, self._mail_of().get(view.id, []), *cut)

    def _orders(self) -> list[OrderView]:
        hanging = self.parcels(), self.invoices(), self.returns(), self.warranties()
        return attach(fold_bare(self._of(Order)), *hanging)

    def _holders(self) -> Holders:
        return self.folded("orders by mail", lambda: orders_by_mail(self._of(Order)))

    def _of(self, kind: type[Any]) -> list[Observation]:
        return [seen.observation for seen in self._facts.get(kind, ())]

    def _mail_of(self) -> dict[str, list[Seen]]:
        mails = self.newest
        return self.folded(
            "mail by merchant", lambda: sorted_in(mails(), lambda one: domain_of(one.observation.merchant))
        )

    def _cut(self, name: str) -> dict[str, list[Any]]:
        views = getattr(self, name)  # each list of a relation is cut from the reading's own of that name
        return self.folded(f"{name} by merchant", lambda: sorted_in(views(), lambda one: domain_of(one.merchant)))


def read(vault: OpenVault) -> Reading:
    """Everything an open vault can show, but bodies and attachments."""
    reading = Reading()
    reading.refresh(vault)
    return reading


def _sent(seen: Seen) -> tuple[datetime, int]:
    return seen.message.sent_at, seen.seq
