"""W6: a session fixed before login, replayed after logout, and after the passphrase was changed: none is accepted."""

from mesinfos.vault.keys import unpadded
from tests.campaign import Outcome
from tests.cast import ALICE
from tests.web.house import House, house
from tests.web.served import Browser
from web.deps import SESSION_COOKIE

FULL = 50
OTHER = "une autre phrase, assez longue"


def run(tries: int) -> Outcome:
    """That many of each kind."""
    accepted = {"fixed": 0, "after logout": 0, "after a change": 0}
    with house() as home:
        words = [ALICE.passphrase, OTHER]
        for number in range(tries):
            accepted["fixed"] += _fixed(home, number, words[0])
            accepted["after logout"] += _after_logout(home, words[0])
            accepted["after a change"] += _after_change(home, words)
            words.reverse()
    return Outcome(3 * tries, "none accepted", str(accepted), not any(accepted.values()))


def _fixed(home: House, number: int, words: str) -> int:
    """The thief chose the cookie before Alice came; it must open nothing, and not be hers afterwards."""
    chosen = f"{home.alice}.{unpadded(bytes([number]) * 32)}"
    with home.served.browser() as victim:
        victim.cookies.set(SESSION_COOKIE, chosen, domain="127.0.0.1")
        victim.open(home.alice, words)
        mine = [one.value for one in victim.cookies.jar if one.name == SESSION_COOKIE]
        return int(chosen == mine[-1]) + _opens(home, chosen)


def _after_logout(home: House, words: str) -> int:
    with home.served.browser() as browser:
        cookie = _come_in(browser, home, words)
        browser.post("/lock")
        return _opens(home, cookie)


def _after_change(home: House, words: list[str]) -> int:
    """The cookies of before, of this browser and of another."""
    with home.served.browser() as here, home.served.browser() as there:
        before = [_come_in(here, home, words[0]), _come_in(there, home, words[0])]
        form = {"current": words[0], "passphrase": words[1], "again": words[1]}
        assert here.post("/settings/passphrase", data=form).status_code == 200
        assert here.get("/orders").url.path == "/orders", "who changed it stays in"
        return sum(_opens(home, cookie) for cookie in before)


def _come_in(browser: Browser, home: House, words: str) -> str:
    browser.open(home.alice, words)
    cookie: str = browser.cookies[SESSION_COOKIE]
    assert _opens(home, cookie), "a session that is open must be accepted, or this check proves nothing"
    return cookie


def _opens(home: House, cookie: str) -> int:
    with home.served.browser() as thief:
        thief.cookies.set(SESSION_COOKIE, cookie, domain="127.0.0.1")
        return int(thief.get("/orders", follow_redirects=False).status_code == 200)
