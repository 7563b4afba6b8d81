"""Undo of one sync: what it brought is gone, what the person said stays, and nothing else is touched."""

import pytest

from mesinfos.consent import journal
from mesinfos.consent.fields import Field, Purpose, Scope
from mesinfos.consent.grant import draft
from mesinfos.consent.ledger import add_grant, today
from mesinfos.consent.outbox import fill_past, page
from mesinfos.errors import Busy, InvalidInput, NotFound
from mesinfos.relations.brought import brought
from mesinfos.syncing.turn import turn
from mesinfos.syncing.undoing import read_again, undo
from mesinfos.teach import Said, rule_of, teach
from mesinfos.vault.check import check_records
from mesinfos.vault.runs import KEPT, list_runs
from tests.syncing.letters import expected_orders, mixed, order_mail, write_mbox


def runs(desk, source):
    """The runs of a source, newest first."""
    with desk.instance.database.read(desk.vault_id) as conn:
        return list_runs(desk.instance, conn, desk.vault_id, source.source_id)


def test_what_a_sync_brought_is_gone_and_nothing_else(desk, tmp_path):
    """Of two syncs the second is undone: the orders of the first stay, and no later sync brings the others back."""
    path = write_mbox(tmp_path / "a.mbox", mixed(20))
    source = desk.archive(path)
    desk.sync(source)
    write_mbox(path, mixed(40))
    desk.sync(source)
    run = runs(desk, source)[0]
    assert undo(desk.vault, desk.reading(), source.source_id, run.run_id).gone > 20
    assert desk.order_numbers() == sorted(expected_orders(20))
    desk.sync(source)
    assert desk.order_numbers() == sorted(expected_orders(20))


def test_read_again_from_the_start_brings_it_back(desk, tmp_path):
    """Who changes their mind reads the source from its start: everything is there again, once."""
    source = desk.archive(write_mbox(tmp_path / "a.mbox", mixed(20)))
    desk.sync(source)
    undo(desk.vault, desk.reading(), source.source_id, runs(desk, source)[0].run_id)
    assert desk.order_numbers() == []
    read_again(desk.vault, source.source_id)
    assert desk.sync(source).new == 18
    assert desk.order_numbers() == sorted(expected_orders(20))


def test_what_the_person_corrected_stays(desk, tmp_path):
    """A mail that was put right stays with its order and its correction; the others go."""
    source = desk.archive(write_mbox(tmp_path / "a.mbox", [order_mail(0), order_mail(1)]))
    desk.sync(source)
    reading = desk.reading()
    mail = reading.messages[0].record_id
    teach(desk.vault, reading, mail, rule_of(desk.vault, reading, Said(mail, number="MINE-1")))
    done = undo(desk.vault, reading, source.source_id, runs(desk, source)[0].run_id)
    assert done.kept >= 3, "mail, body and order"
    assert desk.order_numbers() == ["MINE-1"]
    assert [one.mail for one in desk.reading().lessons().all] == [mail]


def test_a_run_is_undone_once_and_by_its_owner_alone(desk, tmp_path):
    """Twice, of another source, of nothing, or while the source is read: refused, and nothing changes."""
    source = desk.archive(write_mbox(tmp_path / "a.mbox", mixed(10)))
    other = desk.archive(write_mbox(tmp_path / "b.mbox", mixed(10)))
    desk.sync(source)
    desk.sync(other)
    run, idle = runs(desk, source)[0], runs(desk, other)[0]
    with pytest.raises(NotFound):
        undo(desk.vault, desk.reading(), other.source_id, run.run_id)
    with pytest.raises(InvalidInput):
        undo(desk.vault, desk.reading(), other.source_id, idle.run_id)
    with turn(desk.instance, desk.vault_id, source.source_id), pytest.raises(Busy):
        undo(desk.vault, desk.reading(), source.source_id, run.run_id)
    assert len(desk.order_numbers()) == 9, "so few mails prove nobody, so nothing is merged"
    undo(desk.vault, desk.reading(), source.source_id, run.run_id)
    with pytest.raises(InvalidInput):
        undo(desk.vault, desk.reading(), source.source_id, run.run_id)


def test_merchants_lose_what_was_undone(desk, tmp_path):
    """What a merchant could read of it is gone the same moment, and the journal says that a sync was undone."""
    source = desk.archive(write_mbox(tmp_path / "a.mbox", mixed(30)))
    desk.sync(source)
    since, until = today().replace(year=2020, day=1), today().replace(year=today().year + 1, day=1)
    wanted = draft(
        desk.vault_id,
        domain="acme.example",
        name="Acme",
        fields=(Field.ORDER_DATE,),
        scope=Scope.OWN,
        since=since,
        until=until,
        purpose=Purpose.DELIVERY,
    )
    given, token = add_grant(desk.vault, wanted)
    fill_past(desk.vault, given, desk.reading())
    assert any(b'"gone":true' not in one for one in page(desk.instance, token).disclosures)
    undo(desk.vault, desk.reading(), source.source_id, runs(desk, source)[0].run_id)
    assert all(b'"gone":true' in one for one in page(desk.instance, token).disclosures)
    assert journal.Action.SOURCE_UNDONE in {entry.action for entry in journal.entries(desk.vault, 20)}


def test_an_undone_vault_is_whole(desk, tmp_path):
    """The count of records still proves itself: nobody takes an undo for a theft."""
    source = desk.archive(write_mbox(tmp_path / "a.mbox", mixed(20)))
    desk.sync(source)
    undo(desk.vault, desk.reading(), source.source_id, runs(desk, source)[0].run_id)
    with desk.instance.database.read(desk.vault_id) as conn:
        assert check_records(desk.vault, conn).ok


def test_the_report_tells_new_from_updated(desk, tmp_path):
    """Orders that the run spoke of first are new; those known before are updated; both are named with their pages."""
    path = write_mbox(tmp_path / "a.mbox", mixed(10))
    source = desk.archive(path)
    desk.sync(source)
    write_mbox(path, mixed(20))
    desk.sync(source)
    last, first = runs(desk, source)
    told = brought(desk.reading(), source.source_id, first.after, first.until)
    assert told.messages == first.found["messages"]
    assert not told.updated
    later = brought(desk.reading(), source.source_id, last.after, last.until)
    numbers = {one.number for one in later.new if one.path.startswith("/orders/")}
    assert numbers == set(expected_orders(20)) - set(expected_orders(10))


def test_runs_that_brought_something_outlive_idle_ones(desk, tmp_path):
    """The first reading can be undone although a day of idle readings followed it."""
    source = desk.archive(write_mbox(tmp_path / "a.mbox", mixed(10)))
    desk.sync(source)
    for _ in range(KEPT + 3):
        desk.sync(source)
    found = runs(desk, source)
    assert len(found) == KEPT + 1
    assert found[-1].can_be_undone
