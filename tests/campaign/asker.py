"""Asks every route of the served application with a text in every field of it; the fields are found, not listed.

What a route declares is read from it. What its code looks up in a form or a query is noted while it answers. What the
pages' own forms would send is taken from the pages, so that a text meets fields that are right otherwise.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, RemoteDisconnected
from urllib.parse import quote, urlencode

from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from selectolax.lexbor import LexborHTMLParser, LexborNode
from starlette.datastructures import ImmutableMultiDict

from tests.web.house import House, flat
from tests.web.served import Browser

ENDLESS = "/events"
LAST = ("cancel", "revoke", "remove", "sessions", "lock")
"""What ends a thing, or the session, is asked after all the rest."""
LONGEST = 60_000
"""Characters of an address that httpx still sends."""
Values = dict[str, str]


@contextmanager
def looked_up() -> Iterator[set[str]]:
    """Names that any form or query is asked for, within."""
    names: set[str] = set()
    before = ImmutableMultiDict.__getitem__, ImmutableMultiDict.getlist

    def item(self: ImmutableMultiDict, key: str) -> object:
        names.add(key)
        return before[0](self, key)

    def every(self: ImmutableMultiDict, key: str) -> list[object]:
        names.add(key)
        return before[1](self, key)

    ImmutableMultiDict.__getitem__, ImmutableMultiDict.getlist = item, every  # type: ignore[method-assign,assignment]
    try:
        yield names
    finally:
        ImmutableMultiDict.__getitem__, ImmutableMultiDict.getlist = before  # type: ignore[method-assign]


class Asker:
    """Alice's browser, and what her pages' forms hold."""

    def __init__(self, home: House) -> None:
        self.home = home
        self.ended = False
        self.browser = home.alices()
        self.shop = home.served.browser()
        self.shop.headers["Authorization"] = f"Bearer {home.token}"
        self.routes = sorted(home.routes(), key=lambda pair: (pair[1].endswith(LAST), pair[0] != "GET", pair[1]))
        self.declared = {
            (method, route.path): set(_queries(route.dependant))
            for route in flat(home.served.app.routes)
            if isinstance(route, APIRoute)
            for method in route.methods
        }
        self.forms: dict[str, Values] = {}
        for method, path in self.routes:
            if method == "GET" and not path.endswith(ENDLESS):
                self._harvest(self._who(path).get(home.fill(path)).text)

    def _who(self, path: str) -> Browser:
        return self.shop if path.startswith("/api/v1") else self.browser

    def _harvest(self, html: str) -> None:
        for form in LexborHTMLParser(html).css("form"):
            action = (form.attributes.get("action") or "").partition("?")[0]
            values = self.forms.setdefault(action, {})
            for node in form.css("[name]"):
                values.setdefault(node.attributes["name"] or "", _value(node))

    def fields(self, method: str, path: str) -> Values:
        """Every field of a route with a value that stands there by itself: its forms', else an "x"."""
        values = dict.fromkeys(self.declared.get((method, path), ()), "") | self.forms.get(self.home.fill(path), {})
        for _ in range(3):
            self._enter()
            with looked_up() as names:
                self.ask(method, path, values)
            missing = names - values.keys()
            if not missing:
                break
            values |= dict.fromkeys(missing, "x" if method == "POST" else "")
        return values

    def ask(self, method: str, path: str, values: Values, ids: Values | None = None) -> int:
        """One request; a session that it ended is opened again before the next one."""
        self._enter()
        place = path.format_map(self.home.ids | {name: _quoted(text) for name, text in (ids or {}).items()})
        body = urlencode({name.encode(): text.encode("utf-8", "surrogatepass") for name, text in values.items()})
        more = {"content": body, "headers": {"Content-Type": "application/x-www-form-urlencoded"}}
        url = f"{place}?{body}" if method == "GET" and body else place
        if len(url) > LONGEST:
            return _status_of(self._who(path), method, url)
        with self._who(path).stream(method, url, follow_redirects=False, **(more if method != "GET" else {})) as answer:
            if not path.endswith(ENDLESS):
                answer.read()
        self.ended = answer.headers.get("location", "").startswith("/unlock")
        return answer.status_code

    def _enter(self) -> None:
        if self.ended:
            self.browser.close()
            self.browser = self.home.alices()
            self.ended = False

    def close(self) -> None:
        """Close both browsers."""
        self.browser.close()
        self.shop.close()


def _status_of(browser: Browser, method: str, url: str) -> int:
    """The answer to an address longer than the browser's library sends; 400 where the server hangs up on it."""
    wire = HTTPConnection(browser.base_url.host, browser.base_url.port, timeout=30)
    cookies = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    try:
        wire.request(method, url, headers={"Cookie": cookies})
        return wire.getresponse().status
    except (RemoteDisconnected, ConnectionError):
        return 400
    finally:
        wire.close()


def _queries(one: Dependant) -> Iterator[str]:
    """Names that a route and what it depends on declare."""
    yield from (param.alias for param in one.query_params)
    for below in one.dependencies:
        yield from _queries(below)


def _quoted(text: str) -> str:
    return quote(text.encode("utf-8", "surrogatepass"), safe="") or "%20"


def _value(node: LexborNode) -> str:
    if node.tag == "select":
        chosen = node.css_first("option[selected]") or node.css_first("option")
        return (chosen.attributes.get("value") or chosen.text()) if chosen else ""
    return node.text() if node.tag == "textarea" else node.attributes.get("value") or ""
