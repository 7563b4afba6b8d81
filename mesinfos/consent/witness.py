"""Is the journal whole, and is every record there? The chain is walked, and compared with a checkpoint kept elsewhere.

At each unlock the vault signs number and hash of the last line; the checkpoint lies in a file beside the instance key.
A database put back from an older copy has a sound chain, and misses the line that the checkpoint names.
"""

import os
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection, func, select

from mesinfos.consent import journal
from mesinfos.errors import N_, StorageFull
from mesinfos.vault import hooks
from mesinfos.vault.counting import count_is_ours, last_record, prove_count
from mesinfos.vault.database import translated
from mesinfos.vault.instance import Instance
from mesinfos.vault.keys import joined, new_id
from mesinfos.vault.openvault import OpenVault
from mesinfos.vault.tables import journal as lines
from mesinfos.vault.tables import record

CONTEXT = "mesinfos/journal/1"


class Checkpoint(msgspec.Struct, frozen=True):
    """The last line at an unlock, how many records there were, and the vault's signature over it all."""

    seq: int
    hash: bytes
    signature: bytes
    records: int = 0

    def signed(self) -> bytes:
        """What the signature covers; a checkpoint of before records were counted names none."""
        counted = [str(self.records).encode()] if self.records else []
        return joined(str(self.seq).encode(), self.hash, *counted)


class Walk(NamedTuple):
    """How far the chain was walked, from its first line at `begun`: the last line's number and hash, what is wrong."""

    begun: datetime
    seq: int
    hash: bytes
    problems: tuple[str, ...] = ()


def verify(vault: OpenVault) -> list[str]:
    """What is wrong with the journal, an English sentence each, for `wording.translate`; none when it is whole."""
    return list(walk(vault).problems)


def walk(vault: OpenVault, known: Walk | None = None) -> Walk:
    """Walk the chain from its first line, or on from where a walk that found nothing wrong had ended.

    What comes after is held to the hash it ended with; what is changed before it shows at the next whole walk.
    """
    start = known or Walk(datetime.now(UTC), journal.HEAD, journal.FIRST)
    with vault.instance.database.read(vault.vault_id) as conn:
        ended, problems = _walk(vault.instance, conn, vault.vault_id, start)
        problems += _compare(vault.instance, conn, vault.vault_id)
        return Walk(start.begun, *ended, (*start.problems, *problems))


def set_checkpoint(vault: OpenVault, conn: Connection) -> None:
    """Sign the journal's head and keep it outside the database."""
    seq, value = journal.head(conn, vault.vault_id)
    if seq == 0:
        return
    bare = Checkpoint(seq, value, b"", last_record(conn, vault.vault_id))
    point = msgspec.structs.replace(bare, signature=vault.sign(CONTEXT, bare.signed()))
    path = _path(vault.instance, vault.vault_id)
    half = path.with_name(f".{path.name}.{new_id()}")
    with translated():
        descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(msgspec.json.encode(point))
        half.replace(path)


def checkpoint(instance: Instance, vault_id: str) -> Checkpoint | None:
    """The checkpoint of the last unlock; None before the first, and for one that the vault did not sign."""
    try:
        point = msgspec.json.decode(_path(instance, vault_id).read_bytes(), type=Checkpoint)
    except (OSError, msgspec.MsgspecError):
        return None
    return point if instance.verify(vault_id, CONTEXT, point.signed(), point.signature) else None


