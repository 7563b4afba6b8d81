"""Both sides of a consent in a real browser: Alice at her house and at Acme's shop, each on its own address."""

import json
import time

import pytest

from examples.merchant.client import Ended
from examples.merchant.desk import proven
from mesinfos.consent.receipt import verify
from tests.browser.conftest import sit_down
from tests.cast import ALICE
from tests.merchant.town import Town, town

pytestmark = pytest.mark.browser


@pytest.fixture
def here():
    """Alice's house with its clocks running, and the shop."""
    with town(own=True) as found:
        yield found


def test_a_consent_from_the_shops_side_and_from_alices(chromium, here):
    """The shop asks, Alice takes a field away and accepts; it reads, gives an order back, hears of the withdrawal."""
    desk = sit_down(chromium, here.served.url)
    _unlock(desk)
    _order(desk, here)
    _ask(desk, here)
    _accept_without_the_amount(desk)
    _see_what_the_shop_sees(desk, here)
    _give(desk)
    _find_it_at_home(desk, here)
    _take_back(desk, here)
    _see_that_it_is_over(desk, here)
    assert {url.partition("/")[2].partition("/")[2].partition("/")[0] for url in desk.foreign} == {_host(here)}
    assert desk.faults == []


def _host(here: Town) -> str:
    return here.shop.removeprefix("http://")


def _unlock(desk):
    desk.go("/unlock")
    desk.page.fill("#secret", ALICE.passphrase)
    desk.follow(desk.page.locator("main button[type=submit]").first)
    desk.page.wait_for_url(desk.base + "/")


def _order(desk, here):
    desk.page.goto(here.shop)
    desk.check(360)
    desk.check(1280)
    desk.follow(desk.page.get_by_role("button", name="Commander : Lampe de bureau en laiton"))
    assert "Merci" in desk.page.get_by_role("status").inner_text()
    desk.check(360)


def _ask(desk, here):
    desk.check(1280)
    desk.press("Relier mon MesInfos")
    desk.check(360)
    desk.page.get_by_label("Adresse de votre MesInfos").fill(here.served.url)
    desk.check(1280)
    desk.press("Continuer chez moi")
    desk.page.wait_for_url(desk.base + "/authorize?*")


def _accept_without_the_amount(desk):
    assert desk.page.get_by_role("heading", name="Acme demande votre consentement").is_visible()
    desk.check(360)
    desk.check(1280)
    assert "montant" in desk.page.locator(".sentence").first.inner_text()
    desk.page.locator("main details.card > summary").click()
    desk.page.locator('fieldset:has(input[value="order.total"]) input[value=""]').check()
    desk.follow(desk.page.locator("button[value=look]"))
    assert "montant" not in desk.page.locator(".sentence").first.inner_text()
    desk.check()
    desk.follow(desk.page.locator("button[value=accept]"))


def _see_what_the_shop_sees(desk, here):
    desk.page.wait_for_url(here.shop + "/account")
    assert desk.page.get_by_role("heading", name="Votre MesInfos est relié").is_visible()
    assert "Vérifié" in desk.page.content()
    desk.press("Relire")
    rows = desk.page.locator("tbody tr")
    assert rows.count() == len(here.visitor().shown) >= 1
    assert not any("€" in text for text in rows.all_inner_texts())
    desk.check(360)
    desk.check(1280)


def _give(desk):
    desk.follow(desk.page.get_by_role("link", name="Mes commandes"))
    desk.press("Ranger dans mon MesInfos")
    assert desk.page.get_by_text("Rangée dans votre MesInfos").is_visible()
    desk.check(360)


def _find_it_at_home(desk, here):
    number = here.visitor().orders[0]["number"]
    desk.go("/orders")
    desk.follow(desk.page.locator("main a.row-title", has_text="Lampe de bureau en laiton").first)
    text = desk.page.locator("main").inner_text()
    assert number in text
    assert "Garanties" in text
    assert "Donné par Acme" in text
    desk.check(1280)


def _take_back(desk, here):
    granted = here.visitor().granted
    desk.go("/consents")
    desk.follow(desk.page.locator("main a.row-title").first)
    desk.press("Retirer le consentement")
    with pytest.raises(Ended):
        here.desk.client.read(granted, 0)
    deadline = time.monotonic() + 30
    while here.visitor().granted and time.monotonic() < deadline:
        time.sleep(0.1)
    assert here.visitor().granted is None, "the shop did not hear of the withdrawal"
    here.settle()


def _see_that_it_is_over(desk, here):
    desk.page.goto(here.shop + "/account")
    assert desk.page.get_by_role("heading", name="Vous avez repris votre consentement").is_visible()
    assert desk.page.get_by_text("Vérifié", exact=True).count() == 2
    desk.check(360)
    desk.check(1280)
    assert [one.event for one in proven(here.visitor())] == ["consent.given", "consent.withdrawn"]
    for file in here.visitor().receipts:
        verify(json.dumps(file).encode())
