"""W5: every route that changes something, asked from elsewhere: without saying so, from a foreign page, or by GET."""

from httpx import Response

from tests.campaign import Outcome
from tests.web.house import House, house
from tests.web.served import Browser

FULL = 2000
FOREIGN: tuple[dict[str, str], ...] = (
    {},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "http://127.0.0.1:8000"},
    {"Origin": "https://zeta.example"},
    {"Origin": "null"},
    {"Origin": "http://127.0.0.1.zeta.example"},
    {"Origin": "not an origin"},
    {"Referer": "https://zeta.example/"},
)


def run(tries: int) -> Outcome:
    """Every changing route with every foreign mark: all refused, and Alice's things still there afterwards."""
    with house() as home, home.alices() as browser:
        del browser.headers["Sec-Fetch-Site"]
        before = _state(home)
        changing = [(method, path) for method, path in home.routes() if method not in {"GET", "HEAD", "OPTIONS"}]
        done = passed = 0
        for number in range(tries):
            method, path = changing[number % len(changing)]
            marks = FOREIGN[(number // len(changing)) % len(FOREIGN)]
            answer = browser.request(method, home.fill(path), headers=marks, data={"x": "1"}, follow_redirects=False)
            passed += not _refused(answer, path)
            done += 1
        passed += sum(not _untouched(browser, home.fill(path)) for _, path in changing)
        changed = before != _state(home)
    happened = f"{passed} passed, {'something changed' if changed else 'nothing changed'}"
    return Outcome(done + len(changing), "all refused, nothing changed", happened, passed == 0 and not changed)


def _refused(answer: Response, path: str) -> bool:
    """The API looks at no cookie, so it refuses whoever proves nothing, and at length whoever goes on asking."""
    return answer.status_code == 403 or (path.startswith("/api/") and answer.status_code in {400, 401, 429})


def _untouched(browser: Browser, path: str) -> bool:
    """A GET of a changing address is refused, or is a page that shows and changes nothing."""
    return browser.get(path, follow_redirects=False).status_code in {
        200,
        303,
        401,
        404,
        405,
        504,
    }  # 504: a source that is asked and does not answer


def _state(home: House) -> list[tuple[str, int]]:
    """How many rows each table holds, but the tables that a look itself writes to."""
    watched = ("source", "grant", "token", "disclosure", "keyslot", "person", "record", "session")
    with home.served.instance.database.read() as conn:
        return [(name, len(conn.exec_driver_sql(f'SELECT 1 FROM "{name}"').all())) for name in watched]
