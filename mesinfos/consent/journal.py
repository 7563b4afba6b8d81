"""The journal: one append-only chain per vault, of every grant, access and refusal. Written while the vault is locked.

Each line's hash covers its number, time, action, subject, the hash of the line before, and the hash of its details;
a MAC under the instance key, which lies outside the database, makes the chain impossible to write anew. Details are
sealed to the person, and may be erased one day without breaking the chain. Line 0 is not an event: it names the last
line, under a MAC too, so that a cut at the end shows.
"""

import time
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import msgspec
from sqlalchemy import Connection, RowMapping, Select, bindparam, insert, select, update

from mesinfos.errors import NotFound, Tampered, UnknownFormat
from mesinfos.vault.envelope import Envelope
from mesinfos.vault.inbox import store_envelope
from mesinfos.vault.instance import Instance
from mesinfos.vault.keys import joined, same
from mesinfos.vault.openvault import OpenVault
from mesinfos.vault.tables import envelope, journal, moment, stamp
from mesinfos.vault.tables import vault as vaults


class Action(StrEnum):
    """What happened; the words stay, as the lines do."""

    GRANT_GIVEN = "grant.given"
    GRANT_CHANGED = "grant.changed"
    GRANT_WITHDRAWN = "grant.withdrawn"
    GRANT_EXPIRED = "grant.expired"
    GRANT_REFUSED = "grant.refused"
    GRANT_SUSPENDED = "grant.suspended"
    GRANT_RESUMED = "grant.resumed"
    GRANT_RENEWED = "grant.renewed"
    GRANT_READ = "grant.read"
    CONSENT_REFUSED = "consent.refused"
    RECEIPTS_READ = "receipts.read"
    DATA_DISCLOSED = "data.disclosed"
    DATA_READ = "data.read"
    DATA_DEPOSITED = "data.deposited"
    DEPOSIT_REFUSED = "deposit.refused"
    LINK_MADE = "link.made"
    LINK_READ = "link.read"
    LINK_ENDED = "link.ended"
    CALENDAR_MADE = "calendar.made"
    CALENDAR_READ = "calendar.read"
    CALENDAR_ENDED = "calendar.ended"
    DATA_EXPORTED = "data.exported"
    DATA_ERASED = "data.erased"
    SOURCE_ADDED = "source.added"
    SOURCE_REMOVED = "source.removed"
    SOURCE_SYNCED = "source.synced"
    SOURCE_UNDONE = "source.undone"
    BACKUP_MADE = "backup.made"
    BACKUP_VERIFIED = "backup.verified"
    VAULT_OPENED = "vault.opened"
    VAULT_RESTORED = "vault.restored"
    PASSPHRASE_CHANGED = "passphrase.changed"  # noqa: S105  the name of an event
    PASSKEY_ADDED = "passkey.added"
    PASSKEY_REMOVED = "passkey.removed"
    CODE_SWITCHED_ON = "code.switched_on"
    CODE_SWITCHED_OFF = "code.switched_off"


class Entry(NamedTuple):
    """One line as the person reads it; `details` is None when they were erased or cannot be opened.

    `hash` is over all of it but the details, which count by `digest`, and over `prev`, the hash of the line before.
    """

    seq: int
    at: datetime
    action: str
    subject: str
    details: dict[str, Any] | None
    hash: bytes
    prev: bytes = b""
    digest: bytes = b""


FIRST = bytes(32)
HEAD = 0
_HEAD_PREV = b"head"
_REUSED_SECONDS = 900
_REUSED_LINES = 1000
_open: WeakKeyDictionary[Instance, dict[str, tuple[Envelope, float, int]]] = WeakKeyDictionary()


class Line(NamedTuple):
    """What to write: `subject` is an id, in clear; whatever says more belongs into `details`, which are sealed."""

    action: Action
    subject: str
    details: dict[str, Any] | None = None


def append(  # noqa: PLR0913, PLR0917  the signature that rooms agreed on: where, what, about what
    instance: Instance,
    conn: Connection,
    vault_id: str,
    action: Action,
    subject: str,
    details: dict[str, Any] | None = None,
) -> bytes:
    """Add a line within the caller's write transaction and return its hash, the chain's new head."""
    return append_all(instance, conn, vault_id, [Line(action, subject, details)])[0]


