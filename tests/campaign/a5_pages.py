"""A5 for the pages: every route, asked by a stranger, by Bob with Alice's ids, and by a merchant with its token."""

from collections.abc import Iterator

from httpx import Response

from tests.campaign import Outcome
from tests.cast import ALICE
from tests.web.house import OPEN, House, house
from tests.web.served import Browser

FULL = 5000
SECRETS = ("Lampe", "A-41", "xyz-secret-xyz", ALICE.address, "Acme", "Tabac de la Gare")
"""What stands only in Alice's vault; in Bob's answers nothing of it may appear."""


FORMS = ("/sources/new/{connector}", "/settings/notices/new/{way}")
"""Empty forms, the same for everybody who has a vault."""


def run(tries: int) -> Outcome:
    """Nothing of Alice's in any answer, and no answer but refusals to who has no session."""
    with house() as home:
        bad = set()
        asked = 0
        callers = list(_callers(home))
        routes = home.routes()
        for number in range(tries):
            who, browser = callers[number % len(callers)]
            method, path = routes[(number // len(callers)) % len(routes)]
            if _would_be_right(who, path):
                continue
            with browser.stream(method, home.fill(path), follow_redirects=False, data=_data(method)) as answer:
                answer.read()
                if not _allowed(who, path, answer):
                    bad.add(f"{who} {method} {path} → {answer.status_code}")
            asked += 1
        for _, browser in callers:
            browser.close()
    return Outcome(asked, "refusals only, nothing of Alice's", f"otherwise: {sorted(bad) or 'none'}", not bad)


def _callers(home: House) -> Iterator[tuple[str, Browser]]:
    yield "stranger", home.served.browser()
    yield "bob", home.bobs()
    merchant = home.served.browser()
    merchant.headers["Authorization"] = f"Bearer {home.token}"
    yield "merchant", merchant


def _would_be_right(who: str, path: str) -> bool:
    """What this caller may do: the merchant reads by its token, Bob ends his own sessions (and then is no caller)."""
    ends_himself = path in {"/lock", "/settings/sessions"}
    return (who == "merchant" and path.startswith("/api/v1/")) or (who == "bob" and ends_himself)


def _data(method: str) -> dict[str, str] | None:
    return {"name": "x", "current": "x"} if method == "POST" else None


def _allowed(who: str, path: str, answer: Response) -> bool:
    if any(word in answer.text for word in SECRETS) and path != "/unlock":
        return False
    if path in OPEN:
        return answer.status_code < 500
    if who == "bob":
        return "{" not in path or path in FORMS or answer.status_code in {401, 404, 405, 422}
    return answer.status_code in {401, 403, 404, 405} or _to_the_door(answer)


def _to_the_door(answer: Response) -> bool:
    return answer.status_code == 303 and answer.headers["location"].startswith("/unlock")
