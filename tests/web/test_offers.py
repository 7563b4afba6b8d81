"""Offers by how soon they end, and the press that wants no more of a merchant's advertising."""

import re

from tests.web.served import Browser
from web.dashboard.purchases.offers import grouped


class Left(dict):
    """Stands for a line: only its days left count."""

    @property
    def left(self):
        """Days left, None without an end."""
        return self["left"]


def test_what_ends_first_stands_first():
    """A week, later, without end, in this order; a group that holds nothing is not shown."""
    lines = [Left(left=days) for days in (0, 6, 7, 90, None)]
    assert [[one.left for one in group.lines] for group in grouped(lines)] == [[0, 6], [7, 90], [None]]
    assert [group.title for group in grouped([Left(left=None)])] == ["Without end date"]
    assert grouped([]) == []


def test_advertising_of_one_merchant_is_hidden_by_a_press(alices: Browser):
    """Its offers go, its bills and orders stay, and one press brings the offers back."""
    text = alices.get("/offers").text
    pressed = re.findall(r'action="/offers/hide">\s*<input type="hidden" name="merchant" value="([^"]+)"', text)
    assert pressed, "the furnished house has an offer of a known merchant"
    answer = alices.post("/offers/hide", data={"merchant": pressed[0]})
    assert f'value="{pressed[0]}"' not in answer.text
    assert alices.get(f"/merchants/{pressed[0]}/purchases").status_code == 200
    alices.post(re.findall(r'action="(/undo/[^"]+)"', answer.text)[0], data={"back": "/offers"})
    assert f'value="{pressed[0]}"' in alices.get("/offers").text
    assert alices.post("/offers/hide", data={"merchant": "nobody.example"}).status_code == 404
