"""Doubts and rules on the pages: shown, said in two steps, undone."""

import re

import pytest

from mesinfos.choose import choose
from mesinfos.model.choice import Topic
from mesinfos.vault.sessions import resume_session
from tests.web.house import House
from tests.web.served import Browser, heading
from web.deps import SESSION_COOKIE


@pytest.fixture
def mail(alices: Browser) -> str:
    """The mail whose order's number was found in a link only."""
    text = alices.get("/doubts").text
    found = re.search(r"/messages/([\w-]+)/correct\?kind=order&(?:amp;)?about=A-9001", text)
    assert found
    return found[1]


def form(**changes: str) -> dict[str, str]:
    """The correction's form as it comes filled in, with what a person changed."""
    read = {"kind": "order", "about": "A-9001", "number": "A-9001", "total": "59.90 EUR", "date": "", "absent": ""}
    return read | {"merchant": "Acme", "category": "orders", "reach": "mail"} | changes


def test_what_is_doubtful_is_listed_with_its_reason(alices: Browser, mail: str):
    """Home counts them; each stands with what was read, why it is doubtful and the lines of the mail."""
    assert "Things to confirm: 2" in alices.get("/").text
    text = alices.get("/doubts").text
    for words in ("A-9001", "found in a link only", "nothing could be read in it", "59,90", "Votre commande Mistral"):
        assert words in text
    assert "To confirm" in alices.get(f"/messages/{mail}").text
    assert "To confirm" in alices.get("/orders?q=A-9001").text


def test_a_correction_is_seen_before_it_is_kept_and_undone_by_a_press(alices: Browser, mail: str):
    """The first step changes nothing; the second does; the undo puts all back, and the rule is no longer listed."""
    address = f"/messages/{mail}/correct"
    assert heading(alices.get(f"{address}?kind=order&about=A-9001")) == "That is not it?"
    seen = alices.post(address, data=form(total="29,90 €", number="A-9002"))
    assert heading(seen) == "What changes"
    assert "A-9002" in seen.text
    assert "A-9002" not in alices.get("/orders").text
    assert "A-9002" in alices.post(address, data=form(number="A-9002", back="1")).text
    kept = alices.post(address, data=form(total="29,90 €", number="A-9002", keep="1"))
    assert "Undo" in kept.text
    shown = alices.get("/orders?q=A-9002").text
    assert "€29.90" in shown
    assert "A-9001" not in alices.get("/orders").text
    assert "A-9002" in alices.get("/settings/rules").text
    undo = re.search(r'action="(/undo/[\w-]+)"', kept.text)
    assert undo
    assert "as it was read" in alices.post(undo[1]).text
    assert "Nothing matches" in alices.get("/orders?q=A-9002").text


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"total": "much"}, "total"),
        ({"date": "yesterday"}, "date"),
        ({"category": "x"}, "category"),
        ({"reach": "all"}, "reach"),
    ],
)
def test_mistakes_stay_in_the_form(alices: Browser, mail: str, changes: dict[str, str], field: str):
    """What cannot be used is told on its field, and nothing is kept."""
    answer = alices.post(f"/messages/{mail}/correct", data=form(**changes))
    assert answer.status_code == 422
    assert f"{field}-wrong" in answer.text


def test_saying_nothing_changes_nothing(alices: Browser, mail: str):
    """A form sent as it came makes no rule."""
    answer = alices.post(f"/messages/{mail}/correct", data=form(keep="1"))
    assert answer.status_code == 422
    assert "nothing was changed" in answer.text


def test_a_mail_without_facts_can_be_filled_in_or_waved_through(alices: Browser):
    """What is typed becomes the order of that mail; with "nothing to read" the mail is no longer listed."""
    found = re.search(r"/messages/([\w-]+)/correct\?kind=nothing", alices.get("/doubts").text)
    assert found
    address = f"/messages/{found[1]}/correct"
    filled = form(kind="nothing", about="", number="MI-1", total="12.50 EUR", merchant="Téléphonie Mistral", keep="1")
    assert "MI-1" in alices.post(address, data=filled).text
    assert "MI-1" in alices.get("/orders").text
    alices.post(re.findall(r'action="(/settings/rules/[\w-]+/remove)"', alices.get("/settings/rules").text)[0])
    nothing = form(kind="nothing", about="", number="", total="", absent="1", merchant="Téléphonie Mistral", keep="1")
    kept = alices.post(address, data=nothing)
    assert "Votre commande Mistral" not in alices.get("/doubts").text
    alices.post(re.findall(r'action="(/undo/[\w-]+)"', kept.text)[0])


def test_a_value_without_a_place_holds_for_its_own_mail(alices: Browser, mail: str):
    """Said for every mail of the sender, a number that stands nowhere in the mail changes that mail alone."""
    address = f"/messages/{mail}/correct"
    seen = alices.post(address, data=form(number="A-9003", reach="sender"))
    assert "it holds for this mail only" in seen.text
    assert "1 mail reads otherwise" in seen.text
    kept = alices.post(address, data=form(number="A-9003", reach="sender", keep="1"))
    assert "1 mail ·" in alices.get("/settings/rules").text
    alices.post(re.findall(r'action="(/undo/[\w-]+)"', kept.text)[0])


def test_right_is_one_press(alices: Browser, mail: str):
    """What the person confirms is no longer doubtful; the press after it takes that back."""
    answer = alices.post("/doubts/right", data={"mail": mail, "kind": "order", "about": "A-9001"})
    assert "A-9001" not in answer.text
    assert "Undo" in answer.text
    alices.post(re.findall(r'action="(/undo/[\w-]+)"', answer.text)[0])
    assert "A-9001" in alices.get("/doubts").text
    assert alices.post("/doubts/right", data={"mail": mail, "kind": "x"}).status_code == 422
    assert alices.post("/settings/rules/nowhere/remove").status_code == 404
    assert "/undo/.." not in alices.get("/doubts?said=confirmed&undo=../../lock?x").text


def test_a_choice_is_undone_where_the_person_is(home: House, alices: Browser):
    """The press ends the choice and leads to the page it stood on, never to another site; it works once."""
    vault = resume_session(home.served.instance, alices.cookies[SESSION_COOKIE])
    reading = home.served.app.state.site.readings.of(vault)
    for back, led in (("/merchants", "/merchants"), ("//evil.example", "/"), ("/\\evil.example", "/"), ("", "/")):
        chosen = choose(vault, reading, Topic.VIEW, "x", "y")
        shown = alices.get(f"/merchants?said=saved&undo={chosen}").text
        assert f'action="/undo/{chosen}"' in shown
        assert 'name="back" value="/merchants"' in shown
        answer = alices.post(f"/undo/{chosen}", data={"back": back})
        assert answer.url.path == led
        assert "as it was before" in answer.text
        assert alices.post(f"/undo/{chosen}").status_code == 404
