"""What Alice decided, listed, and taken back long after."""

import re

from tests.web.house import House
from tests.web.served import Browser

PRESS = re.compile(r'action="(/undo/[^"]+)"')


def test_a_decision_is_listed_and_taken_back(home: House, alices: Browser):
    """A refused merchant stands in the list under its name until it is taken back there; then nothing of it is left."""
    before = PRESS.findall(alices.get("/settings/decisions").text)
    alices.post("/merchants/receive", data={"merchant": home.ids["merchant_id"], "welcome": "refused"})
    alices.post(f"/orders/{home.ids['order_id']}/state", data={"state": "resold"})
    text = alices.get("/settings/decisions").text
    assert text.index("Resold") < text.index("Refused"), "the newest comes first"
    resold, refused = PRESS.findall(text)[: len(PRESS.findall(text)) - len(before)]
    for press in (resold, refused):
        answer = alices.post(press, data={"back": "/settings/decisions"})
    assert PRESS.findall(answer.text) == before


def test_one_press_is_one_line(alices: Browser):
    """A filter that changes five cells is one decision, taken back as one."""
    cells = {f"{kind}/shop": "hide" for kind in ("account", "orders", "after_sales", "notifications", "promo")}
    answer = alices.post("/merchants/filter", data=cells | {"keep": "1"})
    assert answer.status_code == 200
    text = alices.get("/settings/decisions").text
    assert "and 2 more" in text
    alices.post(PRESS.findall(text)[0], data={"back": "/settings/decisions"})
    assert "and 2 more" not in alices.get("/settings/decisions").text
