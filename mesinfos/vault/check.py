"""Is everything there, and does it open? For `mesinfos doctor` and after a restore."""

from collections.abc import Callable

from msgspec import Struct
from sqlalchemy import Connection, select

from mesinfos.errors import VaultError
from mesinfos.vault.openvault import OpenVault
from mesinfos.vault.records import CHUNK, COLUMNS, opened_record
from mesinfos.vault.tables import record
from mesinfos.vault.tables import vault as vaults


class Found(Struct, frozen=True):
    """What a check of a vault saw. `missing` are numbers of records whose row is gone altogether."""

    readable: int
    deleted: int
    damaged: tuple[str, ...]
    missing: tuple[int, ...]

    @property
    def ok(self) -> bool:
        """Nothing is damaged and nothing is missing."""
        return not self.damaged and not self.missing


def check_records(vault: OpenVault, conn: Connection, progress: Callable[[int], None] = lambda _: None) -> Found:
    """Open every record, whatever its type, and look for gaps in their numbers; `progress` gets the count so far."""
    mine = vaults.c.vault_id == vault.vault_id
    expected = set(range(1, conn.execute(select(vaults.c.last_seq).where(mine)).scalar_one() + 1))
    query = select(*COLUMNS).where(record.c.vault_id == vault.vault_id).order_by(record.c.seq)
    readable, deleted, damaged = 0, 0, []
    for rows in conn.execute(query, execution_options={"yield_per": CHUNK}).partitions():
        vault.load_envelopes(conn, {row.envelope_id for row in rows if row.envelope_id})
        for row in rows:
            expected.discard(row.seq)
            if not row.envelope_id:
                deleted += 1
                continue
            try:
                opened_record(vault, row)
                readable += 1
            except VaultError:
                damaged.append(row.record_id)
        progress(readable + deleted + len(damaged))
    return Found(readable, deleted, tuple(damaged), tuple(sorted(expected)))
