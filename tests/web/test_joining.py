"""Merchants joined and split on their pages: seen before, undone after, consents told."""

import re

import pytest

from tests.web.served import Browser, heading

JOIN = "/merchants/zeta.example/join"


@pytest.fixture
def joined(alices: Browser):
    """Zeta shown under Maison Verdier, for one test."""
    answer = alices.post(JOIN, data={"other": "verdier.example", "stays": "verdier.example"})
    undo = re.findall(r'action="(/undo/[\w-]+)"', answer.text)[0]
    yield answer
    alices.post(undo, data={"back": "/merchants"})


def test_what_a_join_makes_is_seen_first(alices: Browser):
    """Both as they are and together; nothing changes."""
    page = alices.get(f"{JOIN}?other=Maison Verdier")
    assert heading(page) == "Join Zeta with another"
    rows = re.findall(
        r'class="row-title">([\w ]+)</span>\s*<p class="row-sub">(\d+) messages · (\d+) orders', page.text
    )
    assert rows == [("Zeta", "4", "2"), ("Maison Verdier", "4", "2"), ("Together", "8", "4")]
    assert "Show both as Zeta" in page.text
    assert "Show both as Maison Verdier" in page.text
    assert 'href="/merchants/zeta.example"' in alices.get("/merchants").text


def test_the_joined_have_one_page_and_can_be_undone(alices: Browser, joined):
    """The page that stays tells both addresses; the other's address leads to the same."""
    assert joined.url.path == "/merchants/verdier.example"
    assert "verdier.example, zeta.example" in joined.text
    assert heading(alices.get("/merchants/zeta.example")) == "Maison Verdier"
    shown = alices.get("/merchants").text
    assert 'href="/merchants/zeta.example"' not in shown
    assert "8 messages" in shown


def test_a_split_says_what_goes_back_and_does_it(alices: Browser, joined):
    """The four mails of Zeta's go back to it; what is not joined cannot be split."""
    assert joined.status_code == 200
    page = alices.get("/merchants/verdier.example/join").text
    assert "4 messages go back to it when split" in page
    answer = alices.post("/merchants/verdier.example/split", data={"domain": "zeta.example"})
    assert heading(answer) == "Zeta"
    again = alices.post("/merchants/verdier.example/split", data={"domain": "zeta.example"})
    assert again.status_code == 404
    alices.post(re.findall(r'action="(/undo/[\w-]+)"', answer.text)[0], data={"back": "/merchants"})


def test_consents_of_either_are_told(alices: Browser):
    """What Acme may read would then be read of both."""
    assert "Consents change with it" in alices.get(f"{JOIN}?other=acme.example").text
    assert "Consents change with it" not in alices.get(f"{JOIN}?other=verdier.example").text


@pytest.mark.parametrize("other", ["Nobody", "zeta.example", "Zeta"])
def test_nobody_joins_a_stranger_or_oneself(alices: Browser, other):
    """Refused beside the field, on asking and on doing."""
    answer = alices.get(f"{JOIN}?other={other}")
    assert answer.status_code == 422
    assert "No other merchant of that name" in answer.text
    assert alices.post(JOIN, data={"other": other}).status_code == 422
    assert alices.get("/merchants/nobody.example/join").status_code == 404
