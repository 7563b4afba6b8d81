"""All consents at a glance: as a list, as a table of merchants and families of data, and as a statement to print."""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date
from typing import Annotated, Any, NamedTuple

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from mesinfos.consent.archive import PURPOSE
from mesinfos.consent.fields import Purpose
from mesinfos.consent.ledger import Held, State, list_grants, unreadable_grants
from mesinfos.relations.reading import Reading
from mesinfos.vault.signing import thumbprint
from web.dashboard.listing import cut, number
from web.dashboard.sharing.families import FAMILIES, Row, cells
from web.dashboard.shown import SOON, today
from web.deps import Mine, Shown
from web.render import page

router = APIRouter(prefix="/consents")
OVER_AT_MOST = 50

STATES: dict[str, Callable[[Held, date], bool]] = {
    "live": lambda held, _day: held.state is State.LIVE,
    "soon": lambda held, day: held.state is State.LIVE and held.grant.until - day <= SOON,
    "suspended": lambda held, _day: held.state is State.SUSPENDED,
    "over": lambda held, _day: held.state not in {State.LIVE, State.SUSPENDED},
}


class Wanted(NamedTuple):
    """The filters, checked: what is no answer of a list counts as not asked."""

    state: str = ""
    merchant: str = ""
    purpose: str = ""

    def has(self, held: Held, day: date) -> bool:
        """Whether a consent answers."""
        grant = held.grant
        fits = grant.domain == self.merchant if self.merchant else True
        fits = fits and (not self.purpose or grant.purpose == self.purpose)
        return fits and (not self.state or STATES[self.state](held, day))


def wanted(state: str = "", merchant: str = "", purpose: str = "") -> Wanted:
    """The query of both views."""
    return Wanted(state if state in STATES else "", merchant, purpose if purpose in set(Purpose) else "")


Asked = Annotated[Wanted, Depends(wanted)]


@router.get("")
def consents(request: Request, vault: Mine, asked: Asked) -> Response:
    """Every consent that answers: those in force, then those that are over."""
    held = list_grants(vault)
    found = [one for one in held if asked.has(one, today())]
    over = [one for one in found if STATES["over"](one, today())]
    live = [one for one in found if one not in over]
    return page(request, "consents/list.html", live=live, over=over[:OVER_AT_MOST], **_frame(vault, held, asked))


@router.get("/matrix")
def matrix(request: Request, vault: Mine, reading: Shown, asked: Asked, everything: str = "") -> Response:
    """The same as a table; those that see nothing are in it when all are asked for."""
    held = list_grants(vault)
    found = [one for one in held if asked.has(one, today()) and (asked.state or not STATES["over"](one, today()))]
    rows = _rows(reading, found)
    others = [] if any(asked) else _others(reading, rows)
    shown = cut([*rows, *others] if everything else rows, number(request), 30)
    frame = _frame(vault, held, asked)
    values: dict[str, Any] = {"families": FAMILIES, "others": len(others), "everything": bool(everything)}
    return page(request, "consents/matrix.html", shown=shown, **values, **frame)


@router.get("/statement")
def statement(request: Request, vault: Mine) -> Response:
    """Who may see what, and who could, on paper."""
    held = list_grants(vault)
    over = [one for one in held if STATES["over"](one, today())]
    live = [one for one in held if one not in over]
    fingerprint = thumbprint(vault.instance.key.signer(PURPOSE).public)
    return page(request, "consents/statement.html", live=live, over=over, fingerprint=fingerprint, day=today())


def _rows(reading: Reading, found: Iterable[Held]) -> list[Row]:
    by_merchant: dict[str, list[Held]] = {}
    for one in found:
        by_merchant.setdefault(reading.joins().of(one.grant.domain), []).append(one)
    names = {view.id: view.merchant.name for view in reading.merchants()}
    rows = [
        Row(domain, names.get(domain, some[0].grant.name), domain in names, cells(some))
        for domain, some in by_merchant.items()
    ]
    return sorted(rows, key=lambda row: row.name.casefold())


def _others(reading: Reading, rows: Iterable[Row]) -> list[Row]:
    """Merchants that see nothing, the one last heard from first."""
    there = {row.domain for row in rows}
    return [Row(one.id, one.merchant.name, True, cells(())) for one in reading.merchants() if one.id not in there]


def _frame(vault: Mine, held: list[Held], asked: Wanted) -> dict[str, Any]:
    """What both views have around them: the filters and how many answer each."""
    beside = asked._replace(state="")
    counts = Counter(
        name for one in held if beside.has(one, today()) for name, has in STATES.items() if has(one, today())
    )
    names = {one.grant.domain: one.grant.name for one in held}
    return {
        "asked": asked,
        "query": asked._asdict(),
        "counts": counts,
        "total": len(held),
        "names": dict(sorted(names.items(), key=lambda pair: pair[1].casefold())),
        "purposes": [one for one in Purpose if any(one == other.grant.purpose for other in held)],
        "broken": unreadable_grants(vault),
    }
