"""Calendar attachments become bookings; what no calendar should say is ignored, and nothing of one mail stays."""

import datetime as dt
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mesinfos.ingest.calendars import LARGEST, MOST_EVENTS, events
from mesinfos.ingest.extract import Found, extract
from mesinfos.ingest.parse import parse
from mesinfos.model.merchant import Merchant
from mesinfos.model.values import BookingStatus, Category, Kind
from tests.ingest.mails import NOW

DOCTOR = Merchant("Rendez", "rendez.example", Kind.HEALTH)
VISIT = (
    "UID:visit-1@rendez.example",
    "SUMMARY:Dentiste\\, Dr Lenoir",
    "LOCATION:4 rue Haute\\n35000 Rennes",
    "DTSTART;TZID=Europe/Paris:20261130T093000",
    "DURATION:PT30M",
)


def calendar(*lines: str, method: str = "PUBLISH") -> bytes:
    """A calendar of one event."""
    body = ("BEGIN:VCALENDAR", "VERSION:2.0", f"METHOD:{method}", "BEGIN:VEVENT", *lines, "END:VEVENT", "END:VCALENDAR")
    return "\r\n".join(body).encode()


def mail(*files: bytes, text: str = "Votre rendez-vous est confirmé.", subject: str = "Rendez-vous confirmé") -> bytes:
    """A mail with these calendars."""
    made = EmailMessage()
    made["From"], made["Subject"], made["Date"] = "a@rendez.example", subject, "Wed, 25 Nov 2026 10:00:00 +0000"
    made.set_content(text)
    for content in files:
        made.add_attachment(content, maintype="text", subtype="calendar", filename="invite.ics")
    return made.as_bytes()


def read(*files: bytes, **more: str) -> Found:
    """What is found in it."""
    return extract(parse(mail(*files, **more)), DOCTOR, NOW)


def test_a_calendar_gives_a_booking():
    """What, where, from when to when, as the calendar prints it; escapes undone."""
    (booking,) = read(calendar(*VISIT)).bookings
    assert (booking.what, booking.where) == ("Dentiste, Dr Lenoir", "4 rue Haute, 35000 Rennes")
    assert booking.start == dt.datetime(2026, 11, 30, 9, 30, tzinfo=dt.UTC)
    assert booking.end == dt.datetime(2026, 11, 30, 10, 0, tzinfo=dt.UTC)
    assert (booking.status, booking.provenance.extractor) == (BookingStatus.CONFIRMED, "ics")


@pytest.mark.parametrize("cancelled", [calendar(*VISIT, method="CANCEL"), calendar(*VISIT, "STATUS:CANCELLED")])
def test_a_cancelled_event_is_a_cancelled_booking(cancelled):
    """By its method or by its status."""
    assert read(cancelled).bookings[0].status is BookingStatus.CANCELLED


def test_the_reference_is_the_mails_then_the_events_own():
    """The number the mail names; else one that the description names; else what the calendar calls the event."""
    told = "Votre réservation est confirmée.\nNuméro de réservation : QX7-4411\n"
    assert read(calendar(*VISIT), text=told).bookings[0].reference == "QX7-4411"
    described = calendar(*VISIT, "DESCRIPTION:Merci\\nNuméro de réservation : RV-88213")
    assert read(described).bookings[0].reference == "RV-88213"
    assert read(calendar(*VISIT)).bookings[0].reference == "visit-1@rendez.example"


def test_page_and_calendar_make_one_booking():
    """The page names total and reference, the calendar place and hours: one booking of both."""
    told = (
        "Votre réservation est confirmée.\nNuméro de réservation : QX7-4411\n"
        "Arrivée : 30/11/2026\nMontant total : 89,00 €\n"
    )
    (booking,) = read(calendar(*VISIT), text=told, subject="Confirmation de réservation").bookings
    assert (booking.reference, str(booking.total.amount)) == ("QX7-4411", "89.00")
    assert (booking.where, booking.start.hour) == ("4 rue Haute, 35000 Rennes", 9)
    assert (booking.provenance.extractor, booking.provenance.fields) == ("layout", "ics:what,where,start,end")


