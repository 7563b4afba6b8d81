"""`mesinfos doctor`: looks at everything that goes wrong in silence."""

import os
import shutil
import sqlite3
import stat
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple

import typer

from mesinfos.cli import show
from mesinfos.cli.frame import DONE, FAILED, tell
from mesinfos.cli.house import PASSPHRASE, PersonOption, instance, opened, whose
from mesinfos.consent import witness
from mesinfos.errors import N_
from mesinfos.syncing.schedule import all_sources
from mesinfos.vault.instance import Instance
from mesinfos.vault.openvault import OpenVault
from mesinfos.vault.records import read_records
from mesinfos.vault.vaults import list_persons
from web.words import SOURCE

app = typer.Typer()

RESERVE = 500 << 20  # bytes that should be free
SOUND = (3, 51, 3)  # SQLite before it: two checkpoints at once could corrupt (the WAL-reset race)
BUILT = datetime(2026, 1, 1, tzinfo=UTC)  # no clock is right that shows less


class Finding(NamedTuple):
    """One thing looked at; `advice` is what to do when it is not well; a `grave` one is a failure."""

    well: bool
    what: str
    advice: str = ""
    grave: bool = True


@app.command(
    "doctor", help=N_("Looks at key file, disk, database, clock, sources and, with a passphrase, every record.")
)
def _doctor(person: PersonOption = "") -> int:
    with instance() as house:
        findings = [*_key_file(house), *_disk(house), *_database(house), *_clock(house), *_sources(house)]
        if list_persons(house) and (os.environ.get(PASSPHRASE) or sys.stdin.isatty()):
            vault = opened(house, whose(house, person))
            findings += _vault(vault)
            vault.close()
    for finding in findings:
        mark = tell(N_("well")) if finding.well else tell(N_("LOOK"))
        show.line(f"{mark:6} {finding.what}{'' if finding.well else ' ' + finding.advice}")
    return FAILED if any(finding.grave and not finding.well for finding in findings) else DONE


def _key_file(house: Instance) -> Iterator[Finding]:
    path = house.settings.key_file
    mode = stat.S_IMODE(path.stat().st_mode)
    told = tell(N_("Key file {file}, mode {mode}."), file=path, mode=f"{mode:o}")
    yield Finding(not mode & 0o077, told, tell(N_("Others may read it: chmod 600.")))


def _disk(house: Instance) -> Iterator[Finding]:
    free = shutil.disk_usage(house.settings.data_dir).free
    told = tell(N_("{megabytes} MB free in {folder}."), megabytes=free >> 20, folder=house.settings.data_dir)
    yield Finding(free > RESERVE, told, tell(N_("Free some space.")))


def _database(house: Instance) -> Iterator[Finding]:
    yield Finding(True, tell(N_("The tables are those of this version.")))  # else the instance had not opened
    if house.database.path is None:
        return
    told = tell(N_("SQLite {version}."), version=sqlite3.sqlite_version)
    advice = tell(N_("Versions before 3.51.3 may damage a database under rare circumstances: make backups, or update."))
    yield Finding(sqlite3.sqlite_version_info >= SOUND, told, advice, grave=False)
    with house.database.read() as conn:
        verdict = conn.exec_driver_sql("PRAGMA quick_check").scalar_one()
    yield Finding(verdict == "ok", tell(N_("The database file is whole.")), tell(N_("It is not: restore a backup.")))


def _clock(house: Instance) -> Iterator[Finding]:
    now = datetime.now(UTC)
    newest = max((person.created_at for person in list_persons(house)), default=BUILT)
    told = tell(N_("The clock says {now} UTC."), now=now.strftime("%Y-%m-%d %H:%M"))
    yield Finding(now >= max(newest, BUILT), told, tell(N_("That has passed already: set it; grants end by it.")))


def _sources(house: Instance) -> Iterator[Finding]:
    for source in all_sources(house):
        told = tell(N_("Source {source}: {state}."), source=source.source_id, state=tell(SOURCE[source.state].text))
        yield Finding(source.state not in {"error", "reconnect"}, told, source.last_error)


def _vault(vault: OpenVault) -> Iterator[Finding]:
    with vault.instance.database.read(vault.vault_id) as conn:
        every = (
            "message",
            "body",
            "attachment",
            "quarantined",
            "order",
            "parcel",
            "offer",
            "invoice",
            "booking",
            "benefit",
            "photo",
        )
        count = sum(1 for _ in read_records(vault, conn, types=every))
    advice = tell(N_("{count} are damaged; restore a backup."), count=len(vault.damaged))
    yield Finding(not vault.damaged, tell(N_("{count} records open."), count=count), advice)
    alarms = ", ".join(vault.alarms)
    yield Finding(not vault.alarms, tell(N_("Keys and pins agree.")), tell(N_("They do not: {alarms}."), alarms=alarms))
    problems = " ".join(map(tell, witness.verify(vault)))
    yield Finding(not problems, tell(N_("The journal is whole.")), problems)
