"""The reader of mails: what stands in the bytes comes out, whatever its shape, and bombs are refused."""

import base64
from email.message import EmailMessage
from email.mime.image import MIMEImage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mesinfos.errors import Unparseable
from mesinfos.ingest.charsets import decode, decode_html, guess
from mesinfos.ingest.headers import Headers, decode_words, parameters
from mesinfos.ingest.parse import parse
from mesinfos.ingest.transfer import decode_transfer, sniff_transfer
from tests.campaign import i2

FRENCH = "Votre commande a été expédiée, élève à la forêt"
RUSSIAN = "Соберите всю почту в один ящик и читайте её"
KOREAN = "이용약관 및 서비스 상품약관 변경 안내"
JAPANESE = "インタビューあり！明日公開のお知らせです"


def built() -> bytes:
    """A mail as the stdlib writes it: alternative in mixed, with an attachment of an accented name."""
    message = EmailMessage()
    message["From"] = "Boutique Élan <bonjour@elan.example>"
    message["To"] = "alice@maison.example, Bob <bob@maison.example>"
    message["Reply-To"] = "aide@elan.example"
    message["Subject"] = "Votre commande n° 12 est confirmée – merci"
    message["Date"] = "Mon, 02 Nov 2026 10:00:00 +0100"
    message.set_content(FRENCH)
    message.add_alternative(f"<p>{FRENCH}</p>", subtype="html")
    message.add_attachment(b"%PDF-1.4 x", maintype="application", subtype="pdf", filename="facture n°12 é.pdf")
    return message.as_bytes()


def test_a_regular_mail_is_read_whole() -> None:
    """Text, page, addresses, date, subject and the attachment with its RFC 2231 name."""
    for raw in (built(), built().replace(b"\n", b"\r\n")):
        mail = parse(raw)
        assert mail.text.strip() == FRENCH
        assert mail.page.lines == [FRENCH]
        assert mail.lines == [FRENCH, FRENCH]
        assert mail.subject == "Votre commande n° 12 est confirmée – merci"
        assert mail.from_[0] == ("Boutique Élan", "bonjour@elan.example")
        assert [box.domain for box in (*mail.to, *mail.reply_to)] == [
            "maison.example",
            "maison.example",
            "elan.example",
        ]
        assert mail.date is not None
        assert mail.date.isoformat() == "2026-11-02T09:00:00+00:00"
        assert mail.attachments == (("application/pdf", "facture n°12 é.pdf", b"%PDF-1.4 x"),)


def test_nested_parts_keep_their_order_and_pictures_are_attachments() -> None:
    """Related in alternative in mixed, as shops send it."""
    outer, inner = MIMEMultipart("mixed"), MIMEMultipart("related")
    inner.attach(MIMEText("<p>deux</p>", "html", "utf-8"))
    inner.attach(MIMEImage(b"x", "png", name="logo.png"))
    outer.attach(MIMEText("un", "plain", "utf-8"))
    outer.attach(inner)
    mail = parse(outer.as_bytes())
    assert (mail.text, mail.html) == ("un", "<p>deux</p>")
    assert mail.attachments[0].filename == "logo.png"


@pytest.mark.parametrize("charset", ["utf-8", "iso-8859-1", "windows-1252", "iso-8859-15"])
def test_declared_charsets_are_believed(charset: str) -> None:
    """8-bit text under its right name."""
    raw = b"Content-Type: text/plain; charset=" + charset.encode() + b"\n\n" + FRENCH.encode(charset)
    assert parse(raw).text == FRENCH


@pytest.mark.parametrize(
    ("text", "charset"),
    [(FRENCH, "cp1252"), (FRENCH, "utf-8"), (RUSSIAN, "koi8-r"), (RUSSIAN, "cp1251"), (KOREAN, "euc-kr"),
     (JAPANESE, "iso2022_jp"), (JAPANESE, "euc_jp"), (JAPANESE, "cp932")],
)  # fmt: skip
def test_silent_charsets_are_guessed(text: str, charset: str) -> None:
    """Undeclared bytes are read in the charset whose letters they are, in bodies and in headers."""
    body = text.encode(charset) * 3
    assert parse(b"Subject: " + text.encode(charset) + b"\n\n" + body).text == text * 3
    assert decode_words(body) == text * 3


def test_wrong_charsets_do_not_harm() -> None:
    """A page's own declaration, a false name, an unknown one, a codec that is no charset, a cut character."""
    assert decode_html(b"<meta charset='koi8-r'>" + RUSSIAN.encode("koi8-r")).endswith(RUSSIAN)
    assert decode(FRENCH.encode("cp1252"), "utf-8") == FRENCH
    assert decode(FRENCH.encode(), "iso-2022-jp") == FRENCH
    assert decode(FRENCH.encode(), "rot13") == FRENCH
    assert decode(FRENCH.encode(), "no-such-charset") == FRENCH
    assert decode(("a" * 200).encode() + "é".encode()[:1], "utf-8").startswith("aaa")
    assert decode(b"\x81\xff\xfe", "big5")
    assert guess(b"\xff\xfe\x81\x8d\x90") in {"cp1252", "koi8-r", "cp1251", "gb18030"}


