"""The second factor on the pages: set up with one right code, asked at the door, switched off by who could come in."""

import re
from collections.abc import Callable
from types import SimpleNamespace

import pyotp
import pytest
from sqlalchemy import update

from mesinfos.vault import totp
from mesinfos.vault.sessions import start_session
from mesinfos.vault.tables import factor
from mesinfos.vault.totp import is_on, second_factor
from mesinfos.vault.vaults import create_vault
from tests.cast import ALICE
from tests.web.served import Browser, Served, heading
from web.deps import SESSION_COOKIE
from web.throttle import Throttle

NOW = 1_795_651_200


class Flat:
    """Alice's own instance: her vault, its recovery key, and browsers that come to it."""

    def __init__(self, served: Served) -> None:
        self.vault, self.recovery = create_vault(served.instance, ALICE.name, ALICE.passphrase, "en")
        self.served, self.alice = served, self.vault.vault_id

    def entered(self) -> Browser:
        """A browser in which her vault is open."""
        made = self.served.browser()
        made.cookies.set(SESSION_COOKIE, start_session(self.served.instance, self.vault))
        return made

    def switched_on(self, code: Callable[[str], str]) -> None:
        """Codes are asked from now on."""
        secret = totp.new_secret()
        with self.served.instance.database.write(self.alice) as conn:
            totp.switch_on(conn, self.vault, secret, code(secret))

    @property
    def asks(self) -> bool:
        """Whether a code is asked."""
        return is_on(self.served.instance, self.alice)


@pytest.fixture
def flat(empty: Served) -> Flat:
    """Where Alice lives alone."""
    return Flat(empty)


def code(secret: str, steps: int = 0) -> str:
    """The code of now, or of so many steps later."""
    return pyotp.TOTP(secret).at(NOW, counter_offset=steps)


@pytest.fixture(autouse=True)
def _one_instant(monkeypatch):
    """The clock stands, so that no test depends on how long it takes."""
    monkeypatch.setattr(totp, "time", SimpleNamespace(time=lambda: NOW))


def set_up(made: Browser) -> str:
    """The secret that the page shows, once the passphrase was given."""
    text = made.post("/settings/code", data={"current": ALICE.passphrase}).text
    assert "<svg" in text
    return re.search(r'class="token">([A-Z2-7 ]+)<', text)[1].replace(" ", "")


def test_from_set_up_to_the_end(flat: Flat):
    """A right code switches it on; then the door wants one, each once; passphrase and code switch it off."""
    made = flat.entered()
    assert "not asked" in made.get("/settings/security").text
    assert 'name="code"' not in flat.served.browser().get("/unlock").text
    secret = set_up(made)
    wrong = made.post("/settings/code/on", data={"code": "000000"})
    assert (wrong.status_code, 'id="code-wrong"' in wrong.text, flat.asks) == (403, True, False)
    assert secret in wrong.text.replace(" ", "")
    assert "followed by a code" in made.post("/settings/code/on", data={"code": code(secret, -1)}).text
    visitor = flat.served.browser()
    assert 'autocomplete="one-time-code"' in visitor.get("/unlock").text
    without = visitor.open(flat.alice, ALICE.passphrase)
    assert (without.status_code, 'id="code-wrong"' in without.text) == (403, True)
    door = {"who": flat.alice, "secret": ALICE.passphrase, "code": code(secret)}
    assert heading(visitor.post("/unlock", data=door)) == "Hello Alice"
    assert flat.served.browser().post("/unlock", data=door).status_code == 403
    assert (
        made.post("/settings/code/off", data={"current": ALICE.passphrase, "current_code": door["code"]}).status_code
        == 403
    )
    off = made.post("/settings/code/off", data={"current": ALICE.passphrase, "current_code": code(secret, 1)})
    assert ("No code is asked any more" in off.text, flat.asks) == (True, False)


