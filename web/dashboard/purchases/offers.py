"""Offers and benefits: what can be used, by when it ends, and the press that wants no more of it."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import Response

from mesinfos.choose import choose
from mesinfos.errors import N_
from mesinfos.model.choice import Manner, Topic
from mesinfos.model.values import Category
from mesinfos.relations.merchants import MerchantView
from mesinfos.relations.offers import BenefitView, OfferView
from mesinfos.relations.reading import Reading
from web.dashboard.listing import cut, number
from web.dashboard.shown import mail, today, valid_offers
from web.deps import Form, Mine, Shown
from web.leaving import Leave, of_offers
from web.render import go, page

router = APIRouter(prefix="/offers")
WEEK = 7  # days
FOLDED = 50  # of those that are over


class Line(NamedTuple):
    """An offer with what is known of its merchant, and how many days are left; None without an end.

    `bought` is the day of the last order there.
    """

    view: OfferView
    merchant: MerchantView | None
    leave: Leave | None
    left: int | None
    bought: date | None = None


class Group(NamedTuple):
    """Offers that end about the same time."""

    title: str
    lines: list[Line]


@router.get("")
def offers(request: Request, reading: Shown) -> Response:
    """Offers that can still be used, those that end first on top; those that are over are folded away."""
    day, sifted = today(), mail(reading)
    shown = cut(valid_offers(reading, day), number(request))
    gone = (one for one in reading.offers() if one.verified and not one.valid_on(day))
    over = [one for one in gone if not sifted.hides(one.merchant, one.messages)]
    benefits = sorted(reading.benefits(), key=_expiry)
    spent = [one for one in benefits if _expiry(one) < day]
    values: dict[str, Any] = {"shown": shown, "groups": grouped(_lines(reading, shown.items, day))}
    values |= {"over": over[:FOLDED], "spent": spent, "benefits": benefits[len(spent) :]}
    return page(request, "offers/list.html", **values)


@router.post("/hide")
def hide(request: Request, vault: Mine, reading: Shown, form: Form) -> Response:
    """Show no more advertising of one merchant; its bills, deliveries and recalls still come through."""
    view = reading.merchant(form["merchant"])
    undo = choose(vault, reading, Topic.CELL, f"{Category.PROMO}@{view.id}", Manner.HIDE)
    return go(request, "/offers", said="offers-hidden", undo=undo)


def grouped(lines: list[Line]) -> list[Group]:
    """The offers by how soon they end; empty groups are left out."""
    soon = [one for one in lines if one.left is not None and one.left < WEEK]
    later = [one for one in lines if one.left is not None and one.left >= WEEK]
    opened = [one for one in lines if one.left is None]
    named = ((N_("Ending within a week"), soon), (N_("Ending later"), later), (N_("Without end date"), opened))
    return [Group(title, found) for title, found in named if found]


def _lines(reading: Reading, shown: Sequence[OfferView], day: date) -> list[Line]:
    known = {one.id: one for one in reading.merchants()}
    leave, last = of_offers(reading, shown), _last_orders(reading)
    return [
        Line(
            one,
            known.get(one.merchant.domain) if one.merchant else None,
            leave.get(one.id),
            (one.offer.valid_through - day).days if one.offer.valid_through else None,
            last.get(one.merchant.domain) if one.merchant else None,
        )
        for one in shown
    ]


def _last_orders(reading: Reading) -> dict[str, date]:
    """The day of the newest order by merchant."""
    return reading.folded(
        "last orders", lambda: {one.merchant.domain: one.day for one in reversed(reading.orders()) if one.merchant}
    )


def _expiry(one: BenefitView) -> date:
    return one.benefit.expires or date.max
