"""C7: the database is replaced by an older copy, or the end of one of its streams is removed: each unlock tells."""

import random
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Connection, delete, func, select, update

from mesinfos.consent import journal
from mesinfos.consent.journal import Action, append
from mesinfos.settings import Settings
from mesinfos.vault.counting import last_record
from mesinfos.vault.instance import Instance, open_instance
from mesinfos.vault.migrate import back_up
from mesinfos.vault.records import store_records
from mesinfos.vault.tables import journal as lines
from mesinfos.vault.tables import record
from mesinfos.vault.tables import vault as vaults
from mesinfos.vault.unlock import unlock
from mesinfos.vault.vaults import create_vault
from tests.campaign import Outcome
from tests.cast import ALICE
from tests.vault.home import record as a_record

FULL = 50
AGES = (1, 5, 30)
"""Days of use between the copy and the unlock after it; each day leaves lines and records."""


def run(tries: int) -> Outcome:
    """Damage a store in each way in turn, and open the vault."""
    missed = [name for number in range(tries) if (name := _missed(number))]
    happened = "; ".join(missed) or f"{tries} alarms; none without damage"
    return Outcome(tries, "an alarm at the next unlock, every time", happened, not missed)


def _missed(number: int) -> str:
    """The name of the damage when nobody noticed it, or when an untouched store raised an alarm."""
    dice, kind = random.Random(number), number % (len(AGES) + len(CUTS))
    with TemporaryDirectory(prefix="mesinfos-c7-") as folder:
        instance = open_instance(Settings(data_dir=Path(folder)))
        vault_id = create_vault(instance, ALICE.name, ALICE.passphrase)[0].vault_id
        _live(instance, vault_id, dice, 3)
        if kind < len(AGES):
            instance = _put_back(instance, vault_id, dice, AGES[kind])
        else:
            if _alarms(instance, vault_id):
                return "an alarm without damage"
            with instance.database.read(vault_id) as conn:
                seen = last_record(conn, vault_id)
            _live(instance, vault_id, dice, 1)
            with instance.database.write(vault_id) as conn:
                CUTS[kind - len(AGES)](conn, vault_id, dice, seen)
            _live(instance, vault_id, dice, dice.randrange(2), locked=True)
        found = _alarms(instance, vault_id)
        instance.close()
    return "" if found else f"missed number {number}"


def _alarms(instance: Instance, vault_id: str) -> tuple[str, ...]:
    return unlock(instance, vault_id, ALICE.passphrase).alarms


def _live(instance: Instance, vault_id: str, dice: random.Random, days: int, *, locked: bool = False) -> None:
    """Days of use: records come, merchants read, and both are written down; `locked`, nobody opened the vault."""
    alarms = () if locked else _alarms(instance, vault_id)
    assert not alarms
    for _ in range(days):
        with instance.database.read(vault_id) as conn:
            start = last_record(conn, vault_id)
        some = [a_record(start + number) for number in range(dice.randrange(1, 8))]
        with instance.database.write(vault_id) as conn:
            store_records(instance, conn, vault_id, some)
            append(instance, conn, vault_id, Action.SOURCE_SYNCED, "source1", {"new": 1})


def _put_back(instance: Instance, vault_id: str, dice: random.Random, days: int) -> Instance:
    """Copy the file, live on, open the vault, then put the copy in the file's place."""
    path, copy = instance.database.path, instance.settings.data_dir / "copy.db"
    assert path is not None
    back_up(path, copy)
    _live(instance, vault_id, dice, days)
    assert not _alarms(instance, vault_id)
    instance.close()
    for name in (f"{path.name}-wal", f"{path.name}-shm"):
        path.with_name(name).unlink(missing_ok=True)
    copy.replace(path)
    return open_instance(instance.settings)


Cut = Callable[[Connection, str, random.Random, int], None]


def _cut_journal(conn: Connection, vault_id: str, dice: random.Random, _seen: int) -> None:
    """The last lines go; line 0 is left as it is, or made to name what is left as far as that is possible keyless."""
    last, _ = journal.head(conn, vault_id)
    left = last - dice.randrange(1, last)
    mine = lines.c.vault_id == vault_id
    conn.execute(delete(lines).where(mine, lines.c.seq > left))
    if dice.random() < 0.5:
        return
    value = conn.execute(select(lines.c.hash).where(mine, lines.c.seq == left)).scalar_one()
    conn.execute(update(lines).where(mine, lines.c.seq == journal.HEAD).values(at=left, hash=value))


def _cut_records(conn: Connection, vault_id: str, dice: random.Random, _seen: int) -> None:
    """One merchant's last records go; half of the time the vault's own count is lowered too, below the checkpoint."""
    mine = record.c.vault_id == vault_id
    stream = conn.execute(select(record.c.stream).where(mine).order_by(record.c.seq.desc()).limit(1)).scalar_one()
    if dice.random() < 0.5:
        conn.execute(delete(record).where(mine, record.c.stream == stream))
        return
    conn.execute(delete(record).where(mine, record.c.seq > 1))
    count = conn.execute(select(func.count()).select_from(record).where(mine)).scalar_one()
    conn.execute(update(vaults).where(vaults.c.vault_id == vault_id).values(last_seq=count))


def _cut_news(conn: Connection, vault_id: str, dice: random.Random, seen: int) -> None:
    """What came since the last unlock goes, the count is lowered to fit, and its proof is left or taken away."""
    mine = (record.c.vault_id == vault_id, record.c.seq > seen)
    conn.execute(delete(record).where(*mine))
    lowered = {"last_seq": seen} | ({"counted": b""} if dice.random() < 0.5 else {})
    conn.execute(update(vaults).where(vaults.c.vault_id == vault_id).values(lowered))


CUTS: tuple[Cut, ...] = (_cut_journal, _cut_records, _cut_news)
