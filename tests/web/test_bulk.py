"""Several lines at once: states with one undo, merchants joined or taken away; what cannot be is said."""

import re

import pytest

from tests.web.house import House
from tests.web.served import Browser, heading

UNDO = re.compile(r'action="(/undo/[^"]+)"')


@pytest.mark.parametrize(("path", "name"), [("/orders", "order"), ("/products", "product")])
def test_what_is_ticked_is_somewhere_together(alices: Browser, path: str, name: str):
    """One press sets all that is ticked, stays on the filtered list, and one press undoes it."""
    ids = re.findall(f'name="{name}" value="([^"]+)"', alices.get(path).text)[:3]
    before = alices.get(path).text
    back = f"{path}?q=date%3A2000.."
    answer = alices.post(f"{path}/state", data={name: ids, "state": "lost", "back": back})
    assert f"{answer.url.path}?{answer.url.query.decode()}".startswith(f"{back}&said=saved")
    assert answer.text.count(">Lost</span>") == 3
    alices.post(UNDO.findall(answer.text)[0], data={"back": "/"})
    assert alices.get(path).text == before
    assert alices.post(f"{path}/state", data={"state": "lost"}).status_code == 422
    assert alices.post(f"{path}/state", data={name: ["none"], "state": "lost"}).status_code == 404
    assert alices.post(f"{path}/state", data={name: ids, "state": "odd"}).status_code == 422


def test_several_merchants_are_joined_after_a_look(alices: Browser):
    """Three at once: what each name would make, then one press, and one that splits them all again."""
    before = alices.get("/merchants").text
    ticked = ["zeta.example", "verdier.example", "acme.example"]
    look = alices.post("/merchants/together", data={"merchant": ticked})
    assert heading(look).startswith("Join ")
    assert look.text.count(">Show all as ") == 3
    assert alices.get("/merchants").text == before
    answer = alices.post(
        look.url.path, data={"other": re.findall('name="other" value="([^"]+)"', look.text), "stays": "acme.example"}
    )
    assert answer.url.path == "/merchants/acme.example"
    shown = alices.get("/merchants").text
    assert "/merchants/acme.example" in shown
    assert "/merchants/zeta.example" not in shown
    alices.post(UNDO.findall(answer.text)[0], data={"back": "/merchants"})
    assert alices.get("/merchants").text == before
    assert alices.post("/merchants/together", data={"merchant": ticked[:1]}).status_code == 422


def test_what_is_known_of_merchants_goes_as_a_file(home: House, alices: Browser):
    """Their mails, orders and all else as they are shown, and nothing of others; Bob's vault has none of them."""
    answer = alices.post("/merchants/export", data={"merchant": ["acme.example", "nobody.example"]})
    assert answer.headers["content-disposition"] == 'attachment; filename="mesinfos-merchants.json"'
    (acme,) = answer.json()["merchants"]
    assert acme["merchant"]["id"] == "acme.example"
    assert len(acme["messages"]) == acme["merchant"]["messages"]
    assert len(acme["orders"]) == acme["merchant"]["orders"]
    assert "zeta.example" not in answer.text
    with home.bobs() as bob:
        assert bob.post("/merchants/export", data={"merchant": "acme.example"}).status_code == 422


def test_the_shortcuts_have_a_page_and_a_switch(alices: Browser):
    """Every key that the script knows stands on the page; switched off, the script is not even there."""
    page = alices.get("/keyboard").text
    script = alices.get("/static/keys.js").text
    known = set(re.findall(r"[ {]\"?([a-z/?])\"?: ", script.split("const KEYS = ")[1].split(";")[0]))
    assert known == {"j", "k", "x", "e", "/", "?", "g"}
    assert known <= set(re.findall(r"<kbd>([^<]+)</kbd>", page))
    places = dict(re.findall(r'href="([^"]+)" data-go="(\w)"', page))
    assert places == {"/": "a", "/merchants": "m", "/orders": "c", "/consents": "p", "/settings": "r"}
    assert 'src="/static/keys.js' in page
    alices.post("/settings/look", data={"keys": "0"})
    assert "keys.js" not in alices.get("/").text
    alices.post("/settings/look", data={"keys": "1"})
    assert "keys.js" in alices.get("/").text
