"""Keys of DKIM signatures, asked from a real resolver on this machine."""

import base64
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from mesinfos.errors import InvalidInput
from mesinfos.settings import load_settings
from mesinfos.syncing import dkimkeys
from mesinfos.syncing.dkimkeys import KeyBook, is_recent, key_book, names_in, needs_proof
from tests.servers.nameserver import Resolver
from tests.syncing.letters import order_mail, write_mbox

NAME = "s1._domainkey.acme.example"


@pytest.fixture
def resolver() -> Iterator[Resolver]:
    """A resolver of this test's own."""
    made = Resolver()
    yield made
    made.close()


@pytest.fixture(scope="module")
def key() -> tuple[bytes, str]:
    """A signing key, and the TXT record of its public half."""
    made = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = made.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    public = made.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return private, "v=DKIM1; k=rsa; p=" + base64.b64encode(public).decode()


def unjudged(number: int) -> bytes:
    """An order's mail as it comes from a provider that judges nothing."""
    lines = order_mail(number).split(b"\n")
    return b"\n".join(line for line in lines if not line.startswith(b"Authentication-Results"))


def signed(number: int, private: bytes) -> bytes:
    """The same, signed by its shop."""
    raw = unjudged(number)
    return bytes(dkim.sign(raw, b"s1", b"acme.example", private)).replace(b"\r\n", b"\n") + raw


def claimed(signer: str, sender: str = "a@acme.example", selector: str = "s1") -> bytes:
    """A mail that says it is signed."""
    return f"DKIM-Signature: v=1; d={signer};\n s={selector}; b=x\nFrom: {sender}\nSubject: x\n\nbody".encode()


def test_a_sync_proves_senders_by_keys_it_looked_up(desk, tmp_path, resolver, key, monkeypatch) -> None:
    """Where the provider judges nothing, a good signature proves the shop, and each key is asked for once."""
    private, record = key
    resolver.records[NAME] = record
    monkeypatch.setattr(dkimkeys, "RECENT", timedelta(days=36_500))
    desk.instance.settings = desk.instance.settings.model_copy(update={"dkim_resolver": resolver.address})
    source = desk.archive(write_mbox(tmp_path / "a.mbox", [signed(number, private) for number in range(4)]))
    desk.sync(source)
    assert [view.verified for view in desk.reading().orders()] == [True, True]
    assert resolver.asked == [NAME]


def test_nothing_is_asked_by_default(desk, tmp_path, resolver, key) -> None:
    """Without the setting no question leaves the house, and the sender stays unproved."""
    resolver.records[NAME] = key[1]
    desk.sync(desk.archive(write_mbox(tmp_path / "a.mbox", [signed(0, key[0])])))
    assert not any(view.verified for view in desk.reading().orders())
    assert (resolver.asked, key_book("").keys_for([signed(0, key[0])], ())) == ([], {})


def test_answers_are_remembered_and_absence_too(resolver, key) -> None:
    """A key, and the lack of one, are asked for once."""
    resolver.records[NAME] = key[1]
    book = KeyBook(resolver.address)
    mails = [claimed("acme.example"), claimed("acme.example", selector="gone")]
    assert [book.keys_for(mails, ()) for _ in range(3)] == [{NAME: key[1]}] * 3
    assert sorted(resolver.asked) == ["gone._domainkey.acme.example", NAME]


@pytest.mark.parametrize(
    "raw",
    [
        claimed("house.example"),
        claimed("example"),
        claimed("acme.example", "nadia.roux@gmail.com"),
        claimed("acme.example", selector=".."),
        claimed("gmail.com", "Nadia <nadia.roux@gmail.com>"),
        claimed("acme.example", "a@acme.example\nFrom: b@acme.example"),
        b"Authentication-Results: mx.maison.example; dkim=pass header.d=acme.example\n" + claimed("acme.example"),
        b"Authentication-Results: mx.maison.example; dmarc=fail header.from=acme.example\n" + claimed("acme.example"),
        unjudged(0),
    ],
)
def test_what_needs_no_question_gets_none(raw: bytes) -> None:
    """Foreign signers, odd names, persons, two authors, what the provider judged, what is not signed."""
    head = raw.partition(b"\n\n")[0] + b"\n"
    assert not (names_in(head) and needs_proof(head, ("maison.example",)))


def test_a_sender_cannot_count_its_readers(resolver) -> None:
    """A selector for each mail is asked eight times, then no more."""
    book = KeyBook(resolver.address)
    book.keys_for([claimed("acme.example", selector=f"reader{number}") for number in range(50)], ())
    assert len(resolver.asked) == dkimkeys.PER_DOMAIN


def test_a_silent_resolver_costs_seconds_once(resolver, monkeypatch) -> None:
    """Questions end in time, and after a few silences none are asked for a while."""
    monkeypatch.setattr(dkimkeys, "PATIENCE", 0.2)
    monkeypatch.setattr(dkimkeys, "BUDGET", 0.5)
    resolver.silent = True
    book = KeyBook(resolver.address)
    mails = [claimed(f"shop{number}.example", f"a@shop{number}.example") for number in range(40)]
    assert book.keys_for(mails, ()) == {}
    asked = len(resolver.asked)
    assert asked < len(mails)
    assert book.keys_for(mails, ()) == {}
    assert len(resolver.asked) <= asked + dkimkeys.AT_ONCE


def test_old_mail_is_not_asked_about() -> None:
    """Its keys are gone."""
    now = datetime.now(UTC)
    assert [is_recent(now - timedelta(days=days)) for days in (1, 399, 401)] == [True, True, False]


def test_known_keys_cost_a_sync_next_to_nothing(resolver, key) -> None:
    """A signed mail whose key is known asks nobody, however often it comes."""
    resolver.records[NAME] = key[1]
    book = KeyBook(resolver.address)
    mails = [signed(number, key[0]) for number in range(20)]
    book.keys_for(mails, ())
    asked = len(resolver.asked)
    for _ in range(50):
        assert book.keys_for(mails, ())
    assert len(resolver.asked) == asked


@pytest.mark.parametrize("value", ["dns.example", "127.0.0.1#dns", "127.0.0.1#99999", "yes"])
def test_a_resolver_is_an_address(value: str) -> None:
    """Names would have to be resolved first; nonsense fails at start."""
    with pytest.raises(InvalidInput, match="MESINFOS_DKIM_RESOLVER"):
        load_settings({"MESINFOS_DKIM_RESOLVER": value})
    assert load_settings({"MESINFOS_DKIM_RESOLVER": "::1#5353"}).dkim_resolver == "::1#5353"
