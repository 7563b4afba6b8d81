"""What may be told: what the worker knows of a closed vault, what an open one foresees; never who, what or how much."""

import os
from datetime import UTC, datetime, time, timedelta

import pytest
from msgspec.structs import replace
from sqlalchemy import delete, insert, update

from mesinfos.choose import choose_all
from mesinfos.consent.journal import Action, append, head
from mesinfos.errors import UnknownFormat
from mesinfos.model.choice import Choice, State, Topic
from mesinfos.notices.ahead import FETCH, foreseen, leave_word, planned
from mesinfos.notices.book import PLANNED, lines, make_copies
from mesinfos.notices.kinds import EVENTS, KINDS, Event, words
from mesinfos.notices.watch import watch
from mesinfos.relations.reading import read
from mesinfos.relations.underway import on_the_way
from mesinfos.rights.archives import archives, folder_of, make, verify
from mesinfos.rights.archivist import tell
from mesinfos.vault.runs import end_run, start_run, update_run
from mesinfos.vault.sources import WHILE_UNLOCKED, add_source, set_state
from mesinfos.vault.tables import journal, notice, pushed, stamp
from tests.web.furnish import consent, furnish


@pytest.fixture
def instance(sqlite_instance):
    """Where the rows lie is tried in test_herald; what is found in them does not differ by engine."""
    return sqlite_instance


def kinds(vault, now=None):
    """What a look finds, by kind."""
    watch(vault.instance, now)
    make_copies(vault.instance, now)
    return sorted(line.told.kind for line in lines(vault.instance, vault.vault_id))


def test_a_source_that_must_be_reconnected(alice):
    """At once and once; again only when it worked in between."""
    source = add_source(alice, "imap", "alice@maison.example", {})
    place = (alice.vault_id, source.source_id)
    for states in (("reconnect",), ("reconnect",), ("idle", "reconnect")):
        with alice.instance.database.write(alice.vault_id) as conn:
            for state in states:
                set_state(alice.instance, conn, *place, state)
        found = kinds(alice)
    assert found == ["reconnect", "reconnect"]


def test_a_source_that_fails_for_a_day(alice):
    """An hour is no news; and a source that waits for its open vault does not fail."""
    now = datetime.now(UTC)
    for mode, state in (("always_on", "waiting"), ("always_on", "error"), (WHILE_UNLOCKED, "waiting")):
        source = add_source(alice, "imap", "x", {}, mode)
        with alice.instance.database.write(alice.vault_id) as conn:
            set_state(alice.instance, conn, alice.vault_id, source.source_id, state, "nobody answers")
    assert kinds(alice, now + timedelta(hours=2)) == []
    assert kinds(alice, now + timedelta(days=1, hours=2)) == ["failing", "failing"]


def test_the_news_of_a_day_are_a_count(alice):
    """In the evening, once, whatever the day brought; nothing when it brought nothing."""
    source = add_source(alice, "imap", "x", {})
    evening = datetime.now().astimezone().replace(hour=19)
    for count in (3, 4):
        with alice.instance.database.write(alice.vault_id) as conn:
            run = start_run(alice.instance, conn, alice.vault_id, source.source_id)
            run = update_run(alice.instance, conn, run, found={"messages": count})
            end_run(alice.instance, conn, replace(run, started_at=evening - timedelta(hours=2)), "done")
    assert kinds(alice, evening.replace(hour=10)) == []
    assert kinds(alice, evening) == ["news"]
    assert lines(alice.instance, alice.vault_id)[0].told.count == 7
    assert kinds(alice, evening + timedelta(minutes=10)) == ["news"]
    assert words("news", 7, "en").title == "7 new messages from merchants since yesterday"


def test_a_consent_that_ends(alice):
    """In its last week, once."""
    furnish(alice)
    given, _ = consent(alice)
    before = datetime.combine(given.until - timedelta(days=9), time(12), UTC)
    assert "ending" not in kinds(alice, before)
    assert kinds(alice, before + timedelta(days=3)).count("ending") == 1
    assert kinds(alice, before + timedelta(days=4)).count("ending") == 1


def test_a_request_that_waits(alice):
    """Somebody looked at it five minutes ago and did not answer; one that was just looked at is left alone."""
    for minutes, auth in ((24, b"a" * 32), (29, b"b" * 32)):
        row = {"auth": auth, "vault_id": alice.vault_id, "sealed": b"", "expires_at": 0}
        row["expires_at"] = stamp(datetime.now(UTC) + timedelta(minutes=minutes))
        with alice.instance.database.write() as conn:
            conn.execute(insert(pushed), row)
    assert kinds(alice) == ["request"]


