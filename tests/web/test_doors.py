"""First run, the door, sessions, and the persons of a house."""

import re

import pytest

from tests.cast import ALICE, BOB
from tests.web.house import House
from tests.web.served import Browser, Served, heading
from web.throttle import Throttle

NEW = {"name": "Alice", "passphrase": ALICE.passphrase, "again": ALICE.passphrase}


@pytest.fixture(autouse=True)
def _patient(request):
    """Wrong tries of one test cost the next one nothing."""
    yield
    if "home" in request.fixturenames:
        request.getfixturevalue("home").served.app.state.site.throttle = Throttle()


def test_first_run_step_by_step(empty: Served, visitor: Browser):
    """Language, person, recovery key, its proof, a first source; each step can be taken up again, none twice."""
    assert heading(visitor.get("/")) == "Welcome"
    assert heading(visitor.get("/unlock")) == "Welcome"
    assert heading(visitor.post("/welcome/language", data={"language": "fr"})) == "Votre coffre"
    answer = visitor.post("/welcome/person", data=NEW)
    assert heading(answer) == "Votre clé de secours"
    groups = re.findall(r"</span>([^<\s]+)</li>", answer.text)
    assert heading(visitor.get("/")) == "Votre clé de secours"
    answer = visitor.post("/welcome/confirm", data={"group1": "x", "group7": "y"})
    assert answer.status_code == 422
    asked = [int(place) for place in re.findall(r'name="group(\d+)"', answer.text)]
    answer = visitor.post("/welcome/confirm", data={f"group{place}": groups[place].lower() for place in asked})
    assert heading(answer) == "Que faut-il lire ?".replace(" ?", "\N{NARROW NO-BREAK SPACE}?")
    for path in ("/welcome", "/welcome/person", "/welcome/recovery", "/welcome/confirm"):
        assert heading(visitor.get(path)) == "Bonjour Alice"
    assert "Connecter une boîte mail" in visitor.get("/").text
    assert empty.browser().post("/welcome/person", data=NEW | {"name": "Eve"}).status_code == 404
    with empty.browser() as later:
        vault_id = empty.app.state.site.instance and re.search(r'name="who" value="(\w+)"', later.get("/unlock").text)
        assert later.open(vault_id.group(1), "-".join(groups)).status_code == 200


@pytest.mark.parametrize(
    ("change", "field"),
    [({"name": ""}, "name"), ({"passphrase": "short"}, "passphrase"), ({"again": "another one altogether"}, "again")],
)
def test_mistakes_land_on_their_field(visitor: Browser, change: dict[str, str], field: str):
    """What cannot be used is told beside its field; the name stays, the secrets do not come back."""
    answer = visitor.post("/welcome/person", data=NEW | change)
    assert answer.status_code == 422
    assert f'id="{field}-wrong"' in answer.text
    assert ALICE.passphrase not in answer.text


def test_from_afar_the_setup_code_is_needed(empty: Served, visitor: Browser):
    """Behind a proxy or from another machine, the first visitor must know the code of the log."""
    far = {"X-Forwarded-For": "203.0.113.9"}
    assert 'name="code"' in visitor.get("/welcome/person", headers=far).text
    assert visitor.post("/welcome/person", data=NEW | {"code": "0000-0000x"}, headers=far).status_code == 422
    code = empty.app.state.site.setup_code
    assert heading(visitor.post("/welcome/person", data=NEW | {"code": code}, headers=far)) == "Your recovery key"


def test_the_door_counts_and_tells_the_wait(home: House):
    """Wrong passphrases are told plainly, then cost a wait that is shown; Alice's known browser still enters."""
    assert home.served.browser().open(home.bob, "").status_code == 422
    with home.alices() as known, home.served.browser() as stranger:
        answers = [stranger.open(home.alice, f"wrong {number}") for number in range(3)]
        while answers[-1].status_code == 403:  # the waits double, so a slow machine meets one soon too
            answers.append(stranger.open(home.alice, "wrong again"))
        assert [one.status_code for one in answers[:3]] == [403, 403, 403]
        assert answers[-1].status_code == 429
        assert int(answers[-1].headers["retry-after"]) >= 1
        assert "wait" in answers[-1].text
        known.post("/lock")
        assert known.open(home.alice, ALICE.passphrase).status_code == 200
    assert home.served.browser().open("nobody", "x").status_code == 422


def test_sessions_end(home: House):
    """W6: after the lock, the cookie opens nothing; ending all sessions ends those of other browsers."""
    with home.bobs() as here, home.bobs() as there:
        kept = here.cookies["mesinfos_session"]
        here.post("/lock")
        assert "/unlock" in str(there.get("/", cookies={"mesinfos_session": kept}).url)
        here.open(home.bob, BOB.passphrase)
        here.post("/settings/sessions")
        assert heading(here.get("/")) == "Open your vault"


def test_cookies_are_guarded(home: House):
    """The session cookie is out of reach of scripts and of other sites, and unlocking always makes a new one."""
    with home.served.browser() as browser:
        browser.cookies.set("mesinfos_session", "fixed-before-login")
        answer = browser.post(
            "/unlock",
            data={"who": home.bob, "secret": BOB.passphrase, "next": "//zeta.example"},
            follow_redirects=False,
        )
        assert answer.headers["location"] == "/"
        said = next(one for one in answer.headers.get_list("set-cookie") if one.startswith("mesinfos_session"))
        assert "HttpOnly" in said
        assert "samesite=lax" in said.lower()
        assert "fixed-before-login" not in said


def test_passphrase_recovery_key_and_household(home: House):
    """Bob changes his passphrase after proving the old one, makes a new paper, and lets Carol move in."""
    with home.bobs() as browser:
        new = {"passphrase": "nine quiet rivers under snow", "again": "nine quiet rivers under snow"}
        assert browser.post("/settings/passphrase", data=new | {"current": "wrong"}).status_code == 403
        answer = browser.post("/settings/passphrase", data=new | {"current": BOB.passphrase})
        assert "The passphrase is changed" in answer.text
        assert heading(browser.post("/settings/recovery", data={"now": new["again"]})) == "Recovery key of Bob"
        assert browser.post("/settings/recovery", data={"now": "wrong"}).status_code == 403
        carol = {"name": "Carol", "passphrase": "eleven blue doors by the sea", "again": "eleven blue doors by the sea"}
        assert browser.post("/settings/house", data=carol).status_code == 201
        assert browser.post("/settings/house", data=carol).status_code == 422
        back = {"current": new["again"], "passphrase": BOB.passphrase, "again": BOB.passphrase}
        assert browser.post("/settings/passphrase", data=back).status_code == 200
