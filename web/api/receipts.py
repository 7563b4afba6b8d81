"""The merchant's copies of its receipts, and the public keys to check them and our webhooks with."""

import asyncio
from typing import Any

import msgspec
from fastapi import APIRouter, Request
from fastapi.responses import Response

from mesinfos.consent.archive import PURPOSE, closing_receipt, closing_token
from mesinfos.consent.counter import Ask
from mesinfos.consent.webhooks import PURPOSE as WEBHOOK
from mesinfos.consent.webhooks import public_key
from mesinfos.errors import NoGrant
from mesinfos.vault.instance import Instance
from mesinfos.vault.signing import public_jwk
from web.api import schemas
from web.api.credential import Credential, count_stranger
from web.api.disclosures import HEADERS, PROBLEMS, asked

router = APIRouter(prefix="/api/v1", tags=["merchant"])
KEYS_HEADERS = {"Cache-Control": "public, max-age=3600"}
NO_RECEIPT: dict[int | str, dict[str, Any]] = {
    401: {"model": schemas.Problem, "description": "This token opens no receipt: unknown, too early, or too late."}
}


@router.get("/receipts", summary="Read the grant's receipts", response_model=schemas.Receipts, responses=PROBLEMS)
async def receipts(request: Request, shown: Credential) -> Response:
    """Each a whole file that verifies by itself, the oldest first; and what will open the last one after the end."""
    found = await asked(request, Ask(shown.token, 0, receipts=True, proof=shown.proof))
    closing = closing_token(_instance(request), found.grant.vault_id, found.grant.grant_id)
    rest = {"closing_token": closing, "journal_head": found.head.hex()}
    body = b'{"receipts":[' + b",".join(found.disclosures) + b"]," + msgspec.json.encode(rest)[1:]
    return Response(body, media_type="application/json", headers=HEADERS)


@router.get("/receipts/closing", summary="Read the last receipt", response_model=schemas.Receipt, responses=NO_RECEIPT)
async def closing(request: Request, shown: Credential) -> Response:
    """After the end of a grant its token opens nothing; the closing token opens this one receipt for 90 days."""
    try:
        file = await asyncio.to_thread(closing_receipt, _instance(request), shown.token)
    except NoGrant:
        count_stranger(request)
        raise
    return Response(file, media_type="application/json", headers=HEADERS)


@router.get("/keys", summary="The keys to verify with", response_model=schemas.Keys)
def keys(request: Request) -> Response:
    """A JWK set (RFC 7517): the key of receipts and the key of webhooks, of this instance; never one of a person."""
    instance = _instance(request)
    signing = public_jwk(instance.key.signer(PURPOSE).public) | {"alg": "EdDSA", "mi_use": "receipts"}
    telling = public_jwk(instance.key.signer(WEBHOOK).public) | {"alg": "EdDSA", "mi_use": "webhooks"}
    telling |= {"mi_standard_webhooks": public_key(instance)}
    return Response(
        msgspec.json.encode({"keys": [signing, telling]}), media_type="application/jwk-set+json", headers=KEYS_HEADERS
    )


def _instance(request: Request) -> Instance:
    found: Instance = request.app.state.site.instance
    return found
