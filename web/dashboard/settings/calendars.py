"""Calendars to subscribe to: what one would show is seen first, then its address is made; a press ends it."""

from datetime import UTC, datetime

from fastapi import APIRouter, Request
from fastapi.responses import Response

from mesinfos.consent.feeds import Plan, end_feed, feeds, make_feed, renew, renewed
from mesinfos.errors import N_, InvalidInput
from mesinfos.relations.agenda import Kind
from web.calendars import summary
from web.dashboard.shown import agenda
from web.deps import Form, Here, Mine, Shown, Typed
from web.render import go, look, page, wrong

router = APIRouter(prefix="/settings/calendars")

KINDS = {
    Kind.PARCELS: N_("Parcels: the days they are expected"),
    Kind.PICKUPS: N_("The last day to fetch what waits at a pickup point"),
    Kind.WITHDRAWALS: N_("Until when you may change your mind or send back"),
    Kind.GUARANTEES: N_("When legal guarantees end"),
    Kind.WARRANTIES: N_("When merchants’ own warranties end"),
    Kind.OFFERS: N_("When offers and vouchers end"),
}
USUAL = (Kind.PARCELS, Kind.PICKUPS, Kind.WITHDRAWALS)
NOBODY = "0" * 43
"""The secret that a preview's ids are made from: they are not shown."""


@router.get("")
def shown(request: Request, vault: Mine, reading: Shown) -> Response:
    """The calendars there are, and the form of another."""
    renew(vault, agenda(reading))
    return _page(request, vault, Plan(look(request).language, USUAL, names=False))


@router.post("/preview")
def preview(request: Request, vault: Mine, reading: Shown, form: Form) -> Response:
    """Every event as the calendar would show it; nothing is made yet."""
    plan = _plan(request, form)
    if not plan.kinds:
        error = InvalidInput(N_("Tick at least one thing to see in the calendar."), field="kinds")
        return _page(request, vault, plan, error)
    full = renewed(plan, agenda(reading)(plan.kinds), NOBODY, datetime.now(UTC))
    told = [(one, summary(one, plan.language)) for one in full.entries]
    return page(request, "settings/calendar.html", plan=plan, told=told)


@router.post("")
def make(request: Request, here: Here, vault: Mine, reading: Shown, form: Form) -> Response:
    """Make the calendar that was seen, and show its address this once: who looks over a shoulder later reads none."""
    made = make_feed(vault, _plan(request, form), agenda(reading))
    feed = next(one for one in feeds(vault) if one.link_id == made)
    address = f"{here.instance.settings.base_url.rstrip('/')}/calendar/{feed.secret}.ics"
    return page(request, "settings/calendar_made.html", status=201, address=address)


@router.post("/{feed_id}/end")
def end(request: Request, vault: Mine, feed_id: str) -> Response:
    """From now on the address leads nowhere."""
    end_feed(vault, feed_id)
    return go(request, "/settings/calendars", said="calendar-ended")


def _plan(request: Request, form: Typed) -> Plan:
    ticked = set(form.all("kinds"))
    return Plan(look(request).language, tuple(kind for kind in Kind if kind in ticked), names=bool(form["names"]))


def _page(request: Request, vault: Mine, plan: Plan, error: InvalidInput | None = None) -> Response:
    return page(
        request,
        "settings/calendars.html",
        422 if error else 200,
        feeds=feeds(vault),
        plan=plan,
        kinds=KINDS,
        wrong=wrong(request, error, ("kinds",)) if error else {},
    )