def test_missing_content_type_is_made_up_for() -> None:
    """A boundary without a header, or with no empty line before it; HTML and quoted-printable that nobody declared."""
    sender = b"From: a@acme.example\n"
    lost = sender + b"\n--xyz\nContent-Type: text/plain\n\none\n--xyz\nContent-Type: text/html\n\n<p>two</p>\n--xyz--\n"
    assert (parse(lost).text, parse(lost).html) == ("one", "<p>two</p>")
    glued = sender + b'Content-Type: multipart/mixed; boundary="xyz"\n--xyz\nContent-Type: text/plain\n\none\n--xyz--'
    assert parse(glued).text == "one"
    page = b"From: a@acme.example\n\n<table><tr><td>A=3DB</td></tr></table>=\nx=3Dy=20\nz=3D1"
    assert "A=B" in parse(page).html
    assert parse(b"From: a@acme.example\n\n" + base64.encodebytes(b"word " * 40)).text == "word " * 40


def test_saved_pages_and_texts_have_no_headers() -> None:
    """What begins with markup or prose is all body; an mbox line and blank lines before the headers are passed over."""
    assert parse(b"<!DOCTYPE html><p>Saldo</p>").page.lines == ["Saldo"]
    assert parse(b"Bonjour Alice,\nvotre colis").text_lines == ["Bonjour Alice,", "votre colis"]
    assert parse(b"From a@b.example Mon Jan  1 10:00:00 2024\nSubject: x\n\nbody").subject == "x"
    assert parse(b"\n\nSubject: x\n\nbody").subject == "x"
    assert parse(b"").lines == []


def test_a_boundary_that_begins_like_another_is_not_taken_for_it() -> None:
    """`--b` and `--b2` in one mail; nothing after the closing line is read; damage costs its part alone."""
    inner = b'Content-Type: multipart/alternative; boundary="b2"\n\n--b2\n\none\n--b2--\n'
    raw = b'Content-Type: multipart/mixed; boundary="b"\n\n--b\n' + inner + b"\n--b\n\ntwo\n--b--\nafter\n--b\n\nthree"
    assert parse(raw).text.split() == ["one", "two"]


def test_a_mail_in_a_mail_shows_as_quoted_header() -> None:
    """A forwarded message is kept as attachment, and its From and text stand in the text."""
    inner = b"From: Acme <shop@acme.example>\nSubject: Order 7\n\nThank you"
    raw = b"From: a@b.example\nContent-Type: message/rfc822\n\n" + inner
    mail = parse(raw)
    assert mail.attachments[0].payload == inner
    assert "From: Acme <shop@acme.example>" in mail.text_lines
    assert mail.text_lines[-1] == "Thank you"


def test_parameters_survive_pieces_and_quotes() -> None:
    """RFC 2231 in pieces, with charset, and plain quoted values with escapes."""
    assert parameters("x; name*0*=utf-8''fact%C3%A9; name*1=ure.pdf")["name"] == "factéure.pdf"
    assert parameters('x; name="a\\"b"; other=plain')["name"] == 'a"b'


def test_encoded_words_are_joined_before_they_are_decoded() -> None:
    """A character cut between two words, damaged base64, an unknown charset."""
    cut = base64.b64encode("é".encode()[:1]), base64.b64encode("é".encode()[1:])
    assert decode_words(b"=?utf-8?b?%s?=\n =?utf-8?b?%s?= x" % cut) == "é x"
    assert decode_words(b"=?utf-8?b?!?= =?x-none?q?a_b?=").strip() == "a b"


def test_transfer_encodings_forgive_damage() -> None:
    """Base64 with foreign characters or a cut end; an unknown encoding leaves the bytes."""
    assert decode_transfer(b"aGVs!bG8=", "base64") == b"hello"
    assert decode_transfer(b"aGVsbG8", "base64") == b"hello"
    assert decode_transfer(b"a=3Db", "8bit") == b"a=3Db"
    assert sniff_transfer(b"a = b", "") == b"a = b"


def test_headers_keep_order_and_repeats() -> None:
    """The topmost field comes first; what is no field is passed over, and what is folded under it."""
    headers = Headers(b"Received: one\nnonsense\n Subject: none\nReceived: two\n three\n\tfour \nX : y")
    assert headers.get_all("received") == ["one", "two three four"]
    assert (len(headers), "received" in headers, headers.get("none", "-")) == (3, True, "-")


@pytest.mark.parametrize(
    "date", ["", "yesterday", "Mon, 99 Foo 2026", "Mon, 02 Nov 99999 10:00:00 +0100", "1 Jan 1970 00:00:00"]
)
def test_dates_that_cannot_be_are_none(date: str) -> None:
    """An odd Date is no date, never an error."""
    assert parse(f"Date: {date}\n\nx".encode()).date is None


@pytest.mark.parametrize("name", list(i2.BOMBS))
def test_bombs_are_refused(name: str) -> None:
    """I2 in full size: each bomb is Unparseable."""
    build, size = i2.BOMBS[name]
    with pytest.raises(Unparseable):
        parse(build(size))


def test_the_check_i2_itself_passes() -> None:
    """`make campaign I2` in small."""
    outcome = i2.run(5)
    assert outcome.ok, outcome.happened


@settings(max_examples=150, deadline=None)
@given(cut=st.integers(0, 900), junk=st.binary(max_size=40))
def test_damaged_mails_are_read_or_refused(cut: int, junk: bytes) -> None:
    """Bytes struck out and put in anywhere never raise anything but Unparseable."""
    raw = built()
    mail = parse(raw[:cut] + junk + raw[cut + len(junk) :])
    assert isinstance(mail.lines, list)
