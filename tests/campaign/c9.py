"""C9: many processes append to one journal at once; then somebody edits, reorders, cuts or rewrites it."""

import random
from collections.abc import Callable
from contextlib import suppress
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from mesinfos.consent import journal, witness
from mesinfos.consent.journal import Action, append
from mesinfos.errors import StorageUnavailable
from mesinfos.settings import Settings
from mesinfos.vault.instance import open_instance
from mesinfos.vault.openvault import OpenVault
from mesinfos.vault.tables import journal as lines
from tests.campaign import Outcome
from tests.campaign.stage import alices_vault

FULL = 4000
"""Appends, by 8 processes; a tenth as many damages, 100 of each kind at least."""

LINES = 100
"""Length of the chain that is damaged: short, since each damage rewrites it whole."""


def run(tries: int) -> Outcome:
    """Append from several processes, then damage the chain in every way and ask whether it shows."""
    processes = 8 if tries >= 800 else 2
    with alices_vault() as vault:
        _append_from_many(vault, processes, tries // processes)
        forks = witness.verify(vault)
        total = len(_all(vault)) - 1
    damages = max(4, min(400, tries // 10))
    with alices_vault() as vault:
        _worker(str(vault.instance.settings.data_dir), vault.vault_id, LINES)
        with vault.instance.database.read() as conn:
            witness.set_checkpoint(vault, conn)
        missed = sum(not _found(vault, seed) for seed in range(damages))
        erased = _erased_stays_whole(vault)
    happened = f"{total} lines of {processes} processes, {len(forks)} problems; {missed} of {damages} damages missed"
    ok = not forks and total == processes * (tries // processes) and missed == 0 and erased
    return Outcome(tries, "one chain, every damage found, erasing keeps it whole", happened, ok)


def _append_from_many(vault: OpenVault, processes: int, each: int) -> None:
    context = get_context("spawn")
    folder = str(vault.instance.settings.data_dir)
    workers = [context.Process(target=_worker, args=(folder, vault.vault_id, each)) for _ in range(processes)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


def _worker(folder: str, vault_id: str, each: int) -> None:
    instance = open_instance(Settings(data_dir=Path(folder)))
    done = 0
    while done < each:
        # Eight at once may keep one waiting beyond the busy timeout: it tries again, as a merchant would.
        with suppress(StorageUnavailable), instance.database.write(vault_id) as conn:
            append(instance, conn, vault_id, Action.DATA_READ, f"w{done}", {"things": done})
            done += 1
    instance.close()


Row = dict[str, Any]
Damage = Callable[[random.Random, list[Row]], list[Row]]


def _edit(dice: random.Random, rows: list[Row]) -> list[Row]:
    one = dice.choice(rows[1:])
    name = dice.choice(("at", "action", "subject", "prev", "hash", "mac", "sealed"))
    value = one[name]
    one[name] = (
        value + 1 if name == "at" else value + "x" if isinstance(value, str) else bytes([*value[:-1], value[-1] ^ 1])
    )
    return rows


def _reorder(dice: random.Random, rows: list[Row]) -> list[Row]:
    one, other = dice.sample(range(1, len(rows)), 2)
    rows[one]["seq"], rows[other]["seq"] = rows[other]["seq"], rows[one]["seq"]
    return rows


def _truncate(dice: random.Random, rows: list[Row]) -> list[Row]:
    return rows[: dice.randrange(1, len(rows))]


def _rewrite(dice: random.Random, rows: list[Row]) -> list[Row]:
    """Cut out a line and compute everything that needs no key anew, the head included."""
    del rows[dice.randrange(1, len(rows))]
    prev = journal.FIRST
    for seq, row in enumerate(rows[1:], 1):
        row |= {"seq": seq, "prev": prev}
        row["hash"] = prev = journal.line_hash(row)
    rows[0] |= {"at": len(rows) - 1, "hash": prev}
    return rows


DAMAGES: tuple[Damage, ...] = (_edit, _reorder, _truncate, _rewrite)


def _found(vault: OpenVault, seed: int) -> bool:
    """Damage the chain, ask, and put it back."""
    whole = _all(vault)
    dice = random.Random(seed)
    _put(vault, DAMAGES[seed % len(DAMAGES)](dice, [dict(row) for row in whole]))
    found = bool(witness.verify(vault))
    _put(vault, whole)
    return found


def _erased_stays_whole(vault: OpenVault) -> bool:
    with vault.instance.database.write(vault.vault_id) as conn:
        journal.erase_details(conn, vault.vault_id, [1, 2])
        erased = select(lines.c.envelope_id).where(lines.c.vault_id == vault.vault_id, lines.c.seq == 2)
        gone = conn.execute(erased).scalar_one() == ""
    return gone and not witness.verify(vault)


def _all(vault: OpenVault) -> list[Row]:
    with vault.instance.database.read() as conn:
        return _rows(conn, vault)


def _rows(conn: Connection, vault: OpenVault) -> list[Row]:
    query = select(lines).where(lines.c.vault_id == vault.vault_id).order_by(lines.c.seq)
    return [dict(row) for row in conn.execute(query).mappings()]


def _put(vault: OpenVault, rows: list[Row]) -> None:
    with vault.instance.database.write(vault.vault_id) as conn:
        conn.execute(delete(lines).where(lines.c.vault_id == vault.vault_id))
        conn.execute(insert(lines), rows)
