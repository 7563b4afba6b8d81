"""Persons and their vaults: found by name, erased without a trace, checked record by record."""

import pytest
from sqlalchemy import select

from mesinfos.errors import InvalidInput, NotFound
from mesinfos.vault.check import check_records
from mesinfos.vault.records import delete_records
from mesinfos.vault.tables import METADATA, NAMES, person
from mesinfos.vault.tables import record as records
from mesinfos.vault.vaults import create_vault, erase_vault, find_person, list_persons
from tests.cast import ALICE
from tests.vault.test_records import new, store


@pytest.mark.usefixtures("bob")
def test_persons_are_listed_and_found(alice):
    """By name in any case, or by id; nobody else."""
    instance = alice.instance
    assert [found.name for found in list_persons(instance)] == ["Alice", "Bob"]
    assert find_person(instance, " aLICE ") == find_person(instance, alice.vault_id)
    with pytest.raises(NotFound):
        find_person(instance, "Zeta")


@pytest.mark.parametrize(("name", "field"), [("", "name"), ("x" * 81, "name"), ("ALICE", "name")])
def test_names_are_checked(alice, name, field):
    """No vault without a name, and no two of the same; a refused one leaves no pin behind."""
    pins = alice.instance.pins._path.read_text()
    with pytest.raises(InvalidInput) as refused:
        create_vault(alice.instance, name, ALICE.passphrase)
    assert refused.value.field == field
    assert alice.instance.pins._path.read_text() == pins


def test_an_erased_vault_leaves_no_row(alice, bob):
    """Not one row of hers in any table, none of his lost."""
    store(alice, new("one"))
    store(bob, new("one"))
    erase_vault(alice.instance, alice.vault_id)
    with alice.instance.database.read() as conn:
        for name in NAMES:
            table = METADATA.tables[name]
            assert not conn.execute(select(table).where(table.c.vault_id == alice.vault_id)).first()
        assert conn.execute(select(person.c.name)).scalars().all() == ["Bob"]
    assert alice.instance.pins.of(alice.vault_id) == []


def test_a_check_finds_what_is_missing_or_damaged(alice):
    """Deleted records are known as such; a removed row and a changed one are told apart."""
    first, second, third, _ = store(alice, *(new(str(number)) for number in range(4)))
    with alice.instance.database.write(alice.vault_id) as conn:
        delete_records(conn, alice.vault_id, [first])
        assert check_records(alice, conn).ok
        conn.execute(records.delete().where(records.c.record_id == second))
        conn.execute(records.update().where(records.c.record_id == third).values(day="1999-01-01"))
        found = check_records(alice, conn)
    assert (found.readable, found.deleted, found.damaged, found.missing, found.ok) == (1, 1, (third,), (2,), False)
