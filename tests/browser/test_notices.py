"""A browser subscribes, is told, and shows it. Chromium's own push service needs the Internet and an account of its
maker, so that alone is ours here: it gives an address, takes what is posted, and Chromium is handed what it took.
"""

import pytest
from playwright.sync_api import expect

from mesinfos.notices.channels import Way, list_channels
from tests.browser.test_offline import entered
from tests.notices.browser import Subscription
from tests.servers.web import WebServer

pytestmark = pytest.mark.browser

SERVICE = """(given) => {
  PushManager.prototype.subscribe = async (options) => {
    window.wanted = options;
    return { toJSON: () => ({ endpoint: given.endpoint, keys: { p256dh: given.p256dh, auth: given.auth } }) };
  };
}"""
SHOWN = """async () => {
  const worker = await navigator.serviceWorker.ready;
  for (let tries = 0; tries < 600; tries += 1) {
    const [one] = await worker.getNotifications();
    if (one) return [one.title, one.body, one.data.path];
    await new Promise((go) => setTimeout(go, 50));
  }
  return [];
}"""


def test_a_browser_is_told(chromium, settled):
    """On a phone, in French: subscribed by a press, tested by another; what was posted opens with the browser's key
    alone, and its worker shows it.
    """
    with WebServer({"/push": (201, {}, b"")}) as service:
        instance = settled.served.instance
        instance.settings = instance.settings.model_copy(update={"outbound_hosts": service.host})
        desk = entered(chromium, settled, viewport={"width": 360, "height": 800}, permissions=["notifications"])
        cdp, registered = desk.page.context.new_cdp_session(desk.page), []
        cdp.on("ServiceWorker.workerRegistrationUpdated", lambda told: registered.extend(told["registrations"]))
        cdp.send("ServiceWorker.enable")
        desk.go("/settings/notices")
        mine = Subscription(f"{service.url}/push")
        desk.page.evaluate(SERVICE, mine.values)
        desk.press("Ce navigateur")
        expect(desk.page.get_by_role("status").first).to_contain_text("Gardé")
        desk.check(360)
        kept = list_channels(instance, settled.alice)[-1]
        assert (kept.way, kept.values) == (Way.PUSH, mine.values)
        desk.follow(desk.page.get_by_role("button", name="Essayer : Chrome").last)
        expect(desk.page.get_by_role("status").first).to_contain_text("L’essai est parti")
    (asked,) = service.requests
    told = mine.opened(asked.body).decode()
    assert "acme" not in told.lower()
    message = {"origin": f"{desk.base}/", "registrationId": registered[-1]["registrationId"], "data": told}
    cdp.send("ServiceWorker.deliverPushMessage", message)
    title, text, path = desk.page.evaluate(SHOWN)
    assert (title, text, path) == (
        "Ceci est un essai de MesInfos",
        "Les notifications vous arrivent bien ici.",
        "/notices",
    )
    assert (desk.foreign, desk.faults) == ([], [])


def test_a_browser_that_refuses_is_told_what_to_do(chromium, settled):
    """Its person said no: the page says where that can be changed, and nothing is kept."""
    desk = entered(chromium, settled)
    before = len(list_channels(settled.served.instance, settled.alice))
    desk.go("/settings/notices")
    desk.page.evaluate("Notification.requestPermission = async () => 'denied'")
    desk.page.locator("main").get_by_role("button", name="Ce navigateur").click()
    expect(desk.page.locator("#push-said")).to_contain_text("a reçu l’ordre de ne pas montrer")
    assert len(list_channels(settled.served.instance, settled.alice)) == before
    desk.check(1280)