def test_the_recovery_key_is_the_way_out_of_a_lost_phone(flat: Flat):
    """It opens without a code, and switches the codes off."""
    flat.switched_on(code)
    assert flat.asks
    visitor = flat.served.browser()
    assert heading(visitor.open(flat.alice, flat.recovery)) == "Hello Alice"
    visitor.post("/settings/code/off", data={"current": flat.recovery})
    assert not flat.asks


def test_an_open_browser_alone_sets_nothing_up(flat: Flat):
    """Without the passphrase there is no secret, and a secret of one's own is not taken."""
    made = flat.entered()
    assert made.post("/settings/code", data={"current": "not the passphrase"}).status_code == 403
    mine = pyotp.random_base32()
    assert made.post("/settings/code/on", data={"code": code(mine), "secret": mine}).status_code == 422
    secret = set_up(made)
    other = flat.entered()
    assert other.post("/settings/code/on", data={"code": code(secret)}).status_code == 422
    assert not flat.asks


def test_another_code_takes_what_switching_off_takes(flat: Flat):
    """An open browser and the passphrase do not put somebody else's phone in the place of the person's own."""
    made = flat.entered()
    early = set_up(made)
    flat.switched_on(lambda secret: code(secret, -1))
    before = second_factor(flat.served.instance, flat.alice)
    assert made.post("/settings/code", data={"current": ALICE.passphrase}).status_code == 422
    assert made.post("/settings/code/on", data={"code": code(early)}).status_code == 422
    assert second_factor(flat.served.instance, flat.alice) == before


def test_nothing_leads_around_the_code(flat: Flat):
    """An open browser and the passphrase make no passkey, no paper, no new passphrase and no export without a code."""
    made = Browser(flat.served.url.replace("127.0.0.1", "localhost"))
    made.cookies.set(SESSION_COOKIE, start_session(flat.served.instance, flat.vault))
    flat.switched_on(code)
    new = {"passphrase": "nine quiet rivers under snow", "again": "nine quiet rivers under snow"}
    for path, data, field in (
        ("/settings/passkeys", {"name": "Mine", "current": ALICE.passphrase}, "current_code"),
        ("/settings/recovery", {"now": ALICE.passphrase}, "now_code"),
        ("/settings/passphrase", new | {"current": ALICE.passphrase}, "current_code"),
        ("/settings/backups/export", {"current": ALICE.passphrase}, "current_code"),
    ):
        flat.served.app.state.site.throttle = Throttle()
        refused = made.post(path, data=data)
        assert (refused.status_code, f'id="{field}-wrong"' in refused.text) == (403, True), path
    flat.served.app.state.site.throttle = Throttle()
    secret = second_factor(flat.served.instance, flat.alice).secret
    paper = made.post("/settings/recovery", data={"now": ALICE.passphrase, "now_code": code(secret, 1)})
    assert heading(paper) == "Recovery key of Alice"


def test_guesses_at_the_code_are_slowed(flat: Flat):
    """Codes are counted as tries at the door, whatever the passphrase."""
    flat.switched_on(code)
    visitor = flat.served.browser()
    data = {"who": flat.alice, "secret": ALICE.passphrase, "code": "123456"}
    answers = [visitor.post("/unlock", data=data).status_code for _ in range(5)]
    assert (answers[0], answers[-1]) == (403, 429)


def test_a_damaged_factor_closes_no_door_to_the_recovery_key(flat: Flat):
    """Somebody who writes to the database opens nothing by damaging it: the code is asked on, the paper still opens."""
    flat.switched_on(code)
    with flat.served.instance.database.write(flat.alice) as conn:
        conn.execute(update(factor).values(sealed=b"damaged"))
    visitor = flat.served.browser()
    assert 'name="code"' in visitor.get("/unlock").text
    door = {"who": flat.alice, "secret": ALICE.passphrase, "code": "123456"}
    assert visitor.post("/unlock", data=door).status_code == 500
    assert heading(visitor.open(flat.alice, flat.recovery)) == "Hello Alice"
    assert "No code is asked any more" in visitor.post("/settings/code/off", data={"current": flat.recovery}).text
    assert not flat.asks
