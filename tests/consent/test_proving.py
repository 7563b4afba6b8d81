"""Who is who: what proves that a client is a domain's, and what does not."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from sqlalchemy import select

from mesinfos.consent import proving
from mesinfos.consent.proving import Way, known_proof, look, prove, prove_again
from mesinfos.outbound import Reach, fetch
from mesinfos.settings import Settings
from mesinfos.vault.tables import proof
from tests.servers.nameserver import Resolver
from tests.servers.web import WebServer

HOSTED = "https://platform.example/clients/acme.json"
OWN = "https://shop.acme.example/client.json"


@pytest.fixture
def resolver(alice) -> Iterator[Resolver]:
    """A name server that the operator chose."""
    made = Resolver()
    alice.instance.settings = Settings(**alice.instance.settings.model_dump() | {"dkim_resolver": made.address})
    yield made
    made.close()


@pytest.fixture
def site(monkeypatch) -> Iterator[WebServer]:
    """Acme's site; asked over http on loopback where a merchant's is asked over https."""
    with WebServer() as running:

        def asked(url: str, *, limit: int, reach: Reach) -> bytes:
            assert url == "https://acme.example/.well-known/mesinfos.json"
            assert reach.hosts == ""
            return fetch(running.url + "/.well-known/mesinfos.json", limit=limit, reach=Reach(running.host))

        monkeypatch.setattr(proving, "fetch", asked)
        yield running


def serve(site: WebServer, body: bytes, status: int = 200) -> None:
    """Put the well-known file there."""
    site.pages["/.well-known/mesinfos.json"] = (status, {"Content-Type": "application/json"}, body)


@pytest.mark.parametrize(
    ("client_id", "proved"),
    [
        (OWN, True),
        ("https://acme.example/client.json", True),
        ("http://acme.example/client.json", False),
        ("https://acme.example.zeta.example/client.json", False),
        ("https://notacme.example/client.json", False),
        ("https://zeta.example/acme.example", False),
        ("https://acme.example@zeta.example/", False),
        ("", False),
        ("acme.example", False),
    ],
)
def test_a_client_on_its_domain_proves_it(alice, resolver, site, client_id, proved) -> None:
    """The document was fetched from there; nothing else of the address counts."""
    assert (look(alice.instance, "acme.example", client_id) is Way.CLIENT_ID) is proved
    assert resolver.address
    assert site.url


def test_nobody_proves_a_public_suffix(alice, resolver, site) -> None:
    """Below one, everybody is a stranger."""
    assert not proving._lies_on("https://zeta.co.uk/client.json", "co.uk")
    assert resolver.address
    assert site.url
    assert alice


@pytest.mark.parametrize("said", [HOSTED, sha256(HOSTED.encode()).hexdigest()])
def test_the_dns_proves_a_client(alice, resolver, site, said) -> None:
    """By the client's id or its hash, under a name that only the domain's owner writes."""
    resolver.records["_mesinfos.acme.example"] = f"mesinfos-client={said}"
    assert look(alice.instance, "acme.example", HOSTED) is Way.DNS
    assert resolver.asked == ["_mesinfos.acme.example"]
    assert look(alice.instance, "acme.example", HOSTED + "2") is Way.NONE
    assert site.url


def test_a_file_on_the_domain_proves_a_client(alice, resolver, site) -> None:
    """When it lists the client's id, whole."""
    serve(site, b'{"clients": ["https://other.example/", "%s"], "note": "ours"}' % HOSTED.encode())
    assert look(alice.instance, "acme.example", HOSTED) is Way.FILE
    assert look(alice.instance, "acme.example", HOSTED[:-1]) is Way.NONE
    assert resolver.asked


@pytest.mark.parametrize(
    ("body", "status"), [(b"[", 200), (b'{"clients": 1}', 200), (b"[]", 200), (b"{}", 200), (b'{"clients": []}', 404)]
)
def test_a_damaged_file_proves_nothing(alice, resolver, site, body, status) -> None:
    """Whatever goes wrong is no proof, and no error."""
    serve(site, body, status)
    resolver.records["_mesinfos.acme.example"] = "v=spf1 -all"
    assert look(alice.instance, "acme.example", HOSTED) is Way.NONE


def test_a_proof_is_kept_for_a_week_and_looked_at_again(alice, bob, resolver, site) -> None:
    """It is sealed, belongs to one vault, and goes when it no longer holds."""
    now = datetime.now(UTC)
    resolver.records["_mesinfos.acme.example"] = f"mesinfos-client={HOSTED}"
    assert prove(alice.instance, alice.vault_id, "acme.example", HOSTED, now).way is Way.DNS
    resolver.records.clear()
    assert prove(alice.instance, alice.vault_id, "acme.example", HOSTED, now + timedelta(days=6)).way is Way.DNS
    assert len(resolver.asked) == 1
    assert known_proof(bob.instance, bob.vault_id, "acme.example", HOSTED) is None
    assert prove_again(alice.instance, now + timedelta(days=6)) == 0
    assert prove_again(alice.instance, now + timedelta(days=8)) == 1
    kept = known_proof(alice.instance, alice.vault_id, "acme.example", HOSTED)
    assert kept.way is Way.NONE
    assert kept.host == "platform.example"
    with alice.instance.database.read() as conn:
        (row,) = conn.execute(select(proof)).all()
    assert b"acme" not in bytes(row.sealed) + bytes(row.tag)
    assert site.url


def test_the_unproven_are_asked_about_again_soon(alice, resolver, site) -> None:
    """Not at every look at a page, but after ten minutes."""
    now = datetime.now(UTC)
    for minutes, asked in ((0, 1), (9, 1), (11, 2)):
        prove(alice.instance, alice.vault_id, "acme.example", HOSTED, now + timedelta(minutes=minutes))
        assert len(resolver.asked) == asked
    assert site.url


def test_a_silent_name_server_proves_nothing(alice, resolver, site, monkeypatch) -> None:
    """It is given a few seconds."""
    monkeypatch.setattr(proving, "PATIENCE", 0.2)
    resolver.silent = True
    assert look(alice.instance, "acme.example", HOSTED) is Way.NONE
    assert site.url
