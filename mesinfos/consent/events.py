"""The one place where a consent's beginnings, changes, ends and refusals are told, in the transaction that makes them.

Each leaves a receipt for both sides, and a message to the merchant's webhook when it has one. All of it works while the
vault is locked, as a withdrawal does.
"""

from sqlalchemy import Connection, select

from mesinfos.consent import archive, webhooks
from mesinfos.consent.archive import Happening
from mesinfos.consent.dpv import Event
from mesinfos.consent.grant import Grant
from mesinfos.consent.journal import Action, append
from mesinfos.consent.promises import read_row
from mesinfos.errors import Tampered, UnknownFormat, UnreadableGrant
from mesinfos.vault.instance import Instance
from mesinfos.vault.openvault import OpenVault
from mesinfos.vault.tables import grant as grants

__all__ = ["Event", "refused", "told"]


def told(  # noqa: PLR0913  where, about which grant, what, and who was there
    instance: Instance,
    conn: Connection,
    vault_id: str,
    grant_id: str,
    event: Event,
    *,
    vault: OpenVault | None = None,
    by_merchant: bool = False,
    webhook: str = "",
) -> None:
    """Something happened to the grant of a row that the caller just wrote, its `public_key` still in place if it lives.

    Pass the open `vault` where there is one, and the person signs the receipt too; `webhook` is where the merchant
    wants to be told from now on (`webhooks.checked_address`), "" for what was said before. A grant that this vault did
    not sign ends without a receipt: nobody promised it.
    """
    row = conn.execute(select(grants).where(grants.c.vault_id == vault_id, grants.c.grant_id == grant_id)).one()
    try:
        grant = read_row(instance, row)
    except (UnreadableGrant, Tampered, UnknownFormat):
        return
    if webhook:
        webhooks.register(instance, conn, vault_id, grant_id, webhook)
    archive.keep(instance, conn, Happening(grant, event, vault, by_merchant, bytes(row.public_key)))
    webhooks.queue(instance, conn, vault_id, grant_id, event)


def refused(vault: OpenVault, draft: Grant, webhook: str = "") -> str:
    """The person said no to what a merchant asked for; returns the receipt's id.

    Nothing is in force, so the merchant's copy waits under its closing token, of which its webhook is told.
    """
    with vault.instance.database.write(vault.vault_id) as conn:
        if webhook:
            webhooks.register(vault.instance, conn, vault.vault_id, draft.grant_id, webhook)
        said = {"merchant": draft.domain}
        append(vault.instance, conn, vault.vault_id, Action.CONSENT_REFUSED, draft.grant_id, said)
        receipt_id = archive.keep(vault.instance, conn, Happening(draft, Event.REFUSED, vault))
        webhooks.queue(vault.instance, conn, vault.vault_id, draft.grant_id, Event.REFUSED)
    return receipt_id
