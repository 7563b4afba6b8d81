"""What this room does when a vault opens or gets a new root: forged grants are found, honest ones signed again."""

from sqlalchemy import Connection, select, update

from mesinfos.consent.journal import Action, append
from mesinfos.consent.promises import read_row, signed_row
from mesinfos.errors import Tampered, UnknownFormat, UnreadableGrant
from mesinfos.vault import hooks
from mesinfos.vault.openvault import OpenVault
from mesinfos.vault.tables import grant as grants


@hooks.at_unlock
def check_signatures(vault: OpenVault, conn: Connection) -> list[str]:
    """Alarm "grants_forged:N" for grants in the database that this vault did not sign."""
    forged = 0
    for row in conn.execute(select(grants).where(grants.c.vault_id == vault.vault_id)).all():
        try:
            read_row(vault.instance, row)
        except (UnreadableGrant, Tampered, UnknownFormat):
            forged += 1
    return [f"grants_forged:{forged}"] if forged else []


@hooks.at_new_root
def sign_again(old: OpenVault, new: OpenVault, conn: Connection) -> None:
    """Every grant the old key signed is signed by the new one; what it did not sign stays unsigned."""
    renewed = 0
    for row in conn.execute(select(grants).where(grants.c.vault_id == old.vault_id)).all():
        try:
            promise = read_row(old.instance, row)
        except (UnreadableGrant, Tampered, UnknownFormat):
            continue
        mine = (grants.c.vault_id == old.vault_id, grants.c.grant_id == row.grant_id)
        conn.execute(update(grants).where(*mine).values(signed_row(new, promise)))
        renewed += 1
    append(new.instance, conn, new.vault_id, Action.PASSPHRASE_CHANGED, new.vault_id, {"grants": renewed})
