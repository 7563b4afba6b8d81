"""What is yours: nothing of it runs in a spreadsheet, nothing taken back comes back, nothing erased stays."""

import csv
import shutil
from contextlib import closing
from datetime import timedelta

import pytest
from sqlalchemy import select

from mesinfos.consent import links
from mesinfos.consent.fields import Field, Purpose, Scope
from mesinfos.consent.grant import draft
from mesinfos.consent.ledger import State, add_grant, list_grants, revoke, today
from mesinfos.consent.links import Audience, Terms
from mesinfos.consent.outbox import fill_past, page
from mesinfos.consent.snapshot import Snapshot
from mesinfos.errors import InvalidInput, NoGrant, NotFound
from mesinfos.rights import backup, erase_vault, export_all, restore
from mesinfos.rights.export import guarded
from mesinfos.settings import Settings
from mesinfos.vault.instance import open_instance
from mesinfos.vault.openvault import OpenVault
from mesinfos.vault.tables import METADATA
from tests.campaign import d1, d13
from tests.syncing.conftest import Desk
from tests.syncing.letters import expected_orders, mixed, write_mbox


@pytest.fixture
def desk(alice, tmp_path):
    """Alice's vault with forty mails in it."""
    alice.instance.settings = alice.instance.settings.model_copy(update={"workers": 0})
    furnished = Desk(alice)
    furnished.sync(furnished.archive(write_mbox(tmp_path / "a.mbox", mixed(40))))
    return furnished


def granted(vault):
    """A grant to Acme with its past disclosed; the token."""
    times = {"since": today().replace(year=2020), "until": today() + timedelta(days=300)}
    whom = {"domain": "acme.example", "name": "Acme", "scope": Scope.OWN, "purpose": Purpose.WARRANTY}
    grant, token = add_grant(vault, draft(vault.vault_id, fields=(Field.ORDER_TOTAL,), **whom, **times))
    fill_past(vault, grant, Desk(vault).reading())
    return grant, token


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\0", " =", "\n+", "＝"])
def test_no_cell_is_a_formula(start):
    """Text that a spreadsheet would run begins with an apostrophe."""
    assert guarded(f"{start}cmd|'/c calc'!A1").startswith("'")
    assert guarded("Lampe - bureau") == "Lampe - bureau"


def test_the_tables_hold_what_was_recognised(desk, tmp_path):
    """The exported orders are the orders shown."""
    counts = export_all(desk.vault, tmp_path / "out")
    with (tmp_path / "out" / "orders.csv").open(encoding="utf-8", newline="") as stream:
        numbers = {row["order number"] for row in csv.DictReader(stream)}
    assert numbers == expected_orders(40)
    assert counts["messages"] == 36
    with pytest.raises(InvalidInput):
        export_all(desk.vault, tmp_path / "out")


def test_a_restore_gives_back_nothing_that_was_taken_back(desk, tmp_path):
    """D14: after the restore of a backup older than the end neither merchant nor link reads anything."""
    grant, token = granted(desk.vault)
    assert page(desk.instance, token).disclosures
    shared = links.make(desk.vault, Snapshot("Le déménagement", "Alice", today(), ()), Terms(Audience.ANYBODY, 30))
    address = links.one_link(desk.vault, shared).secret
    backup(desk.instance, tmp_path / "all.tar")
    revoke(desk.instance, desk.vault_id, grant.grant_id)
    links.end(desk.vault, shared)
    folder = tmp_path / "new"
    folder.mkdir()
    shutil.copy(desk.instance.settings.key_file, folder / "instance.key")
    restore(Settings(data_dir=folder), tmp_path / "all.tar")
    with closing(open_instance(Settings(data_dir=folder))) as other:
        with pytest.raises(NoGrant):
            page(other, token)
        with pytest.raises(NotFound):
            links.look(other, address)
        vault = OpenVault(other, desk.vault_id, desk.vault.root)
        assert [held.state for held in list_grants(vault)] == [State.SUSPENDED]
        assert sorted(Desk(vault).order_numbers()) == sorted(expected_orders(40))


def test_erased_is_gone(desk, bob):
    """No row of Alice's is left in any table, and all of Bob's are."""
    granted(desk.vault)
    assert erase_vault(desk.instance, desk.vault_id)["record"] > 0
    with desk.instance.database.read() as conn:
        for table in METADATA.sorted_tables:
            owners = set(conn.execute(select(table.c.vault_id)).scalars())
            assert desk.vault_id not in owners
    assert desk.instance.pins.of(desk.vault_id) == []
    assert bob.instance.pins.of(bob.vault_id)


def test_d13_in_small():
    """A backup under eight writers, put back: whole."""
    assert d13.run(2).ok


def test_d1_in_small():
    """`kill -9` at random instants, on both engines."""
    outcome = d1.run(3)
    assert outcome.ok, outcome.happened