@hooks.at_unlock
def at_unlock(vault: OpenVault, conn: Connection) -> list[str]:
    """Alarm "journal_cut" when its end, or what the last checkpoint saw, is missing, "records_missing" for records;
    then a new checkpoint. On a full disk the old one stays: reading must still work.

    After a change of passphrase the old key's checkpoint counts no more: the next unlock sets one, not the change
    itself, which may still be undone when a file cannot be.
    """
    known = checkpoint(vault.instance, vault.vault_id)
    ours = count_is_ours(vault.instance, conn, vault.vault_id)
    cut = _ends_badly(vault.instance, conn, vault.vault_id) or not _holds(conn, vault.vault_id, known)
    gone = _records_gone(conn, vault.vault_id, known) or (not ours and not _never_counted(ours, known))
    with suppress(StorageFull):
        if not journal.head_is_ours(vault.instance, conn, vault.vault_id):
            journal.prove_head(vault.instance, vault.vault_id)
        if not ours:
            prove_count(vault.instance, vault.vault_id)
        set_checkpoint(vault, conn)
    return ["journal_cut"] * cut + ["records_missing"] * gone


def forget(instance: Instance, vault_id: str) -> None:
    """Remove the checkpoint of a vault that was erased."""
    _path(instance, vault_id).unlink(missing_ok=True)


def _walk(instance: Instance, conn: Connection, vault_id: str, start: Walk) -> tuple[tuple[int, bytes], list[str]]:
    problems: list[str] = []
    prev, expected = start.hash, start.seq + 1
    query = select(lines).where(lines.c.vault_id == vault_id, lines.c.seq > start.seq).order_by(lines.c.seq)
    for line in conn.execution_options(yield_per=500).execute(query).mappings():
        if line["seq"] != expected or bytes(line["prev"]) != prev:
            problems.append(N_("Lines of the journal are missing or in another order."))
        if not journal.line_is_ours(instance, line):
            problems.append(N_("A line of the journal was changed."))
        prev, expected = bytes(line["hash"]), line["seq"] + 1
    if journal.head(conn, vault_id) != (expected - 1, prev) or not journal.head_is_ours(instance, conn, vault_id):
        problems.append(N_("The end of the journal was cut off."))
    return (expected - 1, prev), problems


def _compare(instance: Instance, conn: Connection, vault_id: str) -> list[str]:
    if _holds(conn, vault_id, checkpoint(instance, vault_id)):
        return []
    return [N_("The journal is older than what this vault signed when it was last opened.")]


def _holds(conn: Connection, vault_id: str, point: Checkpoint | None) -> bool:
    if point is None:
        return True
    query = select(lines.c.hash).where(lines.c.vault_id == vault_id, lines.c.seq == point.seq)
    found = conn.execute(query).scalar_one_or_none()
    return found is not None and bytes(found) == point.hash


def _ends_badly(instance: Instance, conn: Connection, vault_id: str) -> bool:
    seq, value = journal.head(conn, vault_id)
    mine = (lines.c.vault_id == vault_id, lines.c.seq > journal.HEAD)
    last = conn.execute(
        select(lines.c.seq, lines.c.hash).where(*mine).order_by(lines.c.seq.desc()).limit(1)
    ).one_or_none()
    found = (last.seq, bytes(last.hash)) if last else (0, journal.FIRST)
    # Lines that were written after a cut hide it from a look at the end alone: there must be as many as the last says.
    count = conn.execute(select(func.count()).select_from(lines).where(*mine)).scalar_one()
    return found != (seq, value) or count != seq or not journal.head_is_ours(instance, conn, vault_id)


def _records_gone(conn: Connection, vault_id: str, known: Checkpoint | None) -> bool:
    """Whether rows are missing. Deleting a record leaves its row and number: so they are as many as the last one."""
    last = last_record(conn, vault_id)
    count = conn.execute(select(func.count()).select_from(record).where(record.c.vault_id == vault_id)).scalar_one()
    return count != last or (known is not None and last < known.records)


def _never_counted(ours: bool | None, known: Checkpoint | None) -> bool:
    """A vault of before there were proofs, at its first unlock since: no checkpoint of it counts records."""
    return ours is None and not (known and known.records)


def _path(instance: Instance, vault_id: str) -> Path:
    return instance.settings.key_file.with_name(f"{instance.settings.key_file.stem}.{vault_id}.head")
