"""W3: addresses that lead into a private network, each by another way, are refused unasked, alike and equally fast.

Every field that makes this machine ask: what merchants name (documents, webhooks), pictures of mails, addresses to
unsubscribe at, and where the server of a picture leads on to.
"""

import statistics
import time
from socket import create_connection as create
from unittest.mock import patch

from mesinfos.errors import Unreachable
from mesinfos.leaving import ask as ask_to_leave
from mesinfos.outbound import Reach, fetch, post
from mesinfos.pictures import fetch_picture
from tests.campaign import Outcome
from tests.servers.web import WebServer

# fmt: off
LITERALS = [
    "127.0.0.1", "127.1", "127.0.1", "127.255.255.254", "0.0.0.0", "0", "2130706433", "0x7f000001", "0x7f.0.0.1",
    "0x7f.1", "017700000001", "0177.0.0.1", "0177.1", "127.000.000.001", "10.0.0.1", "0x0a000001", "167772161",
    "012.0.0.1", "172.16.0.1", "172.31.255.254", "2886729729", "192.168.0.1", "192.168.1.1", "0xc0a80101",
    "3232235777", "169.254.169.254", "0xa9fea9fe", "2852039166", "0251.0376.0251.0376", "100.64.0.1",
    "100.100.100.200", "192.0.0.192", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "[::1]", "[::]",
    "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::ffff:10.0.0.1]", "[::ffff:169.254.169.254]",
    "[::127.0.0.1]", "[64:ff9b::7f00:1]", "[64:ff9b::10.0.0.1]", "[64:ff9b:1::a9fe:a9fe]", "[2002:7f00:1::]",
    "[2002:a00:1::]", "[2001:0:7f00:1::]", "[fe80::1]", "[fe80::1%25lo]", "[fc00::1]", "[fd12:3456::1]",
    "[fec0::1]", "[ff02::1]", "[100::1]", "[2001:db8::1]",
]
NAMES = [
    "localhost", "localhost.", "LOCALHOST", "localhost.localdomain", "ip6-localhost", "router", "intranet",
    "metadata", "metadata.google.internal", "127.0.0.1.nip.io", "①②⑦.⓪.⓪.①", "127。0。0。1", "ⓛocalhost",
    "merchant.example.", "-merchant.example",
]
SHAPES = [
    "http://merchant.example/", "ftp://merchant.example/", "file:///etc/passwd", "gopher://merchant.example/",
    "//merchant.example/", "https:///x", "https://merchant.example@127.0.0.1/",
    "https://127.0.0.1@merchant.example/", "https://merchant.example:22/", "https://merchant.example:8443/",
    "https://merchant.example:0/", "https://merchant.example:99999/", "https://merchant.example\\@127.0.0.1/",
    "https://127.0.0.1\\.merchant.example/", "https://merchant.example/%0d%0aHost:x\r\n",
    "https://merchant.example\t/",
]
PRIVATE = [
    "127.0.0.1", "10.1.2.3", "172.20.0.1", "192.168.7.7", "169.254.169.254", "100.64.0.1", "0.0.0.0", "::1",
    "::ffff:127.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::1", "2002:7f00:1::", "2001::1", "fd00::1", "fe80::1",
    "ff02::1", "::127.0.0.1", "192.88.99.1", "203.0.113.7", "garbage",
]
# fmt: on
FULL = len(LITERALS) + len(NAMES) + len(SHAPES) + 2 * len(PRIVATE)


def run(tries: int) -> Outcome:
    """Every target by each field; a connection that is so much as tried counts."""
    with patch("mesinfos.outbound.socket.create_connection", side_effect=OSError) as connecting:
        told = [asked(url, resolver) for url, resolver in targets()[:tries]]
    astray, led = led_on([url for url, _ in targets()[:tries]])
    answers = {answer for answer, _ in told} | led
    spread = statistics.quantiles([seconds for _, seconds in told], n=20)[-1]
    happened = (
        f"{connecting.call_count} connections tried, {astray} after redirects, {len(answers)} kinds of answer, "
        f"95 % within {spread * 1000:.1f} ms"
    )
    ok = not connecting.called and not astray and len(answers) == 1 and "answered" not in answers and spread < 0.05
    return Outcome(len(told), "0 connections, one answer", happened, ok)


def targets():
    """Addresses with the resolver that each meets: literals in all spellings, odd names, names that lead astray."""
    literal = [f"https://{host}/" for host in LITERALS] + [f"https://{host}/" for host in NAMES]
    yes = [(url, lambda _host, _port: ["127.0.0.1"]) for url in [*literal, *SHAPES]]
    alone = [("https://merchant.example/", lambda _host, _port, to=to: [to]) for to in PRIVATE]
    beside = [("https://merchant.example/", lambda _host, _port, to=to: ["93.184.215.14", to]) for to in PRIVATE]
    return [*yes, *alone, *beside]


def asked(url, resolver):
    """The answer that a stranger would see, the same by every field, and how long it took."""
    reach, started = Reach(resolver=resolver), time.perf_counter()
    fields = (
        lambda: fetch(url, reach=reach),
        lambda: post(url, b"{}", {}, reach=reach),
        lambda: fetch_picture(url, reach=reach),
        lambda: ask_to_leave(url, reach),
    )
    seen = {answer_of(ask) for ask in fields}
    return "|".join(sorted(seen)), time.perf_counter() - started


def answer_of(ask):
    """What is told of one request."""
    try:
        ask()
    except Unreachable as refused:
        return str(refused) + refused.advice
    return "answered"


def led_on(urls):
    """A server of pictures that leads on to each of these: connections to other places, and what is told of them."""
    pages = {
        f"/{number}": (302, {"Location": url.strip().encode().decode("latin-1")}, b"")
        for number, url in enumerate(urls)
    }
    with WebServer(pages) as server, patch("mesinfos.outbound.socket.create_connection", wraps=create) as connecting:
        reach = Reach(server.host, resolver=lambda *_: ["127.0.0.1"])
        told = {answer_of(lambda path=path: fetch_picture(server.url + path, reach=reach)) for path in pages}
        seen = len({one.path for one in server.requests if one.path in pages})
    places = [call.args[0] for call in connecting.call_args_list]
    assert seen == len(pages), "not every redirect was met"
    return sum(place != ("127.0.0.1", server.port) for place in places), told
