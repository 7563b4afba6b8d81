"""The journal: every access, grant and refusal, found and counted, and whether the chain is whole."""

from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any, NamedTuple
from weakref import WeakKeyDictionary

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from mesinfos.consent.fields import Purpose
from mesinfos.consent.journal import Entry
from mesinfos.consent.lookup import find
from mesinfos.consent.reads import Reads, counted
from mesinfos.consent.unusual import unusual
from mesinfos.consent.witness import Walk, walk
from mesinfos.relations.reading import Reading
from web.dashboard.sharing.parties import Parties, Party, pages, parties
from web.dashboard.sharing.sought import GROUPS, Wanted, wanted
from web.dashboard.shown import today
from web.deps import Here, Mine, Shown
from web.render import go, page

router = APIRouter(prefix="/journal")
SIZE = 50
OFTEN = timedelta(minutes=10)
"""How long a walk of the whole chain counts; a press walks it anew."""


class Told(NamedTuple):
    """A line as it is shown: whom it is about, and where its subject and its merchant are."""

    line: Entry
    party: Party | None
    at: str
    merchant: str


class Monthly(NamedTuple):
    """One merchant's reading: this month and the one before."""

    domain: str
    name: str
    now: Reads
    before: Reads


@router.get("")
def journal(  # noqa: PLR0913, PLR0917  two of them are the query
    request: Request,
    vault: Mine,
    reading: Shown,
    asked: Annotated[Wanted, Depends(wanted)],
    before: str = "",
    anew: str = "",
) -> Response:
    """The lines that answer, newest first, after the whole chain was checked."""
    start = int(before) if before.isdecimal() and len(before) < 12 else 0
    known = parties(vault)
    lines = find(vault, asked.sought(known, reading), SIZE + 1, start)
    first = not asked.any and not start
    return page(
        request,
        "journal/list.html",
        lines=told(vault, known, lines[:SIZE], {one.id for one in reading.merchants()}),
        older=lines[SIZE - 1].seq if len(lines) > SIZE else 0,
        start=start,
        asked=asked,
        groups=GROUPS,
        names=known.names(),
        purposes=[one for one in Purpose if one in known.purposes()],
        much=[(one, party) for one in unusual(vault, reading) if (party := known.known(one.grant_id))] if first else [],
        digest=_digest(vault, reading, known) if first else None,
        **_chain(vault, reading, anew=bool(anew)),
    )


def told(vault: Mine, known: Parties, lines: list[Entry], merchants: set[str]) -> list[Told]:
    """Lines with whom they are about and where to go from them."""
    places = pages(vault)
    return [
        Told(line, party, places.get(line.subject, ""), party.domain if party and party.domain in merchants else "")
        for line in lines
        for party in [known.known(line.subject)]
    ]


_walks: WeakKeyDictionary[Reading, Walk] = WeakKeyDictionary()
"""How far each open vault's chain was walked; each page walks what came since: a long chain takes seconds."""


def _chain(vault: Mine, reading: Reading, *, anew: bool) -> dict[str, Any]:
    """Whether the chain is whole, how many lines it has, and when all of them were looked at."""
    known = None if anew else _walks.get(reading)
    if known and (known.problems or known.begun < datetime.now(UTC) - OFTEN):
        known = None
    _walks[reading] = found = walk(vault, known)
    return {"problems": found.problems, "total": found.seq, "checked": found.begun}


def _digest(vault: Mine, reading: Reading, known: Parties) -> dict[str, Any]:
    """What each merchant read this month and last, and the days that the links ask for."""
    found = counted(vault, reading).months(today())
    rows: dict[str, Monthly] = {}
    for grant_id in found.now.keys() | found.before.keys():
        party = known.known(grant_id) or Party("", "")
        row = rows.get(party.domain, Monthly(party.domain, party.name, Reads(), Reads()))
        now, before = found.now.get(grant_id, Reads()), found.before.get(grant_id, Reads())
        rows[party.domain] = row._replace(now=row.now.plus(now), before=row.before.plus(before))
    ordered = sorted(rows.values(), key=lambda row: (-row.now.times, -row.before.times, row.name.casefold()))
    last = found.first - timedelta(days=1)
    spans = {"now": (found.first, _end(found.first)), "before": (last.replace(day=1), last)}
    return {"rows": ordered, "spans": spans, "whole": found.whole}


def _end(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


@router.post("/seen")
def seen(request: Request, here: Here, vault: Mine) -> Response:
    """The person has seen to the alarms of the last unlock; they are shown no more."""
    here.alarms.pop(vault.vault_id, None)
    return go(request, "/journal")
