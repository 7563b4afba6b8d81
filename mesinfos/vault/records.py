"""Sealed observations: stored while the vault is locked, read while it is open, in the order they came.

A batch of records shares one fresh envelope; each record is bound to its id, type, number, day, merchant tag and
parent, so none of them can be changed in the database without the record becoming unreadable.
"""

import os
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from msgspec import Struct, field
from sqlalchemy import ColumnElement, Connection, Row, bindparam, delete, exists, insert, or_, select, update

from mesinfos.errors import N_, NotFound, Tampered, VaultError
from mesinfos.vault.counting import count_on
from mesinfos.vault.envelope import Envelope
from mesinfos.vault.inbox import store_envelope
from mesinfos.vault.instance import Instance
from mesinfos.vault.keys import new_record_id
from mesinfos.vault.openvault import OpenVault
from mesinfos.vault.tables import envelope, journal, link, receipt, record
from mesinfos.vault.tables import vault as vaults

SCHEMA = 1
HEAVY = ("attachment", "body", "photo")
"""Types read one by one when a person asks for them."""

CHUNK = 500
"""Values in one IN (…), and rows fetched at a time."""

BOUND = ("seq", "day", "stream", "parent", "source_id", "tag")
COLUMNS = [record.c[name] for name in ("record_id", "type", "schema", "envelope_id", "ciphertext", *BOUND)]
_KNOWN = select(record.c.tag).where(
    record.c.vault_id == bindparam("vault"), record.c.tag.in_(bindparam("tags", expanding=True))
)
_RELEASE = (
    update(record)
    .where(record.c.vault_id == bindparam("vault"), record.c.record_id == bindparam("id"))
    .values(tag=bindparam("none"))
)
TOMBSTONE = {"type": "", "day": "", "stream": b"", "parent": "", "source_id": "", "envelope_id": "", "ciphertext": b""}


class NewRecord(Struct, frozen=True):
    """What shall be stored. `tag` is unique in the vault; `stream` the merchant's tag; `parent` a record's id."""

    type: str
    payload: bytes
    tag: bytes
    stream: bytes
    day: date
    record_id: str = field(default_factory=new_record_id)
    parent: str = ""


class Record(Struct, frozen=True, gc=False):
    """What was stored, read back."""

    seq: int
    record_id: str
    type: str
    day: date
    stream: bytes
    parent: str
    payload: bytes


def known_tags(conn: Connection, vault_id: str, tags: Iterable[bytes]) -> set[bytes]:
    """Which of these tags the vault has, deleted records included."""
    wanted = list(tags)
    found: set[bytes] = set()
    for start in range(0, len(wanted), CHUNK):
        these = {"vault": vault_id, "tags": wanted[start : start + CHUNK]}
        found.update(map(bytes, conn.execute(_KNOWN, these).scalars()))
    return found


def tags_like(conn: Connection, vault_id: str, start: bytes) -> list[bytes]:
    """The tags that begin so, in the order in which they came, those of deleted records too."""
    last = start + b"\xff" * (16 - len(start))
    mine = (record.c.vault_id == vault_id, record.c.tag >= start, record.c.tag <= last)
    return [bytes(tag) for tag in conn.execute(select(record.c.tag).where(*mine).order_by(record.c.seq)).scalars()]


def ids_of(conn: Connection, vault_id: str, source_id: str, stream: bytes) -> list[str]:
    """The records that one source brought about one merchant, in order."""
    mine = (record.c.vault_id == vault_id, record.c.source_id == source_id, record.c.stream == stream)
    return list(conn.execute(select(record.c.record_id).where(*mine).order_by(record.c.seq)).scalars())


def ids_of_type(conn: Connection, vault_id: str, type_: str, before: date = date.max) -> list[str]:
    """The records of one type that came before a day and belong to no other record, in order."""
    mine = (record.c.vault_id == vault_id, record.c.type == type_, record.c.parent == "", record.c.envelope_id != "")
    early = record.c.day < before.isoformat()
    return list(conn.execute(select(record.c.record_id).where(*mine, early).order_by(record.c.seq)).scalars())


