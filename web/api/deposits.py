"""Where merchants give back: their own orders, bills, warranties and points of a person, under a grant that names them.

The answer repeats what was stated, and nothing else: whether the vault knew it already, nobody can tell from it.
"""

import asyncio
from typing import Any

import msgspec
from fastapi import APIRouter, Request
from fastapi.responses import Response

from mesinfos.consent.deposit import Depositor, deposit, depositor
from mesinfos.errors import N_, NoGrant
from mesinfos.vault.instance import Instance
from web.api import schemas
from web.api.body import LARGEST, OBJECTS, Body, read_body
from web.api.credential import Credential, count_stranger
from web.api.given import SHAPES
from web.api.limits import Pace, TooLarge

router = APIRouter(prefix="/api/v1", tags=["merchant"])
pace = Pace()

HEADERS = {"Cache-Control": "no-store"}
PROBLEMS: dict[int | str, dict[str, Any]] = {
    401: {"model": schemas.Problem, "description": "This token opens no grant: unknown, over or suspended."},
    403: {"model": schemas.Problem, "description": "The grant does not name this kind, or the body another seller."},
    413: {"model": schemas.Problem, "description": "More than 256 KB."},
    422: {"model": schemas.Misshapen, "description": "Not of the published shape; `errors` says where."},
    429: {"model": schemas.Problem, "description": "Too much at once; Retry-After says when."},
    503: {"model": schemas.Problem, "description": "The database is busy; try again."},
}
EXAMPLE = {
    "@context": "https://schema.org",
    "@type": "Order",
    "orderNumber": "A-1001",
    "orderDate": "2026-11-12",
    "orderStatus": "https://schema.org/OrderInTransit",
    "acceptedOffer": {
        "@type": "Offer",
        "itemOffered": {"@type": "Product", "name": "Casque audio", "sku": "CA-77", "gtin": "4006381333931"},
        "price": "59.98",
        "priceCurrency": "EUR",
    },
    "partOfInvoice": {
        "@type": "Invoice",
        "totalPaymentDue": {"@type": "MonetaryAmount", "currency": "EUR", "value": "59.98"},
    },
    "orderDelivery": {
        "@type": "ParcelDelivery",
        "trackingNumber": "6A12345678901",
        "provider": {"@type": "Organization", "name": "Colissimo"},
        "deliveryStatus": "in_transit",
        "expectedArrivalUntil": "2026-11-26",
    },
}


def _schema() -> dict[str, Any]:
    """The body's schema, its definitions written out where they are used: OpenAPI resolves no `$defs` in a path."""
    shapes = [_inlined(one.model_json_schema(by_alias=True)) for one in SHAPES.values()]
    one = {"oneOf": shapes}
    return {"anyOf": [one, {"type": "array", "items": one, "minItems": 1, "maxItems": OBJECTS}]}


def _inlined(schema: dict[str, Any]) -> dict[str, Any]:
    known = schema.pop("$defs", {})

    def whole(value: Any) -> Any:
        if isinstance(value, list):
            return [whole(one) for one in value]
        if not isinstance(value, dict):
            return value
        if "$ref" in value:
            return whole(known[value["$ref"].rpartition("/")[2]])
        return {name: whole(one) for name, one in value.items()}

    found: dict[str, Any] = whole(schema)
    return found


@router.post(
    "/deposits",
    summary="Give back",
    response_model=schemas.Deposited,
    responses=PROBLEMS,
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": _schema(), "example": EXAMPLE}},
        }
    },
)
async def deposits(request: Request, shown: Credential) -> Response:
    """One object of schema.org, or an array of at most 100; all of it is kept, or none. Sending it twice is once."""
    instance: Instance = request.app.state.site.instance
    try:
        who = await asyncio.to_thread(depositor, instance, shown.token, shown.proof)
    except NoGrant:
        count_stranger(request)
        raise
    pace.request(who.grant.grant_id)
    body, head = await asyncio.to_thread(_taken, instance, who, await _raw(request))
    said = {"accepted": body.accepted, "journal_head": head.hex()}
    return Response(msgspec.json.encode(said), media_type="application/json", headers=HEADERS)


def _taken(instance: Instance, who: Depositor, raw: bytes) -> tuple[Body, bytes]:
    body = read_body(raw)
    pace.things(who.grant.grant_id, len(body.statements))
    return body, deposit(instance, who, body.statements, body.parties)


async def _raw(request: Request) -> bytes:
    """The body, read no further than it may be long."""
    raw = b""
    async for part in request.stream():
        raw += part
        if len(raw) > LARGEST:
            raise TooLarge(N_("A deposit may hold 256 KB at most; send it in parts."))
    return raw
