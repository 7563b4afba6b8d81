"""What MesInfos asks over HTTP, and what nobody can make it ask."""

import socket
import time
from threading import Thread

import pytest

from mesinfos.errors import InvalidInput, Unreachable
from mesinfos.outbound import Reach, fetch, is_public, post
from mesinfos.settings import load_settings
from tests.campaign import w3
from tests.servers.certificate import make_certificate
from tests.servers.web import WebServer

JSON = {"Content-Type": "application/json"}


def page(body: bytes = b"{}", status: int = 200, **headers: str):
    """An answer in JSON."""
    return status, JSON | {name.replace("_", "-"): value for name, value in headers.items()}, body


@pytest.fixture
def server():
    """A merchant's server on loopback."""
    with WebServer({"/a": page(b'{"a": 1}'), "/to": page(b"", 302, Location="/a")}) as running:
        yield running


def test_w3_no_private_address_is_reached():
    """Every spelling of a private address, and every name that leads to one, is refused unasked with one answer."""
    outcome = w3.run(w3.FULL)
    assert outcome.ok, outcome.happened
    assert outcome.tries >= 80


def test_a_listed_host_is_asked(server):
    """A host that the operator lists is asked, on loopback over http too; with a port, on that port only."""
    assert fetch(f"{server.url}/a", reach=Reach(server.host)) == b'{"a": 1}'
    assert fetch(f"{server.url}/a", reach=Reach("127.0.0.1, other.example")) == b'{"a": 1}'
    with pytest.raises(Unreachable):
        fetch(f"{server.url}/a", reach=Reach("127.0.0.1:1"))
    with pytest.raises(Unreachable):
        fetch(f"{server.url}/a")


def test_http_is_for_loopback_only(server):
    """A listed host that is not on loopback must speak https."""
    with pytest.raises(Unreachable):
        fetch("http://shop.example/a", reach=Reach("shop.example", resolver=lambda *_: ["192.168.1.9"]))
    assert not server.requests


def test_a_message_is_posted(server):
    """`post` sends body and headers, and tells the status; a redirect is an answer, and is not followed."""
    assert post(f"{server.url}/a", b'{"b": 2}', {"webhook-id": "1"}, reach=Reach(server.host)) == 200
    assert post(f"{server.url}/to", b"", {}, reach=Reach(server.host)) == 302
    first, second = server.requests
    assert (first.method, first.body, first.headers["webhook-id"]) == ("POST", b'{"b": 2}', "1")
    assert second.path == "/to"


def test_redirects_are_not_followed(server):
    """A redirect is not the document; where it leads is not asked."""
    with pytest.raises(Unreachable):
        fetch(f"{server.url}/to", reach=Reach(server.host))
    assert [one.path for one in server.requests] == ["/to"]


@pytest.mark.parametrize(
    "answer",
    [
        page(b"x" * 5_000),
        page(b"{}", 201),
        page(b"{}", 500),
        page(b"{}", Content_Encoding="gzip"),
        page(b"{}", Content_Length="90"),
        (200, {"Content-Type": "text/html"}, b"{}"),
    ],
    ids=["too large", "201", "500", "compressed", "cut", "html"],
)
def test_only_a_whole_small_document_counts(server, answer):
    """An answer that is too large, compressed, cut, of another type or status is as good as none."""
    server.pages["/a"] = answer
    with pytest.raises(Unreachable):
        fetch(f"{server.url}/a", limit=4_000, reach=Reach(server.host))


def test_the_name_is_resolved_once(server):
    """DNS rebinding: the address that was looked at is the one connected to; the name is not asked again."""
    asked = []

    def resolver(host, port):
        asked.append((host, port))
        return ["93.184.215.14"] if len(asked) > 1 else ["127.0.0.1"]

    assert fetch(f"http://shop.example:{server.port}/a", reach=Reach("shop.example", resolver=resolver)) == b'{"a": 1}'
    assert asked == [("shop.example", server.port)]
    assert server.requests[0].headers["Host"] == f"shop.example:{server.port}"


def test_a_name_that_turns_private_is_refused():
    """A name that was public and is private at the next request is refused then."""
    with WebServer() as server, pytest.raises(Unreachable):
        fetch("https://shop.example/", reach=Reach(resolver=lambda *_: ["127.0.0.1"]))
    assert not server.requests


def test_the_certificate_must_name_the_host(tmp_path, monkeypatch):
    """The connection goes to an address, the certificate is compared with the name."""
    certificate = make_certificate(tmp_path, "shop.example")
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    with WebServer({"/a": page(b"1")}, certificate) as server:
        there = {"reach": Reach("shop.example,evil.example", resolver=lambda *_: ["127.0.0.1"])}
        assert fetch(f"https://shop.example:{server.port}/a", **there) == b"1"
        with pytest.raises(Unreachable):
            fetch(f"https://evil.example:{server.port}/a", **there)
        monkeypatch.delenv("SSL_CERT_FILE")
        with pytest.raises(Unreachable):
            fetch(f"https://shop.example:{server.port}/a", **there)
    assert [one.path for one in server.requests] == ["/a"]


def test_a_dripping_answer_is_cut_off():
    """The time is that of the whole answer: a byte now and then does not keep the request alive."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        Thread(target=drip, args=(listener,), daemon=True).start()
        started = time.monotonic()
        with pytest.raises(Unreachable):
            fetch(f"http://127.0.0.1:{port}/", reach=Reach("127.0.0.1", 0.5))
        assert time.monotonic() - started < 2


def drip(listener):
    """Answer a byte every tenth of a second."""
    connection, _ = listener.accept()
    with connection:
        try:
            for byte in b"HTTP/1.1 200 OK\r\nX: " + b"y" * 200:
                connection.sendall(bytes([byte]))
                time.sleep(0.1)
        except OSError:
            return


def test_silence_has_an_end():
    """A resolver that does not answer, and a server that accepts and says nothing, cost the given time and no more."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        for resolver in (lambda *_: ["127.0.0.1"], lambda *_: time.sleep(1.5) or ["127.0.0.1"]):
            started = time.monotonic()
            with pytest.raises(Unreachable):
                fetch(f"https://127.0.0.1:{port}/", reach=Reach("127.0.0.1", 0.4, resolver))
            assert time.monotonic() - started < 1.2


@pytest.mark.parametrize("address", ["93.184.215.14", "1.1.1.1", "2606:4700:4700::1111", "2a00:1450:4007::1"])
def test_public_addresses_are_public(address):
    """What the open Internet can have is not refused."""
    assert is_public(address)


def test_hosts_are_checked_at_start():
    """A list that cannot be right stops the start; a right one is kept in one spelling."""
    assert (
        load_settings({"MESINFOS_OUTBOUND_HOSTS": " Shop.lan:8443, [::1]:80"}).outbound_hosts
        == "shop.lan:8443,[::1]:80"
    )
    with pytest.raises(InvalidInput, match="MESINFOS_OUTBOUND_HOSTS"):
        load_settings({"MESINFOS_OUTBOUND_HOSTS": "https://shop.lan/"})
