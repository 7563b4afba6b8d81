"""Choices: the newest about a subject holds, is sealed as everything is, and can be taken back."""

import shutil
from contextlib import closing
from datetime import date

import pytest
from sqlalchemy import select

from mesinfos.choose import choose, choose_all, take_back
from mesinfos.consent.fields import Field, Purpose, Scope
from mesinfos.consent.grant import draft
from mesinfos.consent.ledger import add_grant, today
from mesinfos.consent.outbox import fill_past, page
from mesinfos.errors import NotFound
from mesinfos.model.choice import Choice, Topic
from mesinfos.model.rule import Withdrawn
from mesinfos.relations.choices import Choices
from mesinfos.relations.merging import joining
from mesinfos.relations.reading import Seen, read
from mesinfos.rights import backup, export_all, restore
from mesinfos.settings import Settings
from mesinfos.vault.instance import open_instance
from mesinfos.vault.openvault import OpenVault
from mesinfos.vault.tables import record
from tests.relations.observed import reading_of, saw
from tests.syncing.conftest import Desk
from tests.syncing.letters import mixed, write_mbox
from tests.test_teach import letter


@pytest.fixture
def instance(sqlite_instance):
    """On SQLite: choices are records, whose tests run on both engines."""
    return sqlite_instance


def test_the_newest_choice_holds_and_its_end_brings_back_the_one_before(alice):
    """Chosen, chosen otherwise, taken back: each is one more record, and a fresh reading says the same."""
    reading = read(alice)
    first = choose(alice, reading, Topic.MERCHANT, "acme.example", "paused")
    second = choose(alice, reading, Topic.MERCHANT, "acme.example", "refused")
    assert reading.choices().value(Topic.MERCHANT, "acme.example") == "refused"
    take_back(alice, reading, second)
    assert reading.choices().value(Topic.MERCHANT, "acme.example") == "paused"
    assert read(alice).choices().all(Topic.MERCHANT)["acme.example"].record_id == first
    take_back(alice, reading, first)
    assert not read(alice).choices().all(Topic.MERCHANT)
    assert len(read(alice)) == 4


def test_what_one_press_decides_one_press_takes_back(alice):
    """Three choices made together end together, whichever of them is named."""
    reading = read(alice)
    one = choose_all(alice, reading, [Choice(Topic.STATE, f"p{at}", "in_use") for at in range(3)])
    choose(alice, reading, Topic.STATE, "p9", "lost")
    assert len(reading.choices().all(Topic.STATE)) == 4
    take_back(alice, reading, one)
    assert set(reading.choices().all(Topic.STATE)) == {"p9"}
    assert choose_all(alice, reading, []) == ""


def test_nothing_else_can_be_taken_back(alice):
    """Unknown, already ended: there is no such choice; nothing is stored."""
    reading = read(alice)
    chosen = choose(alice, reading, Topic.VIEW, "Fnac", "marchand:fnac")
    take_back(alice, reading, chosen)
    for name in (chosen, "nowhere", ""):
        with pytest.raises(NotFound):
            take_back(alice, reading, name)
    assert len(read(alice)) == 2


def test_order_of_arrival_is_order_of_record():
    """Whatever order a reading hands them over in, the highest record number is the newest; an empty value is none."""
    made = [Seen(f"r{at}", at, saw(Choice(Topic.LATER, "x", value))) for at, value in enumerate(("a", "b", ""), 1)]
    assert Choices(reversed(made[:2])).value(Topic.LATER, "x") == "b"
    assert not Choices(made).all(Topic.LATER)
    assert Choices(made, [Seen("r4", 4, saw(Withdrawn("r3")))]).value(Topic.LATER, "x") == "b"
    assert reading_of(*(one.observation for one in made)).choices().value(Topic.LATER, "y") == ""


def test_a_choice_is_sealed(alice):
    """No stored row of a choice holds its words."""
    choose(alice, read(alice), Topic.VIEW, "geheimnis", "verdier montant:>50")
    with alice.instance.database.read(alice.vault_id) as conn:
        rows = conn.execute(select(record).where(record.c.vault_id == alice.vault_id)).all()
    assert rows
    assert not any(word in repr(row) for row in rows for word in ("geheimnis", "verdier"))


def test_choices_are_exported(alice, tmp_path):
    """The records of an export tell what was chosen, and what was taken back."""
    reading = read(alice)
    take_back(alice, reading, choose(alice, reading, Topic.CELL, "promo/shop", "hide"))
    export_all(alice, tmp_path / "out")
    lines = (tmp_path / "out" / "records.jsonl").read_text("utf-8")
    assert '"promo/shop"' in lines
    assert '"withdrawn"' in lines


def test_choices_come_back_with_a_backup(alice, tmp_path):
    """A restored vault decides as the one it is a copy of."""
    choose(alice, read(alice), Topic.JOINED, "acme-shop.example", "acme.example")
    backup(alice.instance, tmp_path / "all.tar")
    folder = tmp_path / "new"
    folder.mkdir()
    shutil.copy(alice.instance.settings.key_file, folder / "instance.key")
    restore(Settings(data_dir=folder), tmp_path / "all.tar")
    with closing(open_instance(Settings(data_dir=folder))) as other:
        restored = read(OpenVault(other, alice.vault_id, alice.root)).choices()
        assert restored.value(Topic.JOINED, "acme-shop.example") == "acme.example"


def test_what_a_merchant_reads_follows_a_join(alice, tmp_path):
    """Orders of the one that joins are disclosed under a grant of the one that stays, and no longer after a split."""
    alice.instance.settings = alice.instance.settings.model_copy(update={"workers": 0})
    desk = Desk(alice)
    mails = [*mixed(40), letter(1), letter(2, shop="zeta-atelier.example")]
    desk.sync(desk.archive(write_mbox(tmp_path / "a.mbox", mails)))
    reading = read(alice)
    stays, goes = reading.merchant("zeta.example"), reading.merchant("zeta-atelier.example")
    times = {"since": date(2020, 1, 1), "until": date(today().year + 1, 1, 1)}
    whom = {"domain": stays.id, "name": stays.merchant.name, "scope": Scope.OWN, "purpose": Purpose.WARRANTY}
    grant, token = add_grant(alice, draft(alice.vault_id, fields=(Field.ORDER_TOTAL,), **whom, **times))
    fill_past(alice, grant, reading)
    chosen = choose_all(alice, reading, [joining(goes, stays)])
    told = [b"".join(page(alice.instance, token).disclosures)]
    take_back(alice, reading, chosen)
    told.append(b"".join(page(alice.instance, token).disclosures))
    assert [(b"81.00" in one, b"82.00" in one, b'"gone":true' in one) for one in told] == [
        (True, True, False),
        (True, False, True),
    ]
