"""The search page: one language over everything, by kind, with its mistakes said."""

import re
from urllib.parse import quote_plus

import pytest

from tests.web.served import Browser


def groups(text: str) -> set[str]:
    """The kinds of things that a page found."""
    return set(re.findall(r'id="found-(\w+)"', text))


@pytest.mark.parametrize(
    ("query", "kinds"),
    [
        ("LIBRAIRIE tilleuls type:marchand", {"merchant"}),
        ("marchand:acme type:commande", {"order"}),
        ("merchant:acme statut:retrait type:colis", {"parcel"}),
        ("TILLEUL15", {"offer"}),
        ("F-4100", {"invoice"}),
        ("RR-8812", {"booking"}),
        ("RMA-12", {"return"}),
        ("category:promo", {"message"}),
        ("categorie:meubles -type:message", {"order", "product"}),
        ("montant:>1000", set()),
        ("date:..1999", set()),
    ],
)
def test_what_is_asked_is_found_by_kind(alices: Browser, query: str, kinds: set[str]):
    """Each key narrows to the things that answer to it, shown under their own heading."""
    answer = alices.get(f"/search?q={quote_plus(query)}")
    assert answer.status_code == 200
    assert groups(answer.text) == kinds


def test_every_result_leads_somewhere(alices: Browser):
    """Each row of each kind is a link to a page of this vault."""
    text = alices.get("/search?q=date:2000..").text
    assert groups(text) == {
        "merchant",
        "order",
        "product",
        "parcel",
        "offer",
        "invoice",
        "booking",
        "return",
        "message",
    }
    for path in set(re.findall(r'class="row-title" href="([^"]+)"', text)):
        assert alices.get(path).status_code == 200, path


def test_a_mistake_keeps_what_was_typed(alices: Browser):
    """The empty state says which character is at fault, and the field still holds the query."""
    answer = alices.get("/search?q=lampe+montant:cher")
    assert answer.status_code == 422
    assert "“cher” is no amount (character 7)" in answer.text
    assert 'value="lampe montant:cher"' in answer.text


def test_a_group_opens_whole(alices: Browser):
    """Five of each kind are shown; the rest is one link away, in pages."""
    text = alices.get("/search?q=nouveautes").text
    assert len(re.findall('class="row-title"', text)) == 5
    assert "q=nouveautes+type%3Amessage" in text
    assert len(re.findall('class="row-title"', alices.get("/search?q=nouveautes+type:message").text)) == 24


def test_nothing_asked_says_how_to_ask(alices: Browser):
    """The empty page gives examples that can be pressed, and the frame has the field everywhere."""
    assert "What are you looking for?" in alices.get("/search").text
    assert 'action="/search"' in alices.get("/").text


def test_a_stranger_finds_nothing(stranger: Browser):
    """Search needs an open vault."""
    assert "found-" not in stranger.get("/search?q=acme").text


def test_states_are_found_as_they_are_shown(alices: Browser):
    """What a person says of an order is found by it, with its word, until it is taken back."""
    (order,) = re.findall(r'href="/orders/([\w-]+)"', alices.get("/search?q=marchand:acme+type:order").text)[:1]
    said = alices.post(f"/orders/{order}/state", data={"state": "resold"}).text
    text = alices.get("/search?q=statut:revendu").text
    assert groups(text) == {"order", "product"}, "what came with it is where it is"
    assert "Resold" in text
    alices.post(re.findall(r'action="(/undo/[^"]+)"', said)[0], data={"back": "/"})
    assert groups(alices.get("/search?q=statut:revendu").text) == set()