def test_there_and_back_are_two():
    """Two events, two bookings of one reference."""
    back = tuple(line.replace("20261130", "20261203") for line in VISIT)
    one = calendar(*VISIT, "END:VEVENT", "BEGIN:VEVENT", *back)
    assert len(read(one).bookings) == 2


def test_the_same_calendar_twice_is_one():
    """Inline and attached, as mailers do it."""
    assert len(read(calendar(*VISIT), calendar(*VISIT)).bookings) == 1


def test_meetings_are_no_bookings():
    """An event to which several are invited is one of persons."""
    assert read(calendar(*VISIT, "ATTENDEE:mailto:a@example.org", "ATTENDEE:mailto:b@example.org")).bookings == ()


def test_a_promotion_books_nothing():
    """A calendar attached to an advertisement is one more advertisement."""
    text = "Soldes : -20 % sur tout, profitez-en ! Dernière chance, offre exclusive.\n"
    found = read(calendar(*VISIT), text=text, subject="Soldes : ventes privées, -20 % sur tout")
    assert found.scale.best()[0] is Category.PROMO
    assert found.bookings == ()


def test_whole_days_and_instants():
    """A day has no hour and its end says nothing; two nights end on the day of leaving; an instant stays one."""
    day = ("UID:1", "SUMMARY:Nuit", "DTSTART;VALUE=DATE:20261130")
    (one,) = events(parse(mail(calendar(*day, "DTEND;VALUE=DATE:20261201"))))
    assert one.start is not None
    assert (one.start.whole, one.end) == (True, None)
    (stay,) = events(parse(mail(calendar(*day, "DTEND;VALUE=DATE:20261202"))))
    assert stay.end is not None
    assert stay.end.at.day == 2
    (exact,) = events(parse(mail(calendar("UID:1", "DTSTART:20261130T083000Z"))))
    assert exact.start is not None
    assert exact.start.exact


def test_folded_lines_and_alarms():
    """A line folded inside a character is whole again; an alarm's own text is not the event's."""
    raw = calendar(*VISIT[:1], "SUMMARY:Théâtre", "BEGIN:VALARM", "SUMMARY:Rappel", "END:VALARM", *VISIT[3:])
    folded = raw.replace("é".encode(), b"\xc3\r\n \xa9", 1)
    assert [event.summary for event in events(parse(mail(folded)))] == ["Théâtre"]


def test_a_zone_of_one_mail_stays_in_it():
    """A mail may define its time zone as it likes: the hour is the printed one, in this mail and in the next."""
    zone = "BEGIN:VTIMEZONE\r\nTZID:X\r\nBEGIN:STANDARD\r\nTZOFFSETTO:-0800\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
    odd = calendar(*VISIT).replace(b"BEGIN:VEVENT", zone.encode() + b"BEGIN:VEVENT", 1)
    assert read(odd).bookings[0].start == read(calendar(*VISIT)).bookings[0].start


def test_too_much_is_refused():
    """A calendar too large is not read; of many events the first few are."""
    assert events(parse(mail(calendar(*VISIT, "X-A:" + "a" * LARGEST)))) == []
    many = [line for n in range(99) for line in ("BEGIN:VEVENT", f"UID:{n}", "DTSTART:20261130T083000Z", "END:VEVENT")]
    assert len(events(parse(mail("\r\n".join(many).encode())))) == MOST_EVENTS


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from((*VISIT, "BEGIN:VEVENT", "END:VEVENT", "BEGIN:", ":", "DTSTART:99999999", "é;=:\\"))))
def test_nothing_breaks_it(lines):
    """Whatever lines stand in whatever order, a list of events comes back."""
    assert len(events(parse(mail(calendar(*lines))))) <= MOST_EVENTS
