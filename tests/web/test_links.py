"""Sharing a link from form to reader: what is seen first is what is shared; a stranger gets one page and no more."""

import re

from tests.web.house import House

FORM = {"what": "merchants", "parts": "merchant", "title": "Mes adresses", "audience": "anybody", "days": "30"}


def share(browser, **change: str) -> str:
    """Make a link through the pages; returns the path of its address."""
    seen = browser.post("/links/preview", data=FORM | change)
    assert seen.status_code == 200, seen.text
    made = browser.post("/links", data=FORM | change)
    return re.search(r"(/s/[\w-]{43})", made.text)[1]


def test_a_stranger_sees_the_page_and_nothing_else(home: House):
    """Without a session the address shows the ticked things, and no way into the house."""
    with home.alices() as alice:
        path = share(alice)
    with home.served.browser() as stranger:
        page = stranger.get(path)
        assert page.status_code == 200
        assert "Mes adresses" in page.text
        assert "Acme" in page.text
        assert 'href="/merchants' not in page.text
        assert "noindex" in page.text


def test_a_passcode_is_asked_for_and_waits_grow(home: House):
    """The address alone shows a question; wrong passcodes are told, and after some the door waits."""
    with home.alices() as alice:
        path = share(alice, audience="passcode", passcode="tulipe 7")
    with home.served.browser() as stranger:
        assert "Acme" not in stranger.get(path).text
        assert stranger.post(path, data={"passcode": "rose 123"}).status_code == 403
        right = stranger.post(path, data={"passcode": "tulipe 7"})
        assert right.status_code == 200
        assert "Acme" in right.text
        answers = [stranger.post(path, data={"passcode": f"faux {n}"}).status_code for n in range(6)]
        assert 429 in answers


def test_a_link_for_the_house_asks_for_a_vault(home: House):
    """A stranger is sent to the door; Bob, whose vault is open, sees it."""
    with home.alices() as alice:
        path = share(alice, audience="house")
    with home.served.browser() as stranger:
        sent = stranger.get(path)
        assert sent.url.path == "/unlock"
        assert "Acme" not in sent.text
    with home.bobs() as bob:
        assert "Acme" in bob.get(path).text


def test_the_owner_ends_it(home: House):
    """One press, and the address leads nowhere; Bob cannot end what is Alice's."""
    with home.alices() as alice:
        made = alice.post("/links", data=FORM | {"title": "Pour peu de temps"})
        place, path = made.url.path, re.search(r"(/s/[\w-]{43})", made.text)[1]
        with home.bobs() as bob:
            assert bob.get(place).status_code == 404
            assert bob.post(f"{place}/end").status_code == 404
        assert "Pour peu de temps" not in alice.post(f"{place}/end").text
    with home.served.browser() as stranger:
        assert stranger.get(path).status_code == 404


def test_mistakes_land_on_their_field(home: House):
    """Nothing ticked, no title, a passcode too short, a thousand years: each is told beside its field, input kept."""
    with home.alices() as alice:
        for change, field in (
            ({"parts": ""}, "parts"),
            ({"title": ""}, "title"),
            ({"audience": "passcode", "passcode": "court"}, "passcode"),
            ({"days": "9999"}, "days"),
            ({"views": "zéro"}, "views"),
            ({"what": "year:1066"}, "what"),
        ):
            answer = alice.post("/links/preview", data=FORM | change)
            assert answer.status_code == 422, change
            assert f'id="{field}-wrong"' in answer.text, change