def store_records(
    instance: Instance, conn: Connection, vault_id: str, records: Sequence[NewRecord], source_id: str = ""
) -> list[str]:
    """Seal and store what the vault does not have yet, and return the ids newly stored; needs no open vault.

    Numbers are consecutive within a vault: its row is locked until the transaction ends. A record without a
    tag is never taken for another; children of a record already known are skipped with it.
    """
    last = hold_vault(conn, vault_id)
    fresh = _unknown(conn, vault_id, records)
    if not fresh:
        return []
    sealing = store_envelope(instance, conn, vault_id)
    rows = [_row(sealing, number, new, source_id) for number, new in enumerate(fresh, last + 1)]
    conn.execute(insert(record), rows)
    count_on(instance, conn, vault_id, last, len(fresh))
    return [new.record_id for new in fresh]


def read_records(
    vault: OpenVault, conn: Connection, after: int = 0, types: Collection[str] = (), limit: int | None = None
) -> Iterator[Record]:
    """Records after number `after`, in order; no `types` means all but the heavy ones.

    A record that does not open is skipped and its id added to `vault.damaged`: never wrong data.
    """
    wanted = record.c.type.in_(types) if types else record.c.type.not_in(HEAVY)
    mine = (record.c.vault_id == vault.vault_id, record.c.seq > after, record.c.envelope_id != "", wanted)
    query = select(*COLUMNS).where(*mine).order_by(record.c.seq).limit(limit)
    for rows in conn.execute(query, execution_options={"yield_per": CHUNK}).partitions():
        vault.load_envelopes(conn, {row.envelope_id for row in rows})
        for row in rows:
            try:
                yield opened_record(vault, row)
            except VaultError:
                _report(vault, row.record_id)


def read_record(vault: OpenVault, conn: Connection, record_id: str) -> Record:
    """One record of any type; raises NotFound, Tampered or UnknownFormat."""
    mine = (record.c.vault_id == vault.vault_id, record.c.record_id == record_id, record.c.envelope_id != "")
    row = conn.execute(select(*COLUMNS).where(*mine)).one_or_none()
    if row is None:
        raise NotFound(N_("There is no record of that id in this vault."))
    vault.load_envelopes(conn, {row.envelope_id})
    try:
        return opened_record(vault, row)
    except VaultError:
        _report(vault, record_id)
        raise


def read_children(vault: OpenVault, conn: Connection, parent: str, types: Collection[str] = ()) -> list[Record]:
    """The records that belong to another one, in order, of these types or of all; damaged ones are reported."""
    if not parent:
        return []
    mine = [record.c.vault_id == vault.vault_id, record.c.parent == parent, record.c.envelope_id != ""]
    mine += [record.c.type.in_(types)] if types else []
    # Sorted here: asked for an order, SQLite walks the whole vault in it rather than look for the parent.
    rows = sorted(conn.execute(select(*COLUMNS).where(*mine)).all(), key=lambda row: row.seq)
    vault.load_envelopes(conn, {row.envelope_id for row in rows})
    found = []
    for row in rows:
        try:
            found.append(opened_record(vault, row))
        except VaultError:
            _report(vault, row.record_id)
    return found


def delete_records(conn: Connection, vault_id: str, record_ids: Collection[str]) -> int:
    """Forget records and their children, returning how many; number and tag stay, so that no sync brings them back.

    Envelopes that hold nothing any more go too.
    """
    wanted, gone = list(record_ids), 0
    for start in range(0, len(wanted), CHUNK):
        some = wanted[start : start + CHUNK]
        named = or_(record.c.record_id.in_(some), record.c.parent.in_(some))
        mine = (record.c.vault_id == vault_id, record.c.envelope_id != "", named)
        gone += conn.execute(update(record).where(*mine).values(TOMBSTONE)).rowcount
    if gone:
        conn.execute(delete(envelope).where(envelope.c.vault_id == vault_id, envelope.c.grant_id == "", *_unused()))
    return gone


