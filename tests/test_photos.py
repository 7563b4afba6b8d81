"""Photos of what was bought: sealed, shown, replaced, removed, brought back; exports carry, erasure takes them."""

import shutil
from contextlib import closing
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from mesinfos.choose import take_back
from mesinfos.errors import InvalidInput, NotFound, Unparseable
from mesinfos.ingest.photos import prepared
from mesinfos.model.choice import Choice, Topic
from mesinfos.model.purchase import Item, Order
from mesinfos.model.values import Money
from mesinfos.photos import KEPT, LARGEST, add_photo, remove_photo, sweep
from mesinfos.relations.photos import opened, photo_of, photos, photos_in, place_of
from mesinfos.relations.products import product, products
from mesinfos.relations.reading import read
from mesinfos.rights import backup, erase_vault, export_all, restore
from mesinfos.said import follow, keep
from mesinfos.settings import Settings
from mesinfos.vault.check import check_records
from mesinfos.vault.instance import open_instance
from mesinfos.vault.openvault import OpenVault
from mesinfos.vault.records import ids_of_type
from mesinfos.vault.tables import record
from tests.ingest.test_photos import shot
from tests.web.furnish import MERCHANTS, NOW, Furnisher

LAMP = Item("Lampe de bureau en laiton", 1, Decimal("59.90"))


@pytest.fixture
def bought(alice):
    """Alice's vault with a lamp in it, its reading, and the lamp."""
    house = Furnisher(alice)
    total = Money(Decimal("59.90"), "EUR")
    house.keep(Order("A-1", NOW.date(), items=(LAMP,), total=total), MERCHANTS[0], 1, "mail")
    house.move_in()
    reading = read(alice)
    return alice, reading, products(reading)[0]


def kept(vault) -> list[str]:
    """The photos that lie in the vault."""
    with vault.instance.database.read(vault.vault_id) as conn:
        return ids_of_type(conn, vault.vault_id, "photo")


def test_a_photo_lies_sealed_and_opens(bought):
    """Its pixels open with the vault, and stand nowhere in the database as they are; both sizes are records."""
    vault, reading, lamp = bought
    add_photo(vault, reading, lamp, shot())
    found = photo_of(reading, lamp.id)
    assert opened(vault, found.value) == prepared(shot())[0]
    assert opened(vault, found.value, small=True) == prepared(shot())[1]
    assert photos_in(reading, lamp.purchases[0].order_id) == {lamp.name: found.value}
    with vault.instance.database.read(vault.vault_id) as conn:
        rows = conn.execute(select(record.c.ciphertext).where(record.c.type == "photo")).scalars().all()
        assert check_records(vault, conn).ok
    assert len(rows) == 2
    assert not any(b"WEBP" in bytes(one) for one in rows)


def test_a_photo_is_no_record_that_is_read_at_once(bought):
    """Opening a vault reads no pixels: a reading holds the choice alone."""
    vault, reading, lamp = bought
    before = len(reading)
    add_photo(vault, reading, lamp, shot())
    assert len(read(vault)) == before + 1


def test_replaced_and_removed_come_back(bought):
    """Each press is taken back by one: the photo before, or none, is shown again."""
    vault, reading, lamp = bought
    first_undo = add_photo(vault, reading, lamp, shot())
    first = photos(reading)[lamp.id]
    undo = add_photo(vault, reading, lamp, shot(size=(50, 70)))
    assert photos(reading)[lamp.id] != first
    take_back(vault, reading, undo)
    assert photos(reading)[lamp.id] == first
    undo = remove_photo(vault, reading, lamp)
    assert photo_of(reading, lamp.id) is None
    take_back(vault, reading, undo)
    assert photos(reading) == {lamp.id: first}
    take_back(vault, reading, first_undo)
    assert not photos(reading)
    assert not remove_photo(vault, reading, lamp)


def test_what_nothing_shows_any_more_is_deleted_after_thirty_days(bought):
    """A photo that was replaced stays for a month, in case; then its pixels are gone, and the shown one stays."""
    vault, reading, lamp = bought
    add_photo(vault, reading, lamp, shot())
    add_photo(vault, reading, lamp, shot(size=(50, 70)))
    assert len(kept(vault)) == 2
    assert sweep(vault, reading, datetime.now(UTC) + KEPT - timedelta(hours=1)) == 0
    assert sweep(vault, reading, datetime.now(UTC) + KEPT + timedelta(days=1)) == 2, "the photo and its thumbnail"
    assert kept(vault) == [photos(reading)[lamp.id]]


def test_a_photo_follows_its_product(bought):
    """When a product gets another id, because a number of it became known, its photo is found by order and name."""
    vault, reading, lamp = bought
    add_photo(vault, reading, lamp, shot())
    shown = photos(reading)[lamp.id]
    keep(vault, [Choice(Topic.PHOTO, lamp.id, ""), Choice(Topic.PHOTO, "an id of before", shown, place_of(lamp))])
    follow(vault, reading)
    assert photos(reading) == {lamp.id: shown}
    undo = add_photo(vault, reading, lamp, shot(size=(50, 70)))
    assert photos(reading)[lamp.id] != shown
    take_back(vault, reading, undo)
    assert photos(reading) == {lamp.id: shown}
    remove_photo(vault, reading, product(reading, lamp.id))
    assert not photos(reading)


@pytest.mark.parametrize("content", [b"garbage", b"\0" * (LARGEST + 1)])
def test_what_cannot_be_kept_changes_nothing(bought, content):
    """Garbage and too much of it are refused, and the photo that was there stays."""
    vault, reading, lamp = bought
    add_photo(vault, reading, lamp, shot())
    before = dict(photos(reading))
    with pytest.raises((InvalidInput, Unparseable), match="Choose"):
        add_photo(vault, reading, lamp, content)
    assert photos(reading) == before
    assert len(kept(vault)) == 1


def test_another_record_is_no_photo(bought):
    """Only photos are opened as photos."""
    vault, reading, _ = bought
    other = next(iter(reading.observations(Order))).record_id
    for small in (False, True):
        with pytest.raises(NotFound):
            opened(vault, other, small=small)


def test_exports_carry_photos_and_erasure_takes_them(bought, tmp_path):
    """A file each, named after the thing; after an erasure no row is left."""
    vault, reading, lamp = bought
    add_photo(vault, reading, lamp, shot())
    assert export_all(vault, tmp_path / "out")["photos"] == 1
    (file,) = (tmp_path / "out" / "photos").iterdir()
    assert file.name == f"Lampe_de_bureau_en_laiton-{photos(reading)[lamp.id]}.webp"
    assert file.read_bytes() == prepared(shot())[0].content
    erase_vault(vault.instance, vault.vault_id)
    assert kept(vault) == []


def test_a_backup_gives_photos_back(bought, tmp_path):
    """What is restored elsewhere shows the same photo."""
    vault, reading, lamp = bought
    add_photo(vault, reading, lamp, shot())
    backup(vault.instance, tmp_path / "all.tar")
    folder = tmp_path / "new"
    folder.mkdir()
    shutil.copy(vault.instance.settings.key_file, folder / "instance.key")
    restore(Settings(data_dir=folder), tmp_path / "all.tar")
    with closing(open_instance(Settings(data_dir=folder))) as other:
        there = OpenVault(other, vault.vault_id, vault.root)
        found = photos(read(there))
        assert found == photos(reading)
        assert opened(there, found[lamp.id]) == prepared(shot())[0]
