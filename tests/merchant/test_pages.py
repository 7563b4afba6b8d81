"""The shop's pages: two languages, nobody else's forms, nothing from elsewhere."""

import re

import httpx
import pytest

from examples.merchant.pages import GOODS, HERE, WORDS, Look
from tests.merchant.town import shop
from tests.servers.dovecot import free_port


@pytest.fixture
def visitor(tmp_path):
    """A visitor of a shop that no instance stands beside."""
    port = free_port()
    with shop(tmp_path, port), httpx.Client(base_url=f"http://localhost:{port}", trust_env=False) as client:
        client.headers["Accept-Language"] = "fr"
        yield client


def test_every_text_is_there_in_both_languages():
    """French and English have the same texts with the same values in them, and pages use no others."""
    slots = [{key: set(re.findall(r"\{\w+\}", text)) for key, text in WORDS[code].items()} for code in ("fr", "en")]
    assert slots[0] == slots[1]
    used = {key for page in HERE.glob("pages/*.html") for key in re.findall(r"\bt\('(\w+)'", page.read_text("utf-8"))}
    assert used <= WORDS["fr"].keys()
    assert all(one["fr"] and one["en"] for one in GOODS)


def test_french_has_its_spaces():
    """No-break spaces before the high signs, as French typography has them."""
    assert not [
        text
        for text in WORDS["fr"].values()
        if re.search(r"(?<![\u00a0\u202f])(?:[:;!?»](?!//))|«(?![\u00a0\u202f])", text)
    ]


def test_the_shop_is_read_in_the_visitors_language(visitor):
    """By the browser's wish, and by choice."""
    assert "Commander" in visitor.get("/").text
    assert "Brass desk lamp" in visitor.get("/", headers={"Accept-Language": "en-GB"}).text
    assert "Brass desk lamp" in visitor.get("/language/en", follow_redirects=True).text


def test_an_order_is_the_visitors_own(visitor):
    """It stands on the page of who ordered, and on nobody else's."""
    thanks = visitor.post("/orders", data={"sku": "LAM-059"}, follow_redirects=True)
    assert "Lampe de bureau en laiton" in thanks.text
    assert "59,90\xa0€" in thanks.text
    visitor.cookies.clear()
    assert "Vous n’avez encore rien commandé" in visitor.get("/orders").text


def test_forms_of_other_sites_are_refused(visitor):
    """A POST that another origin sends does nothing."""
    for path in ("/orders", "/connect", "/account/give-back"):
        assert (
            visitor.post(path, data={"sku": "LAM-059"}, headers={"Origin": "https://zeta.example"}).status_code == 403
        )


def test_what_answers_at_no_instance_is_said(visitor):
    """An address where nothing answers is a sentence on the form, which keeps what was typed."""
    answer = visitor.post("/connect", data={"address": f"http://127.0.0.1:{free_port()}"})
    assert answer.status_code == 422
    assert "Nous n’avons pas pu joindre cette adresse" in answer.text
    assert 'value="http://127.0.0.1' in answer.text


def test_nobody_shares_a_visit(visitor):
    """A callback without a cookie, or with one that the shop never gave out, makes nobody a visitor."""
    for cookie in ("", "chosen-by-somebody"):
        visitor.get("/mesinfos/callback?code=x", headers={"Cookie": f"boutique={cookie}"})
        made = visitor.post("/orders", data={"sku": "LAM-059"}, headers={"Cookie": f"boutique={cookie}"})
        assert len(made.cookies["boutique"]) == 43
        assert "Vous n’avez encore rien" in visitor.get("/orders", headers={"Cookie": f"boutique={cookie}"}).text
        visitor.cookies.clear()


def test_messages_of_strangers_change_nothing(visitor):
    """A webhook's message of a grant that we do not hold, or that is none at all, is 404."""
    for body in (b'{"type":"consent.withdrawn","data":{"grant_id":"x"}}', b"{}", b"[]", b"\xff", b"null"):
        assert visitor.post("/mesinfos/webhook", content=body).status_code == 404
    assert visitor.post("/mesinfos/webhook", content=b"[" * 30_000).status_code == 413


def test_an_answer_that_nobody_asked_for_leads_nowhere(visitor):
    """The callback without a request of this browser is refused on a page."""
    answer = visitor.get("/mesinfos/callback?code=x&state=y&iss=z")
    assert "La réponse n’a pas pu être utilisée" in answer.text


@pytest.mark.parametrize(
    ("given", "row"),
    [
        ({"orderDate": "2026-11-02"}, ("2 novembre 2026", "", "", "")),
        ({"orderDate": "2026-11"}, ("novembre 2026", "", "", "")),
        ({"orderDate": "2026"}, ("2026", "", "", "")),
        ({"orderStatus": "https://schema.org/OrderDelivered"}, ("", "Livrée", "", "")),
        ({"orderedItem": [{"orderedItem": {"name": "Lampe"}}, {"orderedItem": {"category": "Home"}}]},
         ("", "", "Lampe, Home", "")),
        ({"partOfInvoice": {"totalPaymentDue": {"currency": "EUR", "value": "1234.50"}}},
         ("", "", "", "1\u202f234,50\xa0€")),
        ({"partOfInvoice": {"totalPaymentDue": {"currency": "EUR", "minValue": "50", "maxValue": "100"}}},
         ("", "", "", "50–100 EUR")),
    ],
)  # fmt: skip
def test_a_disclosure_is_shown_as_far_as_it_says(given, row):
    """Each member where it belongs, in each degree that a person may leave; what is not there stays empty."""
    assert tuple(Look("fr").row(given).values()) == row