def release_records(conn: Connection, vault_id: str, record_ids: Collection[str]) -> int:
    """Forget records and their children so that they may be read again, returning how many: their tags go too."""
    wanted = list(record_ids)
    for start in range(0, len(wanted), CHUNK):
        some = wanted[start : start + CHUNK]
        named = or_(record.c.record_id.in_(some), record.c.parent.in_(some))
        found = conn.execute(select(record.c.record_id).where(record.c.vault_id == vault_id, named)).scalars().all()
        if found:
            conn.execute(_RELEASE, [{"vault": vault_id, "id": one, "none": os.urandom(16)} for one in found])
    return delete_records(conn, vault_id, wanted)


def records_of(conn: Connection, vault_id: str, source_id: str, after: int, until: int) -> dict[str, str]:
    """The records that a source brought after number `after` and up to `until`, each with its parent's id."""
    mine = (record.c.vault_id == vault_id, record.c.seq > after, record.c.seq <= until, record.c.envelope_id != "")
    found = conn.execute(select(record.c.record_id, record.c.parent).where(*mine, record.c.source_id == source_id))
    return {row.record_id: row.parent for row in found}


def _unused() -> tuple[ColumnElement[bool], ...]:
    return tuple(
        ~exists().where(held.c.vault_id == envelope.c.vault_id, held.c.envelope_id == envelope.c.envelope_id)
        for held in (record, journal, receipt, link)
    )


def hold_vault(conn: Connection, vault_id: str) -> int:
    """The number of the vault's last record, its row locked (SQLite's write transaction holds everything anyhow).

    Whoever stores records and looks at grants takes this lock first, as a sync does, so that none waits for the other.
    """
    query = select(vaults.c.last_seq).where(vaults.c.vault_id == vault_id).with_for_update()
    last = conn.execute(query).scalar_one_or_none()
    if last is None:
        raise NotFound(N_("There is no vault of that name."))
    return int(last)


def _unknown(conn: Connection, vault_id: str, records: Sequence[NewRecord]) -> list[NewRecord]:
    seen = known_tags(conn, vault_id, [new.tag for new in records if new.tag])
    skipped: set[str] = set()
    fresh = []
    for new in records:
        if new.tag in seen or new.parent in skipped:
            skipped.add(new.record_id)
            continue
        if new.tag:
            seen.add(new.tag)
        fresh.append(new)
    return fresh


def _row(sealing: Envelope, seq: int, new: NewRecord, source_id: str) -> dict[str, object]:
    day, tag = new.day.isoformat(), new.tag or os.urandom(16)
    bound = _bound(seq, day, new.stream, new.parent, source_id, tag)
    return {
        "vault_id": sealing.vault_id,
        "record_id": new.record_id,
        "seq": seq,
        "tag": tag,
        "type": new.type,
        "schema": SCHEMA,
        "day": day,
        "stream": new.stream,
        "parent": new.parent,
        "source_id": source_id,
        "envelope_id": sealing.envelope_id,
        "ciphertext": sealing.seal(new.record_id, new.type, SCHEMA, new.payload, *bound),
    }


def opened_record(vault: OpenVault, row: Row[Any]) -> Record:
    """A row of `COLUMNS`, opened; its envelope must be loaded. Raises Tampered or UnknownFormat."""
    record_id, type_, schema, envelope_id, ciphertext, seq, day, stream, parent, source_id, tag = tuple(row)
    try:
        bound = _bound(seq, day, stream, parent, source_id, tag)
        payload = vault.loaded(envelope_id).open(record_id, type_, schema, ciphertext, *bound)
        return Record(seq, record_id, type_, date.fromisoformat(day), stream, parent, payload)
    except (AttributeError, OverflowError, TypeError, ValueError):  # a damaged column may hold anything
        raise Tampered(N_("A record was changed in the database.")) from None


def _bound(  # noqa: PLR0913, PLR0917  the columns of `BOUND`, in its order
    seq: int, day: str, stream: bytes, parent: str, source_id: str, tag: bytes
) -> tuple[bytes, ...]:
    """What else must stay true of a record: `BOUND`, as docs/sealing.md §7 writes it."""
    return (seq.to_bytes(8, "big"), day.encode(), stream, parent.encode(), source_id.encode(), tag)


def _report(vault: OpenVault, record_id: str) -> None:
    if record_id not in vault.damaged:
        vault.damaged.append(record_id)
