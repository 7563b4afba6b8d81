"""Erasure: nothing of a person stays in the database, its log, the pins, or beside the key."""

from sqlalchemy import delete

from mesinfos.consent import witness
from mesinfos.rights.backup import compact
from mesinfos.vault.instance import Instance
from mesinfos.vault.tables import METADATA
from mesinfos.vault.vaults import find_person


def erase_vault(instance: Instance, vault_id: str) -> dict[str, int]:
    """Delete every row of a person, the pins and the checkpoint, for good; returns how many rows of each table.

    Copies elsewhere (backups) are not reached. Raises NotFound.
    """
    find_person(instance, vault_id)
    gone = {}
    with instance.database.write(vault_id) as conn:
        for table in reversed(METADATA.sorted_tables):
            if "vault_id" in table.c:
                gone[table.name] = conn.execute(delete(table).where(table.c.vault_id == vault_id)).rowcount
    instance.pins.replace(vault_id)
    witness.forget(instance, vault_id)
    if instance.database.path is not None:
        compact(instance.database.path)
    return {name: count for name, count in gone.items() if count}
