"""Search over everything: one language, results by kind of thing, and an address that is the saved search."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import Response

from mesinfos.errors import N_, InvalidInput
from mesinfos.relations.photos import photos
from mesinfos.relations.query import Key, Term, parse
from mesinfos.relations.reading import Reading
from mesinfos.relations.search import Found, Hit, search
from mesinfos.vault.openvault import OpenVault
from web import bought, words
from web.dashboard.listing import Slice, cut, number
from web.dashboard.querying import Query
from web.dashboard.saved import counts, shelf
from web.dashboard.shown import today
from web.deps import Mine, Shown
from web.render import page, wrong
from web.words import Word

router = APIRouter()

FEW = 5
KINDS = {
    "merchant": Word(N_("Merchants"), icon="merchants"),
    "order": Word(N_("Orders"), icon="receipt"),
    "product": Word(N_("Products"), icon="purchases"),
    "parcel": Word(N_("Deliveries"), icon="parcel"),
    "offer": Word(N_("Offers"), icon="offer"),
    "invoice": Word(N_("Invoices"), icon="file"),
    "booking": Word(N_("Bookings"), icon="calendar"),
    "return": Word(N_("Returns"), icon="sync"),
    "message": Word(N_("Messages"), icon="mail"),
}
"""In the order in which kinds are shown."""

STATES: dict[str, Mapping[Any, Word]] = {
    "order": words.ORDER | bought.STATE,
    "product": words.ORDER | bought.STATE,
    "merchant": words.WELCOME,
    "parcel": words.PARCEL,
    "booking": words.BOOKING,
    "return": words.RETURN,
}
"""The words of states by kind; a status is found by its text, which is what its member equals."""


class Group(NamedTuple):
    """What was found of one kind: the first few of it, or one page when nothing else was found."""

    kind: str
    word: Word
    shown: Slice[Any]
    more: str


def state_of(hit: Hit) -> Word | None:
    """The word of a hit's state; None when it has none."""
    return STATES[hit.kind][hit.status] if hit.status else None


def address_of(hit: Hit) -> str:
    """Where a hit is shown: its own page, else the mail that told of it."""
    if hit.kind in {"merchant", "order", "product", "parcel", "message"}:
        return f"/{hit.kind}s/{hit.ref}"
    if hit.message:
        return f"/messages/{hit.message}"
    return "/offers" if hit.kind == "offer" else f"/merchants/{hit.merchant}/purchases"


WAYS: dict[str, Any] = {"state_of": state_of, "address_of": address_of}
"""What the page asks of a hit."""


@router.get("/search")
def everything(request: Request, vault: Mine, reading: Shown, q: str = "") -> Response:
    """What answers to the query; one that cannot be read is kept, with what is wrong in it."""
    try:
        terms = parse(q)
    except InvalidInput as error:
        return page(
            request,
            "search/search.html",
            status=422,
            q=q,
            groups=[],
            total=0,
            aside=0,
            asked=True,
            shelf=shelf(request, vault, reading, "/search"),
            wrong=wrong(request, error),
            **WAYS,
        )
    found = search(reading, terms, today())
    return page(
        request,
        "search/search.html",
        q=q,
        groups=list(_groups(found, q, number(request) if _of_one_kind(terms) else 0)),
        total=len(found),
        aside=len(found.of("message", aside=True)),
        asked=bool(terms),
        shelf=shelf(request, vault, reading, "/search"),
        photos=photos(reading),
        merchant=lambda hit: reading.merchant(hit.ref).merchant,
        **WAYS,
    )


@counts("/search")
def _count(_: OpenVault, reading: Reading, asked: Mapping[str, str]) -> int:
    return len(search(reading, Query.of(asked.get("q", "")).terms, today()))


def _of_one_kind(terms: Sequence[Term]) -> bool:
    return any(term.key is Key.TYPE and not term.negated for term in terms)


def _groups(found: Found, query: str, place: int) -> Iterator[Group]:
    for kind, word in KINDS.items():
        if places := found.of(kind):
            shown: Slice[Any] = cut(places, place) if place else cut(places, 1, FEW)
            more = "" if place or not shown.after else f"{query} type:{kind}"
            yield Group(kind, word, shown._replace(items=found.hits(shown.items)), more)
