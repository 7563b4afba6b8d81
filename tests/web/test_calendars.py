"""Calendars as programs read them."""

import re
from datetime import UTC, date, datetime

from icalendar import Calendar

from mesinfos.consent.feeds import Entry, Plan
from mesinfos.relations.agenda import Kind
from tests.web.house import House
from tests.web.served import Browser
from web.calendars import summary, written

AT = datetime(2026, 11, 26, 8, tzinfo=UTC)


def entry(**more: object) -> Entry:
    """A parcel of a merchant with a long name full of what iCalendar escapes."""
    name = "Épicerie; Fruits, Légumes & Cie \\ du Quai des Brumes à Saint-Rémy-de-Provence" + " très" * 10
    values = {"uid": "0" * 32, "kind": Kind.PARCELS, "first": date(2026, 11, 28), "last": date(2026, 11, 30)}
    return Entry(**values | {"name": name, "changed": AT} | more)


def test_programs_read_what_was_written() -> None:
    """Read back by a parser: whole days, the end not included, the name as it is; no line is longer than 75 octets."""
    body = written(Plan("fr", (Kind.PARCELS,), names=True, entries=(entry(sequence=3),)))
    assert all(len(line) <= 75 for line in body.split(b"\r\n"))
    (event,) = Calendar.from_ical(body).walk("VEVENT")
    assert event.decoded("dtstart") == date(2026, 11, 28)
    assert event.decoded("dtend") == date(2026, 12, 1)
    assert str(event["summary"]) == summary(entry(), "fr")
    assert (event["sequence"], event["status"], event["class"]) == (3, "CONFIRMED", "PRIVATE")
    assert event.decoded("dtstamp") == AT
    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT6H" in body


def test_what_is_off_says_so() -> None:
    """A cancelled event keeps its id and says CANCELLED, so that programs take it out."""
    (event,) = Calendar.from_ical(written(Plan("en", (), names=False, entries=(entry(cancelled=True, name=""),)))).walk(
        "VEVENT"
    )
    assert (event["status"], str(event["summary"])) == ("CANCELLED", "A parcel comes")


def test_alice_makes_one_and_a_program_fetches_it(alices: Browser, stranger: Browser) -> None:
    """Seen first, then made; fetched by a stranger with the address, not again when unchanged, nowhere once ended."""
    nothing = alices.post("/settings/calendars/preview", data={})
    assert nothing.status_code == 422
    ticked = {"kinds": ["guarantees", "withdrawals", "parcels"], "names": "1"}
    seen = alices.post("/settings/calendars/preview", data=ticked).text
    made = alices.post("/settings/calendars", data=ticked).text
    (address,) = re.findall(r"/calendar/[\w-]{43}\.ics", made)
    assert "/calendar/" not in alices.get("/settings/calendars").text, "an address is shown once"
    answer = stranger.get(address)
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    events = Calendar.from_ical(answer.content).walk("VEVENT")
    assert events, "the furnished house has orders under guarantee"
    assert all(str(event["summary"]).replace("&", "&amp;") in seen for event in events)
    assert stranger.get(address, headers={"If-None-Match": answer.headers["etag"]}).status_code == 304
    assert "fetched 2 times" in alices.get("/settings/calendars").text
    end = re.findall(r'action="(/settings/calendars/[^/]+/end)"', alices.get("/settings/calendars").text)[0]
    alices.post(end)
    gone = stranger.get(address)
    assert gone.status_code == 404
    assert "leads nowhere" in gone.text
    assert stranger.get(address.replace(".ics", "")).status_code == 404


def test_calendars_follow_what_is_decided(home: House, alices: Browser, stranger: Browser) -> None:
    """A parcel that its person has is off in the calendar at once, whatever page comes next; undone, it is back."""
    made = alices.post("/settings/calendars", data={"kinds": ["pickups"]}).text
    (address,) = re.findall(r"/calendar/[\w-]{43}\.ics", made)
    states = [_state(stranger, address)]
    answer = alices.post(home.fill("/parcels/{parcel_id}/received"))
    states.append(_state(stranger, address))
    alices.post(re.findall(r'action="(/undo/[^"]+)"', answer.text)[0], data={"back": "/parcels"})
    states.append(_state(stranger, address))
    assert states == [("CONFIRMED", 0), ("CANCELLED", 1), ("CONFIRMED", 2)]


def _state(stranger: Browser, address: str) -> tuple[str, int]:
    (event,) = Calendar.from_ical(stranger.get(address).content).walk("VEVENT")
    return event["status"], int(event["sequence"])


def test_one_parcel_goes_into_a_calendar_by_hand(home: House, alices: Browser) -> None:
    """A parcel with a day to come is a file of one event; one without is not found."""
    reading = home.served.app.state.site.readings.of(home.vault_of(alices))
    found = {}
    for one in reading.parcels():
        answer = alices.get(f"/parcels/{one.id}/calendar.ics")
        found[answer.status_code] = answer
    assert set(found) == {200, 404}
    (event,) = Calendar.from_ical(found[200].content).walk("VEVENT")
    assert event.decoded("dtstart") >= datetime.now(UTC).date()
    assert not [one.id for one in reading.parcels() if one.id in str(event["uid"])], "its id could be guessed and tried"
