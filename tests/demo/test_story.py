"""The household's story: the same every time, in three languages, and recognised as it is told."""

import email
from datetime import UTC, datetime, timedelta
from io import BytesIO
from random import Random

import pytest
from pypdf import PdfReader

from mesinfos.demo import events
from mesinfos.demo.compose import compose, word
from mesinfos.demo.run import counts_of
from mesinfos.demo.shops import phrases, shops, tracking_number
from mesinfos.demo.story import READER, household
from mesinfos.ingest.pipeline import Context, recognise
from mesinfos.model.facts import Observation
from mesinfos.model.rule import Kind
from mesinfos.relations.doubts import doubts
from mesinfos.relations.reading import Reading, Seen

NOW = datetime(2026, 5, 4, 10, 30, tzinfo=UTC)
CONTEXT = Context(authserv_ids=("mx.maison.example",), own_addresses=(READER.address,))


def test_the_story_is_the_same_every_time():
    """Equal days give equal bytes, another day the same story on other dates."""
    assert household(NOW) == household(NOW)
    assert household(NOW).counts() == household(NOW + timedelta(days=77)).counts()


def test_the_story_is_about_four_hundred_mails_of_twenty_five_merchants():
    """Eighteen months, nothing in the future, in French, English and German."""
    story = household(NOW)
    days = [at for at, _ in story.mails]
    assert story.merchants == 25
    assert 380 <= len(story.mails) <= 460
    assert max(days) <= NOW
    assert timedelta(days=500) < NOW - min(days) < timedelta(days=560)
    assert {shop.language for shop in shops()} == {"fr", "en", "de"}


def test_every_language_says_the_same_kinds_of_things():
    """No letter is missing in a language."""
    kinds = {language: (set(phrases(language)), set(phrases(language)[""])) for language in ("fr", "en", "de")}
    assert kinds["fr"] == kinds["en"] == kinds["de"]


@pytest.mark.parametrize("day", [NOW, datetime(2027, 1, 1, 0, 5, tzinfo=UTC)])
def test_what_is_told_is_recognised(day):
    """Every merchant, order, parcel and offer of the story is found; personal mail and the forgery change nothing."""
    story, reading, number = household(day), Reading(), 0
    for place, (at, raw) in enumerate(story.mails):
        facts = recognise(raw, CONTEXT, at)
        assert not facts.error
        for fact in (facts.message, *facts.purchases()) if facts.message else ():
            number += 1
            seen = Observation(fact, facts.message.sent_at, facts.merchant, facts.sender.verified, f"mail {place}")
            record = f"mail {place}" if fact is facts.message else f"record {number}"
            reading.add([Seen(record, number, seen)])
    assert counts_of(reading) == story.counts()
    assert len(story.mails) - len(reading.messages) == story.personal
    assert [seen.message.sender.proof for seen in reading.messages if not seen.observation.verified] == ["dmarc=fail"]
    assert sum(len(order.invoices) for order in reading.orders()) > 5
    assert len(reading.bookings()) == 10
    assert [one.kind for one in doubts(reading)] == [Kind.NOTHING], "the one mail that tells nothing of its order"


def test_mails_are_what_mail_programs_read():
    """Python's own mail reader finds two renderings, and a PDF that a PDF reader reads."""
    purchase = events.buy(shops()[0], NOW, Random(3))
    mail = email.message_from_bytes(compose(events.invoiced(purchase, NOW), READER))
    assert not mail.defects
    kinds = [part.get_content_type() for part in mail.walk()]
    assert kinds == ["multipart/mixed", "multipart/alternative", "text/plain", "text/html", "application/pdf"]
    pdf = PdfReader(BytesIO(list(mail.walk())[-1].get_payload(decode=True)))
    assert purchase.invoice in pdf.pages[0].extract_text()


def test_long_words_in_headers_are_folded():
    """An encoded word stays within 75 characters and gives the text back (RFC 2047)."""
    text = "Électricité et gaz naturel pour toute la maison, été comme hiver"
    encoded = word(text)
    assert all(len(part.strip()) <= 75 for part in encoded.split("\r\n"))
    assert str(email.header.make_header(email.header.decode_header(encoded))) == text
    assert word("Maison, Tilleul") == '"Maison, Tilleul"'


@pytest.mark.parametrize(
    ("carrier", "size"),
    [("Colissimo", 13), ("Chronopost", 13), ("Royal Mail", 13), ("DHL", 20), ("UPS", 18), ("GLS", 11), ("DPD", 14)],
)
def test_tracking_numbers_have_their_carriers_form(carrier, size):
    """Each carrier's numbers have its own length."""
    assert {len(tracking_number(carrier, Random(seed))) for seed in range(40)} == {size}