def test_who_reads_far_more_often_than_usual(alice):
    """By the number of readings: four days of two, then one of twenty-five."""
    now = datetime.now(UTC).replace(hour=12)
    with alice.instance.database.write(alice.vault_id) as conn:
        for day in range(4, 0, -1):
            _read(alice, conn, now - timedelta(days=day), 2)
        _read(alice, conn, now, 19)
    assert kinds(alice, now) == []
    with alice.instance.database.write(alice.vault_id) as conn:
        _read(alice, conn, now, 6)
    assert kinds(alice, now) == ["unusual"]


def _read(vault, conn, at, times):
    for _ in range(times):
        append(vault.instance, conn, vault.vault_id, Action.DATA_READ, "a grant")
        newest = (journal.c.vault_id == vault.vault_id, journal.c.seq == head(conn, vault.vault_id)[0])
        conn.execute(update(journal).where(*newest).values(at=stamp(at)))


def test_an_open_vault_foresees(alice):
    """Parcels to come and to fetch, by day: the furnished house has some, and what is due now is before one's eyes."""
    furnish(alice)
    reading, now = read(alice), datetime.now().astimezone()
    found = foreseen(reading, now.date())
    waiting = [one.parcel for one in reading.parcels() if one.parcel.pickup_until and one.open]
    assert waiting
    for parcel in waiting:
        if parcel.pickup_until - FETCH >= now.date():
            assert found["pickup", parcel.pickup_until - FETCH] >= 1
    for one in planned(found, now):
        assert one.told.seen == (one.due <= now)
        assert one.due.date() >= now.date()


def test_what_its_person_has_is_not_foreseen(alice):
    """A parcel of which its person said "I have it" is neither to be fetched nor late, whatever its mails say."""
    furnish(alice)
    reading, today = read(alice), datetime.now().astimezone().date()
    assert {kind for kind, _ in foreseen(reading, today)} & {"pickup", "arriving", "late"}
    choose_all(alice, reading, [Choice(Topic.STATE, one.id, State.RECEIVED) for one in on_the_way(reading)])
    assert not {kind for kind, _ in foreseen(reading, today)} & {"pickup", "arriving", "late"}


def test_what_was_foreseen_is_foreseen_anew(alice):
    """Each opening replaces what the last one foresaw; what was told stays told; and nothing is written twice."""
    furnish(alice)
    reading, today = read(alice), datetime.now().astimezone().date()
    leave_word(alice, reading, today)
    before = _planned(alice)
    assert before
    leave_word(alice, reading, today)
    assert _planned(alice) == before
    with alice.instance.database.write(alice.vault_id) as conn:
        conn.execute(delete(notice).where(notice.c.vault_id == alice.vault_id, notice.c.state == PLANNED))
    leave_word(alice, reading, today)
    assert _planned(alice) == before
    leave_word(alice, read(alice), today + timedelta(days=4000))
    assert _planned(alice) == 0


def _planned(vault):
    with vault.instance.database.read(vault.vault_id) as conn:
        wanted = notice.select().where(notice.c.vault_id == vault.vault_id, notice.c.state == PLANNED)
        return len(conn.execute(wanted).all())


@pytest.mark.parametrize("language", ["fr", "en"])
def test_no_notice_can_say_who_what_or_how_much(language):
    """Every kind is made of a count alone: there is no place for a merchant, a thing, an amount or a code."""
    assert {said.event for said in KINDS.values()} == set(Event) == set(EVENTS)
    for kind in KINDS:
        said = words(kind, 2, language)
        assert said.title
        assert said.text
        assert said.path.startswith("/")
        assert not any(sign in said.title + said.text for sign in "€$£%@")


def test_a_backup_that_does_not_open_or_is_missing(alice, bob):
    """Told to everybody of the house, once for each archive, by whoever makes backups."""
    make(alice.instance)
    (one,) = archives(alice.instance)
    path = folder_of(alice.instance) / one.name
    tell(alice.instance)
    assert kinds(alice) == []
    path.write_bytes(path.read_bytes()[:5000])
    with pytest.raises(UnknownFormat):
        verify(alice, one.name)
    then = (datetime.now(UTC) - timedelta(days=4)).timestamp()
    os.utime(path, (then, then))
    for _ in range(2):
        tell(alice.instance)
    assert kinds(alice) == kinds(bob) == ["broken", "overdue"]
