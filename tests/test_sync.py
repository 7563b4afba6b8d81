"""One source → facts → sealed records: nothing lost, nothing twice, nothing personal."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import event, select, text

from mesinfos.consent.fields import Field, Purpose, Scope
from mesinfos.consent.grant import draft
from mesinfos.consent.journal import Action, entries
from mesinfos.consent.ledger import add_grant, today
from mesinfos.consent.outbox import page
from mesinfos.directory import registrable
from mesinfos.errors import Busy, Locked, SourceChanged, StorageFull
from mesinfos.model.codec import decode
from mesinfos.sync import SourceSync, Stopped, run_sync
from mesinfos.vault.records import read_children
from mesinfos.vault.runs import last_run
from mesinfos.vault.sources import add_source, get_source, set_state
from mesinfos.vault.tables import record
from tests.conftest import move_in
from tests.syncing.conftest import Desk, desk
from tests.syncing.letters import PROVIDER, expected_orders, mixed, order_mail, personal_mail, write_mbox

__all__ = ["desk"]


def run_of(desk, source):
    """The newest run of a source."""
    with desk.instance.database.read(desk.vault_id) as conn:
        return last_run(desk.instance, conn, desk.vault_id, source.source_id)


def state_of(desk, source):
    """The source as it is stored now."""
    return get_source(desk.instance, desk.vault_id, source.source_id)


def test_a_sync_stores_what_the_mails_tell(desk, tmp_path):
    """Every order is there once, with the proof of its sender, and the summary says what was found."""
    source = desk.archive(write_mbox(tmp_path / "a.mbox", mixed(40)))
    summary = desk.sync(source)
    assert (summary.seen, summary.new, summary.personal, summary.messages) == (40, 36, 4, 36)
    assert summary.orders == len(expected_orders(40))
    assert desk.order_numbers() == sorted(expected_orders(40))
    assert all(view.verified for view in desk.reading().orders())
    assert state_of(desk, source).state == "idle"
    assert state_of(desk, source).last_success is not None


def test_message_and_body_are_separate_records(desk, tmp_path):
    """The body hangs on its message and is read only when asked for."""
    desk.sync(desk.archive(write_mbox(tmp_path / "a.mbox", [order_mail(0)])))
    seen = desk.reading().messages[0]
    with desk.instance.database.read(desk.vault_id) as conn:
        children = read_children(desk.vault, conn, seen.record_id)
    assert [child.type for child in children] == ["body"]
    assert "Lampe de bureau" in decode(children[0].payload).fact.text


def test_personal_mail_leaves_no_trace(desk, tmp_path):
    """A friend's mail is counted, and nothing of it is stored."""
    summary = desk.sync(desk.archive(write_mbox(tmp_path / "a.mbox", [personal_mail(1)])))
    assert (summary.personal, summary.new) == (1, 0)
    with desk.instance.database.read(desk.vault_id) as conn:
        assert conn.execute(select(record.c.record_id)).all() == []


def test_a_second_sync_finds_nothing_new(desk, tmp_path):
    """Nothing new is nothing stored, and no line in the journal."""
    source = desk.archive(write_mbox(tmp_path / "a.mbox", mixed(10)))
    desk.sync(source)
    lines = len(entries(desk.vault))
    assert desk.sync(source).seen == 0
    assert len(entries(desk.vault)) == lines


def test_the_same_mail_in_two_archives_is_one(desk, tmp_path):
    """Copies differ by what servers add; the mail is stored once, whichever source brings it."""
    other = [raw.replace(b"Received: ", b"X-Moved: yes\nReceived: ").replace(b"\n", b"\r\n") for raw in mixed(40)]
    desk.sync(desk.archive(write_mbox(tmp_path / "a.mbox", mixed(40))))
    summary = desk.sync(desk.archive(write_mbox(tmp_path / "b.mbox", other)))
    assert (summary.new, summary.known, summary.orders) == (0, 36, 0)
    assert desk.order_numbers() == sorted(expected_orders(40))


def test_the_same_mail_twice_in_one_batch_is_one(desk, tmp_path):
    """A mail that lies twice in a folder is stored once."""
    summary = desk.sync(desk.archive(write_mbox(tmp_path / "a.mbox", [order_mail(0), order_mail(0)])))
    assert (summary.new, summary.known) == (1, 1)


