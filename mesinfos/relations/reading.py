"""Everything one open vault can show, in memory: read once at unlock, then only what is new.

Bodies and attachments stay sealed until one is asked for. Views are folded when first asked for after a
refresh, and kept; a page then only looks up and cuts.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
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
from mesinfos.relations.choices import Choices
from mesinfos.relations.folding import domain_of
from mesinfos.relations.invoices import InvoiceView, fold_invoices
from mesinfos.relations.joining import Joins
from mesinfos.relations.merchants import MerchantView, Tally, fold_merchants, tally
from mesinfos.relations.offers import BenefitView, BookingView, OfferView, fold_benefits, fold_bookings, fold_offers
from mesinfos.relations.orders import OrderView, attach, fold_bare
from mesinfos.relations.parcels import Holders, ParcelView, fold_parcels, orders_by_mail
from mesinfos.relations.replay import Replay
from mesinfos.relations.returns import ReturnView, fold_returns
from mesinfos.relations.rules import Lessons, Outcome, Taught, by_mail
from mesinfos.relations.seen import Relation, Seen, share, sorted_in
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
                self._replay.look_up(vault, conn, self.lessons(), self._by_kind.get(Message, ()))
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
        return self.derived("joins", lambda: Joins(self.choices()))

    def rehearse(self, vault: OpenVault, conn: Connection, draft: Taught) -> Outcome:
        """What one more rule would change, beside what is shown now; nothing is kept."""
        with self._lock:
            return self.joins().over(self._replay.rehearse(vault, conn, self.lessons(), draft, self._by_kind))

    def shown(self) -> tuple[dict[str, Seen], dict[str, list[Seen]]]:
        """What is shown now: by record, and facts by the mail that told them."""
        with self._lock:
            return dict(self._by_id), by_mail(
                seen for kind, kept in self._facts.items() if kind is not Message for seen in kept
            )

    def as_read(self, record_id: str) -> Seen:
        """A record as the machine read it, whatever the rules say; raises NotFound."""
        return _found(self._raw, record_id)

    def _take(self, fresh: Iterable[Seen]) -> None:
        for seen in fresh:
            share(self._known, seen.observation)
            kind = type(seen.observation.fact)
            if kind not in self._by_kind:
                self._by_kind[kind] = []
            self._by_kind[kind].append(seen)
            self._raw[seen.record_id] = seen
            self.seq = max(self.seq, seen.seq)

    def _show(self, fresh: Sequence[Seen] | None) -> None:
        """Bring what is shown up to date: `fresh` alone where nothing changes it, everything for None."""
        self._views.clear()
        lessons, joins, before = self.lessons(), self.joins(), self._by_id
        changes = bool(lessons.all or joins)
        self._by_id, self._facts = self._raw, self._by_kind
        if changes:
            self._by_id, self._facts = self._replay.shown(lessons, joins, self._raw, self._by_kind)
        if fresh is None or changes or before is not self._raw:
            self._counts = tally(seen.observation for seen in self._by_id.values())
        else:
            tally([seen.observation for seen in fresh], self._counts)

    def derived(self, name: str, build: Callable[[], T]) -> T:
        """A value worked out from this reading, kept until the next refresh brings something new."""
        with self._lock:
            if name not in self._views:
                self._views[name] = build()
            return cast("T", self._views[name])

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
        return lists[0] if len(lists) == 1 else sorted((seen for each in lists for seen in each), key=_seq)

    def newest(self) -> list[Seen]:
        """Every message, newest first by the date it was sent."""
        return self.derived("newest", lambda: sorted(self.messages, key=_sent, reverse=True))

    def orders(self) -> list[OrderView]:
        """Every order, newest first."""
        return self.derived("orders", self._orders)

    def parcels(self) -> list[ParcelView]:
        """Every parcel, the one last heard of first."""
        return self.derived("parcels", lambda: fold_parcels(self._of(Parcel), self._holders()))

    def offers(self) -> list[OfferView]:
        """Every offer, the one last heard of first."""
        return self.derived("offers", lambda: fold_offers(self._of(Offer)))

    def invoices(self) -> list[InvoiceView]:
        """Every invoice, the one last heard of first."""
        return self.derived("invoices", lambda: fold_invoices(self._of(Invoice), self._holders()))

    def bookings(self) -> list[BookingView]:
        """Every booking, the latest journey first."""
        return self.derived("bookings", lambda: fold_bookings(self._of(Booking)))

    def benefits(self) -> list[BenefitView]:
        """Every loyalty programme, the one last heard of first."""
        return self.derived("benefits", lambda: fold_benefits(self._of(Benefit)))

    def returns(self) -> list[ReturnView]:
        """Every return and refund, the one last heard of first."""
        return self.derived("returns", lambda: fold_returns(self._of(Return), self._holders()))

    def warranties(self) -> list[WarrantyView]:
        """Every warranty, the one that ends last first."""
        return self.derived("warranties", lambda: fold_warranties(self._of(Warranty), self._holders()))

    def merchants(self) -> list[MerchantView]:
        """Every merchant, the one last heard from first."""
        return self.derived(
            "merchants", lambda: fold_merchants(self._counts, self.orders(), self.parcels(), self.offers())
        )

    def spending_by_month(self) -> list[MonthSpend]:
        """Sums by month and currency, the newest month first."""
        return self.derived("months", lambda: by_month(self.orders()))

    def spending_by_merchant(self) -> list[MerchantSpend]:
        """Sums by merchant and currency, the largest first."""
        return self.derived("spenders", lambda: by_merchant(self.orders()))

    def message(self, record_id: str) -> Seen:
        """The message of a record; raises NotFound."""
        seen = self._by_id.get(record_id)
        if seen is None or not isinstance(seen.observation.fact, Message):
            raise NotFound(N_("There is no such message in this vault."))
        return seen

    def order(self, order_id: str) -> OrderView:
        """The order of that id; raises NotFound."""
        return _found(self.derived("orders by id", lambda: {view.id: view for view in self.orders()}), order_id)

    def parcel(self, parcel_id: str) -> ParcelView:
        """The parcel of that id; raises NotFound."""
        return _found(self.derived("parcels by id", lambda: {view.id: view for view in self.parcels()}), parcel_id)

    def merchant(self, merchant_id: str) -> MerchantView:
        """The merchant of that id (its domain), or the one it is joined to; raises NotFound."""
        by_id = self.derived("merchants by id", lambda: {view.id: view for view in self.merchants()})
        return _found(by_id, self.joins().of(merchant_id))

    def relation(self, merchant_id: str) -> Relation:
        """Everything about one merchant; raises NotFound."""
        view = self.merchant(merchant_id)
        return Relation(
            view,
            self._mail_of().get(view.id, []),
            self._cut("orders", self.orders).get(view.id, []),
            self._cut("parcels", self.parcels).get(view.id, []),
            self._cut("offers", self.offers).get(view.id, []),
            self._cut("invoices", self.invoices).get(view.id, []),
            self._cut("bookings", self.bookings).get(view.id, []),
            self._cut("benefits", self.benefits).get(view.id, []),
            self._cut("returns", self.returns).get(view.id, []),
            self._cut("warranties", self.warranties).get(view.id, []),
        )

    def _orders(self) -> list[OrderView]:
        hanging = self.parcels(), self.invoices(), self.returns(), self.warranties()
        return attach(fold_bare(self._of(Order)), *hanging)

    def _holders(self) -> Holders:
        return self.derived("orders by mail", lambda: orders_by_mail(self._of(Order)))

    def _of(self, kind: type[Any]) -> list[Observation]:
        return [seen.observation for seen in self._facts.get(kind, ())]

    def _mail_of(self) -> dict[str, list[Seen]]:
        return self.derived(
            "mail by merchant", lambda: sorted_in(self.newest(), lambda seen: domain_of(seen.observation.merchant))
        )

    def _cut(self, name: str, views: Callable[[], list[T]]) -> dict[str, list[T]]:
        return self.derived(
            f"{name} by merchant", lambda: sorted_in(views(), lambda view: domain_of(cast("Any", view).merchant))
        )


def read(vault: OpenVault) -> Reading:
    """Everything an open vault can show, but bodies and attachments."""
    reading = Reading()
    reading.refresh(vault)
    return reading


def _found(by_id: dict[str, T], wanted: str) -> T:
    if wanted not in by_id:
        raise NotFound(N_("There is nothing under this address in this vault."))
    return by_id[wanted]


def _seq(seen: Seen) -> int:
    return seen.seq


def _sent(seen: Seen) -> tuple[datetime, int]:
    return seen.message.sent_at, seen.seq
