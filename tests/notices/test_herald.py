"""From what there is to tell to copies that arrived: once each, put off by night, and no channel stops another."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from mesinfos.jobs import Jobs
from mesinfos.notices import book, channels, mail
from mesinfos.notices.book import FAILED, SENT, UNSURE, Planned, Told, lines, make_copies, note
from mesinfos.notices.channels import WAITING, Quiet, Way, add_channel, keep_quiet, list_channels, remove_channel, tick
from mesinfos.notices.herald import Herald, attempt, try_out
from mesinfos.notices.kinds import Event
from mesinfos.vault.tables import channel, notice
from tests.notices.browser import Subscription
from tests.servers.smtp import SmtpServer
from tests.servers.web import WebServer

NOON = datetime.now().astimezone().replace(hour=12, minute=0, second=0, microsecond=0)
RECONNECT = Planned(Told("reconnect"), NOON, "one source")


@pytest.fixture
def letterbox():
    """A mail server on loopback."""
    with SmtpServer() as running:
        yield running


def by_mail(vault, server, **more):
    """A channel that sends to that server, which the operator listed."""
    vault.instance.settings = vault.instance.settings.model_copy(update={"outbound_hosts": "127.0.0.1"})
    typed = {"recipient": "alice@maison.example", "host": "127.0.0.1", "port": str(server.port), "security": "none"}
    return add_channel(vault.instance, vault.vault_id, Way.MAIL, "alice@…", mail.checked(typed | more))


def states(vault):
    """The state of each copy of the newest notice."""
    return [state for _, state, _ in lines(vault.instance, vault.vault_id)[0].copies]


def rounds(vault, now=NOON):
    """What a herald does at that instant, without a look at what is new."""
    make_copies(vault.instance, now)
    return [attempt(vault.instance, copy, now) for copy in book.due_copies(vault.instance, now)]


def test_a_notice_is_told_once(alice, letterbox):
    """Found again and again, by several processes, it is one line of the list and one mail."""
    by_mail(alice, letterbox)
    assert note(alice.instance, alice.vault_id, [RECONNECT], NOON) == 1
    assert note(alice.instance, alice.vault_id, [RECONNECT], NOON) == 0
    assert rounds(alice) == [SENT]
    assert note(alice.instance, alice.vault_id, [RECONNECT], NOON + timedelta(days=1)) == 0
    assert rounds(alice, NOON + timedelta(days=1)) == []
    assert len(letterbox.mails) == 1
    assert states(alice) == [SENT]


def test_what_is_not_ticked_is_listed_and_not_sent(alice, letterbox):
    """The list of notices is whole; channels are copies of what was ticked for them."""
    made = by_mail(alice, letterbox)
    tick(alice.instance, alice.vault_id, {made.channel_id: ["backup", "no such event"]})
    assert list_channels(alice.instance, alice.vault_id)[0].events == (Event.BACKUP,)
    note(alice.instance, alice.vault_id, [RECONNECT], NOON)
    assert rounds(alice) == []
    assert [line.told.kind for line in lines(alice.instance, alice.vault_id)] == ["reconnect"]


def test_one_bad_channel_stops_no_other(alice, letterbox):
    """A server that does not answer, a browser that is gone: the mail arrives, and the list says how each stands."""
    with WebServer({"/push": (410, {}, b"")}) as service, SmtpServer() as dead:
        pass
    with WebServer({"/push": (410, {}, b"")}) as service:
        by_mail(alice, dead)
        values = Subscription(f"{service.url}/push").values
        gone = add_channel(alice.instance, alice.vault_id, Way.PUSH, "a browser", values)
        by_mail(alice, letterbox)
        note(alice.instance, alice.vault_id, [RECONNECT], NOON)
        assert sorted(rounds(alice)) == sorted([WAITING, FAILED, SENT])
    assert len(letterbox.mails) == 1
    found = {one.channel_id: one.gone for one in list_channels(alice.instance, alice.vault_id)}
    assert [name for name, is_gone in found.items() if is_gone] == [gone.channel_id]


def test_what_may_pass_is_tried_again_and_then_given_up(alice, letterbox):
    """After a minute, then later and later; six times in all, and the list has the reason."""
    by_mail(alice, letterbox)
    letterbox.answers["RCPT"] = "450 later"
    note(alice.instance, alice.vault_id, [RECONNECT], NOON)
    now, seen = NOON, rounds(alice)
    for delay in book.DELAYS:
        assert rounds(alice, now + timedelta(seconds=delay - 1)) == [], "not before its time"
        now += timedelta(seconds=delay)
        seen += rounds(alice, now)
    assert seen == [WAITING] * 5 + [FAILED]
    ((_, _, result),) = lines(alice.instance, alice.vault_id)[0].copies
    assert "450" in result.reason


def test_who_dies_while_sending_is_not_sent_again(alice, letterbox):
    """Nobody knows whether it arrived, so the list says that, and no second one is sent."""
    by_mail(alice, letterbox)
    note(alice.instance, alice.vault_id, [RECONNECT], NOON)
    make_copies(alice.instance, NOON)
    (copy,) = book.due_copies(alice.instance, NOON)
    assert book.take(alice.instance, copy, NOON)
    assert attempt(alice.instance, copy, NOON) == "", "somebody has it"
    book.lost(alice.instance, NOON + book.LEASE + timedelta(seconds=1))
    assert states(alice) == [UNSURE]
    assert rounds(alice, NOON + timedelta(hours=1)) == []
    assert letterbox.mails == []


def test_the_night_is_quiet(alice, letterbox):
    """What is found at three in the morning waits for seven; hours that are equal mean none."""
    by_mail(alice, letterbox)
    night = NOON.replace(hour=3)
    note(alice.instance, alice.vault_id, [RECONNECT], night)
    note(alice.instance, alice.vault_id, [RECONNECT._replace(due=night)], night)
    note(alice.instance, alice.vault_id, [Planned(Told("overdue"), night, "")], night)
    assert rounds(alice, night) == []
    assert rounds(alice, night.replace(hour=7)) == [SENT]
    keep_quiet(alice.instance, alice.vault_id, Quiet(5, 5))
    note(alice.instance, alice.vault_id, [Planned(Told("broken"), night, "")], night)
    assert rounds(alice, night) == [SENT]
    assert Quiet(22, 7).over_at(NOON.replace(hour=23)) == NOON.replace(hour=7) + timedelta(days=1)
    assert Quiet(1, 5).over_at(NOON.replace(hour=23)) == NOON.replace(hour=23)


def test_what_is_stale_is_not_sent(alice, letterbox):
    """A machine that was off for days tells nothing of the day before last; the list has it."""
    by_mail(alice, letterbox)
    note(alice.instance, alice.vault_id, [RECONNECT._replace(due=NOON - timedelta(days=3))], NOON)
    assert rounds(alice) == []
    note(alice.instance, alice.vault_id, [Planned(Told("broken"), NOON, "")], NOON)
    make_copies(alice.instance, NOON)
    book.lost(alice.instance, datetime.now(UTC) + book.STALE + timedelta(hours=1))
    assert rounds(alice, NOON + timedelta(days=3)) == []
    assert len(lines(alice.instance, alice.vault_id)) == 2
    book.lost(alice.instance, datetime.now(UTC) + book.KEPT + timedelta(days=1))
    assert lines(alice.instance, alice.vault_id) == []


def test_a_test_is_sent_at_once_and_listed(alice, letterbox):
    """Whatever the hour; its result comes back, and a wrong password is told."""
    made = by_mail(alice, letterbox)
    keep_quiet(alice.instance, alice.vault_id, Quiet(0, 23))
    state, result = try_out(alice.instance, alice.vault_id, made.channel_id)
    assert (state, result.reason) == (SENT, "")
    letterbox.answers["RCPT"] = "450 later"
    state, result = try_out(alice.instance, alice.vault_id, made.channel_id)
    assert state == FAILED, "a test is not tried again"
    assert [line.told.kind for line in lines(alice.instance, alice.vault_id)] == ["test", "test"]


def test_a_removed_channel_is_told_nothing_more(alice, letterbox):
    """What was to be sent there is forgotten, with its password; what was sent stays in the list, under its name."""
    made = by_mail(alice, letterbox)
    try_out(alice.instance, alice.vault_id, made.channel_id)
    note(alice.instance, alice.vault_id, [RECONNECT], NOON)
    make_copies(alice.instance, NOON)
    remove_channel(alice.instance, alice.vault_id, made.channel_id)
    assert rounds(alice) == []
    assert {result.label for line in lines(alice.instance, alice.vault_id) for _, _, result in line.copies} == {
        "alice@…"
    }


def test_a_thief_of_the_database_reads_no_address(alice, letterbox):
    """Addresses, passwords, kinds and reasons are sealed; instants, counts of channels and how it went are not."""
    by_mail(alice, letterbox, username="alice-secret", password="hunter2-secret")
    note(alice.instance, alice.vault_id, [RECONNECT], NOON)
    rounds(alice)
    with alice.instance.database.read(alice.vault_id) as conn:
        rows = [str(tuple(row)) for table in (channel, notice) for row in conn.execute(select(table)).all()]
    assert len(rows) == 3
    for word in ("alice", "hunter2", "maison", "reconnect", "127.0.0.1", "mail"):
        assert not [row for row in rows if word in row]


def test_bobs_notices_are_bobs(alice, bob, letterbox):
    """What there is to tell in one vault goes to its own channels."""
    by_mail(alice, letterbox)
    note(bob.instance, bob.vault_id, [RECONNECT], NOON)
    assert rounds(alice) == []
    assert lines(alice.instance, alice.vault_id) == []
    assert channels.list_channels(bob.instance, bob.vault_id) == []


def test_the_clock_does_it_all(alice, letterbox):
    """A round looks at what there is to tell, makes the copies and sends them."""
    by_mail(alice, letterbox)
    keep_quiet(alice.instance, alice.vault_id, Quiet(0, 0))
    note(alice.instance, alice.vault_id, [Planned(Told("broken"), datetime.now(UTC), "")])
    Herald(alice.instance).round()
    assert [taken.content["Subject"] for taken in letterbox.mails] == ["La dernière sauvegarde ne s’ouvre pas"]


def test_what_a_dead_process_left_is_sent_by_the_next(alice, letterbox):
    """The jobs of a process that starts find what was written down before, and send it, once."""
    by_mail(alice, letterbox)
    keep_quiet(alice.instance, alice.vault_id, Quiet(0, 0))
    note(alice.instance, alice.vault_id, [Planned(Told("broken"), datetime.now(UTC), "")])
    running = Jobs(alice.instance)
    running.start()
    try:
        until = time.monotonic() + 60
        while not letterbox.mails and time.monotonic() < until:
            time.sleep(0.05)
    finally:
        running.stop()
    assert len(letterbox.mails) == 1
    assert states(alice) == [SENT]