def test_two_mails_that_say_the_same_count_one_order(desk, tmp_path):
    """A reminder with the same content is a second message about the same order, not a second order."""
    again = order_mail(0).replace(b"Message-ID: <0.", b"Message-ID: <reminder.")
    summary = desk.sync(desk.archive(write_mbox(tmp_path / "a.mbox", [order_mail(0), again])))
    assert (summary.messages, summary.orders) == (2, 1)
    with desk.instance.database.read(desk.vault_id) as conn:
        assert len(conn.execute(select(record.c.record_id).where(record.c.type == "order")).all()) == 1


def test_a_forged_mail_cannot_hide_a_true_one(desk, tmp_path):
    """A forgery that says the same first is kept apart: the proved order appears all the same."""
    signed = [order_mail(number) for number in range(2, 30)]
    forged = order_mail(0).replace(b"dkim=pass", b"dkim=none").replace(b"dmarc=pass", b"dmarc=none")
    true = order_mail(0).replace(b"Message-ID: <0.", b"Message-ID: <true.")
    desk.sync(desk.archive(write_mbox(tmp_path / "a.mbox", [*signed, forged, true])))
    found = [view for view in desk.reading().orders() if view.order.order_number == "AC-2026-10000"]
    assert sorted(view.verified for view in found) == [False, True]


def test_a_hostile_mail_is_quarantined_and_the_batch_goes_on(desk, tmp_path):
    """A mail that cannot be read is kept with its reason, and counted."""
    broken = (
        b"From: a@acme.example\nContent-Type: multipart/mixed; boundary=b\n\n"
        + b"--b\nContent-Type: multipart/mixed; boundary=b\n\n" * 3000
    )
    summary = desk.sync(desk.archive(write_mbox(tmp_path / "a.mbox", [order_mail(0), broken, order_mail(2)])))
    assert summary.new + summary.quarantined + summary.personal == 3
    assert desk.order_numbers() == ["AC-2026-10000", "AC-2026-10001"]


def test_a_mail_too_large_is_told(desk, tmp_path):
    """What is left at its source for its size is counted, and the journal names its place."""
    desk.instance.settings = desk.instance.settings.model_copy(update={"message_megabytes": 1})
    mails = [order_mail(0), order_mail(2, filler=2 << 20)]
    summary = desk.sync(desk.archive(write_mbox(tmp_path / "a.mbox", mails)))
    assert (summary.new, summary.rejected) == (1, 1)
    told = [line.details for line in entries(desk.vault) if line.action == Action.SOURCE_SYNCED]
    assert "too large" in json.dumps(told)


def test_it_needs_no_open_vault(desk, tmp_path):
    """A source in always-on mode is read while the vault is locked."""
    source = desk.archive(write_mbox(tmp_path / "a.mbox", mixed(5)))
    desk.vault.open, vault = None, desk.vault
    assert run_sync(desk.instance, vault.vault_id, source.source_id).new == 5
    del vault.open


def test_a_source_of_the_other_mode_waits_for_its_vault(desk, tmp_path):
    """Without the open vault there is no password, and the source says that it waits."""
    source = desk.archive(write_mbox(tmp_path / "a.mbox", mixed(5)), mode="while_unlocked")
    with pytest.raises(Locked):
        desk.sync(source)
    assert state_of(desk, source).state == "waiting"
    assert run_of(desk, source).outcome == "failed"
    assert desk.sync(source, desk.vault).new == 5


def test_one_sync_of_a_source_at_a_time(desk, tmp_path):
    """The second one is told, and the first one does not notice."""
    source = desk.archive(write_mbox(tmp_path / "a.mbox", mixed(5)))
    with SourceSync(desk.instance, desk.vault_id, source.source_id) as first:
        with pytest.raises(Busy):
            desk.sync(source)
        assert [progress.phase for progress in first.batches()] == ["read"]
    assert state_of(desk, source).state == "idle"


def test_an_archive_that_is_gone_is_told_on_the_source(desk, tmp_path):
    """The source keeps the sentence its owner reads, in the owner's language."""
    source = desk.archive(write_mbox(tmp_path / "a.mbox", mixed(5)))
    (tmp_path / "a.mbox").unlink()
    with pytest.raises(SourceChanged):
        desk.sync(source)
    assert state_of(desk, source).state == "error"
    assert "a.mbox" in state_of(desk, source).last_error


