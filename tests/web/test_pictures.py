"""A mail's own layout in its frame, and its pictures that lie elsewhere: loaded when asked for, kept nowhere."""

from threading import Event

import pytest

from mesinfos.model.message import Body
from mesinfos.model.values import Category
from mesinfos.outbound import Reach
from tests.servers.web import WebServer
from tests.test_pictures import drawn, served
from tests.web.furnish import MERCHANTS, Furnisher
from tests.web.house import House
from tests.web.served import Browser
from tests.web.test_letter import MAIL as LETTER
from web import pictures
from web.letter import MOST_DATA, POLICY, letter
from web.pictures import load

MAIL = """<p>Bonjour</p><img src="{0}/lamp.png" alt="Lampe"><img src="{0}/gone.png"><img src="{0}/gone.png">
<img src="{0}/logo.svg"><img src="{0}/dot.png"><img src="{0}/open.gif" width="1" height="1">
<div style="display:none"><img src="{0}/unseen.png"></div>"""


@pytest.fixture
def server():
    """A shop's server of pictures."""
    pages = {
        "/lamp.png": served(drawn("JPEG", 30, 20)),
        "/logo.svg": served(b"<svg/>", "image/svg+xml"),
        "/dot.png": served(drawn(width=1, height=1)),
    }
    with WebServer(pages) as running:
        yield running


@pytest.fixture
def reaching(home: House, server: WebServer, monkeypatch: pytest.MonkeyPatch) -> str:
    """The id of a mail of Alice's with pictures on a server that her instance may ask."""
    settings = home.served.instance.settings.model_copy(update={"outbound_hosts": server.host})
    monkeypatch.setattr(home.served.instance, "settings", settings)
    with home.alices() as browser:
        furnisher = Furnisher(home.vault_of(browser), server.host)
    record = furnisher.mail(MERCHANTS[0], "Une lampe", Category.PROMO, 0, text="")
    furnisher.keep(Body(html=MAIL.format(server.url)), MERCHANTS[0], 0, record)
    furnisher.move_in()
    return record


def test_a_layout_has_a_frame_and_a_policy_of_its_own(home: House, alices: Browser):
    """The page says what is not loaded before the frame; the frame's document may run, fetch and send nothing."""
    furnisher = Furnisher(home.vault_of(alices), "letters")
    record = furnisher.mail(MERCHANTS[0], "Une lampe", Category.PROMO, 0, text="")
    furnisher.keep(Body(html=LETTER), MERCHANTS[0], 0, record)
    furnisher.move_in()
    text = alices.get(f"/messages/{record}").text
    assert '<iframe class="mail-frame" sandbox="allow-popups allow-popups-to-escape-sandbox"' in text
    for told in ("Show the pictures (2)", "2 hidden pictures", "3 other things", "shop.example"):
        assert told in text
    answer = alices.get(f"/messages/{record}/page")
    assert answer.headers["content-security-policy"] == POLICY
    assert answer.headers["x-frame-options"] == "SAMEORIGIN"
    assert "Bonjour" in answer.text
    assert 'class="layout"' not in alices.get(home.fill("/messages/{record_id}")).text  # a mail of text alone has none


def test_pictures_come_when_asked_for(reaching: str, server: WebServer, alices: Browser):
    """Nothing is asked before the press, which says what is told; then what came shows, what did not is explained."""
    page = alices.get(f"/messages/{reaching}").text
    assert "They lie at 127.0.0.1. Whoever is there learns that this mail was opened" in page
    assert "2 hidden pictures that tell when you read are taken out" in page
    assert not server.requests
    shown = alices.post(f"/messages/{reaching}/pictures")
    assert shown.url.fragment == "layout"
    for told in ("1 picture is shown", "1 more was a single dot", "2 did not come", "answers 404", "is no picture"):
        assert told in shown.text
    assert {one.path for one in server.requests} == {"/lamp.png", "/gone.png", "/logo.svg", "/dot.png"}
    assert not any({"Cookie", "Referer"} & set(one.headers) for one in server.requests)
    frame = alices.get(f"/messages/{reaching}/page")
    assert frame.text.count('src="data:image/jpeg;base64,') == 1
    assert server.url not in frame.text
    assert "img-src data:" in frame.headers["content-security-policy"]


def test_pictures_are_forgotten(reaching: str, home: House):
    """Hidden by a press, and gone when another mail's are loaded, after a while, and when the vault is closed."""
    held, alices = home.served.app.state.site.pictures, home.alices()
    alices.post(f"/messages/{reaching}/pictures")
    assert held.get(home.alice, reaching)
    assert not held.get(home.alice, "another")
    assert "data:image" not in alices.post(f"/messages/{reaching}/pictures", data={"hide": "1"}).text
    assert not held.get(home.alice, reaching)
    alices.post(f"/messages/{reaching}/pictures")
    alices.post("/lock")
    assert not held.get(home.alice, reaching)


def test_a_mail_that_pretends_loads_nothing(home: House, alices: Browser):
    """Its sender would learn that the bait was looked at: the page does not offer it, the server refuses it."""
    furnisher = Furnisher(home.vault_of(alices), "baits")
    record = furnisher.mail(MERCHANTS[0], "Urgent", Category.OTHER, 0, imitates="Acme", text="")
    furnisher.keep(Body(html='<p>x</p><img src="https://bait.example/a.png">'), None, 0, record)
    furnisher.move_in()
    assert "Show the picture" not in alices.get(f"/messages/{record}").text
    assert alices.post(f"/messages/{record}/pictures").status_code == 422


def test_pictures_have_bounds(server: WebServer, monkeypatch: pytest.MonkeyPatch):
    """So many of a mail, so many bytes, so much time; what is beyond says so, and what came stays."""
    addresses = [f"{server.url}/lamp.png?{number}" for number in range(5)]
    server.pages |= {f"/lamp.png?{number}": server.pages["/lamp.png"] for number in range(5)}
    reach = Reach(server.host)
    monkeypatch.setattr(pictures, "MOST", 4)
    made = load("", addresses, reach)
    assert (len(made.pictures), made.failed) == (4, 1)
    monkeypatch.setattr(pictures, "TOGETHER", 2 * len(drawn("JPEG", 30, 20)))
    made = load("", addresses, reach)
    assert (len(made.pictures), made.failed) == (2, 3)
    monkeypatch.setattr(pictures, "PATIENCE", 0.0)
    answered = Event()
    made = load("", ["https://slow.example/a"], Reach(resolver=lambda *_: [str(answered.wait(60))]))
    answered.set()
    assert ["in time" in str(one.error) for one in made.failures] == [True], "nobody was waited for"


def test_one_picture_named_often_does_not_grow_the_page():
    """A mail may name one picture a thousand times; it stands in the page as often as there is room."""
    data = "data:image/png;base64," + "A" * (MOST_DATA // 3)
    made = letter('<img src="https://a.example/1">' * 1_000, {"https://a.example/1": data})
    assert made.html.count("data:image/png") == 2
    assert len(made.html) < MOST_DATA + 100_000
