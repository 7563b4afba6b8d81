"""What every request passes before a page or the API sees it: host, origin, size; and the headers of every answer.

No CSRF tokens: a browser says itself where a request comes from (`Sec-Fetch-Site`, else `Origin`), and the session
cookie is SameSite=Lax. A GET changes nothing, so only other methods are asked. The API takes no cookie, so it is not.
"""

import logging
import re
import secrets
import traceback
from collections.abc import Callable, Iterable
from functools import lru_cache
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
LARGEST_BODY = 1_000_000  # bytes; a form holds a few hundred
LARGEST_UPLOAD = 24_000_000
"""Where a photo is given: twice what is kept, so that one that is too large is told beside its field, by its page."""
POLICY = (
    "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'; "
    "img-src 'self'; connect-src 'self'"
)
Refuse = Callable[[Request, int], Response]
"""Makes the page (or the problem document) of a refusal."""

_HOST = re.compile(r"(?:\[(?P<bracketed>[0-9A-Fa-f:.]{2,45})\]|(?P<name>[A-Za-z0-9._~-]{1,253}))(?::\d{0,5})?")

logger = logging.getLogger("mesinfos.web")


class Guard:
    """The outermost layer: refuses what did not come from this site's own pages, and dresses every answer."""

    def __init__(self, app: ASGIApp, base_url: str, refuse: Refuse) -> None:
        self.app = app
        self.base = urlsplit(base_url)
        self.refuse = refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on, or answer it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        answer = _Answer(scope, send, secure=self._secure(scope))
        refused = self._refused(scope)
        try:
            if refused:
                await self.refuse(Request(scope, receive), refused)(scope, receive, answer.send)
            else:
                await self.app(scope, _limited(receive, _largest(scope)), answer.send)
        except _TooLarge:
            await self._instead(scope, receive, answer, 413)
        except Exception as problem:  # noqa: BLE001  the edge: whatever it was, the person gets a page and the log a place
            _log(problem)
            await self._instead(scope, receive, answer, 500)

    async def _instead(self, scope: Scope, receive: Receive, answer: "_Answer", status: int) -> None:
        if not answer.started:
            await self.refuse(Request(scope, receive), status)(scope, receive, answer.send)

    def _refused(self, scope: Scope) -> int:
        """The status to refuse a request with; 0 lets it in."""
        headers = Headers(scope=scope)
        hosts = headers.getlist("host")
        if len(hosts) != 1 or not self._our_host(hosts[0]):
            return 421
        length = headers.get("content-length", "0")
        if not length.isdecimal() or len(length) > 12 or int(length) > _largest(scope):
            return 413
        api = _path(scope).startswith("/api/")
        return 0 if scope["method"] in SAFE or api or self._own_page(headers) else 403

    def _our_host(self, host: str) -> bool:
        return host.lower() == self.base.netloc.lower() or is_loopback(host_name(host))

    def _own_page(self, headers: Headers) -> bool:
        """Whether a form was sent from a page of this site; a request that does not say is refused."""
        site = headers.get("sec-fetch-site")
        if site is not None:
            return site in {"same-origin", "none"}
        origin = urlsplit(headers.get("origin", ""))
        return bool(origin.netloc) and origin.netloc.lower() == headers["host"].lower()

    def _secure(self, scope: Scope) -> bool:
        return scope["scheme"] == "https" or is_loopback(host_name(Headers(scope=scope).get("host", "")))


class _Answer:
    """Adds the headers to the answer as it starts."""

    def __init__(self, scope: Scope, send: Send, *, secure: bool) -> None:
        self.started = False
        self._path = _path(scope)  # as it came: what serves static files moves the root of the scope
        self._send = send
        self._secure = secure

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started = True
            dress(MutableHeaders(scope=message), self._path, message["status"], secure=self._secure)
        await self._send(message)