def append_all(instance: Instance, conn: Connection, vault_id: str, lines: Sequence[Line]) -> list[bytes]:
    """Add lines within the caller's write transaction, which holds the vault's row to its end; return their hashes."""
    if not lines:
        return []
    conn.execute(_LOCK, {"vault": vault_id})
    last, prev = head(conn, vault_id)
    sealing = _sealing(instance, conn, vault_id) if any(line.details for line in lines) else None
    rows = []
    for seq, line in enumerate(lines, last + 1):
        row = _row(vault_id, seq, line, prev, sealing)
        row["hash"] = prev = line_hash(row)
        row["mac"] = _mac(instance, vault_id, seq, prev)
        rows.append(row)
    conn.execute(_INSERT, rows)
    _set_head(instance, conn, vault_id, last + len(rows), prev)
    return [row["hash"] for row in rows]


def head(conn: Connection, vault_id: str) -> tuple[int, bytes]:
    """Number and hash of the last line; (0, 32 zero bytes) before the first."""
    row = conn.execute(_HEAD, {"vault": vault_id}).one_or_none()
    return (row.at, bytes(row.hash)) if row else (0, FIRST)


def entries(  # noqa: PLR0913, PLR0917  each narrows what is looked for
    vault: OpenVault,
    limit: int = 100,
    before: int = 0,
    subject: str = "",
    action: str = "",
    since: datetime | None = None,
) -> list[Entry]:
    """At most `limit` lines, newest first: with numbers below `before` unless it is 0, about `subject` unless empty.

    With `action`, only lines of it; with `since`, only later ones among the newest `limit` lines of all.
    """
    wanted = [journal.c.vault_id == vault.vault_id, journal.c.seq > HEAD]
    wanted += [journal.c.seq < before] if before else []
    wanted += [journal.c.subject == subject] if subject else []
    wanted += [journal.c.action == action] if action else []
    with vault.instance.database.read(vault.vault_id) as conn:
        if since:
            wanted += [journal.c.seq > head(conn, vault.vault_id)[0] - limit, journal.c.at >= stamp(since)]
        return opened(vault, conn, select(journal).where(*wanted).order_by(journal.c.seq.desc()).limit(limit))


def opened(vault: OpenVault, conn: Connection, query: Select[Any]) -> list[Entry]:
    """The lines that a query of this vault's journal finds, in its order, their details opened."""
    rows = conn.execute(query).mappings().all()
    vault.load_envelopes(conn, {row["envelope_id"] for row in rows if row["envelope_id"]})
    return [_entry(vault, conn, row) for row in rows]


def erase_details(conn: Connection, vault_id: str, seqs: list[int]) -> None:
    """Forget what these lines said beyond their subject; their hash stays, and the chain with it."""
    mine = (journal.c.vault_id == vault_id, journal.c.seq.in_(seqs), journal.c.envelope_id != "")
    for row in conn.execute(select(journal.c.seq, journal.c.sealed).where(*mine)).all():
        place = (journal.c.vault_id == vault_id, journal.c.seq == row.seq)
        conn.execute(update(journal).where(*place).values(envelope_id="", sealed=_digest(row.sealed)))


def line_hash(line: Any) -> bytes:
    """SHA-256 over what a line says; details count by their own hash, which stands in for them once erased."""
    details = _details_of(line)
    parts = (str(line["seq"]), str(line["at"]), line["action"], line["subject"])
    return sha256(
        joined(b"mesinfos/1 journal", *(part.encode() for part in parts), bytes(line["prev"]), details)
    ).digest()


def _details_of(line: Any) -> bytes:
    return bytes(line["sealed"]) if line["envelope_id"] == "" else _digest(line["sealed"])


def line_is_ours(instance: Instance, line: Any) -> bool:
    """Whether this line is as this instance wrote it."""
    mac = _mac(instance, line["vault_id"], line["seq"], line["hash"])
    return same(bytes(line["hash"]), line_hash(line)) and same(bytes(line["mac"]), mac)


def head_is_ours(instance: Instance, conn: Connection, vault_id: str) -> bool:
    """Whether line 0 is as this instance wrote it; a journal without lines has none."""
    row = conn.execute(_HEAD, {"vault": vault_id}).one_or_none()
    if row is None:
        found = select(journal.c.seq).where(journal.c.vault_id == vault_id).limit(1)
        return conn.execute(found).one_or_none() is None
    return same(bytes(row.mac), _head_mac(instance, vault_id, row.at, row.hash))


def prove_head(instance: Instance, vault_id: str) -> None:
    """Take line 0 as it stands from now on: the person has been told that it was not ours."""
    with instance.database.write(vault_id) as conn:
        at, value = head(conn, vault_id)
        made = _head_mac(instance, vault_id, at, value)
        conn.execute(_SET_HEAD, {"vault": vault_id, "last": at, "value": value, "made": made})


