"""Bookings: a reference with the days between which something was reserved, and where."""

import datetime as dt

from mesinfos.ingest.extractors.dates import dates, time_of_day
from mesinfos.ingest.extractors.layout import values
from mesinfos.ingest.sheet import Sheet
from mesinfos.model.provenance import Provenance
from mesinfos.model.purchase import Booking
from mesinfos.model.values import Money


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


def _place(sheet: Sheet) -> str:
    for text, _, _ in values(sheet, "place"):
        if 3 <= len(text) <= 90 and not text.endswith((":", "?", ".")):
            return text.replace("\t", ", ")
    return ""


def bookings(sheet: Sheet, reference: str, confidence: float, total: Money | None) -> tuple[Booking, ...]:
    """The booking of a mail that names a reference and a day to come; local times are kept as printed."""
    start = _moment(sheet, "check_in") or _printed(sheet)
    if start is None:
        return ()
    end = _moment(sheet, "check_out", start)
    what = _place(sheet)
    return (Booking(reference, what, "", start, end, total, Provenance("layout", round(confidence, 2), "labels")),)
