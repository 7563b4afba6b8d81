"""Every request that MesInfos itself makes over HTTP: to addresses that strangers name, hence to public ones only.

A merchant says where its metadata lie and where it wants to be told something. So that nobody makes this machine ask
its own network: https on port 443 only, the name resolved once and the connection made to that very address, no address
that is not public by whichever spelling, no redirect followed, few bytes and little time. Whatever is refused or fails
is one error, so that answers do not map a network (check W3). The operator's own hosts are listed in
`MESINFOS_OUTBOUND_HOSTS`; those may be private, and on loopback they may speak http, as in tests and the demo.
"""

import re
import socket
import ssl
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException, HTTPResponse
from ipaddress import IPv4Address, IPv4Network, IPv6Network, ip_address
from threading import Timer
from time import monotonic
from typing import NamedTuple
from urllib.parse import urlsplit

from mesinfos.errors import N_, Unreachable

PATIENCE = 10.0  # seconds for the whole of a request, however slowly its answer drips
LIMIT = 64 << 10  # bytes of an answer
LONGEST = 2_000  # characters of an address

Resolver = Callable[[str, int], Sequence[str]]
"""Host and port to addresses as text; raises OSError."""

_NAME = re.compile(r"(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")
_TEXT = re.compile(r"[\x21-\x7e]+")
_TUNNELS = tuple(map(IPv6Network, ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")))
_RELAYS = IPv4Network("192.88.99.0/24")  # of 6to4
_GLOBAL = IPv6Network("2000::/3")
_AGENT = "MesInfos (+https://mesinfos.org)"


def _system(host: str, port: int) -> list[str]:
    """The machine's own resolver."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(one[4][0]) for one in found))


class Reach(NamedTuple):
    """How far requests go: `hosts` is `Settings.outbound_hosts`, what may be asked beyond the public Internet."""

    hosts: str = ""
    seconds: float = PATIENCE
    resolver: Resolver = _system


PUBLIC = Reach()


class _Place(NamedTuple):
    secure: bool
    host: str
    port: int
    path: str
    listed: bool


def fetch(url: str, *, limit: int = LIMIT, accept: str = "application/json", reach: Reach = PUBLIC) -> bytes:
    """The body of a 200 answer of type `accept`, of at most `limit` bytes; raises Unreachable, always alike."""
    with _asked("GET", url, None, {"Accept": accept}, reach=reach) as answer:
        body = answer.read(limit + 1)
        if answer.status != 200 or len(body) > limit or answer.length or not _is_plain(answer, accept):
            raise _unreachable()
        return body


class Answer(NamedTuple):
    """What a public server answered: a whole body of at most the limit for status 200, none for any other."""

    status: int
    kind: str
    location: str
    body: bytes
    too_large: bool = False


def get(url: str, headers: Mapping[str, str], *, limit: int, reach: Reach = PUBLIC) -> Answer:
    """The answer, of whatever type; where it leads is told, not followed. Raises Unreachable when there is none."""
    with _asked("GET", url, None, headers, reach=reach) as answer:
        kind, location = answer.headers.get_content_type().lower(), answer.headers.get("Location", "")
        if answer.status != 200:
            return Answer(answer.status, kind, location, b"")
        body = answer.read(limit + 1)
        if len(body) > limit:
            return Answer(answer.status, kind, location, b"", too_large=True)
        if answer.length or not _is_plain(answer, kind):
            raise _unreachable()
        return Answer(answer.status, kind, location, body)


def post(url: str, body: bytes, headers: Mapping[str, str], *, reach: Reach = PUBLIC) -> int:
    """Send `body`; the status of the answer, whose body is not read. Raises Unreachable when there is no answer."""
    return deliver(url, body, headers, reach=reach)[0]


def deliver(url: str, body: bytes, headers: Mapping[str, str], *, reach: Reach = PUBLIC) -> tuple[int, int]:
    """Send `body`; the status of the answer, and the seconds that its Retry-After asks to wait, 0 for none."""
    with _asked("POST", url, body, headers, reach=reach) as answer:
        wait = answer.headers.get("Retry-After", "").strip()
        return answer.status, int(wait) if wait.isascii() and wait.isdigit() and len(wait) < 8 else 0


class Connected:
    """A connection that is cut off when its time is over, also after it was secured."""

    def __init__(self, sock: socket.socket, host: str) -> None:
        self.sock, self._host = sock, host

    def secured(self) -> socket.socket:
        """The same with TLS from here on, the host's name checked; raises OSError."""
        context = ssl.create_default_context()
        self.sock = context.wrap_socket(self.sock, server_hostname=self._host, do_handshake_on_connect=False)
        self.sock.do_handshake()
        return self.sock


@contextmanager
def connection(
    host: str, port: int, *, ports: Collection[int], secure: bool, reach: Reach = PUBLIC
) -> Iterator[Connected]:
    """A connection, still plain, to what does not speak HTTP, such as a mail server: for `secure`, to be secured.

    To a public host at one of `ports`, or to one of the operator's own; what stays plain goes to loopback only. Raises
    Unreachable, and TimeoutError at the end of its time.
    """
    until, host = monotonic() + reach.seconds, host.lower()
    place = _Place(secure, host, port, "", _is_listed(host, port, reach))
    allowed = place.listed or (secure and port in ports and _NAME.fullmatch(host))
    try:
        found = Connected(
            _connected(place._replace(secure=False), _addresses(place, reach) if allowed else (), until), host
        )
    except (OSError, ValueError, TimeoutError):
        raise _unreachable() from None
    with _cut_off(lambda: found.sock, until):
        yield found


def is_public(address: str) -> bool:
    """True for an address that only the open Internet can have. IPv6 forms that carry an IPv4 address are none."""
    try:
        found = ip_address(address)
    except ValueError:
        return False
    if isinstance(found, IPv4Address):
        return found.is_global and not (found.is_multicast or found.is_reserved or found in _RELAYS)
    return found in _GLOBAL and not any(found in tunnel for tunnel in _TUNNELS) and found.is_global


@contextmanager
def _asked(
    method: str, url: str, body: bytes | None, headers: Mapping[str, str], *, reach: Reach
) -> Iterator[HTTPResponse]:
    until = monotonic() + reach.seconds
    try:
        place = _place(url, reach)
        connection = HTTPConnection(place.host, place.port)
        connection.sock = sock = _connected(place, _addresses(place, reach), until)
        with _cut_off(lambda: sock, until):
            if isinstance(sock, ssl.SSLSocket):
                sock.do_handshake()
            connection.request(method, place.path, body, {**_OURS, **headers, "Host": _authority(place)})
            with connection.getresponse() as answer:
                yield answer
    except (OSError, HTTPException, ValueError, TimeoutError):
        raise _unreachable() from None


_OURS = {"User-Agent": _AGENT, "Accept-Encoding": "identity", "Connection": "close"}


def _place(url: str, reach: Reach) -> _Place:
    """Where that address leads; raises ValueError for one that leads nowhere we go."""
    if len(url) > LONGEST or not _TEXT.fullmatch(url) or "\\" in url:
        raise ValueError
    parts = urlsplit(url)
    host, secure = (parts.hostname or "").lower(), parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    listed = _is_listed(host, port, reach)
    if "@" in parts.netloc or parts.scheme not in {"http", "https"} or not host:
        raise ValueError
    if not listed and not (secure and port == 443 and _NAME.fullmatch(host)):
        raise ValueError
    return _Place(secure, host, port, (parts.path or "/") + (f"?{parts.query}" if parts.query else ""), listed)


def _is_listed(host: str, port: int, reach: Reach) -> bool:
    """Whether the operator named this host as one of theirs."""
    return bool({host, f"{host}:{port}"} & set(reach.hosts.lower().replace(" ", "").split(",")))


def _addresses(place: _Place, reach: Reach) -> Sequence[str]:
    """The host's addresses; none is tried when one of them is not public, which no honest name has."""
    asked: Future[Sequence[str]] = _resolving.submit(reach.resolver, place.host, place.port)
    found = asked.result(reach.seconds)
    if place.listed:
        fits = place.secure or all(ip_address(one).is_loopback for one in found)
    else:
        fits = all(map(is_public, found))
    if not found or not fits:
        raise ValueError
    return found


_resolving = ThreadPoolExecutor(4, thread_name_prefix="outbound name")
"""The system's resolver takes no time limit; whoever waits for it does."""


def _connected(place: _Place, addresses: Sequence[str], until: float) -> socket.socket:
    """A connection to one of these very addresses, and to nothing that the name may lead to a moment later."""
    problem: OSError = TimeoutError()
    for address in addresses[:3]:
        try:
            return _secured(place, socket.create_connection((address, place.port), max(until - monotonic(), 0.1)))
        except OSError as one:
            problem = one
    raise problem


def _secured(place: _Place, plain: socket.socket) -> socket.socket:
    if not place.secure:
        return plain
    # The certificate must name the host, although the connection was made to an address.
    return ssl.create_default_context().wrap_socket(plain, server_hostname=place.host, do_handshake_on_connect=False)


@contextmanager
def _cut_off(sock: Callable[[], socket.socket], until: float) -> Iterator[None]:
    """End the connection when its time is over: a limit for each read would start anew with each byte."""
    timer = Timer(max(until - monotonic(), 0.0), lambda: _shut(sock()))
    timer.daemon = True
    timer.start()
    try:
        yield
        if monotonic() >= until:
            raise TimeoutError
    finally:
        timer.cancel()
        sock().close()


def _shut(sock: socket.socket) -> None:
    with suppress(OSError):
        socket.socket.shutdown(
            sock, socket.SHUT_RDWR
        )  # of a TLS connection too: its own would fall back to plain reads


def _authority(place: _Place) -> str:
    host = f"[{place.host}]" if ":" in place.host else place.host
    return host if place.port == (443 if place.secure else 80) else f"{host}:{place.port}"


def _is_plain(answer: HTTPResponse, accept: str) -> bool:
    """True for an answer of the type asked for (RFC 6839: or its +json), not compressed: small bombs stay small."""
    kind = (answer.headers.get_content_type() or "").lower()
    fits = kind == accept or (accept == "application/json" and kind.endswith("+json"))
    return fits and answer.headers.get("Content-Encoding", "identity").lower() == "identity"


def _unreachable() -> Unreachable:
    return Unreachable(N_("Nothing that can be used answers at this address."))
