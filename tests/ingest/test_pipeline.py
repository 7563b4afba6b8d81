"""From bytes to facts: pure, whole, never raising."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mesinfos.errors import InvalidInput
from mesinfos.ingest.files import read_messages
from mesinfos.ingest.line import json_line
from mesinfos.ingest.pipeline import EPOCH, recognise
from mesinfos.model.values import Category

RAW = (
    "From: Acme <shop@acme.example>\nSubject: Votre commande 123-4567 est confirmée\n"
    "Date: Mon, 02 Nov 2026 10:00:00 +0100\n"
    "Message-ID: <1@acme.example>\nList-Id: News <News.acme.example>\n"
    "List-Unsubscribe: <mailto:u@acme.example>, <https://acme.example/u?x=1>\nMIME-Version: 1.0\n"
    'Content-Type: multipart/mixed; boundary="b"\n\n--b\nContent-Type: text/plain; charset=utf-8\n\n'
    "Bonjour Alice, merci pour votre commande.\nNuméro de commande : 123-4567\nTotal : 59,98 €\n"
    "--b\nContent-Type: application/pdf; name=facture.pdf\n\n%PDF-1.4 x\n"
    "--b\nContent-Type: application/zip; name=x.zip\n\nPK\n--b--\n"
).encode()
RECEIVED = datetime(2026, 11, 2, 9, 5, tzinfo=UTC)


def test_an_order_mail_becomes_facts() -> None:
    """Merchant, message, order, body and the PDF; the archive stays at the source."""
    facts = recognise(RAW, received_at=RECEIVED)
    assert facts.merchant is not None
    assert facts.message is not None
    assert facts.body is not None
    assert (facts.merchant.name, facts.error, facts.personal) == ("Acme", "", False)
    assert facts.message.category is Category.ORDERS
    assert facts.message.sent_at == datetime(2026, 11, 2, 9, tzinfo=UTC)
    assert facts.message.snippet == "Bonjour Alice, merci pour votre commande."
    assert (facts.message.list_id, facts.message.unsubscribe) == ("news.acme.example", "https://acme.example/u?x=1")
    assert (facts.message.message_id, facts.message.language) == ("1@acme.example", "fr")
    assert [order.order_number for order in facts.orders] == ["123-4567"]
    assert [(file.filename, file.content_type) for file in facts.attachments] == [("facture.pdf", "application/pdf")]
    assert recognise(RAW, received_at=RECEIVED) == facts


def test_dates_that_cannot_be_give_way_to_the_arrival() -> None:
    """A Date from the future or none: when the mail arrived; nothing known: 1970, always the same."""
    later = RAW.replace(b"2026 10:00", b"2036 10:00")
    undated = RAW.replace(b"Date:", b"X-Date:")
    for raw, received, expected in ((later, RECEIVED, RECEIVED), (undated, RECEIVED, RECEIVED), (undated, None, EPOCH)):
        message = recognise(raw, received_at=received).message
        assert message is not None
        assert message.sent_at == expected


def test_refusals_are_values() -> None:
    """A bomb is an error in the facts, with a sentence."""
    facts = recognise(b"From: a@b.example\n" + b"X: y\n" * 100_000)
    assert facts.error.endswith("to be read.")
    assert facts.merchant is None


def test_whatever_breaks_is_one_mails_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """An unforeseen error of a reader quarantines the mail and raises nothing."""

    def broken(*_arguments: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("mesinfos.ingest.pipeline.extract", broken)
    assert recognise(RAW).error == "This mail could not be read."


@settings(max_examples=100, deadline=None)
@given(position=st.integers(0, len(RAW)), junk=st.binary(max_size=30), length=st.integers(0, 60))
def test_mutated_mails_never_raise(position: int, junk: bytes, length: int) -> None:
    """I1 in small: bytes cut out and put in; facts or an error come back, and the line can be written."""
    facts = recognise(RAW[:position] + junk + RAW[position + length :])
    assert json.dumps(json_line("x.eml", facts))


def test_the_line_has_every_key_of_the_contract() -> None:
    """Amounts are decimal strings, empty values null."""
    line = json_line("a.eml", recognise(RAW, received_at=RECEIVED))
    assert {"file", "merchant", "sender", "category", "category_confidence", "reasons", "orders", "parcels", "offers",
            "invoices", "bookings", "benefits", "error"} <= line.keys()  # fmt: skip
    assert line["merchant"] == {
        "name": "Acme",
        "domain": "acme.example",
        "kind": "unknown",
        "confidence": line["merchant"]["confidence"],
    }
    assert (line["orders"][0]["total"], line["orders"][0]["currency"]) == ("59.98", "EUR")
    assert (line["sender"]["verified"], line["error"]) == (False, None)
    assert json_line("b.eml", recognise(b"From: Bob <bob@gmail.com>\n\nHi"))["merchant"] is None


def test_files_of_every_kind_are_read(tmp_path: Path) -> None:
    """.eml, .html, .txt and .mbox, with the mbox's own quoting undone."""
    box = b"From a@b.example Mon Jan  1 10:00:00 2024\nSubject: one\n\n>From here\n\n"
    box += b"From c@d.example Mon Jan  1 10:00:00 2024\nSubject: two\n\nx\n"
    for name, data in (
        ("m.mbox", box),
        ("m.eml", RAW),
        ("p.html", b"bare words"),
        ("t.txt", b"Note: words"),
        ("h.txt", b"Subject: x\n\ny"),
    ):
        (tmp_path / name).write_bytes(data)
    messages = list(read_messages(tmp_path / "m.mbox"))
    assert [label for label, _ in messages] == ["m.mbox#1", "m.mbox#2"]
    assert messages[0][1] == b"Subject: one\n\nFrom here\n\n"
    assert list(read_messages(tmp_path / "m.eml")) == [("m.eml", RAW)]
    assert next(read_messages(tmp_path / "p.html"))[1].startswith(b"Content-Type: text/html")
    assert next(read_messages(tmp_path / "t.txt"))[1].startswith(b"Content-Type: text/plain")
    assert next(read_messages(tmp_path / "h.txt"))[1].startswith(b"Subject: x")
    with pytest.raises(InvalidInput, match="cannot be read"):
        next(read_messages(tmp_path / "none.eml"))
