"""What a merchant may ask: what it was granted, and what it may read. Two addresses, both read only.

Answers are bytes made elsewhere; nothing here looks inside them. Errors rise and become problem documents in
`web/problems.py`; every token that opens nothing gets the same answer, so nobody learns whether a person exists.
"""

from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from mesinfos.consent.counter import Ask, Page
from mesinfos.consent.describe import sentences
from mesinfos.consent.fields import IEEE_7012, PURPOSE_IRIS
from mesinfos.consent.grant import Grant
from mesinfos.errors import NoGrant
from web.api import schemas
from web.api.credential import Credential, count_stranger
from web.api.desk import Desk
from web.api.direct import Direct

router = APIRouter(prefix="/api/v1", tags=["merchant"], route_class=Direct)

HEADERS = {"Cache-Control": "no-store"}
LAST = 2**62
"""No outbox numbers its disclosures so high; larger ones would not fit the database's integers."""

PROBLEMS: dict[int | str, dict[str, Any]] = {
    401: {"model": schemas.Problem, "description": "This token opens no grant: unknown, over or suspended."},
    422: {"model": schemas.Problem, "description": "`after` is not a number from an earlier answer."},
    429: {"model": schemas.Problem, "description": "Too many tokens that open nothing; Retry-After says when."},
    503: {"model": schemas.Problem, "description": "The database is busy; try again."},
}
EXAMPLE = {
    "disclosures": [
        {
            "id": "0c9b4d7be1f7a2a45cf0d2f0a4b7c1de",
            "data": {
                "@type": "Order",
                "orderDate": "2026-11",
                "orderStatus": "https://schema.org/OrderDelivered",
                "seller": {"@type": "Organization", "additionalType": "shop"},
            },
        }
    ],
    "next": 1,
    "more": False,
    "complete": True,
    "journal_head": "5f0b…",
}


@router.get(
    "/disclosures",
    summary="Read what was granted",
    response_model=schemas.Disclosures,
    responses=PROBLEMS | {200: {"content": {"application/json": {"example": EXAMPLE}}}},
)
async def disclosures(
    request: Request,
    shown: Credential,
    after: Annotated[int, Query(ge=0, le=LAST, description="`next` of a page.")] = 0,
) -> Response:
    """At most 100 disclosures numbered after `after`, oldest first. The person's journal notes every read."""
    found = await asked(request, Ask(shown.token, after, proof=shown.proof))
    return Response(_page_bytes(found), media_type="application/json", headers=HEADERS)


@router.get("/grant", summary="Read the terms of the grant", response_model=schemas.Terms, responses=PROBLEMS)
async def grant(request: Request, shown: Credential) -> Response:
    """What was granted, until when and what for, and the sentence the person read."""
    found = await asked(request, Ask(shown.token, None, proof=shown.proof))
    return Response(msgspec.json.encode(_terms(found.grant)), media_type="application/json", headers=HEADERS)


async def asked(request: Request, ask: Ask) -> Page:
    """The desk's answer; a token that opens nothing is counted against its address."""
    try:
        return await _desk(request).ask(ask)
    except NoGrant:
        count_stranger(request)
        raise


def _desk(request: Request) -> Desk:
    """This application's desk, opened with its first request."""
    state = request.app.state
    if not hasattr(state, "desk"):
        state.desk = Desk(state.site.instance)
    desk: Desk = state.desk
    return desk


def _page_bytes(found: Page) -> bytes:
    """The page around disclosures that are JSON already: what was previewed is what is served, byte for byte."""
    rest = {"next": found.next, "more": found.more, "complete": found.complete, "journal_head": found.head.hex()}
    rest |= {"damaged": found.damaged} if found.damaged else {}
    rest |= {} if found.left is None else {"left_today": found.left}
    rest |= {"again_on": found.again} if found.again else {}
    return b'{"disclosures":[' + b",".join(found.disclosures) + b"]," + msgspec.json.encode(rest)[1:]


def _terms(found: Grant) -> dict[str, object]:
    return {
        "grant_id": found.grant_id,
        "merchant": {"name": found.name, "domain": found.domain},
        "fields": found.fields,
        "scope": found.scope,
        "merchants": found.merchants,
        "sensitive": found.sensitive,
        "goods": found.goods,
        "since": found.since,
        "through": found.through,
        "until": found.until,
        "retention": found.retention,
        "volume": found.volume,
        "terms": found.terms,
        "terms_iri": IEEE_7012 + found.terms if found.terms else "",
        "deposits": found.deposits,
        "purpose": found.purpose,
        "purpose_iris": PURPOSE_IRIS[found.purpose],
        "sentence": sentences(found),
    }
