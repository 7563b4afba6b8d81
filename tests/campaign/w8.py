"""W8: line breaks in whatever could reach a header, and templates in every field of every form."""

from tests.campaign import Outcome
from tests.campaign.asker import ENDLESS, Asker, Values
from tests.web.house import house
from tests.web.served import Browser

FULL = 50
BREAKS = ("x\r\nX-Evil: 1", "x\nX-Evil: 1", "x\rX-Evil: 1", "x%0d%0aX-Evil: 1", "x\u2028X-Evil: 1", "x嘊嘍X-Evil: 1")
COMPUTED = ("{{7*7}}", "${7*7}", "#{7*7}", "<%= 7*7 %>", "{7*7}", "{% print(7*7) %}", "%(7*7)s", "*{7*7}")
TEMPLATES = [f"zq{one}qz" for one in COMPUTED]
HIT = "zq49qz"


def run(tries: int) -> Outcome:
    """Every field of every route (of `tries` of them), with a break and with a template: neither does anything."""
    with house("en") as home:
        home.served.jobs.start()
        asker = Asker(home)
        try:
            fields = [
                (*route, name, values)
                for route in asker.routes
                for values in [_values(asker, *route)]
                for name in values
            ]
            some = fields if tries >= FULL else fields[:: max(1, len(fields) // tries)]
            broken, computed = set(), set()
            for number, (method, path, name, values) in enumerate(some):
                browser = asker._who(path)
                for text in (BREAKS[number % len(BREAKS)], TEMPLATES[number % len(TEMPLATES)]):
                    evil, seven = _ask(browser, home.fill(path), method, values | {name: text})
                    broken |= {f"{method} {path} {name}"} if evil else set()
                    computed |= {f"{method} {path} {name}"} if seven else set()
                asker.ended = True  # what was asked may have ended the session
                asker._enter()
        finally:
            asker.close()
            home.served.jobs.stop()
    happened = f"{len(some)} fields; headers: {sorted(broken) or 'none'}; computed: {sorted(computed) or 'none'}"
    return Outcome(
        2 * len(some), "no header more, nothing computed", happened, not (broken or computed) and len(some) >= 20
    )


def _values(asker: Asker, method: str, path: str) -> Values:
    return {} if path.endswith((ENDLESS, "/folders")) else asker.fields(method, path)


def _ask(browser: Browser, path: str, method: str, values: Values) -> tuple[bool, bool]:
    """Whether a header of ours came back, and whether something was computed, on any page of the way."""
    send = {"params": values} if method == "GET" else {"data": values}
    answer = browser.request(method, path, **send)  # type: ignore[arg-type]
    steps = [*answer.history, answer]
    return any("x-evil" in one.headers for one in steps), any(HIT in one.text for one in steps)
