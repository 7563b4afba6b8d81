"""The mailbox: all mail sorted by kind of mail and kind of merchant, under days and months, the newest first."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import Response

from mesinfos.model.merchant import Merchant
from mesinfos.model.message import Quarantined
from mesinfos.model.values import Category, Kind
from mesinfos.relations.folding import domain_of
from mesinfos.relations.reading import Reading, Seen
from mesinfos.relations.sieve import Digest
from mesinfos.vault.openvault import OpenVault
from web.dashboard.listing import window
from web.dashboard.querying import Asked, Query
from web.dashboard.saved import counts, shelf
from web.dashboard.shown import mail, today
from web.deps import Mine, Shown
from web.render import page

router = APIRouter(prefix="/messages")
Line = Seen | Digest


class Under(NamedTuple):
    """The mail of one day or one month."""

    day: date | None
    month: date
    lines: list[Line]


class Shelves(NamedTuple):
    """How many mails there are of each kind of mail and of merchant: each given what is chosen of the other."""

    categories: Mapping[str, int]
    kinds: Mapping[str, int]


@router.get("")
def everything(  # noqa: PLR0913, PLR0917  each is one part of the query
    request: Request, vault: Mine, reading: Shown, asked: Asked, category: str = "", kind: str = ""
) -> Response:
    """Every message, newest first; `only=imitating` those that pretend to come from somebody else."""
    only = request.query_params.get("only", "")
    chosen = category if category in set(Category) else "", kind if kind in set(Kind) else ""
    found = _answering(reading, asked, only)
    kept = [one for line in found if (one := _cut(reading, line, *chosen))] if any(chosen) else found
    shown = window(kept, request, _key)
    return page(
        request,
        "messages/list.html",
        asked.status,
        shown=shown,
        under=list(_under(shown.items)),
        only=only,
        category=chosen[0],
        kind=chosen[1],
        q=asked.text,
        wrong=asked.wrong(request),
        shelves=_shelves(reading, found, chosen, whole=not asked.text and not only),
        shelf=shelf(request, vault, reading, "/messages"),
        broken=[(one.record_id, one.observation) for one in reading.quarantined if _is_broken(one)],
        aside=len(mail(reading).hidden),
    )


@counts("/messages")
def _count(_: OpenVault, reading: Reading, asked: Mapping[str, str]) -> int:
    found = _answering(reading, Query.of(asked.get("q", "")), asked.get("only", ""))
    chosen = asked.get("category", ""), asked.get("kind", "")
    return sum(len(_mails(one)) for line in found if (one := _cut(reading, line, *chosen)))


def _answering(reading: Reading, asked: Query, only: str) -> Sequence[Line]:
    """The lines that answer to a query, of all mail or of what pretends."""
    sifted = mail(reading)
    if only == "imitating":
        pretending = [seen for seen in sifted.shown if seen.message.imitates]
        return asked.keep(reading, "message", pretending, attrgetter("record_id"))
    lines: Sequence[Line] = reading.derived(f"lines on {today()}", sifted.lines)
    if not asked.terms and not asked.error:
        return lines
    mails = [seen for line in lines for seen in _mails(line)]
    found = {seen.record_id for seen in asked.keep(reading, "message", mails, attrgetter("record_id"))}
    return [one for line in lines if (one := _with(line, [m for m in _mails(line) if m.record_id in found]))]


def _mails(line: Line) -> Sequence[Seen]:
    return line.mails if isinstance(line, Digest) else (line,)


def _with(line: Line, mails: list[Seen]) -> Line | None:
    """A line that holds these mails alone; None for none."""
    if not mails:
        return None
    return line._replace(mails=mails) if isinstance(line, Digest) else line


def _cut(reading: Reading, line: Line, category: str, kind: str) -> Line | None:
    """What a line holds of a kind of mail and of merchant; None for nothing."""
    if kind and _kind(reading, line) != kind:
        return None
    return _with(line, [one for one in _mails(line) if not category or one.message.category == category])


def _kind(reading: Reading, line: Line) -> Kind:
    merchant: Merchant | None = line.merchant if isinstance(line, Digest) else line.observation.merchant
    kinds = reading.folded("kinds", lambda: {view.id: view.merchant.kind for view in reading.merchants()})
    return kinds.get(domain_of(merchant), Kind.UNKNOWN)


def _shelves(reading: Reading, found: Sequence[Line], chosen: tuple[str, str], *, whole: bool) -> Shelves:
    def count() -> Counter[tuple[str, str]]:
        return Counter(
            (mail_.message.category.value, _kind(reading, line).value) for line in found for mail_ in _mails(line)
        )

    pairs = reading.derived(f"shelves on {today()}", count) if whole else count()
    category, kind = chosen
    categories, kinds = Counter[str](), Counter[str]()
    for (one, other), n in pairs.items():
        categories[one] += n if kind in {"", other} else 0
        kinds[other] += n if category in {"", one} else 0
    return Shelves(categories, kinds)


def _key(line: Line) -> tuple[datetime, str]:
    return (line.at, f"{line.week}") if isinstance(line, Digest) else (line.message.sent_at, line.record_id)


def _under(lines: Iterable[Line]) -> Iterator[Under]:
    """Lines under today, yesterday, then one month after the other."""
    near = {today(), today() - timedelta(days=1)}

    def heading(line: Line) -> tuple[date | None, date]:
        day = _key(line)[0].astimezone().date()
        return (day if day in near else None), day.replace(day=1)

    return (Under(day, month, list(group)) for (day, month), group in groupby(lines, heading))


def _is_broken(seen: Seen) -> bool:
    return isinstance(seen.observation.fact, Quarantined)
