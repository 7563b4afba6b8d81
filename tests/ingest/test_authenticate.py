"""Who is believed: one plain From, and a proof of its domain."""

import base64

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from mesinfos.ingest.addresses import plain_address, read_addresses
from mesinfos.ingest.authenticate import authenticate
from mesinfos.ingest.context import Context
from mesinfos.ingest.parse import parse
from mesinfos.model.merchant import Sender
from tests.campaign import i6

OWN = Context(authserv_ids=("mx.maison.example",))
MAIL = b"From: Acme <shop@news.acme.example>\nTo: alice@maison.example\nSubject: Order\n\nThank you\n"


@pytest.fixture(scope="module")
def key() -> tuple[bytes, str]:
    """A signing key, and the TXT record of its public half."""
    made = rsa.generate_private_key(public_exponent=65537, key_size=1024)
    private = made.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    public = made.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return private, "v=DKIM1; k=rsa; p=" + base64.b64encode(public).decode()


def sender(raw: bytes, context: Context = OWN) -> Sender:
    """The sender of these bytes."""
    return authenticate(parse(raw), context)


def with_results(field: str) -> bytes:
    """The mail under that Authentication-Results."""
    return f"Authentication-Results: {field}\n".encode() + MAIL


def test_an_aligned_signature_proves_the_domain(key: tuple[bytes, str]) -> None:
    """Signed by acme.example, the From may be its subdomain; the body is covered."""
    private, record = key
    signed = dkim.sign(MAIL, b"s1", b"acme.example", private) + MAIL
    context = Context(dkim_keys={"s1._domainkey.acme.example": record})
    assert sender(signed, context) == Sender("shop@news.acme.example", "Acme", "acme.example", True, "dkim")
    assert not sender(signed.replace(b"Thank you", b"Pay here "), context).verified
    assert not sender(signed).verified
    assert not sender(signed, Context(dkim_keys={"s1._domainkey.acme.example": "v=DKIM1; p=nonsense"})).verified


def test_other_signatures_prove_nothing(key: tuple[bytes, str]) -> None:
    """A mailing house's own signature, and one that leaves the end of the body open."""
    private, record = key
    foreign = dkim.sign(MAIL, b"s1", b"house.example", private) + MAIL
    assert not sender(foreign, Context(dkim_keys={"s1._domainkey.house.example": record})).verified
    opened = dkim.sign(MAIL, b"s1", b"acme.example", private, length=True) + MAIL
    assert not sender(opened, Context(dkim_keys={"s1._domainkey.acme.example": record})).verified


@pytest.mark.parametrize(
    "field",
    ["mx.maison.example; dmarc=pass (p=reject) header.from=acme.example",
     "maison.example 1; spf=fail; dkim=pass header.d=acme.example header.s=s1",
     'imap.maison.example; dkim=pass reason="good; fine" header.i=@news.acme.example'],
)  # fmt: skip
def test_the_providers_own_verdict_proves(field: str) -> None:
    """DMARC, or DKIM of an aligned domain, from the provider under whichever of its host names."""
    found = sender(with_results(field))
    assert (found.verified, found.proof) == (True, "authentication-results")


@pytest.mark.parametrize(
    "field",
    ["mx.attack.example; dmarc=pass header.from=acme.example",
     "mx.maison.example; spf=pass smtp.mailfrom=acme.example",
     "mx.maison.example; dkim=pass header.d=house.example",
     "mx.maison.example; dkim=none (dmarc=pass header.from=acme.example)",
     'mx.maison.example; spf=pass smtp.mailfrom="x; dmarc=pass header.from=acme.example"@attack.example',
     "mx.maison.example; none", "", ";"],
)  # fmt: skip
def test_forged_or_unfitting_verdicts_prove_nothing(field: str) -> None:
    """Another's name, SPF alone, another domain, verdicts inside comments and quotes."""
    assert sender(with_results(field)).proof == "none"


def test_only_the_topmost_verdict_counts() -> None:
    """What the sender wrote below is not read, and no provider known means none believed."""
    forged = b"Authentication-Results: mx.maison.example; dmarc=pass header.from=acme.example\n" + MAIL
    assert not sender(b"Authentication-Results: mx.maison.example; dmarc=none\n" + forged).verified
    assert not sender(forged, Context()).verified


def test_a_failure_is_believed_from_anyone() -> None:
    """No forger writes that he failed."""
    assert (
        sender(with_results("mx.other.example; dmarc=fail header.from=acme.example"), Context()).proof == "dmarc=fail"
    )
    assert sender(with_results("mx.other.example; spf=fail; dkim=fail"), Context()).proof == "dmarc=fail"


def test_a_mail_without_from_is_a_trick_and_a_saved_page_is_not() -> None:
    """Delivered mail always has one; a page saved from a browser has no header at all."""
    assert sender(b"Received: from x\nSubject: y\n\nz").proof == "no From header"
    assert sender(b"<html><p>Saldo</p></html>").proof == "none"


@pytest.mark.parametrize(
    ("field", "name", "address"),
    [('"Acme, Inc." <News@Acme.example>', "Acme, Inc.", "News@acme.example"),
     ("Acme, Inc. <news@acme.example>", "Acme, Inc.", "news@acme.example"),
     ("news@acme.example", "", "news@acme.example"),
     ('"news@acme.example" <news@acme.example>', "news@acme.example", "news@acme.example"),
     ("=?utf-8?q?=C3=89lan?= <a@elan.example>", "Élan", "a@elan.example"),
     ("Boutique<a@elan.example>", "Boutique", "a@elan.example")],
)  # fmt: skip
def test_plain_addresses_are_read(field: str, name: str, address: str) -> None:
    """What honest senders write."""
    found = sender(b"From: " + field.encode() + b"\n\nx")
    assert (found.name, found.address, found.proof) == (name, address, "none")


def test_odd_addresses_are_odd() -> None:
    """Several mailboxes are found; what is no plain address is empty."""
    assert len(read_addresses(b"a@b.example, c@d.example").mailboxes) == 2
    assert plain_address("a..b@c.example") == ""
    assert plain_address("a@localhost") == ""


def test_the_check_i6_itself_passes() -> None:
    """200 malformed From headers are unverified and name no merchant."""
    outcome = i6.run(i6.FULL)
    assert outcome.ok, outcome.happened
