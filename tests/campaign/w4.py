"""W4: SQL typed into every filter, sort, search and part of an address: never an error, never an answer to SQL.

The oracle: a payload that is true to SQL and its twin that is false get the same answer, once what was typed is taken
out of the page. Both begin with a word that nothing here holds, so that a search for words finds nothing either way.
"""

import ast
import html
import re
from itertools import cycle, islice, product
from pathlib import Path
from string import Formatter
from urllib.parse import quote, quote_plus

from fastapi.routing import APIRoute

from tests.campaign import Outcome
from tests.campaign.asker import ENDLESS
from tests.web.house import House, flat, house
from tests.web.served import Browser

FULL = 300
ROOT = Path(__file__).parents[2]
NOBODY = "zqxjw"
QUOTES = ("'", '"', "')", '")', "'))", "`", "]", "\\'", "%27", "ʼ")
TRUE_FALSE = (
    (" OR 1=1", " OR 1=2"),
    (" OR 'a'='a", " OR 'a'='b"),
    (" AND 1=1", " AND 1=2"),
    (" UNION SELECT 1", " UNION SELECT 2"),
    ("; SELECT 1", "; SELECT 2"),
    ("||(SELECT 1)||", "||(SELECT 2)||"),
    (" OR EXISTS(SELECT 1 FROM record)", " OR EXISTS(SELECT 1 FROM recorx)"),
    (" LIKE '%", " LIKE '_"),
    (" OR randomblob(1)", " OR randomblob(0)"),
    (" ORDER BY 1", " ORDER BY 99"),
)
ENDS = ("", " --", " /*", " #", ";--", "\0")
LINKS = re.compile(r'href="[^"]*/(?:orders|messages|products|parcels|merchants)/[^"?]+"')
SPOKEN = frozenset({"execute", "exec_driver_sql", "text", "executescript", "executemany"})


def run(tries: int) -> Outcome:
    """That many pairs at every query field and part of a path, of pages and API."""
    with house("en") as home, home.alices() as browser:
        places = list(_places(home))
        pairs = list(islice(cycle(payloads()), tries))
        asked, faults, differ = 0, set(), set()
        for number, (true, false) in enumerate(pairs):
            for path, name, inside in places if tries >= FULL else places[number % 7 :: 7]:
                answers = [_ask(browser, home, path, name, text, inside=inside) for text in (true, false)]
                asked += 2
                faults |= {f"{status} {path} {name}" for status, _ in answers if status >= 500 and status != 504}
                differ |= {f"{path} {name}={true}"} if answers[0] != answers[1] else set()
    written = spoken_sql()
    happened = f"{asked} requests; 5xx: {sorted(faults)[:5]}; differ: {sorted(differ)[:5]}; f-string SQL: {written}"
    return Outcome(
        len(pairs), "no difference, no 5xx, no SQL made of strings", happened, not (faults or differ or written)
    )


def payloads() -> list[tuple[str, str]]:
    """Pairs of one length each, SQL's true and false."""
    mixed = product(QUOTES, TRUE_FALSE, ENDS)
    return [(f"{NOBODY}{mark}{true}{end}", f"{NOBODY}{mark}{false}{end}") for mark, (true, false), end in mixed]


def spoken_sql() -> list[str]:
    """Where our code hands a text put together at run time to the database."""
    paths = [one for room in ("mesinfos", "web", "connectors") for one in (ROOT / room).rglob("*.py")]
    calls = [(path, node) for path in paths for node in ast.walk(ast.parse(path.read_text("utf-8")))]
    return [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path, node in calls
        if isinstance(node, ast.Call) and node.args and _name(node) in SPOKEN and _is_made(node.args[0])
    ]


def _name(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def _is_made(node: ast.expr) -> bool:
    """A text with values in it that begins as a statement does."""
    if isinstance(node, ast.JoinedStr):
        words = " ".join(str(part.value) for part in node.values if isinstance(part, ast.Constant))
        return bool(re.match(r"\s*(select|insert|update|delete|create|drop|pragma|with)\b", words, re.IGNORECASE))
    return False


def _places(home: House) -> list[tuple[str, str, bool]]:
    """Each GET route with each of its query fields, and with each part of its path."""
    found = []
    for route in flat(home.served.app.routes):
        if not isinstance(route, APIRoute) or "GET" not in route.methods or route.path.endswith((ENDLESS, "/folders")):
            continue
        found += [(route.path, param.alias, False) for param in route.dependant.query_params]
        found += [(route.path, name, True) for _, name, _, _ in Formatter().parse(route.path) if name]
    return found


def _ask(
    browser: Browser, home: House, path: str, name: str, text: str, *, inside: bool
) -> tuple[int, tuple[str, ...]]:
    """The status and the things that an answer links to, without what was typed."""
    ids = home.ids | ({name: quote(text, safe="")} if inside else {})
    address = path.format_map(ids) + ("" if inside else f"?{name}={quote_plus(text)}")
    with browser.stream("GET", address, follow_redirects=False) as answer:
        body = answer.read().decode("utf-8", "replace")
    for form in (text, html.escape(text), quote(text, safe=""), quote_plus(text), quote(text)):
        body = body.replace(form, "")
    return answer.status_code, tuple(sorted(set(LINKS.findall(body))))
