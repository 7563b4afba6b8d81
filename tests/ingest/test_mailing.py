"""How to leave a list: what its headers offer, and when one press is enough (RFC 8058)."""

import base64

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from mesinfos.ingest.context import Context
from mesinfos.ingest.mailing import Exit, way_out
from mesinfos.ingest.parse import parse
from mesinfos.ingest.pipeline import recognise

OWN = Context(authserv_ids=("mx.maison.example",))
LIST = "List-Unsubscribe: <mailto:out@acme.example?subject=Stop>, <https://acme.example/u?x=1>\n"
POST = "List-Unsubscribe-Post: List-Unsubscribe=One-Click\n"
PASSED = "Authentication-Results: mx.maison.example; dkim=pass header.d=acme.example header.s=s1\n"
SIGNED = "DKIM-Signature: v=1; d=acme.example; s=s1; h=from:List-Unsubscribe : list-unsubscribe-post; b=abcd efgh\n"
ROOM = Exit("https://acme.example/u?x=1", True, "mailto:out@acme.example?subject=Stop")


def out(*fields: str, context: Context = OWN) -> Exit:
    """The way out of a mail with these header fields."""
    return way_out(parse(("".join(fields) + "From: Acme <news@acme.example>\n\nBonjour\n").encode()), context)


def test_one_press_when_the_standard_allows_it():
    """An https address, the field that says so, and a good signature over both."""
    assert out(PASSED, SIGNED, LIST, POST) == ROOM
    assert recognise(f"{PASSED}{SIGNED}{LIST}{POST}From: Acme <n@acme.example>\n\nx".encode(), OWN).message.one_click


@pytest.mark.parametrize(
    "fields",
    [
        (PASSED, SIGNED, LIST),
        (SIGNED, LIST, POST),
        (PASSED, LIST, POST),
        (PASSED.replace("mx.maison", "mx.attack"), SIGNED, LIST, POST),
        (PASSED.replace("pass", "fail"), SIGNED, LIST, POST),
        (PASSED.replace("acme", "house"), SIGNED, LIST, POST),
        (PASSED.replace("header.s=s1", "header.s=s2"), SIGNED, LIST, POST),
        (PASSED.replace("header.s=s1", "header.b=abcdeX"), SIGNED, LIST, POST),
        (PASSED, SIGNED.replace(" : list-unsubscribe-post", ""), LIST, POST),
        (PASSED, SIGNED.replace("List-Unsubscribe :", "subject:"), LIST, POST),
        (PASSED, SIGNED, SIGNED.replace("h=from:List-Unsubscribe", "h=from"), LIST, POST),
        (PASSED, SIGNED, LIST, LIST, POST),
        (PASSED, SIGNED, LIST, POST, POST),
        (PASSED, SIGNED, LIST, POST.replace("One-Click", "Two-Clicks")),
        (PASSED, SIGNED, LIST.replace("https:", "http:"), POST),
    ],
)
def test_without_one_of_its_conditions_it_is_a_link(fields):
    """No verdict, another's, of another signature, one field not signed or written twice, no https: no one-click."""
    assert not out(*fields).one_click


def test_a_verdict_names_its_signature():
    """By domain or identity, selector and first letters; one that could be about two counts when both cover."""
    for named in ("header.i=@acme.example", "header.d=acme.example header.b=abcdefg", "header.d=ACME.example"):
        assert out(PASSED.replace("header.d=acme.example header.s=s1", named), SIGNED, LIST, POST).one_click
    other = SIGNED.replace("s=s1", "s=s2").replace("h=from", "h=to").replace("List-Unsubscribe", "x")
    assert out(PASSED, other, SIGNED, LIST, POST).one_click
    assert not out(PASSED.replace(" header.s=s1", ""), other, SIGNED, LIST, POST).one_click


def test_a_signature_of_our_own_checking_counts():
    """Where the key is at hand, a good signature over both fields is enough, and a changed address is not."""
    made = rsa.generate_private_key(public_exponent=65537, key_size=1024)
    private = made.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    public = made.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    keys = Context(dkim_keys={"s1._domainkey.acme.example": "v=DKIM1; p=" + base64.b64encode(public).decode()})
    mail = f"{LIST}{POST}From: Acme <news@acme.example>\n\nBonjour\n".encode()
    fields = [b"from", b"list-unsubscribe", b"list-unsubscribe-post"]
    signed = dkim.sign(mail, b"s1", b"acme.example", private, include_headers=fields) + mail
    assert way_out(parse(signed), keys) == ROOM
    assert not way_out(parse(signed.replace(b"/u?x=1", b"/u?x=2")), keys).one_click
    bare = dkim.sign(mail, b"s1", b"acme.example", private, include_headers=fields[:2]) + mail
    assert not way_out(parse(bare), keys).one_click