def dress(headers: MutableHeaders, path: str, status: int, *, secure: bool) -> None:
    """Set the security headers of one answer.

    Browsers on plain http send `Origin: null` under no-referrer and no Sec-Fetch-Site at all, so a house's own pages on
    such a network could not prove themselves; there `same-origin` tells other sites just as little.
    """
    kept = [pair for pair in headers.raw if pair[0] not in _OURS]
    if "content-security-policy" not in headers:
        kept.append((b"content-security-policy", POLICY.encode()))
    kept += _FIXED[secure]
    if "frame-ancestors 'self'" in headers.get("content-security-policy", ""):
        kept[-1] = (b"x-frame-options", b"SAMEORIGIN")  # a mail's own page stands in a frame of ours
    lasting = path.startswith("/static/") and status == 200
    kept.append((b"cache-control", _LASTING if lasting else b"no-store"))
    headers.raw[:] = kept


_LASTING = b"public, max-age=31536000, immutable"
_FIXED = {
    secure: [
        (b"x-content-type-options", b"nosniff"),
        (b"referrer-policy", b"no-referrer" if secure else b"same-origin"),
        (b"cross-origin-opener-policy", b"same-origin"),
        (b"cross-origin-resource-policy", b"same-origin"),
        (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=()"),
        (b"x-frame-options", b"DENY"),
    ]
    for secure in (True, False)
}
"""Written once, as they go out: setting them one by one searches all headers for each."""
_OURS = frozenset(name for name, _ in _FIXED[True]) | {b"cache-control"}


class _TooLarge(Exception):
    """A body without a length grew past the limit."""


_UPLOAD = re.compile(r"/products/[0-9a-f]{24}/photo")


def _largest(scope: Scope) -> int:
    return LARGEST_UPLOAD if _UPLOAD.fullmatch(_path(scope)) else LARGEST_BODY


def _limited(receive: Receive, largest: int) -> Receive:
    got = 0

    async def counting() -> Message:
        nonlocal got
        message = await receive()
        got += len(message.get("body", b""))
        if got > largest:
            raise _TooLarge
        return message

    return counting


def _path(scope: Scope) -> str:
    return str(scope["path"]).removeprefix(scope.get("root_path", ""))


def _log(problem: Exception) -> None:
    """Log where an unforeseen error rose, without its message: that could quote a mail."""
    places = [f"{frame.filename}:{frame.lineno}" for frame in traceback.extract_tb(problem.__traceback__)[-6:]]
    logger.error("unforeseen %s at %s", type(problem).__name__, " < ".join(reversed(places)))


@lru_cache(maxsize=100)
def host_name(host: str) -> str:
    """The name in a Host header (RFC 3986 §3.2.2, RFC 9110 §7.2), without its port; "" when malformed.

    Not by `urlsplit`: to some of its versions "[::1].zeta.example" is this machine.
    """
    found = _HOST.fullmatch(host)
    return (found["bracketed"] or found["name"]).lower() if found else ""


@lru_cache(maxsize=100)
def is_loopback(name: str) -> bool:
    """Whether a host name or address is this machine itself."""
    if name == "localhost":
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False


def at_home(request: Request) -> bool:
    """Whether the browser runs on this very machine, with no proxy in between that could speak for someone else."""
    client = request.client.host if request.client else ""
    forwarded: Iterable[str] = ("forwarded", "x-forwarded-for", "x-real-ip")
    host = host_name(request.headers.get("host", ""))
    return is_loopback(client) and is_loopback(host) and not any(name in request.headers for name in forwarded)


def local_path(wanted: str) -> str:
    """`wanted` when it is a path of this site, else "/": a link must not lead elsewhere after unlocking."""
    plain = wanted.isprintable() and wanted.isascii() and "\\" not in wanted
    return wanted if plain and wanted.startswith("/") and not wanted.startswith("//") else "/"


def new_code() -> str:
    """A code to type once, from the log to the first page."""
    return f"{secrets.randbelow(10**4):04d}-{secrets.randbelow(10**4):04d}"
