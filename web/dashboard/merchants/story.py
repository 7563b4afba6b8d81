"""One relation as a story: orders, mails, parcels, consents, accesses and rights asked for; all of it, or by kind."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, time

from fastapi import APIRouter, Request
from fastapi.responses import Response

from mesinfos.consent.journal import Action, Entry
from mesinfos.consent.lookup import Sought, find
from mesinfos.consent.reads import Reads, read_of
from mesinfos.relations.claims import claims
from mesinfos.relations.reading import Reading
from mesinfos.relations.timeline import Entry as Moment
from mesinfos.relations.timeline import timeline
from web.dashboard.listing import cut, number
from web.dashboard.merchants.merchants import tab
from web.dashboard.sharing.families import FAMILIES, Level
from web.dashboard.sharing.resting import consents_of
from web.dashboard.sharing.sought import GROUPS
from web.deps import Mine, Shown

router = APIRouter(prefix="/merchants/{merchant_id}")
KINDS = {
    "orders": {"order", "invoice", "return", "booking"},
    "messages": {"message"},
    "parcels": {"parcel"},
    "consents": {"consent"},
    "accesses": {"access"},
    "rights": {"right"},
}
"""What the chips above a story stand for."""

READS, CONSENTS = GROUPS["read"][1], GROUPS["consent"][1]
LINES = 2000
"""Lines of the journal that a story is told from, the newest of each kind; all stand in the journal itself."""
LOOKED = (Action.DATA_READ, Action.GRANT_READ, Action.RECEIPTS_READ, Action.DATA_DEPOSITED, Action.DEPOSIT_REFUSED)
LAST = 20


@router.get("")
def relation(  # noqa: PLR0913, PLR0917  two of them are the query
    request: Request, vault: Mine, reading: Shown, merchant_id: str, only: str = "", whole: str = ""
) -> Response:
    """The relation as a story, newest first; with `whole` on one page, to be printed."""
    found, only = reading.relation(merchant_id), only if only in KINDS else ""
    told = [*timeline(reading, merchant_id), *_shared(vault, reading, found.view.id)]
    kind_of = {kind: group for group, kinds in KINDS.items() for kind in kinds}
    kept = [one for one in told if not only or kind_of[one.kind] == only]
    kept.sort(key=lambda one: (one.at, one.kind, one.ref), reverse=True)
    values = {
        "shown": cut(kept, 1 if whole else number(request), LINES if whole else 50),
        "orders": {order.id: order for order in found.orders},
        "only": only,
        "counts": Counter(kind_of[one.kind] for one in told),
        "whole": bool(whole),
    }
    return tab(request, (vault, reading), found, "", **values)


@router.get("/consents")
def consents(request: Request, vault: Mine, reading: Shown, merchant_id: str) -> Response:
    """What this merchant may see, and could; and when it looked, at what, by which rule."""
    found = reading.relation(merchant_id)
    held = {one.grant.grant_id: one for one in consents_of(vault, reading, found.view.id)}
    lines = find(vault, Sought(frozenset(held), LOOKED), LAST + 1)
    rules = {name: [(one, level) for one in FAMILIES if (level := one.level(held[name]))] for name in held}
    values = {
        "looked": [(line, held[line.subject]) for line in lines[:LAST]],
        "others": len(lines) > LAST,
        "rules": {name: [pair for pair in some if pair[1] is not Level.NOTHING] for name, some in rules.items()},
    }
    return tab(request, (vault, reading), found, "/consents", **values)


def _shared(vault: Mine, reading: Reading, domain: str) -> Iterator[Moment]:
    """What the journal and the rights add to a story."""
    subjects = frozenset(held.grant.grant_id for held in consents_of(vault, reading, domain))
    if subjects:
        for line in find(vault, Sought(subjects, CONSENTS), LINES):
            yield Moment(line.at, "consent", line.action, line.subject, "")
        yield from _accesses(find(vault, Sought(subjects, READS), LINES))
    for claim in claims(reading.choices(), domain):
        yield Moment(_noon(claim.sent), "right", claim.right, claim.right, "")
        if claim.answered:
            yield Moment(_noon(claim.answered), "right", claim.right, claim.right, "answered")


def _accesses(lines: list[Entry]) -> Iterator[Moment]:
    """One moment a day and consent: a merchant that reads each hour must not drown the rest. Newest lines first."""
    days: dict[tuple[date, str], tuple[datetime, Reads]] = {}
    for line in lines:
        place = (line.at.astimezone().date(), line.subject)
        at, reads = days.get(place, (line.at, Reads()))
        days[place] = (at, reads.plus(read_of(line.details)))
    for (_, grant_id), (at, reads) in days.items():
        yield Moment(at, "access", str(reads.times), grant_id, str(reads.things))


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12)).astimezone()
