"""Backups by a press prove themselves, and the export is whole, without a trace on the disk."""

import csv
import io
import json
import os
import resource
import tarfile
from datetime import UTC, datetime, timedelta
from zipfile import ZipFile

import pytest
from sqlalchemy import delete

from mesinfos.errors import InvalidInput, NotFound, StorageFull, StorageUnavailable, Tampered, UnknownFormat
from mesinfos.relations.reading import read
from mesinfos.rights.archives import KEPT, Archive, archives, folder_of, last_proof, make, verify
from mesinfos.rights.archivist import Archivist, broken, overdue
from mesinfos.vault.instance import Instance
from mesinfos.vault.openvault import OpenVault
from mesinfos.vault.rootchange import change_passphrase
from mesinfos.vault.tables import record
from mesinfos.vault.vaults import create_vault
from tests.cast import ALICE
from tests.web.furnish import furnish
from tests.web.house import House, house
from tests.web.served import Browser


@pytest.fixture(scope="module")
def home():
    """A house of its own: backups are the whole house's."""
    with house("en") as found:
        yield found


def test_a_backup_is_made_and_verified_by_a_press(home: House, alices: Browser):
    """The archive is listed, restored into a temporary place and opened; home and settings tell when."""
    assert "No backup was verified yet" in alices.get("/").text
    assert "all of yours opens there" in alices.post("/settings/backups").text
    (made,) = archives(home.served.instance)
    assert made.proof
    assert made.proof.ok
    text = alices.post(f"/settings/backups/{made.name}/verify").text
    assert "records opened" in text
    assert "Backup verified on" in alices.get("/").text
    assert "Backup verified by restoring it" in alices.get("/journal").text
    data = home.served.instance.settings.data_dir
    assert [one.name for one in data.iterdir() if one.name.startswith((".verify", ".restore", ".backup"))] == []


@pytest.mark.parametrize("name", ["none.tar", "..%2Fmesinfos.db", "..%2Finstance.key", "verified.json"])
def test_only_our_archives_are_verified(alices: Browser, name: str):
    """A name that the list does not show is not found, wherever it would lead."""
    assert alices.post(f"/settings/backups/{name}/verify").status_code == 404


def test_everything_is_downloaded(home: House, alices: Browser):
    """With the passphrase: one ZIP with every mail and table; without it nothing, and nothing is left on the disk."""
    assert alices.post("/settings/backups/export", data={"current": "wrong, quite wrong"}).status_code == 403
    before = {path for path in home.served.instance.settings.data_dir.rglob("*") if path.is_file()}
    answer = alices.post("/settings/backups/export", data={"current": ALICE.passphrase})
    assert answer.headers["content-type"] == "application/zip"
    assert answer.headers["cache-control"] == "no-store"
    with ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        orders = list(csv.DictReader(io.StringIO(archive.read("orders.csv").decode())))
        records = [json.loads(line) for line in archive.read("records.jsonl").splitlines()]
    assert {"README.txt", "journal.jsonl", "grants.jsonl", "sources.jsonl", "mails.csv"} <= set(names)
    assert sum(name.endswith(".eml") for name in names) >= 10
    assert any(row["merchant"] == "Acme" for row in orders)
    assert len(records) > 20
    assert b"xyz-secret-xyz" not in answer.content
    assert {path for path in home.served.instance.settings.data_dir.rglob("*") if path.is_file()} <= before


def test_a_damaged_backup_does_not_pass(alice):
    """Bytes changed in the archive are noticed, and so are records that are not there."""
    furnish(alice)
    make(alice.instance)
    (one,) = archives(alice.instance)
    path = alice.instance.settings.data_dir / "backups" / one.name
    whole = path.read_bytes()
    path.write_bytes(whole[:60_000] + b"\xff" * 64 + whole[60_064:])
    with pytest.raises(UnknownFormat):
        verify(alice, one.name)
    path.write_bytes(whole[:5000])
    with pytest.raises(UnknownFormat):
        verify(alice, one.name)
    with alice.instance.database.write(alice.vault_id) as conn:
        conn.execute(delete(record).where(record.c.vault_id == alice.vault_id, record.c.seq == 2))
    make(alice.instance)
    with pytest.raises(Tampered):
        verify(alice, archives(alice.instance)[0].name)
    assert last_proof(alice.instance) is None
    assert broken(alice.instance) == archives(alice.instance)[0]


