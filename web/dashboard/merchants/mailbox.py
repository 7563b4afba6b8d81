"""The mailbox: all mail sorted by kind of mail and kind of merchant, under days and months, the newest first."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import Response

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
    whole = not asked.text and not only
    kept = _sorted_out(reading, found, chosen, whole=whole)
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
        shelves=_shelves(reading, found, chosen, whole=whole),
        shelf=shelf(request, vault, reading, "/messages"),
        broken=[(one.record_id, one.observation) for one in reading.quarantined if _is_broken(one)],
        aside=len(mail(reading).hidden),
    )


@counts("/messages")
def _count(_: OpenVault, reading: Reading, asked: Mapping[str, str]) -> int:
    query, only = Query.of(asked.get("q", "")), asked.get("only", "")
    found = _answering(reading, query, only)
    chosen = asked.get("category", ""), asked.get("kind", "")
    whole = not query.text and not only
    return sum(len(_mails(line)) for line in _sorted_out(reading, found, chosen, whole=whole))


def _answering(reading: Reading, asked: Query, only: str) -> Sequence[Line]:
    """The lines that answer to a query, of all mail or of what pretends."""
    sifted = mail(reading)
    if only == "imitating":
        pretending = [seen for seen in sifted.shown if seen.message.imitates]
        return asked.keep(reading, "message", pretending, attrgetter("record_id"))
    lines: Sequence[Line] = reading.derived(f"lines on {today()}", sifted.lines)
    if not asked.terms and not asked.error:
        return lines
    found = asked.refs(reading, "message")
    singles = [seen for seen in sifted.shown if seen.record_id in found]
    weeks = list(_those(sifted.digests, lambda seen: seen.record_id in found))
    return sorted([*singles, *weeks], key=_at, reverse=True) if weeks else singles


def _those(lines: Iterable[Line], wanted: Callable[[Seen], bool]) -> Iterator[Line]:
    """Single mails that are wanted, and weeks with those of their mails that are."""
    for line in lines:
        if not isinstance(line, Digest):
            if wanted(line):
                yield line
        elif mails := [seen for seen in line.mails if wanted(seen)]:
            yield line._replace(mails=mails)


def _mails(line: Line) -> Sequence[Seen]:
    return line.mails if isinstance(line, Digest) else (line,)


def _sorted_out(reading: Reading, found: Sequence[Line], chosen: tuple[str, str], *, whole: bool) -> Sequence[Line]:
    """What lines hold of a kind of mail and of merchant; of all mail it is kept until something changes."""
    if not any(chosen):
        return found
    category, kind = chosen
    kinds = _kinds(reading)

    def wanted(seen: Seen) -> bool:
        # A hundred thousand mails are asked: a look at the fact itself, and no call but for the second question.
        if category and seen.observation.fact.category != category:  # type: ignore[union-attr]
            return False
        return not kind or kinds.get(domain_of(seen.observation.merchant), Kind.UNKNOWN) == kind

    def build() -> list[Line]:
        return list(_those(found, wanted))

    return reading.derived(f"mail of {category} and {kind} on {today()}", build) if whole else build()


def _kinds(reading: Reading) -> Mapping[str, Kind]:
    return reading.folded("kinds", lambda: {view.id: view.merchant.kind for view in reading.merchants()})


def _shelves(reading: Reading, found: Sequence[Line], chosen: tuple[str, str], *, whole: bool) -> Shelves:
    def count() -> Counter[tuple[str, str]]:
        mails = (seen for line in found for seen in _mails(line))
        # As plain text: a member of a list hashes itself by a call, once a mail.
        pairs = Counter((str(seen.message.category), domain_of(seen.observation.merchant)) for seen in mails)
        kinds, sums = _kinds(reading), Counter[tuple[str, str]]()
        for (category, domain), n in pairs.items():
            sums[category, kinds.get(domain, Kind.UNKNOWN).value] += n
        return sums

    pairs = reading.derived(f"shelves on {today()}", count) if whole else count()
    category, kind = chosen
    categories, kinds = Counter[str](), Counter[str]()
    for (one, other), n in pairs.items():
        categories[one] += n if kind in {"", other} else 0
        kinds[other] += n if category in {"", one} else 0
    return Shelves(categories, kinds)


def _at(line: Line) -> datetime:
    return line.at if isinstance(line, Digest) else line.message.sent_at


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
