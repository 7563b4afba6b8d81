"""Promises as they lie in the database: which there are, where each stands, and who is believed.

A grant's rules lie sealed under the instance key, so that the locked worker can read them, and carry the vault's
signature, so that it need not believe the database.
"""

from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from hashlib import sha256
from typing import NamedTuple

from sqlalchemy import Connection, Row, func, select

from mesinfos.consent.emptying import is_full
from mesinfos.consent.grant import CONTEXT, Grant, from_bytes
from mesinfos.errors import N_, NotFound, Tampered, UnknownFormat, UnreadableGrant
from mesinfos.vault.instance import Instance, signed_by, signed_message
from mesinfos.vault.keys import same
from mesinfos.vault.openvault import OpenVault
from mesinfos.vault.pins import Pin
from mesinfos.vault.tables import disclosure, moment
from mesinfos.vault.tables import grant as grants


class State(StrEnum):
    """Where a grant stands; only a live one discloses or answers."""

    LIVE = "live"
    SUSPENDED = "suspended"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


OVER = (State.WITHDRAWN, State.EXPIRED)
RUNNING = (State.LIVE, State.SUSPENDED)


class Held(NamedTuple):
    """A grant in the ledger; `complete` once its past has been disclosed, `disclosed` counts what may be read now."""

    grant: Grant
    state: State
    complete: bool
    disclosed: int
    given_at: datetime
    ended_at: datetime | None


def list_grants(vault: OpenVault) -> list[Held]:
    """Every grant that can be read, the newest first; those that cannot are named by `unreadable_grants`."""
    with vault.instance.database.read(vault.vault_id) as conn:
        counts = _counts(conn, vault.vault_id)
        found = [_held(vault.instance, row, counts) for row in _rows(conn, vault.vault_id)]
    return sorted((held for held in found if held), key=lambda held: held.given_at, reverse=True)


def unreadable_grants(vault: OpenVault) -> list[str]:
    """Ids of grants that break the storage law or that this vault did not sign; they disclose nothing."""
    with vault.instance.database.read(vault.vault_id) as conn:
        return [row.grant_id for row in _rows(conn, vault.vault_id) if not _held(vault.instance, row, {})]


def get_grant(vault: OpenVault, grant_id: str) -> Held:
    """One grant; raises NotFound, or UnreadableGrant."""
    with vault.instance.database.read(vault.vault_id) as conn:
        row = row_of(conn, vault.vault_id, grant_id)
        held = _held(vault.instance, row, _counts(conn, vault.vault_id))
    if held is None:
        raise UnreadableGrant(N_("This grant cannot be read, or this vault did not sign it."))
    return held


def read_row(instance: Instance, row: Row[tuple[object, ...]]) -> Grant:
    """The promise in a row; raises UnreadableGrant unless the pinned key signed exactly this for exactly this row."""
    rules = instance.key.open(row.vault_id, "grant", row.grant_id, row.rules)
    promise = _signed(row.vault_id, rules, bytes(row.signature), tuple(instance.pins.of(row.vault_id)))
    key_fits = not row.public_key or same(sha256(row.public_key).digest(), promise.key)
    if (promise.vault_id, promise.grant_id) != (row.vault_id, row.grant_id) or not key_fits:
        raise UnreadableGrant(N_("This grant was signed for another place."))
    return promise


@lru_cache(maxsize=500)
def _signed(vault_id: str, rules: bytes, signature: bytes, pins: tuple[Pin, ...]) -> Grant:
    """The grant in `rules`, when one of the pinned keys signed it. Remembered by all it depends on, the pins too."""
    message = signed_message(vault_id, CONTEXT, rules)
    if not any(signed_by(pin.verify, message, signature) for pin in pins):
        raise UnreadableGrant(N_("Nobody signed this grant."))
    return from_bytes(rules)


def signed_row(vault: OpenVault, promise: Grant) -> dict[str, object]:
    """What the row of a promise holds of it: its bytes, sealed for the locked worker, and the vault's signature."""
    rules = promise.to_bytes()
    sealed = vault.instance.key.seal(vault.vault_id, "grant", promise.grant_id, rules)
    return {"rules": sealed, "signature": vault.sign(CONTEXT, rules)}


def _rows(conn: Connection, vault_id: str) -> list[Row[tuple[object, ...]]]:
    return list(conn.execute(select(grants).where(grants.c.vault_id == vault_id)).all())


def row_of(conn: Connection, vault_id: str, grant_id: str, *, lock: bool = False) -> Row[tuple[object, ...]]:
    """A grant's row, locked on demand; raises NotFound."""
    query = select(grants).where(grants.c.vault_id == vault_id, grants.c.grant_id == grant_id)
    row: Row[tuple[object, ...]] | None = conn.execute(query.with_for_update() if lock else query).one_or_none()
    if row is None:
        raise NotFound(N_("There is no grant of this id in this vault."))
    return row


def _counts(conn: Connection, vault_id: str) -> dict[str, int]:
    query = select(disclosure.c.grant_id, func.count()).where(disclosure.c.vault_id == vault_id, is_full())
    return {row[0]: row[1] for row in conn.execute(query.group_by(disclosure.c.grant_id))}


def _held(instance: Instance, row: Row[tuple[object, ...]], counts: dict[str, int]) -> Held | None:
    try:
        promise = read_row(instance, row)
    except (UnreadableGrant, Tampered, UnknownFormat):
        return None
    ended = moment(row.ended_at) if row.ended_at else None
    number = counts.get(row.grant_id, 0)
    return Held(promise, State(row.state), bool(row.complete), number, moment(row.created_at), ended)
