"""Until when a buyer may change their mind, send back, and have a fault put right: from the order, the parcel, the law.

Days are the earliest that the law allows: where it lets a term that ends on a Sunday end on Monday, who acts by the
day shown is in time all the same. What was not delivered as far as anyone said is counted from the day of the order,
and says so.
"""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import NamedTuple

from mesinfos.catalogue import ProductCategory
from mesinfos.directory.buyers import EVERYWHERE, Law, Right, law_of
from mesinfos.model.choice import Topic
from mesinfos.model.values import Kind, OrderStatus, ParcelStatus, ReturnStatus
from mesinfos.relations.orders import UNDONE, OrderView
from mesinfos.relations.products import ProductView, products_of, purchase_of
from mesinfos.relations.reading import Reading

HOME = "home"
"""The subject of the choice that says where the person lives."""

SEND_BACK = Law("EU", Right.RETURN, date(2014, 6, 13), "Directive 2011/83/EU, art. 14", days=14)
WITHDRAWAL_SOON = timedelta(days=3)
GUARANTEE_SOON = timedelta(days=30)


class Deadline(NamedTuple):
    """One right of an order: from which day it is counted, its last day if it has one, and the law."""

    right: Right
    begins: date
    ends: date | None
    law: Law
    estimated: bool = False

    @property
    def exists(self) -> bool:
        """Whether the law gives it at all."""
        return self.law.days != 0

    def over(self, day: date) -> bool:
        """Whether its last day has passed."""
        return self.ends is not None and self.ends < day


class Ending(NamedTuple):
    """A right of an order that ends soon."""

    order: OrderView
    deadline: Deadline


def country_of(reading: Reading) -> str:
    """The country the person said they live in; that of the Union's common rules until they say."""
    return reading.choices().value(Topic.COUNTRY, HOME) or EVERYWHERE


def delivered_on(view: OrderView) -> date | None:
    """The day on which the last parcel of an order was delivered; None while one is on its way, or when nobody said."""
    days = [one.delivered_on for one in view.parcels if one.parcel.status is ParcelStatus.DELIVERED]
    return max(filter(None, days), default=None) if len(days) == len(view.parcels) else None


def deadlines(reading: Reading, view: OrderView) -> list[Deadline]:
    """The rights of an order of goods, the one that ends first on top; none for services and unproved orders."""
    return _terms(country_of(reading), view) if _gives_rights(reading, view) else []


def rights_of(reading: Reading, view: ProductView, day: date) -> list[Deadline]:
    """What can still be asked for a product: the rights, not over yet, of the order it was last kept from."""
    held = deadlines(reading, reading.order(purchase_of(view).order_id))
    return [one for one in held if one.exists and not one.over(day)]


def _gives_rights(reading: Reading, view: OrderView) -> bool:
    return view.verified and view.order.status not in UNDONE and _of_goods(reading, view)


def _terms(country: str, view: OrderView) -> list[Deadline]:
    came = delivered_on(view)
    found = [_sent_back(view)] if any(one.back.status is ReturnStatus.REQUESTED for one in view.returns) else []
    rights = [Right.GUARANTEE] if _perishes(view) else [Right.WITHDRAWAL, Right.GUARANTEE]
    laws = [law for right in rights if (law := law_of(country, right, view.day))]
    begins = came or view.day
    return found + [Deadline(law.right, begins, law.end(begins), law, came is None) for law in laws]


def _sent_back(view: OrderView) -> Deadline:
    asked = next(one for one in view.returns if one.back.status is ReturnStatus.REQUESTED)
    begins = asked.back.date or asked.first_seen.date()
    return Deadline(Right.RETURN, begins, SEND_BACK.end(begins), SEND_BACK)


def _of_goods(reading: Reading, view: OrderView) -> bool:
    """Whether something was bought that one can send back: a known product, or a shop's order that names nothing."""
    kind = view.merchant.kind if view.merchant else Kind.UNKNOWN
    return bool(products_of(reading, view.id)) or (not view.order.items and kind in {Kind.SHOP, Kind.MARKETPLACE})


def _perishes(view: OrderView) -> bool:
    """Food is not taken back for a change of mind (Directive 2011/83/EU, art. 16 d)."""
    sold_by = view.merchant is not None and view.merchant.kind is Kind.FOOD
    food = [item.category == ProductCategory.FOOD for item in view.order.items]
    return sold_by or (bool(food) and all(food))


def ending(reading: Reading, day: date) -> list[Ending]:
    """What ends within days (a change of mind) or weeks (a guarantee) of what surely came, the first on top."""
    return reading.derived(f"rights ending on {day}", lambda: sorted(_ending(reading, day), key=_first))


def coming(reading: Reading, day: date, days: int) -> Iterator[tuple[date, Ending]]:
    """What `ending` begins to hold from `day` on, within so many days (a month at most), with the day it does."""
    country, last = country_of(reading), day + timedelta(days=days)
    for view in reading.orders():
        came = delivered_on(view) if view.order.status is OrderStatus.DELIVERED else None
        # Both ends of the time and its middle: what may end in between does so for more than a month.
        if came and any(_may_end(came, on) for on in (day, day + (last - day) / 2, last)):
            near = [(one.ends - _before(one), one) for one in _terms(country, view) if one.exists and one.ends]
            begin = [(on, Ending(view, one)) for on, one in near if day <= on <= last]
            if begin and _gives_rights(reading, view):
                yield from begin


def _ending(reading: Reading, day: date) -> Iterable[Ending]:
    country = country_of(reading)
    for view in reading.orders():
        if view.order.status is OrderStatus.DELIVERED and _may_end(delivered_on(view), day):
            near = [one for one in _terms(country, view) if _is_near(one, day)]
            if near and _gives_rights(reading, view):  # what is no sale of goods is told last: that asks all products
                yield from (Ending(view, one) for one in near)


def _may_end(came: date | None, day: date) -> bool:
    """A quick no for most orders: days-long terms end in the first month, the others about an anniversary."""
    if came is None:
        return False
    since = (day - came).days
    return since <= 31 or since % 365 >= 330 or since % 365 <= 5  # leap days move an anniversary by two at most


def _is_near(one: Deadline, day: date) -> bool:
    return one.exists and one.ends is not None and day <= one.ends <= day + _before(one)


def _before(one: Deadline) -> timedelta:
    return GUARANTEE_SOON if one.right is Right.GUARANTEE else WITHDRAWAL_SOON


def _first(one: Ending) -> tuple[date, str]:
    return one.deadline.ends or date.max, one.order.id
