"""The agenda of parcels, the pickup code behind a press, and "I have it" with its undo."""

import re

from mesinfos.model.purchase import Parcel
from tests.web.house import House
from tests.web.served import Browser
from web.dashboard.home.tasks import waiting
from web.dashboard.purchases.deliveries import by_day, square
from web.dashboard.shown import today


def reading(home: House, browser: Browser):
    """What Alice's vault shows."""
    return home.served.app.state.site.readings.of(home.vault_of(browser))


def test_home_and_the_agenda_agree_on_what_is_late(home: House, alices: Browser):
    """The parcels that home calls late or to fetch are those under these headings, and no others."""
    vault, shown = home.vault_of(alices), reading(home, alices)
    told = {task.path for task in waiting(vault, shown, [], today()).now if task.name in {"late", "problem", "fetch"}}
    kept = {
        f"/parcels/{line.view.id}"
        for group in by_day(shown, today())
        for line in group.lines
        if group.when.name in {"LATE", "FETCH"}
    }
    assert kept == told
    assert kept


def test_a_range_stays_a_range(alices: Browser):
    """Two days are written as two days; the reason of a delay stands in words."""
    text = alices.get("/parcels").text
    assert re.search(r"expected between \w+ \d+ and \w+ \d", text)
    assert "A mail announces the delay." in text
    assert "2 days late." in text


def test_the_code_is_shown_on_a_press_only(home: House, alices: Browser):
    """Neither the agenda nor home holds it; its own page does, and a parcel without one has no such page."""
    for path in ("/parcels", "/parcels?state=all", "/"):
        assert "4711" not in alices.get(path).text
    assert '<p class="pickup-code">4711</p>' in alices.get(home.fill("/parcels/{parcel_id}/code")).text
    other = next(one.id for one in reading(home, alices).parcels() if not one.parcel.pickup_code)
    assert alices.get(f"/parcels/{other}/code").status_code == 404


def test_a_code_that_a_reader_takes_is_drawn_too():
    """As shapes alone, so that the policy of the pages holds and no text of a mail gets in; short ones are typed."""
    drawn = square(Parcel("Colis Vert", "6A1", pickup_code="AB12-CD34"))
    assert drawn.startswith("<svg")
    assert [word for word in ("style=", "<script", "AB12", "href=") if word in drawn] == []
    assert square(Parcel("Colis Vert", "6A1", pickup_code="4711")) == ""


def test_i_have_it(home: House, alices: Browser):
    """One press ends the waiting and sets the order's state; its undo brings both back."""
    path = home.fill("/parcels/{parcel_id}")
    answer = alices.post(f"{path}/received")
    assert "Noted: you have it." in answer.text
    assert f'action="{path}/received"' not in answer.text
    assert "Fetch the parcel from Acme" not in alices.get("/").text
    assert "Received" in alices.get(path).text
    order = reading(home, alices).parcel(home.ids["parcel_id"]).order_id
    assert re.search(r'<option value="received" selected', alices.get(f"/orders/{order}").text)
    (undo,) = re.findall(r'action="(/undo/[^"]+)"', answer.text.split("<h1>")[0])
    assert f'action="{path}/received"' in alices.post(undo, data={"back": "/parcels"}).text
