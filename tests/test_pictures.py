"""A picture that lies elsewhere: what is asked, what is let in, and what is said of all else."""

from io import BytesIO

import pytest
from PIL import Image

from mesinfos.errors import MesInfosError
from mesinfos.outbound import Reach
from mesinfos.pictures import LARGEST, fetch_picture, read_picture
from tests.servers.certificate import make_certificate
from tests.servers.web import WebServer


def drawn(kind: str = "PNG", width: int = 8, height: int = 5) -> bytes:
    """A picture of that size."""
    made = BytesIO()
    Image.new("RGB", (width, height), "teal").save(made, kind)
    return made.getvalue()


def served(body: bytes, kind: str = "image/png", status: int = 200, **headers: str):
    """An answer of that type."""
    return status, {"Content-Type": kind} | headers, body


@pytest.fixture
def server():
    """A shop's server of pictures, on loopback."""
    with WebServer() as running:
        yield running


def fails(server: WebServer, path: str, **more: int) -> str:
    """What is said of a picture that is not let in."""
    with pytest.raises(MesInfosError) as refused:
        fetch_picture(server.url + path, reach=Reach(server.host), **more)
    return str(refused.value)


@pytest.mark.parametrize(
    ("kind", "named"), [("PNG", "image/png"), ("JPEG", "image/jpeg"), ("GIF", "image/gif"), ("WEBP", "image/webp")]
)
def test_a_picture_is_what_its_bytes_are(server, kind, named):
    """Each of the four kinds comes with its size, and with the type that its bytes have, whatever its server says."""
    server.pages["/a"] = served(drawn(kind), "image/x-unknown")
    found = fetch_picture(f"{server.url}/a", reach=Reach(server.host))
    assert (found.content, found.media_type, found.width, found.height) == (drawn(kind), named, 8, 5)


def test_the_server_is_told_nothing(server):
    """No cookie, no referrer, no language, and a user agent that names neither this house nor a machine."""
    server.pages["/a"] = served(drawn(), **{"Set-Cookie": "a=1"})
    for _ in range(2):
        fetch_picture(f"{server.url}/a", reach=Reach(server.host))
    assert set(server.requests[-1].headers) == {"Host", "Accept-Encoding", "User-Agent", "Connection", "Accept"}
    assert server.requests[-1].headers["User-Agent"] == "Mozilla/5.0"


def test_what_is_written_with_http_is_asked_with_https(tmp_path, monkeypatch):
    """A host that speaks https is never asked in clear, nor sent to a part of the page (the fragment)."""
    certificate = make_certificate(tmp_path, "shop.example")
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    with WebServer({"/a?b=1": served(drawn())}, certificate) as server:
        reach = Reach("shop.example", resolver=lambda *_: ["127.0.0.1"])
        assert fetch_picture(f"http://shop.example:{server.port}/a?b=1#c", reach=reach).width == 8
        assert fetch_picture(f"//shop.example:{server.port}/a?b=1", reach=reach).width == 8
    assert [one.path for one in server.requests] == ["/a?b=1"] * 2


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (served(b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml"), "no picture"),
        (served(b"<svg xmlns='http://www.w3.org/2000/svg'/>"), "no picture"),
        (served(b"<html>"), "no picture"),
        (served(b""), "no picture"),
        (served(drawn(), "text/html"), "no picture"),
        (served(drawn("BMP"), "image/bmp"), "no picture"),
        (served(drawn()[:12]), "no picture"),
        (served(drawn(), status=404), "404"),
        (served(b"x" * 3_000), "too large"),
        (served(drawn(width=9_000, height=4_000)[:2_000]), "too large"),
        (served(drawn(), **{"Content-Encoding": "gzip"}), "Nothing that can be used"),
        (served(drawn(), **{"Content-Length": "900"}), "Nothing that can be used"),
        (served(b"", status=302), "302"),
        (served(b"", status=302, Location="/a"), "without end"),
        (served(b"", status=302, Location="https://127.0.0.1/"), "Nothing that can be used"),
        (served(b"", status=302, Location="file:///etc/passwd"), "Nothing that can be used"),
        (served(b"", status=302, Location="http://[::"), "Nothing that can be used"),
    ],
)
def test_what_is_no_picture_is_said(server, answer, told):
    """SVG, pages, bits of pictures, bombs, errors and ways out are refused, each in words that say what came."""
    server.pages["/a"] = answer
    assert told in fails(server, "/a", limit=2_500)


def test_a_redirect_is_followed_by_the_same_rules(server):
    """A picture that moved is found; each hop is a request like the first."""
    server.pages |= {"/a": served(b"", status=301, Location="b"), "/b": served(drawn())}
    assert fetch_picture(f"{server.url}/a", reach=Reach(server.host)).width == 8
    assert [one.path for one in server.requests] == ["/a", "/b"]


def test_a_picture_nobody_can_see_is_known():
    """One of a dot or two is there to tell something; the largest that is let in is a photo's size."""
    assert read_picture(drawn(width=1, height=1)).is_hidden
    assert not read_picture(drawn(width=600, height=1)).is_hidden
    assert LARGEST <= 4 << 20
