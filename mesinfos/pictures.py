"""A picture that lies elsewhere, asked for once, into memory: what came is a picture or it is nothing.

The address is named by a stranger (the sender of a mail), so it goes through `outbound`: public addresses only, few
bytes, little time. It is asked over https, also where it was written with http; each redirect is one more request that
meets the same rules. The server is told nothing but its own address: no cookie, no referrer, the user agent of many.
"""

from io import BytesIO
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

from PIL import Image

from mesinfos.errors import N_, Unparseable, Unreachable
from mesinfos.outbound import PUBLIC, Answer, Reach, get

LARGEST = 4 << 20  # bytes of one picture
MOST_PIXELS = 30_000_000  # a photo of a phone has half of it; a few bytes can claim far more
HOPS = 4  # requests for one picture, redirects among them
FORMATS = {"PNG": "image/png", "JPEG": "image/jpeg", "GIF": "image/gif", "WEBP": "image/webp"}
_HEADERS = {"User-Agent": "Mozilla/5.0", "Accept": "image/webp,image/png,image/jpeg,image/gif"}
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


class Picture(NamedTuple):
    """A picture as it came: its bytes, what they are by themselves, and its size in pixels."""

    content: bytes
    media_type: str
    width: int
    height: int

    @property
    def is_hidden(self) -> bool:
        """Whether nobody can see it: it was there to tell that the mail was opened."""
        return self.width <= 2 and self.height <= 2


def fetch_picture(address: str, *, reach: Reach = PUBLIC, limit: int = LARGEST) -> Picture:
    """The picture at an address; raises Unreachable when none comes, Unparseable when it is none, or too large."""
    return read_picture(_fetched(address, reach, limit))


def read_picture(content: bytes) -> Picture:
    """Bytes as the picture they are, told by themselves; raises Unparseable. Nothing but the head is decoded."""
    try:
        with Image.open(BytesIO(content), formats=tuple(FORMATS)) as found:
            kind, (width, height) = found.format or "", found.size
    except Exception:  # noqa: BLE001  Pillow raises whatever hostile bytes make it raise; all of it means "no picture"
        raise Unparseable(N_("What came is no picture that can be shown (PNG, JPEG, GIF or WebP).")) from None
    if width * height > MOST_PIXELS:
        raise Unparseable(N_("The picture is too large to be shown."))
    return Picture(content, FORMATS[kind], width, height)


def _fetched(address: str, reach: Reach, limit: int) -> bytes:
    for _ in range(HOPS):
        answer = _asked(address, reach, limit)
        if answer.status not in _REDIRECTS or not answer.location:
            return _body(answer)
        address = _further(address, answer.location)
    raise Unreachable(N_("This address leads on to others without end."))


def _further(address: str, location: str) -> str:
    """Where a redirect leads; "" for what is no address, which leads nowhere."""
    try:
        return urljoin(address, location)
    except ValueError:
        return ""


def _asked(address: str, reach: Reach, limit: int) -> Answer:
    """Ask over https. In clear only where `outbound` allows it: of the operator's own hosts, on this machine."""
    try:
        return get(_secured(address), _HEADERS, limit=limit, reach=reach)
    except Unreachable:
        if not address.lower().startswith("http://"):
            raise
        return get(address, _HEADERS, limit=limit, reach=reach)


def _secured(address: str) -> str:
    """The address with https; "" for what is none, which leads nowhere."""
    try:
        parts = urlsplit(address if "//" in address[:9] else "")
        port = "" if parts.port in {None, 80, 443} else f":{parts.port}"
    except ValueError:  # a port or brackets that cannot be
        return ""
    if parts.scheme not in {"", "http", "https"} or "@" in parts.netloc:
        return ""
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname or ""
    return parts._replace(scheme="https", netloc=host + port, fragment="").geturl()


def _body(answer: Answer) -> bytes:
    if answer.too_large:
        raise Unparseable(N_("The picture is too large to be shown."))
    if answer.status != 200:
        raise Unreachable(N_("The server answers {status} instead of the picture."), status=answer.status)
    # SVG is a program rather than a picture; it would not pass as one of the four, and is not read at all.
    if not answer.kind.startswith("image/") or "svg" in answer.kind:
        raise Unparseable(N_("What came is no picture that can be shown (PNG, JPEG, GIF or WebP)."))
    return answer.body
