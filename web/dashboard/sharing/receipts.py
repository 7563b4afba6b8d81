"""What proves a consent: its receipts to download, who asked, and whether it reads more than usual."""

from typing import Any
from urllib.parse import urlsplit

from fastapi import APIRouter
from fastapi.responses import Response

from mesinfos.consent.archive import PURPOSE, list_receipts, receipt_file
from mesinfos.consent.grant import Grant
from mesinfos.consent.proving import known_proof
from mesinfos.consent.unusual import unusual
from mesinfos.consent.webhooks import address_of, checked_address
from mesinfos.relations.reading import Reading
from mesinfos.vault.signing import thumbprint
from web.deps import Mine, Typed

router = APIRouter(prefix="/consents/receipts")


@router.get("/{receipt_id}")
def download(vault: Mine, receipt_id: str) -> Response:
    """The person's copy, byte for byte what the merchant reads."""
    headers = {"Content-Disposition": f'attachment; filename="mesinfos-receipt-{receipt_id[:8]}.json"'}
    return Response(receipt_file(vault, receipt_id), media_type="application/json", headers=headers)


def webhook_of(vault: Mine, form: Typed, planned: Grant) -> str:
    """Where the merchant wants to be told; raises InvalidInput for an address that is not its own."""
    return checked_address(form["webhook"], planned.domain, vault.instance.settings.outbound_hosts)


def proofs(vault: Mine, reading: Reading, grant: Grant) -> dict[str, Any]:
    """What a consent's page tells of proofs, receipts and reading."""
    instance, client = vault.instance, grant.client_id
    return {
        "receipts": list_receipts(vault, grant.grant_id),
        "fingerprint": thumbprint(instance.key.signer(PURPOSE).public),
        "proof": known_proof(instance, vault.vault_id, grant.domain, client) if client else None,
        "host": urlsplit(client).hostname or "",
        "told": address_of(instance, vault.vault_id, grant.grant_id),
        "much": next((one for one in unusual(vault, reading) if one.grant_id == grant.grant_id), None),
    }
