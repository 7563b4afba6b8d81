"""What pages say of purchases: rights and their days, where things are, what was spent, the papers to print."""

import re
from datetime import date

import pytest

from mesinfos.model.merchant import Merchant
from mesinfos.model.purchase import Item, Order, Parcel
from mesinfos.model.values import Kind, ParcelStatus
from mesinfos.wording import translate
from tests.relations.observed import reading_of, saw
from tests.web.house import House
from tests.web.served import Browser, heading
from web.dashboard.purchases.buying import soon


@pytest.fixture
def order(home: House) -> str:
    """The address of an order of Acme: a kettle's, with a parcel at the pickup point."""
    return home.fill("/orders/{order_id}")


def undone(browser: Browser, text: str, back: str) -> str:
    """The page after the Undo of the message on this page was pressed."""
    action = re.findall(r'action="(/undo/[\w-]+)"', text)[0]
    return browser.post(action, data={"back": back}).text


def test_an_order_says_until_when(alices: Browser, order: str):
    """Days, the reason and the law; what nobody said to be delivered is counted from the order, and says so."""
    text = alices.get(order).text.split("Your rights", 1)[1]
    assert "Directive 2011/83/EU, art. 9" in text
    assert "Directive (EU) 2019/771, art. 10" in text
    assert "nobody said yet when it was delivered" in text


def test_the_country_is_chosen_and_undone(alices: Browser, order: str):
    """The chosen country's law is shown from then on; one press goes back; what is not of the list is refused."""
    answer = alices.post("/purchases/country", data={"country": "ES", "back": order})
    assert "Real Decreto Legislativo 1/2007, art. 120" in answer.text
    assert "3 years" in answer.text
    assert "Real Decreto" not in undone(alices, answer.text, order)
    assert alices.post("/purchases/country", data={"country": "XX"}).status_code == 422


def test_every_figure_of_spending_is_a_link_to_its_orders(alices: Browser):
    """Months, merchants and categories lead to lists that hold orders, and say how to leave them."""
    text = alices.get("/spending").text
    assert "<svg" in text
    links = set(re.findall(r'href="(/orders\?[^"]+)"', text))
    assert any("merchant=" in one for one in links)
    assert any("category=" in one for one in links)
    for one in sorted(links):
        shown = alices.get(one.replace("&amp;", "&")).text
        if "month=" not in one:
            assert "Nothing matches" not in shown, one
            assert "Show all orders again" in shown, one


def test_a_year_without_spending_says_so(alices: Browser):
    """An odd or an empty year breaks nothing."""
    assert "Nothing spent in 1999" in alices.get("/spending?year=1999").text
    for odd in ("x", "²²²²", "99999", ""):
        assert alices.get("/spending", params={"year": odd}).status_code == 200


def test_home_draws_the_last_months(alices: Browser):
    """A small chart, and the way to the whole."""
    assert "Spent in the last six months" in alices.get("/").text


def test_a_proof_holds_what_convinces(alices: Browser, order: str):
    """Order, bill, what was bought, the end of the guarantee, and of each mail who proved it, when, and its subject."""
    answer = alices.get(f"{order}/proof")
    assert heading(answer) == "Proof of purchase"
    for words in (
        "A-4100",
        "F-4100",
        "Lampe de bureau",
        "69.90",
        "art. 10",
        "info@acme.example",
        "acme.example (DKIM)",
    ):
        assert words in answer.text, words
    assert "n° 4100 est confirmée" in answer.text
    assert alices.get("/orders/none/proof").status_code == 404


def test_a_withdrawal_is_filled_in(alices: Browser, order: str):
    """Who, to whom, what and when stand in it; the address and the signature are the person's to add."""
    assert f"{order}/withdrawal" in alices.get(order).text
    text = alices.get(f"{order}/withdrawal").text
    for words in ("I withdraw from the contract", "A-4100", "1 × Lampe de bureau", "Alice", "Acme"):
        assert words in text, words


@pytest.mark.parametrize("kind", ["orders", "products"])
def test_a_thing_is_where_its_person_says(home: House, alices: Browser, kind: str):
    """Said lost, it shows so, the list finds it by that, and one press brings back what mails tell."""
    place = home.fill({"orders": "/orders/{order_id}", "products": "/products/{product_id}"}[kind])
    answer = alices.post(f"{place}/state", data={"state": "lost"})
    listed = "status" if kind == "orders" else "state"
    assert place in alices.get(f"/{kind}?{listed}=lost").text
    undone(alices, answer.text, place)
    assert place not in alices.get(f"/{kind}?{listed}=lost").text
    assert alices.post(f"{place}/state", data={"state": "sold"}).status_code == 422
    assert alices.post(f"/{kind}/none/state", data={"state": "lost"}).status_code == 404


def test_a_product_follows_its_order(home: House, alices: Browser):
    """What is said of an order holds for what came with it, until the person says otherwise of the product."""
    answer = alices.post(home.fill("/orders/{order_id}/state"), data={"state": "given"})
    names = re.findall(r'href="(/products/[\w-]+)"', answer.text)
    assert names
    assert names[0] in alices.get("/products?state=given").text
    undone(alices, answer.text, "/orders")


def test_products_stand_in_a_grid(alices: Browser):
    """The grid holds what the list holds; the choice stands in the address and outlives a filter."""
    text = alices.get("/products?view=grid").text
    places = set(re.findall(r'href="(/products/[\w-]+)"', alices.get("/products").text))
    assert places == set(re.findall(r'href="(/products/[\w-]+)"', text))
    assert 'name="view" value="grid"' in text


def test_home_names_what_ends_soon():
    """A right that ends soon is one line of what to do, with the merchant, the day and the way to the order."""
    shop = Merchant("Acme", "acme.example", Kind.SHOP)
    order = saw(Order("A-1", date(2026, 3, 1), items=(Item("Bouilloire 1,7 L"),)), 0, shop, "r9")
    came = saw(Parcel("Colis Vert", "6A1", ParcelStatus.DELIVERED, "A-1"), 3, shop)
    (one,) = soon(reading_of(order, came), date(2026, 3, 18))
    assert translate(one.title, "en", **one.values) == "Last days to change your mind about the order of Acme"
    assert one.values["day"] == date(2026, 3, 18)
    assert one.path.startswith("/orders/")
