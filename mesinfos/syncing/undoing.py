"""Takes back what one run of a source brought.

Its records are deleted, and merchants are told to forget what they could read of them. A mail of which the person said
something stays, with all that was read in it. The source goes on from where it is, so that no later sync brings the
mails back by itself; read again from the start, it brings them as new, because their tags are gone.
"""

from typing import NamedTuple

from sqlalchemy import Connection

from mesinfos.consent import journal
from mesinfos.consent.outbox import refresh
from mesinfos.errors import N_, InvalidInput, NotFound
from mesinfos.relations.brought import said_of
from mesinfos.relations.reading import Reading
from mesinfos.syncing.turn import turn
from mesinfos.vault.openvault import OpenVault
from mesinfos.vault.records import hold_vault, records_of, release_records
from mesinfos.vault.runs import Run, get_run, undo_run
from mesinfos.vault.sources import get_source, save_cursor


class Undone(NamedTuple):
    """How many records are gone, and how many stay because the person said something of their mail."""

    gone: int
    kept: int


def undo(vault: OpenVault, reading: Reading, source_id: str, run_id: str) -> Undone:
    """Take back what this run brought; raises NotFound, InvalidInput when it cannot be undone, Busy during a sync."""
    instance, vault_id = vault.instance, vault.vault_id
    with turn(instance, vault_id, source_id):
        reading.refresh(vault)
        with instance.database.write(vault_id) as conn:
            hold_vault(conn, vault_id)
            run = _undoable(vault, conn, source_id, run_id)
            found = records_of(conn, vault_id, source_id, run.after, run.until)
            kept = _protected(reading, found)
            gone = [record_id for record_id in found if record_id not in kept]
            release_records(conn, vault_id, gone)
            undo_run(instance, conn, run)
            details = {"gone": len(gone), "kept": len(kept)}
            journal.append(instance, conn, vault_id, journal.Action.SOURCE_UNDONE, source_id, details)
    reading.forget(gone)
    refresh(vault, reading)
    return Undone(len(gone), len(kept))


def read_again(vault: OpenVault, source_id: str) -> None:
    """Let the next sync of a source begin at the start; what is kept is known again. Raises NotFound, Busy."""
    instance, vault_id = vault.instance, vault.vault_id
    source = get_source(instance, vault_id, source_id)
    with turn(instance, vault_id, source_id), instance.database.write(vault_id) as conn:
        save_cursor(instance, conn, source, "")


def _undoable(vault: OpenVault, conn: Connection, source_id: str, run_id: str) -> Run:
    run = get_run(vault.instance, conn, vault.vault_id, source_id, run_id)
    if not run.can_be_undone:
        raise InvalidInput(N_("Nothing of this reading can be undone: it brought nothing, or was undone already."))
    return run


def _protected(reading: Reading, found: dict[str, str]) -> set[str]:
    """The records of mails of which the person said something: the mail, its parts, and the facts read in it."""
    said = said_of(reading.lessons())
    kept = {record_id for record_id, parent in found.items() if record_id in said or parent in said}
    return kept | {record_id for record_id in found if _mail_of(reading, record_id) in said}


def _mail_of(reading: Reading, record_id: str) -> str:
    try:
        return reading.as_read(record_id).observation.message
    except NotFound:  # bodies and attachments are not read
        return ""
