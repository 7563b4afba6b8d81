"""What pages say of purchases: rights and their days, where things are, what was spent, the papers to print."""

import re

import pytest

from tests.web.house import House
from tests.web.served import Browser


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
