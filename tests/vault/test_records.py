"""Records: stored while locked, read while open, never twice, never wrong."""

from datetime import date

import pytest

from mesinfos.errors import NotFound
from mesinfos.vault.records import (
    NewRecord,
    delete_records,
    known_tags,
    read_children,
    read_record,
    read_records,
    store_records,
)
from tests.cast import ALICE
from tests.conftest import move_in

DAY = date(2026, 11, 2)


def new(text: str, kind: str = "message", **more) -> NewRecord:
    return NewRecord(kind, text.encode() * 40, text.encode().ljust(16, b"."), b"s" * 16, DAY, **more)


def store(vault, *records: NewRecord) -> list[str]:
    with vault.instance.database.write(vault.vault_id) as conn:
        return store_records(vault.instance, conn, vault.vault_id, records, "src")


def read(vault, **options):
    with vault.instance.database.read(vault.vault_id) as conn:
        return list(read_records(vault, conn, **options))


def test_records_come_back_in_order(alice):
    """What was stored is read back whole, in the order it was stored, numbered from 1 without a gap."""
    ids = store(alice, new("one"), new("two")) + store(alice, new("three"))
    found = read(alice)
    assert [record.record_id for record in found] == ids
    assert [record.seq for record in found] == [1, 2, 3]
    assert [record.payload for record in found] == [b"one" * 40, b"two" * 40, b"three" * 40]
    assert {(record.day, record.stream, record.type, record.parent) for record in found} == {
        (DAY, b"s" * 16, "message", "")
    }


def test_the_same_tag_is_stored_once(alice):
    """A tag that is known, from before or from the same batch, is skipped, with the children of its record."""
    store(alice, new("one"))
    again = new("one")
    ids = store(alice, again, new("body", "body", parent=again.record_id), new("two"), new("two"))
    assert len(ids) == 1
    assert [record.seq for record in read(alice)] == [1, 2]


def test_records_without_a_tag_are_never_taken_for_another(alice):
    """An empty tag means "no dedupe", not "all equal"."""
    store(alice, *(NewRecord("message", b"same", b"", b"", DAY) for _ in range(3)))
    assert len(read(alice)) == 3


def test_bodies_come_when_asked_for(alice):
    """Bodies and attachments are read by their parent or by their type, not in passing."""
    message = new("mail")
    store(alice, message, new("text", "body", parent=message.record_id), new("pdf", "attachment"))
    assert [record.type for record in read(alice)] == ["message"]
    assert [record.type for record in read(alice, types=("body",))] == ["body"]
    with alice.instance.database.read(alice.vault_id) as conn:
        assert [child.payload for child in read_children(alice, conn, message.record_id)] == [b"text" * 40]
        assert read_children(alice, conn, "") == []


def test_reading_goes_on_after_a_number_and_stops_at_a_limit(alice):
    """`after` and `limit` cut the stream where they say."""
    store(alice, *(new(str(number)) for number in range(10)))
    assert [record.seq for record in read(alice, after=7)] == [8, 9, 10]
    assert [record.seq for record in read(alice, after=2, limit=2)] == [3, 4]


def test_deleted_records_stay_away(alice):
    """A deleted record and its children are gone, their tags are still known, and the envelope goes with the last."""
    message = new("mail")
    store(alice, message, new("text", "body", parent=message.record_id))
    (kept,) = store(alice, new("other"))
    with alice.instance.database.write(alice.vault_id) as conn:
        assert delete_records(conn, alice.vault_id, [message.record_id]) == 2
        assert delete_records(conn, alice.vault_id, [message.record_id]) == 0
    assert [record.record_id for record in read(alice)] == [kept]
    assert store(alice, new("mail")) == []
    with alice.instance.database.read(alice.vault_id) as conn:
        assert known_tags(conn, alice.vault_id, [message.tag, b"new"]) == {message.tag}
        assert conn.exec_driver_sql("SELECT count(*) FROM envelope").scalar() == 1
        with pytest.raises(NotFound):
            read_record(alice, conn, message.record_id)


def test_bob_reads_nothing_of_alice(alice, bob):
    """Two vaults on one instance number, tag and keep their records apart."""
    (hers,) = store(alice, new("hers"))
    store(bob, new("his"), new("hers"))
    assert [record.payload for record in read(bob)] == [b"his" * 40, b"hers" * 40]
    with bob.instance.database.read() as conn, pytest.raises(NotFound):
        read_record(bob, conn, hers)


def test_a_vault_that_is_not_there_takes_nothing(instance):
    """Storing into an unknown vault is an error, not a new vault."""
    with instance.database.write() as conn, pytest.raises(NotFound):
        store_records(instance, conn, "nobody", [new("x")])


def test_a_failed_transaction_leaves_nothing(alice):
    """Records, envelope and numbers come together or not at all."""
    with pytest.raises(TypeError):
        store(alice, new("lost"), NewRecord("message", "not bytes", b"", b"", DAY))
    store(alice, new("kept"))
    assert [record.seq for record in read(alice)] == [1]
    with alice.instance.database.read(alice.vault_id) as conn:
        assert conn.exec_driver_sql("SELECT count(*) FROM envelope").scalar() == 1


@pytest.mark.parametrize("column", ["envelope_id", "record_id", "day", "parent", "source_id"])
def test_a_byte_that_is_no_letter_hides_one_record_only(sqlite_instance, household, column):
    """D15: where a damaged byte made a name that is not UTF-8, that record is flagged and the others are read."""
    vault = move_in(sqlite_instance, household, ALICE.name)
    first, second = store(vault, new("one"), new("two"))
    with vault.instance.database.write(vault.vault_id) as conn:
        conn.exec_driver_sql(f"UPDATE record SET {column} = CAST(X'62B663' AS TEXT) WHERE record_id = ?", (second,))
    assert [record.record_id for record in read(vault)] == [first]
    assert len(vault.damaged) == 1
