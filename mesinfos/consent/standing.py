"""What a grant remembers between two moments: how far its outbox was filled, and how much was read today.

It lies sealed in the grant's row, under the instance key: neither needs the vault open, and neither is for a thief of
the database to read. Damaged, it counts as empty: the outbox is then filled anew and the day's count begins again.
"""

from datetime import date
from typing import Any

import msgspec
from sqlalchemy import Connection, select, update

from mesinfos.errors import Tampered, UnknownFormat
from mesinfos.vault.instance import Instance
from mesinfos.vault.tables import grant as grants

CONTEXT = "grant standing"


class Standing(msgspec.Struct, frozen=True, omit_defaults=True):
    """`mark`: number and count of the records it was filled from, None for not at all; `read`: disclosures on `day`."""

    mark: tuple[int, int] | None = None
    day: date = date.min
    read: int = 0

    def read_on(self, day: date) -> int:
        """How many disclosures count for that day; a clock that jumps back gives nothing again."""
        return self.read if self.day >= day else 0


def standing_of(instance: Instance, row: Any) -> Standing:
    """What the row of a grant remembers."""
    if not row.details:
        return Standing()
    try:
        known = instance.key.open(row.vault_id, CONTEXT, row.grant_id, row.details)
        return msgspec.json.decode(known, type=Standing)
    except (Tampered, UnknownFormat, msgspec.MsgspecError):
        return Standing()


def remember(instance: Instance, conn: Connection, vault_id: str, grant_id: str, **values: Any) -> None:
    """Change what a grant remembers, in the caller's write transaction; what is not named stays."""
    mine = (grants.c.vault_id == vault_id, grants.c.grant_id == grant_id)
    row = conn.execute(select(grants).where(*mine).with_for_update()).one()
    known = msgspec.structs.replace(standing_of(instance, row), **values)
    sealed = instance.key.seal(vault_id, CONTEXT, grant_id, msgspec.json.encode(known))
    conn.execute(update(grants).where(*mine).values(details=sealed))
