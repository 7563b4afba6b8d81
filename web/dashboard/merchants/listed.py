"""The list of merchants: who they are, what they write and hold, how each stands with the person."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from operator import attrgetter
from typing import Annotated, Any, NamedTuple

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from mesinfos.model.choice import Topic, Welcome
from mesinfos.model.values import Kind
from mesinfos.relations.folding import domain_of
from mesinfos.relations.merchants import MerchantView
from mesinfos.relations.reading import Reading
from mesinfos.relations.search import plain
from mesinfos.vault.openvault import OpenVault
from web.dashboard.listing import cut, number
from web.dashboard.merchants.partners import Reception, reception
from web.dashboard.merchants.standing import Standing, standings
from web.dashboard.querying import Query
from web.dashboard.saved import counts, shelf
from web.dashboard.shown import today
from web.deps import Mine, Shown
from web.render import page

router = APIRouter(prefix="/merchants")
MONTH = timedelta(days=30)
HELD = ("orders", "parcels", "invoices", "bookings", "benefits", "offers")
"""What a relation may hold, in the order in which rows tell of it."""


class Row(NamedTuple):
    """A merchant in the list: what came in thirty days, what is held of it, how it stands with the person."""

    view: MerchantView
    standing: Standing
    reception: Reception
    lately: int
    held: Mapping[str, int]


class Wanted(NamedTuple):
    """What the list is asked for."""

    query: Query
    kind: str
    sort: str
    state: str
    sees: str
    holds: str

    def has(self, row: Row) -> bool:
        """Whether a merchant is of these kinds; those that are refused are only shown when they are asked for."""
        welcome = row.reception.welcome
        return (
            (welcome == self.state if self.state else welcome is not Welcome.REFUSED)
            and (not self.kind or row.view.merchant.kind == self.kind)
            and (not self.sees or row.standing.open is (self.sees == "something"))
            and (not self.holds or bool(row.held.get(self.holds)))
        )


def wanted(  # noqa: PLR0913, PLR0917  each is one field of the form
    q: str = "", kind: str = "", sort: str = "recent", state: str = "", sees: str = "", holds: str = ""
) -> Wanted:
    """The query of the list; what is no choice of it asks for nothing."""
    return Wanted(
        Query.of(q),
        kind,
        sort if sort in SORTS else "recent",
        state if state in set(Welcome) else "",
        sees if sees in {"something", "nothing"} else "",
        holds if holds in HELD else "",
    )


SORTS: dict[str, Callable[[Row], Any]] = {
    "recent": lambda row: -row.view.last_seen.timestamp(),
    "name": lambda row: plain(row.view.merchant.name),
    "orders": lambda row: (-row.view.orders, plain(row.view.merchant.name)),
    "mail": lambda row: (-row.view.messages, plain(row.view.merchant.name)),
    "month": lambda row: (-row.lately, plain(row.view.merchant.name)),
    "first": lambda row: row.view.first_seen.timestamp(),
}


@router.get("")
def merchants(request: Request, vault: Mine, reading: Shown, asked: Annotated[Wanted, Depends(wanted)]) -> Response:
    """Every merchant, found by words and keys, sifted by kind, state, consent and what is held, sorted as asked."""
    rows = _rows(vault, reading)
    found = sorted(_answering(reading, rows, asked), key=SORTS[asked.sort])
    return page(
        request,
        "merchants/list.html",
        asked.query.status,
        shown=cut(found, number(request)),
        **asked._asdict() | {"q": asked.query.text, "query": None},
        wrong=asked.query.wrong(request),
        shelf=shelf(request, vault, reading, "/merchants"),
        kinds=sorted({row.view.merchant.kind for row in rows}, key=list(Kind).index),
        states=Counter(row.reception.welcome for row in rows),
        total=len(rows),
    )


@counts("/merchants")
def _count(vault: OpenVault, reading: Reading, asked: Mapping[str, str]) -> int:
    known = {name: asked.get(name, "") for name in ("q", "kind", "state", "sees", "holds")}
    return len(_answering(reading, _rows(vault, reading), wanted(**known)))


def _answering(reading: Reading, rows: Iterable[Row], asked: Wanted) -> list[Row]:
    kept = [row for row in rows if asked.has(row)]
    return list(asked.query.keep(reading, "merchant", kept, attrgetter("view.id")))


def _rows(vault: OpenVault, reading: Reading) -> list[Row]:
    stand, chosen, day = standings(vault), reading.choices().all(Topic.MERCHANT), today()
    under, lately, held = reading.joins().under, _lately(reading), _held(reading)
    return [
        Row(
            one,
            stand.of(one.id, *under(one.id)),
            reception(chosen.get(one.id), day),
            lately[one.id],
            {name: n for name in HELD if (n := held[name][one.id])},
        )
        for one in reading.merchants()
    ]


def _lately(reading: Reading) -> Counter[str]:
    """How many mails each merchant sent in thirty days."""

    def count() -> Counter[str]:
        since = datetime.now(UTC) - MONTH
        recent = takewhile(lambda seen: seen.message.sent_at >= since, reading.newest())
        return Counter(domain_of(seen.observation.merchant) for seen in recent)

    return reading.derived(f"mail of thirty days on {today()}", count)


def _held(reading: Reading) -> dict[str, Counter[str]]:
    """How many things of each kind each merchant told of."""
    return reading.folded(
        "held",
        lambda: {name: Counter(domain_of(one.merchant) for one in getattr(reading, name)()) for name in HELD},
    )
