"""Sources of a person: which connector, with which settings, and how far it has read.

Settings are sealed under the instance key (always_on: read while the vault is locked) or under the vault's root
(while_unlocked). Label, cursor and errors name addresses and folders, so they are sealed under the instance key.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from msgspec import Struct
from msgspec.json import decode, encode
from msgspec.structs import replace
from sqlalchemy import Connection, Row, delete, insert, select, update

from mesinfos.errors import N_, InvalidInput, Locked, NotFound
from mesinfos.vault.instance import Instance
from mesinfos.vault.keys import new_id
from mesinfos.vault.openvault import OpenVault
from mesinfos.vault.tables import moment, run, source, stamp

ALWAYS_ON, WHILE_UNLOCKED = "always_on", "while_unlocked"
STATES = ("idle", "running", "paused", "error", "reconnect", "waiting")
PURPOSE = "source"


class Source(Struct, frozen=True):
    """A configured connector of one person; its settings are asked for apart (`source_values`)."""

    source_id: str
    vault_id: str
    connector: str
    label: str
    mode: str
    state: str
    created_at: datetime
    cursor: str = ""
    last_success: datetime | None = None
    last_error: str = ""
    signers: dict[str, int] = {}
    """Who signs this mailbox's Authentication-Results, counted by the sync."""


class _Details(Struct, frozen=True, omit_defaults=True):
    label: str
    cursor: str = ""
    last_success: datetime | None = None
    last_error: str = ""
    signers: dict[str, int] = {}


def add_source(
    vault: OpenVault, connector: str, label: str, values: Mapping[str, str], mode: str = ALWAYS_ON
) -> Source:
    """A new source, idle; raises InvalidInput for a mode we do not have."""
    if mode not in {ALWAYS_ON, WHILE_UNLOCKED}:
        raise InvalidInput(N_("The mode is always_on or while_unlocked."), field="mode")
    added = Source(new_id(5), vault.vault_id, connector, label, mode, "idle", moment(stamp()))
    row = {name: getattr(added, name) for name in ("vault_id", "source_id", "connector", "mode", "state")}
    row |= {"created_at": stamp(added.created_at), "details": _seal_details(vault.instance, added)}
    with vault.instance.database.write(vault.vault_id) as conn:
        conn.execute(insert(source), row | {"sealed": _sealed(vault, added, values)})
    return added


def list_sources(instance: Instance, vault_id: str) -> list[Source]:
    """The sources of a vault, oldest first."""
    query = select(source).where(source.c.vault_id == vault_id).order_by(source.c.created_at)
    with instance.database.read(vault_id) as conn:
        return [_source(instance, row) for row in conn.execute(query).all()]


def get_source(instance: Instance, vault_id: str, source_id: str) -> Source:
    """One source; raises NotFound."""
    with instance.database.read(vault_id) as conn:
        return _source(instance, _row(conn, vault_id, source_id))


def remove_source(instance: Instance, vault_id: str, source_id: str) -> None:
    """Forget a source, its settings and its runs; what it brought stays. Raises NotFound."""
    with instance.database.write(vault_id) as conn:
        _row(conn, vault_id, source_id)
        conn.execute(delete(run).where(run.c.vault_id == vault_id, run.c.source_id == source_id))
        conn.execute(delete(source).where(source.c.vault_id == vault_id, source.c.source_id == source_id))


def update_source(
    vault: OpenVault, source_id: str, values: Mapping[str, str], label: str | None = None, mode: str | None = None
) -> Source:
    """Other settings, label or mode for a source; the cursor stays. Raises NotFound."""
    with vault.instance.database.write(vault.vault_id) as conn:
        before = _source(vault.instance, _row(conn, vault.vault_id, source_id))
        after = replace(before, label=label or before.label, mode=mode or before.mode, state="idle", last_error="")
        changed = {"mode": after.mode, "sealed": _sealed(vault, after, values)}
        _save(vault.instance, conn, after, **changed)
    return after


