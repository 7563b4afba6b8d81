"""Home: what to do first, this month in figures, who looked at one's data, the sources. Every figure is a link."""

from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import Response

from mesinfos.consent.journal import entries
from mesinfos.consent.ledger import list_grants
from mesinfos.consent.unusual import unusual
from mesinfos.errors import N_
from mesinfos.model.values import ParcelStatus
from mesinfos.relations.doubts import doubts
from mesinfos.relations.parcels import ParcelView
from mesinfos.relations.reading import Reading
from mesinfos.relations.yearly import last_months
from mesinfos.rights.archives import last_proof
from mesinfos.vault.sources import Source, list_sources
from web.dashboard.merchants.standing import standings
from web.dashboard.purchases.buying import soon
from web.dashboard.shown import imitations, is_late, month_of, on_the_way, today, welcome
from web.deps import Here, Mine, Shown
from web.render import go, page

router = APIRouter()
AT_MOST = 6


class Task(NamedTuple):
    """Something that waits for the person: why, where, and what the link says."""

    icon: str
    tone: str
    title: str
    detail: str
    values: dict[str, Any]
    path: str
    action: str


@router.get("/")
def home(request: Request, here: Here, vault: Mine, reading: Shown) -> Response:
    """The first page of an open vault."""
    if vault.vault_id in here.recovery:
        return go(request, "/welcome/recovery")
    sources = list_sources(here.instance, vault.vault_id)
    day = today()
    tasks = list(_tasks(vault, reading, sources, day))
    return page(
        request,
        "home/home.html",
        tasks=tasks[:AT_MOST],
        more=max(len(tasks) - AT_MOST, 0),
        month=month_of(reading, day.replace(day=1)),
        chart=last_months(reading, day.replace(day=1)),
        way=on_the_way(reading)[:4],
        proof=last_proof(here.instance),
        accesses=entries(vault, limit=5),
        sources=sources,
        merchants=welcome(reading)[:6],
        empty=not len(reading) and not sources,
        today=day,
    )


def _tasks(vault: Mine, reading: Reading, sources: list[Source], day: date) -> Iterator[Task]:
    yield from _sources(sources)
    yield from (task for parcel in on_the_way(reading) if (task := _parcel(parcel, day)))
    for grant in standings(vault, day).ending():
        yield Task(
            "sharing", "warn", N_("The consent of {name} ends soon"), N_("On {day}"),
            {"name": grant.name, "day": grant.until}, f"/consents/{grant.grant_id}", N_("Look"),
        )  # fmt: skip
    yield from _readers(vault)
    pretending = imitations(reading)
    if pretending:
        names = sorted({seen.message.imitates for seen in pretending})
        yield Task(
            "warning", "bad", N_("Mail that pretends to come from {names}"), N_("Do not click in it."),
            {"names": ", ".join(names[:3])}, "/messages?only=imitating", N_("Look"),
        )  # fmt: skip
    if unsure := doubts(reading):
        yield Task(
            "question", "warn", N_("Things to confirm: {count}"), N_("They were read with little to go by."),
            {"count": len(unsure)}, "/doubts", N_("Look"),
        )  # fmt: skip
    for one in soon(reading, day):
        yield Task("clock", "", one.title, N_("On {day}"), one.values, one.path, N_("Look"))


def _sources(sources: list[Source]) -> Iterator[Task]:
    for source in sources:
        values = {"name": source.label}
        if source.state == "reconnect":
            yield Task(
                "source", "bad", N_("{name} no longer lets us in"), N_("The password was refused."),
                values, f"/sources/{source.source_id}/edit", N_("Reconnect"),
            )  # fmt: skip
        elif source.state == "error":
            yield Task(
                "source", "warn", N_("{name} could not be read"), N_("MesInfos tries again by itself."),
                values, "/sources", N_("Look"),
            )  # fmt: skip


def _readers(vault: Mine) -> Iterator[Task]:
    found = unusual(vault)
    names = {held.grant.grant_id: held.grant.name for held in list_grants(vault)} if found else {}
    for one in found:
        values = {"name": names.get(one.grant_id, ""), "count": one.today, "usual": one.usual}
        title, detail = (
            N_("{name} read {count} records today, usually about {usual}"),
            N_("Look whether that is meant."),
        )
        yield Task("sharing", "warn", title, detail, values, f"/consents/{one.grant_id}", N_("Look"))


def _parcel(one: ParcelView, day: date) -> Task | None:
    values = {"name": one.merchant.name if one.merchant else one.parcel.carrier, "day": one.parcel.pickup_until}
    path = f"/parcels/{one.id}"
    if one.parcel.status is ParcelStatus.PICKUP_AVAILABLE:
        until = N_("At the pickup point, until {day}") if one.parcel.pickup_until else N_("At the pickup point")
        return Task("parcel", "warn", N_("Fetch the parcel from {name}"), until, values, path, N_("Where"))
    if one.parcel.status is ParcelStatus.PROBLEM:
        return Task("parcel", "bad", N_("The parcel from {name} has a problem"), "", values, path, N_("Look"))
    if is_late(one, day):
        values["day"] = one.parcel.expected_until or one.parcel.expected_from
        late = N_("It was to come by {day}") if values["day"] else ""
        return Task("parcel", "bad", N_("The parcel from {name} is late"), late, values, path, N_("Look"))
    return None
