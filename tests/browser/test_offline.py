"""Without a network: the installed app shows its own page, whole, and nothing of a vault lies in the browser."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import sit_down
from tests.cast import ALICE

pytestmark = pytest.mark.browser

READY = "navigator.serviceWorker.ready.then((one) => one.active.state)"
KEPT = """async () => {
  const found = [];
  for (const name of await caches.keys()) for (const one of await (await caches.open(name)).keys()) found.push(one.url);
  return found;
}"""

RENEWED = """async (before) => {
  for (let tries = 0; tries < 600; tries += 1) {
    const now = await caches.keys();
    if (now.length === 1 && now[0] !== before[0]) return true;
    await new Promise((go) => setTimeout(go, 50));
  }
  return false;
}"""


def entered(chromium, home, **context):
    """Alice's desk, her vault open and the worker in charge."""
    desk = sit_down(chromium, home.served.url, **context)
    desk.go("/unlock")
    desk.page.get_by_label(ALICE.name).check()
    desk.page.fill("#secret", ALICE.passphrase)
    desk.follow(desk.page.locator("main button[type=submit]"))
    desk.page.evaluate(READY)
    desk.page.wait_for_function("navigator.serviceWorker.controller !== null")
    return desk


def test_without_a_network_the_offline_page_stands(chromium, settled):
    """Styled, axe-clean on a phone, with a way back; the caches hold static files and that page, nothing of a vault."""
    desk = entered(chromium, settled, viewport={"width": 360, "height": 800})
    for path in ("/", "/orders", settled.fill("/orders/{order_id}"), "/settings"):
        desk.go(path)
    kept = [address.removeprefix(desk.base) for address in desk.page.evaluate(KEPT)]
    assert sorted(kept) == sorted({one for one in kept if one == "/offline" or one.startswith("/static/")})
    assert "/offline" in kept
    desk.page.context.set_offline(True)
    desk.page.goto(desk.base + "/orders")
    expect(desk.page.get_by_role("heading", level=1)).to_have_text("Hors ligne")
    expect(desk.page.locator(".door-card")).to_have_css("border-radius", "16px")
    assert desk.page.url == desk.base + "/orders", "trying again asks for the page that was wanted"
    desk.check(360)
    desk.page.context.set_offline(False)
    desk.press("Réessayer")
    expect(desk.page.get_by_role("heading", level=1)).to_have_text("Achats")
    assert (desk.foreign, [one for one in desk.faults if "ERR_INTERNET_DISCONNECTED" not in one]) == ([], [])


def test_another_version_takes_the_place_of_the_one_before(chromium, settled):
    """Another language is another worker: it renews all it keeps, and the offline page speaks it."""
    desk = entered(chromium, settled)
    before = desk.page.evaluate("caches.keys()")
    desk.page.context.add_cookies([{"name": "mesinfos_language", "value": "en", "url": desk.base}])
    desk.page.evaluate("navigator.serviceWorker.ready.then((one) => one.update())")
    assert desk.page.evaluate(RENEWED, before)
    desk.page.context.set_offline(True)
    desk.page.goto(desk.base + "/merchants")
    expect(desk.page.get_by_role("heading", level=1)).to_have_text("Offline")