def source_values(instance: Instance, source: Source, vault: OpenVault | None) -> dict[str, str]:
    """The settings of a source; raises Locked when they lie under the root and no open vault is given."""
    with instance.database.read(source.vault_id) as conn:
        sealed = _row(conn, source.vault_id, source.source_id).sealed
    if source.mode == ALWAYS_ON:
        return decode(instance.key.open(source.vault_id, PURPOSE, source.source_id, sealed), type=dict[str, str])
    if vault is None or vault.vault_id != source.vault_id:
        raise Locked(N_("This source can be read only while its owner's vault is open."))
    return decode(vault.open(PURPOSE, source.source_id, sealed), type=dict[str, str])


def save_cursor(
    instance: Instance, conn: Connection, source: Source, cursor: str, signers: Mapping[str, int] | None = None
) -> None:
    """Remember how far a source was read, in the transaction that stores what was read."""
    found = _source(instance, _row(conn, source.vault_id, source.source_id))
    counted = found.signers if signers is None else dict(signers)
    _save(instance, conn, replace(found, cursor=cursor, signers=counted))


def set_state(  # noqa: PLR0913, PLR0917  where, which, and what: each caller has them apart
    instance: Instance, conn: Connection, vault_id: str, source_id: str, state: str, error: str = ""
) -> None:
    """What a source is doing; "idle" without an error counts as a success. Raises NotFound."""
    if state not in STATES:
        raise ValueError(f"no such state: {state}")
    found = replace(_source(instance, _row(conn, vault_id, source_id)), state=state, last_error=error)
    if state == "idle" and not error:
        found = replace(found, last_success=moment(stamp()))
    _save(instance, conn, found)


def reseal_sources(conn: Connection, old: OpenVault, new: OpenVault) -> None:
    """Put the settings that lie under the old root under the new one."""
    mine = (source.c.vault_id == old.vault_id, source.c.mode == WHILE_UNLOCKED)
    for row in conn.execute(select(source).where(*mine)).all():
        sealed = new.seal(PURPOSE, row.source_id, old.open(PURPOSE, row.source_id, row.sealed))
        place = (source.c.vault_id == old.vault_id, source.c.source_id == row.source_id)
        conn.execute(update(source).where(*place).values(sealed=sealed))


def _row(conn: Connection, vault_id: str, source_id: str) -> Row[Any]:
    query = select(source).where(source.c.vault_id == vault_id, source.c.source_id == source_id)
    row = conn.execute(query).one_or_none()
    if row is None:
        raise NotFound(N_("There is no source {source_id}."), source_id=source_id)
    return row


def _save(instance: Instance, conn: Connection, changed: Source, **columns: object) -> None:
    place = (source.c.vault_id == changed.vault_id, source.c.source_id == changed.source_id)
    details = _seal_details(instance, changed)
    conn.execute(update(source).where(*place).values(state=changed.state, details=details, **columns))


def _source(instance: Instance, row: Row[Any]) -> Source:
    plain = instance.key.open(row.vault_id, "source details", row.source_id, row.details)
    more = decode(plain, type=_Details)
    known = (row.source_id, row.vault_id, row.connector, more.label, row.mode, row.state, moment(row.created_at))
    return Source(*known, more.cursor, more.last_success, more.last_error, more.signers)


def _seal_details(instance: Instance, what: Source) -> bytes:
    details = _Details(what.label, what.cursor, what.last_success, what.last_error, what.signers)
    return instance.key.seal(what.vault_id, "source details", what.source_id, encode(details))


def _sealed(vault: OpenVault, what: Source, values: Mapping[str, str]) -> bytes:
    plain = encode(dict(values))
    if what.mode == ALWAYS_ON:
        return vault.instance.key.seal(vault.vault_id, PURPOSE, what.source_id, plain)
    return vault.seal(PURPOSE, what.source_id, plain)
