"""D15: one random byte flipped in the database is detected, other records stay readable, and nothing wrong is shown."""

import random
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from mesinfos.errors import VaultError
from mesinfos.settings import Settings
from mesinfos.vault.check import check_records
from mesinfos.vault.instance import open_instance
from mesinfos.vault.openvault import OpenVault
from tests.campaign import Outcome
from tests.vault.home import alice_at_home, fill, payloads, sql

FULL = 1000
RECORDS = 60
COLUMNS = ("ciphertext", "ciphertext", "ciphertext", "seq", "day", "stream", "type", "tag", "parent", "source_id")


def run(tries: int) -> Outcome:
    """Half the flips in a column of a record, where that very record must be flagged; half anywhere in the file."""
    with alice_at_home() as alice:
        fill(alice, RECORDS)
        truth, wrong = payloads(alice), []
        for number in range(tries // 2):
            wrong += [f"column: {problem}" for problem in flipped_column(alice, truth, random.Random(number))]
        for number in range(tries - tries // 2):
            wrong += [f"file: {problem}" for problem in flipped_file(alice, truth, random.Random(number))]
    happened = f"{len(wrong)} undetected, unreadable or wrong {wrong[:3]}"
    return Outcome(tries, "that record flagged, others readable, never wrong data", happened, not wrong)


def flipped_column(alice: OpenVault, truth: dict[str, bytes], chance: random.Random) -> Iterator[str]:
    """One record's column changed by one bit: what is wrong with what is then read."""
    name, column = chance.choice(sorted(truth)), chance.choice(COLUMNS)
    ((before,),) = sql(alice.instance, f"SELECT {column} FROM record WHERE record_id = ?", name)
    sql(alice.instance, f"UPDATE record SET {column} = ? WHERE record_id = ?", flipped(before, chance), name)
    alice.damaged.clear()
    found = payloads(alice)
    sql(alice.instance, f"UPDATE record SET {column} = ? WHERE record_id = ?", before, name)
    if found != {key: value for key, value in truth.items() if key != name}:
        yield f"{column}: the others are not as they were"
    if alice.damaged != [name]:
        yield f"{column}: flagged {len(alice.damaged)}"


def flipped(value: object, chance: random.Random) -> object:
    """The value with one bit turned; an empty one gets a byte."""
    if isinstance(value, int):
        return value ^ 1 << chance.randrange(20, 40)
    data = bytearray(value.encode() if isinstance(value, str) else bytes(value)) or bytearray(1)  # type: ignore[call-overload]
    data[chance.randrange(len(data))] ^= 1 << chance.randrange(7)
    return data.decode("utf-8", "replace") if isinstance(value, str) else bytes(data)


def flipped_file(alice: OpenVault, truth: dict[str, bytes], chance: random.Random) -> Iterator[str]:
    """One byte of a copy of the whole file changed: what is read must be true, and what is not read must be told."""
    with TemporaryDirectory() as folder:
        copied(alice, Path(folder), chance)
        try:
            store = open_instance(Settings(data_dir=Path(folder)))
        except VaultError:
            return
        with closing(store):
            vault = OpenVault(store, alice.vault_id, alice.root)
            try:
                found = payloads(vault)
                with store.database.read() as conn:
                    report = check_records(vault, conn)
            except VaultError:
                return
    if any(truth.get(key) != value for key, value in found.items()):
        yield "wrong data"
    if found != truth and report.ok:
        yield "undetected"


def copied(alice: OpenVault, folder: Path, chance: random.Random) -> None:
    """A copy of the instance with one byte of its database changed."""
    source = alice.instance.settings.data_dir
    sql(alice.instance, "PRAGMA wal_checkpoint(TRUNCATE)")
    for name in ("mesinfos.db", "instance.key", "instance.pins"):
        shutil.copy(source / name, folder / name)
    with (folder / "mesinfos.db").open("r+b") as file:
        place = chance.randrange((folder / "mesinfos.db").stat().st_size)
        file.seek(place)
        byte = file.read(1)[0]
        file.seek(place)
        file.write(bytes([byte ^ 1 << chance.randrange(8)]))
