"""Merchants refused and paused on the pages: one by one, several at once, the drawer, the undo."""

import re

import pytest

from tests.web.house import House
from tests.web.served import Browser, heading

NEWS = "Les nouveautés du mois"


@pytest.fixture
def undo(alices: Browser):
    """What ends what a page says was done; everything is undone after the test."""
    done: list[str] = []

    def receive(welcome: str, *merchants: str, back: str = "/merchants"):
        answer = alices.post("/merchants/receive", data={"merchant": merchants, "welcome": welcome, "back": back})
        done.append(re.findall(r'action="(/undo/[\w-]+)"', answer.text)[0])
        return answer

    receive.done = done
    yield receive
    for path in reversed(done):
        alices.post(path, data={"back": "/merchants"})


def shops(text: str) -> set[str]:
    """The merchants that a list holds."""
    return set(re.findall(r'class="row-title" href="/merchants/([\w.]+)"', text))


def test_a_refused_merchant_leaves_the_lists_and_comes_back(alices: Browser, undo):
    """List, messages, offers and home forget it; the drawer and its own page keep everything; undo puts it back."""
    before = alices.get("/messages").text
    answer = undo("refused", "colisvert.example", back="/merchants/colisvert.example")
    assert answer.url.path == "/merchants/colisvert.example"
    assert "no longer shows" in answer.text
    assert "Accept again" in answer.text
    assert NEWS in alices.get("/merchants/colisvert.example/messages").text
    assert "colisvert.example" not in shops(alices.get("/merchants").text)
    assert shops(alices.get("/merchants?state=refused").text) == {"colisvert.example"}
    assert "colisvert.example" not in shops(alices.get("/").text)
    after = alices.get("/messages").text
    assert len(re.findall("Colis Vert · Promotions", before)) == 2
    assert "Colis Vert · Promotions" not in after
    assert "Colis Vert · Orders" in after  # a bill was read in them
    assert "2 messages are put aside" in after
    drawer = alices.get("/merchants/aside").text
    assert "Colis Vert · Promotions" in drawer
    assert "Accept Colis Vert again" in drawer
    assert "No mail is put aside" in alices.get("/merchants/aside?only=filter").text
    found = alices.get("/search?q=merchant:colisvert+category:promo").text
    assert 'id="found-message"' not in found
    assert 'href="/merchants/aside?q=merchant%3Acolisvert+category%3Apromo">2 more among the mail put aside' in found
    assert "Colis Vert · Promotions" in alices.get("/merchants/aside?q=category:promo").text
    assert "answers to this" in alices.get("/merchants/aside?q=category:billing").text
    assert "(character 1)" in alices.get("/merchants/aside?q=x:y").text
    alices.post(undo.done.pop(), data={"back": "/merchants"})
    assert alices.get("/messages").text == before


def test_offers_of_the_refused_do_not_show(alices: Browser, undo):
    """Neither those in force nor those that are over, nor in the figures of home."""
    assert "TILLEUL15" in alices.get("/offers").text
    undo("refused", "tilleuls.example")
    assert "TILLEUL15" not in alices.get("/offers").text


def test_several_are_refused_by_one_press_and_back_by_one(alices: Browser, undo):
    """What is ticked goes together; unknown names are left out; nothing ticked is said."""
    undo("refused", "zeta.example", "armor.example", "nobody.example")
    assert shops(alices.get("/merchants?state=refused").text) == {"zeta.example", "armor.example"}
    alices.post(undo.done.pop(), data={"back": "/merchants"})
    assert shops(alices.get("/merchants?state=refused").text) == set()
    none = alices.post("/merchants/receive", data={"welcome": "refused"})
    assert none.status_code == 422
    assert alices.post("/merchants/receive", data={"merchant": "zeta.example", "welcome": "x"}).status_code == 422


def test_a_pause_says_until_when(alices: Browser, undo):
    """Thirty days; the list shows it with its state, and it can be ended before."""
    undo("paused", "halles.example")
    shown = alices.get("/merchants/halles.example").text
    assert "among no offers until" in shown
    assert "halles.example" in shops(alices.get("/merchants").text)
    undo("accepted", "halles.example")
    assert "among no offers until" not in alices.get("/merchants/halles.example").text


def test_consents_of_the_refused_are_told(home: House, alices: Browser, undo):
    """Refusing mail does not take back what was granted: the page says so, with the way there."""
    undo("refused", "acme.example")
    text = alices.get("/merchants/acme.example").text
    assert "1 consent is in force" in text
    assert home.token


def test_the_empty_drawer_says_what_would_fill_it(alices: Browser):
    """Nobody refused, nothing put aside."""
    answer = alices.get("/merchants/aside")
    assert heading(answer) == "Put aside"
    assert "Nobody is refused" in answer.text
