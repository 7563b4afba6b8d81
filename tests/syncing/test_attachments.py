"""From an archive to the open vault: what attached bills, tickets and calendars told is there, and is there once."""

from pathlib import Path

from mesinfos.model.values import BookingStatus, ReturnStatus
from tests.syncing.conftest import Desk, desk
from tests.syncing.letters import write_mbox

__all__ = ["desk"]

GOLDEN = Path(__file__).parent.parent / "golden"
MAILS = ("fr-bill-pdf", "de-order-pdf", "fr-ticket-pdf", "fr-appointment-ics", "en-cancelled-ics", "fr-refund-part")


def test_what_attachments_tell_is_kept_once(desk: Desk, tmp_path):
    """Bills, bookings and a return from six mails; the same archive again brings nothing new."""
    letters = [(GOLDEN / f"{name}.eml").read_bytes() for name in MAILS]
    source = desk.archive(write_mbox(tmp_path / "a.mbox", letters))
    summary = desk.sync(source)
    assert (summary.new, summary.quarantined, summary.bookings, summary.returns) == (6, 0, 3, 1)
    reading = desk.reading()
    assert {view.invoice.number for view in reading.invoices()} == {"OE-2026-118420", "RE-2026-20418"}
    told = {view.booking.reference: view.booking.status for view in reading.bookings()}
    assert told["GF-20931"] is BookingStatus.CANCELLED
    assert told["CH-4471-B"] is BookingStatus.CONFIRMED
    assert [view.back.status for view in reading.returns()] == [ReturnStatus.REFUNDED]
    again = desk.sync(desk.archive(write_mbox(tmp_path / "b.mbox", letters)))
    assert (again.new, again.known, len(desk.reading().returns())) == (0, 6, 1)
