"""What waits for the person, the most pressing first; a press puts one off until tomorrow."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import Response

from mesinfos.choose import choose
from mesinfos.consent.ledger import list_grants
from mesinfos.consent.unusual import unusual
from mesinfos.errors import N_, NotFound
from mesinfos.model.choice import Topic
from mesinfos.model.values import ParcelStatus
from mesinfos.relations.choices import Choices, Chosen
from mesinfos.relations.claims import claims
from mesinfos.relations.parcels import ParcelView
from mesinfos.relations.reading import Reading
from mesinfos.relations.underway import expected
from mesinfos.rights.archivist import broken, overdue
from mesinfos.vault.instance import Instance
from mesinfos.vault.sources import Source, list_sources
from web.dashboard.merchants.standing import standings
from web.dashboard.purchases.buying import soon
from web.dashboard.shown import imitations, is_late, on_the_way, today, unsure
from web.deps import Form, Here, Mine, Shown
from web.render import go

router = APIRouter(prefix="/tasks")


class Task(NamedTuple):
    """Something that waits for the person: why, where, and what the link says."""

    name: str
    icon: str
    tone: str
    title: str
    detail: str
    values: dict[str, Any]
    path: str
    action: str

    @property
    def subject(self) -> str:
        """What a choice to put it off names: a parcel that gets late after it waited is another task."""
        return f"{self.name} {self.path}"


class Waiting(NamedTuple):
    """Tasks to do now, and those put off, each with the choice that did so."""

    now: list[Task]
    later: list[tuple[Task, Chosen]]


def waiting(vault: Mine, reading: Reading, sources: list[Source], day: date) -> Waiting:
    """All that waits, as it stands on `day`."""
    choices = reading.choices()
    found = list(_tasks(vault, reading, sources, day))
    off = {task.subject: until for task in found if (until := _put_off(choices, task, day))}
    return Waiting(
        [task for task in found if task.subject not in off],
        [(task, off[task.subject]) for task in found if task.subject in off],
    )


@router.post("/later")
def later(request: Request, here: Here, vault: Mine, reading: Shown, form: Form) -> Response:
    """Put one off until tomorrow; raises NotFound for what does not wait."""
    day = today()
    known = {task.subject for task in _tasks(vault, reading, list_sources(here.instance, vault.vault_id), day)}
    if form["task"] not in known:
        raise NotFound(N_("Nothing of that name waits for you."))
    until = (day + timedelta(days=1)).isoformat()
    return go(request, "/", said="later", undo=choose(vault, reading, Topic.LATER, form["task"], until))


def _put_off(choices: Choices, task: Task, day: date) -> Chosen | None:
    chosen = choices.all(Topic.LATER).get(task.subject)
    return chosen if chosen and chosen.value > day.isoformat() else None


def _tasks(vault: Mine, reading: Reading, sources: list[Source], day: date) -> Iterator[Task]:
    yield from _sources(sources)
    yield from _backups(vault.instance)
    yield from (task for parcel in on_the_way(reading) if (task := _parcel(parcel, day)))
    for grant in standings(vault, day).ending():
        yield Task(
            "ending", "sharing", "warn", N_("The consent of {name} ends soon"), N_("On {day}"),
            {"name": grant.name, "day": grant.until}, f"/consents/{grant.grant_id}", N_("Look"),
        )  # fmt: skip
    yield from _readers(vault, reading)
    yield from _unanswered(reading, day)
    yield from _mail(reading)
    for one in soon(reading, day):
        yield Task("deadline", "clock", "", one.title, N_("On {day}"), one.values, one.path, N_("Look"))


def _unanswered(reading: Reading, day: date) -> Iterator[Task]:
    names = {one.id: one.merchant.name for one in reading.merchants()}
    for one in claims(reading.choices()):
        if one.late(day):
            values = {"name": names.get(one.domain, one.domain), "day": one.due}
            title, path = N_("{name} has not answered your letter"), f"/merchants/{one.domain}/rights"
            yield Task("unanswered", "mail", "warn", title, N_("It was due by {day}"), values, path, N_("Look"))


def _mail(reading: Reading) -> Iterator[Task]:
    if pretending := imitations(reading):
        names = sorted({seen.message.imitates for seen in pretending})
        yield Task(
            "imitations", "warning", "bad", N_("Mail that pretends to come from {names}"), N_("Do not click in it."),
            {"names": ", ".join(names[:3])}, "/messages?only=imitating", N_("Look"),
        )  # fmt: skip
    if asked := unsure(reading):
        yield Task(
            "doubts", "question", "warn", N_("Things to confirm: {count}"), N_("They were read with little to go by."),
            {"count": len(asked)}, "/doubts", N_("Look"),
        )  # fmt: skip


def _sources(sources: list[Source]) -> Iterator[Task]:
    for source in sources:
        values = {"name": source.label}
        if source.state == "reconnect":
            yield Task(
                "reconnect", "source", "bad", N_("{name} no longer lets us in"), N_("The password was refused."),
                values, f"/sources/{source.source_id}/edit", N_("Reconnect"),
            )  # fmt: skip
        elif source.state == "error":
            yield Task(
                "failing", "source", "warn", N_("{name} could not be read"), N_("MesInfos tries again by itself."),
                values, "/sources", N_("Look"),
            )  # fmt: skip


def _backups(instance: Instance) -> Iterator[Task]:
    for name, tone, title, detail, one in (
        ("broken", "bad", N_("The newest backup does not open"), N_("Made on {day}"), broken(instance)),
        ("overdue", "warn", N_("No new backup was made"), N_("The newest is of {day}"), overdue(instance)),
    ):
        if one:
            yield Task(name, "file", tone, title, detail, {"day": one.made_at}, "/settings/backups", N_("Look"))


def _readers(vault: Mine, reading: Reading) -> Iterator[Task]:
    found = unusual(vault, reading)
    names = {held.grant.grant_id: held.grant.name for held in list_grants(vault)} if found else {}
    for one in found:
        values = {"name": names.get(one.grant_id, ""), "count": one.today, "usual": one.usual}
        title, detail = (
            N_("{name} read {count} records today, usually about {usual}"),
            N_("Look whether that is meant."),
        )
        yield Task("unusual", "sharing", "warn", title, detail, values, f"/consents/{one.grant_id}", N_("Look"))


def _parcel(one: ParcelView, day: date) -> Task | None:
    values = {"name": one.merchant.name if one.merchant else one.parcel.carrier, "day": one.parcel.pickup_until}
    path = f"/parcels/{one.id}"
    if one.parcel.status is ParcelStatus.PICKUP_AVAILABLE:
        until = N_("At the pickup point, until {day}") if one.parcel.pickup_until else N_("At the pickup point")
        return Task("fetch", "parcel", "warn", N_("Fetch the parcel from {name}"), until, values, path, N_("Where"))
    if one.parcel.status is ParcelStatus.PROBLEM:
        return Task(
            "problem", "parcel", "bad", N_("The parcel from {name} has a problem"), "", values, path, N_("Look")
        )
    if is_late(one, day):
        days = expected(one)
        values["day"] = days.last if days else None
        late = N_("It was to come by {day}") if values["day"] else ""
        return Task("late", "parcel", "bad", N_("The parcel from {name} is late"), late, values, path, N_("Look"))
    return None