def test_old_backups_go_and_the_last_proved_one_stays(alice):
    """Five are kept; of the older ones the one that was verified last, so that something proved is always there."""
    make(alice.instance)
    first = archives(alice.instance)[0].name
    verify(alice, first)
    for _ in range(KEPT + 1):
        make(alice.instance)
    names = [one.name for one in archives(alice.instance)]
    assert len(names) == KEPT + 1
    assert names[-1] == first
    with pytest.raises(NotFound):
        verify(alice, "mesinfos-20200101-000000-000000.tar")


def test_an_archive_is_what_the_command_makes(alice):
    """A backup by a press is the archive of `mesinfos backup`: sealed, without the instance key."""
    make(alice.instance)
    (one,) = archives(alice.instance)
    with tarfile.open(alice.instance.settings.data_dir / "backups" / one.name) as archive:
        assert set(archive.getnames()) == {"mesinfos-backup.json", "mesinfos.db", "pins"}
    assert verify(alice, one.name).records == len(read(alice))


def test_the_clock_makes_one_a_day(alice):
    """One when there is none, none the same day, one the next; none where the settings say never."""
    archivist = Archivist(alice.instance)
    archivist.round()
    archivist.round()
    (first,) = archives(alice.instance)
    _aged(alice.instance, first, timedelta(days=1, minutes=1))
    assert overdue(alice.instance) is None
    archivist.round()
    assert len(archives(alice.instance)) == 2
    alice.instance.settings = alice.instance.settings.model_copy(update={"backup_days": 0})
    for one in archives(alice.instance):
        _aged(alice.instance, one, timedelta(days=30))
    archivist.round()
    assert len(archives(alice.instance)) == 2
    assert overdue(alice.instance) is None


def test_a_disk_that_takes_no_more_is_told(alice):
    """The copy that does not fit is an error of ours, so that the clock goes on; nothing half is left of it."""
    furnish(alice)
    archivist, most = Archivist(alice.instance), resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, most[1]))
        with pytest.raises((StorageFull, StorageUnavailable)):
            archivist.round()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, most)
    assert archives(alice.instance) == []
    archivist.round()
    assert len(archives(alice.instance)) == 1


def test_a_missing_backup_is_told(home: House, alices: Browser):
    """Home says so once the newest is days older than it should be, and not before."""
    make(home.served.instance)
    newest = archives(home.served.instance)[0]
    assert "No new backup" not in alices.get("/").text
    _aged(home.served.instance, newest, timedelta(days=4))
    assert "No new backup was made" in alices.get("/").text


def test_what_the_clock_made_is_proved_by_the_next_open_vault(alice):
    """Nobody can open it before; a vault that was closed meanwhile proves nothing and breaks nothing."""
    furnish(alice)
    archivist = Archivist(alice.instance)
    archivist.round()
    shut = OpenVault(alice.instance, alice.vault_id, alice.root)
    shut.close()
    (made,) = archives(alice.instance)
    archivist.prove(shut, made.name)
    assert archives(alice.instance)[0].proof is None
    archivist.prove(alice, made.name)
    assert archives(alice.instance)[0].proof.records >= len(read(alice))


def test_a_vault_newer_than_the_backup_says_nothing_of_it(alice):
    """A changed passphrase, or a person who came since: neither proves it, and neither calls it broken."""
    furnish(alice)
    archivist = Archivist(alice.instance)
    archivist.round()
    (one,) = archives(alice.instance)
    fresh = change_passphrase(alice.instance, alice, "une phrase toute nouvelle")
    newcomer, _ = create_vault(alice.instance, "Zoé", "neuf petits bateaux sur la mer")
    for vault in (fresh, newcomer):
        archivist.prove(vault, one.name)
        with pytest.raises(InvalidInput):
            verify(vault, one.name)
    assert archives(alice.instance)[0].proof is None
    assert broken(alice.instance) is None


def _aged(instance: Instance, one: Archive, age: timedelta) -> None:
    then = (datetime.now(UTC) - age).timestamp()
    os.utime(folder_of(instance) / one.name, (then, then))