def test_a_stop_keeps_what_was_stored(desk, tmp_path):
    """Whoever watches may stop; the next sync goes on from there."""
    source = desk.archive(write_mbox(tmp_path / "a.mbox", mixed(450)))

    def enough(progress):
        if progress.seen:
            raise Stopped

    with pytest.raises(Stopped):
        desk.sync(source, report=enough)
    assert run_of(desk, source).outcome == "stopped"
    assert 0 < len(desk.order_numbers()) < len(expected_orders(450))
    desk.sync(source)
    assert desk.order_numbers() == sorted(expected_orders(450))


def test_a_pause_outlives_a_sync(desk, tmp_path):
    """Whoever pauses a source while it is read finds it paused afterwards."""
    source = desk.archive(write_mbox(tmp_path / "a.mbox", mixed(5)))

    def pause(progress):
        if progress.seen:
            with desk.instance.database.write(desk.vault_id) as conn:
                set_state(desk.instance, conn, desk.vault_id, source.source_id, "paused")

    desk.sync(source, report=pause)
    assert state_of(desk, source).state == "paused"


def test_a_full_disk_stores_all_of_a_batch_or_nothing(sqlite_instance, household, tmp_path):
    """When the disk takes no more, cursor and records stay together, and the sync goes on later."""
    desk = Desk(move_in(sqlite_instance, household, "Alice"))
    desk.instance.settings = desk.instance.settings.model_copy(update={"workers": 0})
    source = desk.archive(write_mbox(tmp_path / "a.mbox", mixed(450)))
    engine = sqlite_instance.database.engine
    with sqlite_instance.database.read() as conn:
        pages = conn.execute(text("PRAGMA page_count")).scalar_one()

    def small(connection, _):
        connection.execute(f"PRAGMA max_page_count={pages + 100}")

    event.listen(engine, "connect", small)
    engine.dispose()
    with pytest.raises(StorageFull):
        desk.sync(source)
    event.remove(engine, "connect", small)
    engine.dispose()
    stored = len(desk.order_numbers())
    desk.sync(source)
    assert stored < len(expected_orders(450))
    assert desk.order_numbers() == sorted(expected_orders(450))


def test_what_a_sync_brings_is_disclosed_at_once(desk, tmp_path):
    """A merchant with a grant reads of a new mail although the vault was locked when it came."""
    fields = (Field.ORDER_TOTAL, Field.MESSAGE_CATEGORIES)
    times = {"since": today().replace(year=2020), "until": today() + timedelta(days=300)}
    whom = {"domain": "acme.example", "name": "Acme", "scope": Scope.OWN, "purpose": Purpose.WARRANTY}
    _, token = add_grant(desk.vault, draft(desk.vault_id, fields=fields, **whom, **times))
    desk.sync(desk.archive(write_mbox(tmp_path / "a.mbox", mixed(30))))
    assert page(desk.instance, token).disclosures


def test_real_workers_read_a_batch(desk, tmp_path):
    """The same result comes from processes that hold no keys."""
    desk.instance.settings = desk.instance.settings.model_copy(update={"workers": 2})
    desk.sync(desk.archive(write_mbox(tmp_path / "a.mbox", mixed(320))))
    assert desk.order_numbers() == sorted(expected_orders(320))


def test_an_interrupted_run_is_ended_by_the_next(desk, tmp_path):
    """The run of a process that died does not stay open for ever."""
    source = desk.archive(write_mbox(tmp_path / "a.mbox", mixed(5)))
    dead = SourceSync(desk.instance, desk.vault_id, source.source_id)
    with dead:
        dead._run.end = lambda *_: None  # kill -9 writes nothing
    assert run_of(desk, source).outcome == ""
    before = run_of(desk, source).run_id
    desk.sync(source)
    with desk.instance.database.read(desk.vault_id) as conn:
        assert last_run(desk.instance, conn, desk.vault_id, source.source_id).run_id != before
    assert state_of(desk, source).state == "idle"


def test_the_provider_of_the_letters_is_learnt(desk, tmp_path):
    """Who signs the mailbox's verdicts is seen from the mails, and kept with the source."""
    source = desk.archive(write_mbox(tmp_path / "a.mbox", mixed(40)))
    desk.sync(source)
    assert state_of(desk, source).signers == {"": 40, registrable(PROVIDER): 40}


def test_another_persons_source_is_not_found(desk, bob, tmp_path):
    """Bob shares the house; his sources are not Alice's."""
    theirs = add_source(bob, "mbox", "b", {"path": str(tmp_path)})
    with pytest.raises(Exception, match="source"):
        run_sync(desk.instance, desk.vault_id, theirs.source_id)
