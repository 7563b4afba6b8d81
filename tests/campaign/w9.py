"""W9: the headers of every answer, of pages, refusals and errors alike."""

from httpx import Response

from tests.campaign import Outcome
from tests.web.house import house
from web.letter import POLICY

FULL = 500
ALWAYS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
}

FILES = {"sandbox", "default-src 'none'; sandbox"}
"""The policies of what is no page: a kept paper, a photo."""


def run(tries: int) -> Outcome:
    """Every GET route, opened and closed, and addresses that do not exist: each header on each answer."""
    with house() as home, home.alices() as inside, home.served.browser() as outside:
        paths = [home.fill(path) for method, path in home.routes() if method == "GET"]
        paths += ["/nothing", "/orders/nothing", "/%00", "/api/v1/nothing"]
        done, bare = 0, set()
        for number in range(tries):
            browser = (inside, outside)[(number // len(paths)) % 2]
            path = paths[number % len(paths)]
            with browser.stream("GET", path, follow_redirects=False) as answer:
                if not _dressed(answer):
                    bare.add(path)
            done += 1
    return Outcome(done, "every header on every answer", f"missing on {sorted(bare) or 'none'}", not bare)


def _dressed(answer: Response) -> bool:
    policy = answer.headers.get("content-security-policy", "")
    pages = "default-src 'self'" in policy and "frame-ancestors 'none'" in policy
    letter = policy == POLICY and answer.url.path.endswith("/page")  # a mail's own, in a frame of ours alone
    safe = letter or ((pages or policy in FILES) and "unsafe" not in policy)
    wanted = ALWAYS | ({"x-frame-options": "SAMEORIGIN"} if letter else {})
    return safe and all(answer.headers.get(name) == value for name, value in wanted.items())
