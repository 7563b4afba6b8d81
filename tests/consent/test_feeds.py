"""Calendars to subscribe to: what they tell, to whom, and how they follow what changes."""

import time
from datetime import UTC, date, datetime, timedelta

import pytest

from mesinfos.consent.feeds import Plan, end_feed, feeds, fetch, make_feed, renew, renewed
from mesinfos.consent.journal import Action, entries
from mesinfos.consent.links import links, look
from mesinfos.errors import InvalidInput, NotFound
from mesinfos.relations.agenda import Event, Kind
from mesinfos.vault.linkkeys import link_uid
from mesinfos.vault.tables import link

SECRET = "A" * 43
NOW = datetime(2026, 11, 26, 8, tzinfo=UTC)
PLAN = Plan("fr", (Kind.PARCELS,), names=True)


def parcel(first: date = date(2026, 11, 28), last: date | None = None, name: str = "Acme") -> Event:
    """One parcel that Alice waits for."""
    return Event("parcel one", Kind.PARCELS, first, last or first, name)


def told(*events: Event):
    """What an agenda gives, whatever the kinds."""
    return lambda _: list(events)


def test_what_changes_counts_up_and_keeps_its_id() -> None:
    """A new day of the same parcel is the same event, one sequence higher; what stays is untouched."""
    first = renewed(PLAN, [parcel()], SECRET, NOW)
    again = renewed(first, [parcel()], SECRET, NOW + timedelta(hours=1))
    assert again == first
    moved = renewed(first, [parcel(date(2026, 11, 30))], SECRET, NOW + timedelta(hours=2))
    (old,), (new,) = first.entries, moved.entries
    assert (new.uid, new.sequence, new.first) == (old.uid, 1, date(2026, 11, 30))
    assert new.changed > old.changed


def test_what_goes_is_cancelled_then_forgotten() -> None:
    """A parcel that came early is off in the calendar for a month; one whose day is past just stays as long."""
    first = renewed(PLAN, [parcel()], SECRET, NOW)
    gone = renewed(first, [], SECRET, NOW)
    assert [(one.cancelled, one.sequence) for one in gone.entries] == [(True, 1)]
    assert renewed(gone, [], SECRET, NOW) == gone
    back = renewed(gone, [parcel()], SECRET, NOW)
    assert [(one.cancelled, one.sequence) for one in back.entries] == [(False, 2)]
    far = renewed(renewed(PLAN, [parcel(date(2028, 1, 1))], SECRET, NOW), [], SECRET, NOW)
    assert renewed(far, [], SECRET, NOW + timedelta(days=31)).entries == (), "a month, not until its day"
    past = renewed(first, [], SECRET, NOW + timedelta(days=5))
    assert [one.cancelled for one in past.entries] == [False]
    assert renewed(first, [], SECRET, NOW + timedelta(days=33)).entries == ()


@pytest.mark.parametrize(("zone", "hour"), [("Pacific/Auckland", 20), ("Europe/Paris", 23), ("America/Los_Angeles", 5)])
def test_a_day_is_over_when_it_is_over_on_this_machine(monkeypatch, zone: str, hour: int) -> None:
    """Between its midnight and that of UTC too: what was yesterday is past, and never called off."""
    try:
        monkeypatch.setenv("TZ", zone)
        time.tzset()
        now = NOW.replace(hour=hour)
        yesterday = parcel(now.astimezone().date() - timedelta(days=1))
        known = renewed(PLAN, [yesterday], SECRET, now - timedelta(days=1))
        assert renewed(known, [], SECRET, now) == known
        today = renewed(PLAN, [parcel(now.astimezone().date())], SECRET, now)
        assert [one.cancelled for one in renewed(today, [], SECRET, now).entries] == [True]
    finally:
        monkeypatch.undo()
        time.tzset()


def test_names_are_told_only_where_wanted() -> None:
    """Without the tick no merchant's name is in what is kept for the calendar."""
    silent = renewed(Plan("fr", (Kind.PARCELS,), names=False), [parcel()], SECRET, NOW)
    assert [one.name for one in silent.entries] == [""]


def test_ids_tell_nothing_and_differ_by_calendar() -> None:
    """An id is of 32 hex digits, the same for the same thing under one address, another under another."""
    uid = link_uid(SECRET, "parcel one")
    assert len(uid) == 32
    assert uid == link_uid(SECRET, "parcel one")
    assert uid not in {link_uid("B" + SECRET[1:], "parcel one"), link_uid(SECRET, "parcel two")}


def test_the_address_opens_it_while_the_vault_is_locked(alice) -> None:
    """Made, fetched without the vault, renewed with it, ended; each step in the journal, a fetch once a day."""
    made = make_feed(alice, PLAN, told(parcel()))
    (feed,) = feeds(alice)
    assert feed.link_id == made
    assert fetch(alice.instance, feed.secret) == feed.plan
    fetch(alice.instance, feed.secret)
    renew(alice, told(parcel(date(2026, 12, 2))))
    assert [one.first for one in fetch(alice.instance, feed.secret).entries] == [date(2026, 12, 2)]
    (feed,) = feeds(alice)
    assert (feed.views, feed.read_on) == (3, datetime.now(UTC).date())
    assert len(entries(alice, subject=made, action=Action.CALENDAR_READ)) == 1
    end_feed(alice, made)
    with pytest.raises(NotFound):
        fetch(alice.instance, feed.secret)
    with pytest.raises(NotFound):
        end_feed(alice, made)


def test_a_calendar_is_no_shared_link(alice) -> None:
    """Its address opens no page, and it is not among the links; a wrong address leads nowhere in the same words."""
    make_feed(alice, PLAN, told(parcel()))
    (feed,) = feeds(alice)
    assert links(alice) == []
    with pytest.raises(NotFound) as of_page:
        look(alice.instance, feed.secret)
    with pytest.raises(NotFound) as of_nothing:
        fetch(alice.instance, "C" * 43)
    assert of_page.value.message == of_nothing.value.message


def test_a_thief_of_the_database_reads_no_calendar(alice) -> None:
    """Neither the address nor a name nor a day stands in its row."""
    make_feed(alice, PLAN, told(parcel(name="Xyzzy Traiteur")))
    (feed,) = feeds(alice)
    with alice.instance.database.read(alice.vault_id) as conn:
        row = conn.execute(link.select()).one()
    stored = b"".join(value if isinstance(value, bytes) else str(value).encode() for value in row)
    assert [part for part in (b"Xyzzy", b"2026-11-28", feed.secret.encode()) if part in stored] == []


def test_an_empty_calendar_is_refused(alice) -> None:
    """A calendar of no kind would show nothing for ever."""
    with pytest.raises(InvalidInput):
        make_feed(alice, Plan("fr", (), names=False), told())
