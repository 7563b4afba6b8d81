"""What counts once: a proof of possession, an assertion. Seen again, it is refused, whichever worker sees it.

The marks lie in the database and are written in the transaction of what they allow: either both happen or neither.
They are forgotten when their age alone would have them refused.
"""

import time
from collections.abc import Sequence
from hashlib import sha256
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, delete, insert, select

from mesinfos.errors import N_
from mesinfos.vault.keys import joined
from mesinfos.vault.tables import once, stamp

NOWHERE = ""
"""The vault id of what is used before any vault is known; row-level security shows it to no vault."""

REPLAYED = N_("This proof was used before; make a new one for each request.")

SWEEP = 10.0
"""Seconds between two looks for marks to forget, in each process and vault."""


class Proof(NamedTuple):
    """A verified DPoP proof (RFC 9449): thumbprint of its key, a mark of its `jti`, and when it is too old anyway."""

    jkt: str
    mark: bytes
    until: int


def mark_of(*parts: str) -> bytes:
    """16 bytes that stand for who said what."""
    return sha256(joined(b"mesinfos/1 once", *(part.encode() for part in parts))).digest()[:16]


def first_time(conn: Connection, vault_id: str, marks: Sequence[tuple[bytes, int]]) -> set[int]:
    """The places of those marks that were never seen, which now are; within a transaction that holds what they are for.

    Of the same mark twice among them, the first counts.
    """
    _sweep(conn, vault_id)
    wanted = list({mark for mark, _ in marks})
    if not wanted:
        return set()
    seen = {bytes(row.mark) for row in conn.execute(_SEEN, {"vault": vault_id, "marks": wanted})}
    fresh: dict[bytes, int] = {}
    for place, (mark, _) in enumerate(marks):
        if mark not in seen:
            fresh.setdefault(mark, place)
    if fresh:
        rows = [{"vault_id": vault_id, "mark": mark, "expires_at": marks[at][1]} for mark, at in fresh.items()]
        conn.execute(_INSERT, rows)
    return set(fresh.values())


def _sweep(conn: Connection, vault_id: str) -> None:
    now = time.monotonic()
    if now < _swept.get(vault_id, 0.0) + SWEEP:
        return
    if len(_swept) > 10_000:
        _swept.clear()
    _swept[vault_id] = now
    conn.execute(_FORGET, {"vault": vault_id, "now": stamp()})


_swept: dict[str, float] = {}

# Written once: putting a statement together costs several times what running it does.
_SEEN = select(once.c.mark).where(
    once.c.vault_id == bindparam("vault"), once.c.mark.in_(bindparam("marks", expanding=True))
)
_INSERT = insert(once)
_FORGET = delete(once).where(once.c.vault_id == bindparam("vault"), once.c.expires_at < bindparam("now"))