def _row(vault_id: str, seq: int, line: Line, prev: bytes, sealing: Envelope | None) -> dict[str, Any]:
    row: dict[str, Any] = {"vault_id": vault_id, "seq": seq, "at": stamp(), "action": str(line.action)}
    row |= {"subject": line.subject, "prev": prev, "envelope_id": "", "sealed": _digest(b"")}
    if line.details and sealing:
        sealed = sealing.seal(_item(seq), "journal", 1, msgspec.json.encode(line.details))
        row |= {"envelope_id": sealing.envelope_id, "sealed": sealed}
    return row


def _set_head(instance: Instance, conn: Connection, vault_id: str, seq: int, value: bytes) -> None:
    mac = _head_mac(instance, vault_id, seq, value)
    known = conn.execute(_HEAD, {"vault": vault_id}).one_or_none()
    if known and not same(bytes(known.mac), _head_mac(instance, vault_id, known.at, known.hash)):
        mac = bytes(known.mac)  # somebody changed it: writing on must not make that good before an unlock saw it
    if known is None:
        fixed = {"vault_id": vault_id, "seq": HEAD, "action": "head", "subject": "", "prev": _HEAD_PREV}
        conn.execute(_INSERT, [fixed | {"envelope_id": "", "sealed": b"", "at": seq, "hash": value, "mac": mac}])
    else:
        conn.execute(_SET_HEAD, {"vault": vault_id, "last": seq, "value": value, "made": mac})


def _sealing(instance: Instance, conn: Connection, vault_id: str) -> Envelope:
    """An envelope for details: one HPKE seal serves up to 1,000 lines of a quarter of an hour, not each read anew.

    It is used only where its row is part of this very transaction's view: one that was rolled back is forgotten.
    """
    kept = _open.setdefault(instance, {})
    known, born, lines = kept.get(vault_id, (None, 0.0, 0))
    fresh = time.monotonic() - born < _REUSED_SECONDS and lines < _REUSED_LINES
    if known is None or not fresh or not _stored(conn, vault_id, known.envelope_id):
        known, born, lines = store_envelope(instance, conn, vault_id), time.monotonic(), 0
    kept[vault_id] = (known, born, lines + 1)
    return known


def _stored(conn: Connection, vault_id: str, envelope_id: str) -> bool:
    return conn.execute(_STORED, {"vault": vault_id, "envelope": envelope_id}).one_or_none() is not None


def _entry(vault: OpenVault, conn: Connection, row: RowMapping) -> Entry:
    details: dict[str, Any] | None = {}
    if row["envelope_id"]:
        try:
            sealing = vault.envelope(conn, row["envelope_id"])
            details = msgspec.json.decode(sealing.open(_item(row["seq"]), "journal", 1, row["sealed"]))
        except (NotFound, Tampered, UnknownFormat):
            details = None
    elif bytes(row["sealed"]) != _digest(b""):
        details = None
    told = (row["seq"], moment(row["at"]), row["action"], row["subject"], details)
    return Entry(*told, bytes(row["hash"]), bytes(row["prev"]), _details_of(row))


def _mac(instance: Instance, vault_id: str, seq: int, data: bytes) -> bytes:
    return instance.key.mac(vault_id, "journal", joined(str(seq).encode(), bytes(data)))


def _head_mac(instance: Instance, vault_id: str, seq: int, value: bytes) -> bytes:
    return _mac(instance, vault_id, HEAD, joined(str(seq).encode(), bytes(value)))


def _item(seq: int) -> str:
    return f"journal {seq}"


def _digest(data: bytes) -> bytes:
    return sha256(data).digest()


# Written once: putting a statement together costs several times what running it does.
_LOCK = select(vaults.c.vault_id).where(vaults.c.vault_id == bindparam("vault")).with_for_update()
_INSERT = insert(journal)
_HEAD = select(journal.c.at, journal.c.hash, journal.c.mac).where(
    journal.c.vault_id == bindparam("vault"), journal.c.seq == HEAD
)
_SET_HEAD = (
    update(journal)
    .where(journal.c.vault_id == bindparam("vault"), journal.c.seq == HEAD)
    .values(at=bindparam("last"), hash=bindparam("value"), mac=bindparam("made"))
)
_STORED = select(envelope.c.form).where(
    envelope.c.vault_id == bindparam("vault"), envelope.c.envelope_id == bindparam("envelope")
)
