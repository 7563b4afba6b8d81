"""Bookings: a reference with the days between which something was reserved, and where."""

import datetime as dt
from collections.abc import Sequence

from mesinfos.ingest.calendars import Event
from mesinfos.ingest.extractors.dates import dates, time_of_day
from mesinfos.ingest.extractors.layout import values
from mesinfos.ingest.extractors.numbers import numbers
from mesinfos.ingest.extractors.orders import order_numbers, order_status
from mesinfos.ingest.merge import Version, merged
from mesinfos.ingest.sheet import Sheet
from mesinfos.model.provenance import Provenance
from mesinfos.model.purchase import Booking
from mesinfos.model.values import BookingStatus, Money, OrderStatus


def _moment(sheet: Sheet, wanted: str, earliest: dt.datetime | None = None) -> dt.datetime | None:
    calendar = sheet.calendar._replace(future=True)
    for text, stream, line in values(sheet, wanted):
        spans = dates(text, calendar)
        if not spans or not sheet.near(spans[0].first, 2, 550):
            continue
        following = stream.lines[line + 1] if line + 1 < len(stream.lines) else ""
        hour = time_of_day(text) or (time_of_day(following) if len(following) < 40 else None) or dt.time(0, 0)
        moment = dt.datetime.combine(spans[0].first, hour, dt.UTC)
        if earliest is None or moment > earliest:
            return moment
    return None


def _printed(sheet: Sheet) -> dt.datetime | None:
    """Without a label, the first line that prints a day to come and an hour."""
    calendar = sheet.calendar._replace(future=True)
    for stream in sheet.streams:
        for line, digits in zip(stream.lines[:60], stream.digits, strict=False):
            hour = time_of_day(line) if digits and len(line) < 90 else None
            spans = dates(line, calendar) if hour else []
            if hour and spans and sheet.near(spans[0].first, 0, 550):
                return dt.datetime.combine(spans[0].first, hour, dt.UTC)
    return None


def _named(sheet: Sheet, wanted: str) -> str:
    for text, stream, line in values(sheet, wanted):
        said = _whole(stream.lines[line]) if text[:1].islower() else text
        if 3 <= len(said) <= 90 and not said.endswith((":", "?", ".")):
            return said.replace("\t", ", ")
    return ""


def _whole(line: str) -> str:
    """A name that begins with its own label ("Hôtel du Vieux Moulin"); a sentence that does says nothing."""
    return line if all(word[:1].isupper() for word in line.split() if len(word) > 3) else ""


def begins(sheet: Sheet) -> dt.datetime | None:
    """When what is booked begins, as a label or a line of the sheet says."""
    return _moment(sheet, "check_in") or _printed(sheet)


def bookings(sheet: Sheet, reference: str, confidence: float, total: Money | None) -> tuple[Booking, ...]:
    """The booking of a mail that names a reference and a day to come; local times are kept as printed."""
    start = begins(sheet)
    if start is None:
        return ()
    end = _moment(sheet, "check_out", start)
    cancelled = order_status(sheet, "") is OrderStatus.CANCELLED
    status = BookingStatus.CANCELLED if cancelled else BookingStatus.CONFIRMED
    read = Provenance("layout", round(confidence, 2), "labels")
    return (Booking(reference, _named(sheet, "place"), _named(sheet, "where"), start, end, total, read, status),)


def booked(sheet: Sheet, known: Sequence[Booking], planned: Sequence[Event], reference: str) -> tuple[Booking, ...]:
    """The bookings known from elsewhere, each merged with the calendar's event of its day; the other events after them.

    An event to which several are invited is a meeting of persons.
    """
    left = [event for event in planned if event.start and event.invited <= 1]
    if not left:
        return tuple(known)
    whole = []
    for booking in known:
        alone = len(known) == len(left) == 1
        event = next((one for one in left if alone or _same_day(booking, one)), None)
        if event:
            left.remove(event)
            whole.append(merged(Booking, _version(booking), _from_event(sheet, event, booking.reference)))
        else:
            whole.append(booking)
    return (*whole, *(merged(Booking, _from_event(sheet, event, reference)) for event in left))


def _version(booking: Booking) -> Version[Booking]:
    """A booking of the page: a line that may be its place, and a day that may come without its hour."""
    provenance, start = booking.provenance, booking.start
    if provenance is None or provenance.extractor != "layout":
        return Version(booking)
    hour = 0.55 if start and start.time() == dt.time(0) else 0.8
    return Version(booking, {"start": hour, "end": hour, "what": 0.7})


def _same_day(booking: Booking, event: Event) -> bool:
    return bool(booking.start and event.start and booking.start.date() == event.start.at.date())


def _from_event(sheet: Sheet, event: Event, reference: str) -> Version[Booking]:
    """An event as a booking: a day or an instant in another zone is less sure than an hour as it is printed."""
    start, end = event.start, event.end
    status = BookingStatus.CANCELLED if event.cancelled else BookingStatus.CONFIRMED
    found = Booking(
        reference=reference or _named_in(sheet, event) or event.uid[:60],
        what=event.summary,
        where=event.where,
        start=start.at if start else None,
        end=end.at if end else None,
        provenance=Provenance("ics", 0.95, "VEVENT"),
        status=status,
    )
    vague = bool(start and (start.exact or start.whole))
    sure = {"start": 0.6, "end": 0.6} if vague else {}
    return Version(found, sure | ({"status": 1.0} if event.cancelled else {}))


def _named_in(sheet: Sheet, event: Event) -> str:
    """The reference that an event's own words name."""
    page = sheet.printed("ics", [*event.summary.splitlines(), *event.description.splitlines()[:40]])
    return next((one.value for one in order_numbers(numbers(page))), "")
