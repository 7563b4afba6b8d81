"""How many records a vault has, under the instance key: a thief of the database cannot make it say fewer.

`vault.last_seq` is the number of the last record, `vault.counted` its MAC. A count that does not prove itself is
carried on as it is, so that the next sync does not make it good: only an unlock does, which then tells the person.
"""

from sqlalchemy import Connection, case, select, update

from mesinfos.vault.instance import Instance
from mesinfos.vault.instancekey import InstanceKey
from mesinfos.vault.keys import same
from mesinfos.vault.tables import vault


def counted(key: InstanceKey, vault_id: str, last: int) -> bytes:
    """What stands beside the count."""
    return key.mac(vault_id, "record count", last.to_bytes(8, "big"))


def count_on(instance: Instance, conn: Connection, vault_id: str, last: int, more: int) -> None:
    """There are `more` records after number `last`; the vault's row is locked."""
    was, now = (counted(instance.key, vault_id, number) for number in (last, last + more))
    proof = case((vault.c.counted == was, now), else_=vault.c.counted)
    conn.execute(update(vault).where(vault.c.vault_id == vault_id).values(last_seq=last + more, counted=proof))


def last_record(conn: Connection, vault_id: str) -> int:
    """The number of the last record, as the database tells it."""
    return int(conn.execute(select(vault.c.last_seq).where(vault.c.vault_id == vault_id)).scalar_one())


def count_is_ours(instance: Instance, conn: Connection, vault_id: str) -> bool | None:
    """Whether this instance counted that far; None for a vault that has no proof, as all had before there were any."""
    row = conn.execute(select(vault.c.last_seq, vault.c.counted).where(vault.c.vault_id == vault_id)).one()
    return same(counted(instance.key, vault_id, row.last_seq), row.counted) if row.counted else None


def prove_count(instance: Instance, vault_id: str) -> None:
    """Take the count as it stands from now on."""
    with instance.database.write(vault_id) as conn:
        proof = counted(instance.key, vault_id, last_record(conn, vault_id))
        conn.execute(update(vault).where(vault.c.vault_id == vault_id).values(counted=proof))
