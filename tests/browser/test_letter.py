"""A mail's own layout in Chromium: nothing in it runs, and nothing in it is asked for."""

import shutil

import pytest
from playwright.sync_api import expect

from mesinfos.model.message import Body
from mesinfos.model.values import Category
from tests.browser.test_pages import entered
from tests.campaign import w1, w2
from tests.servers.web import WebServer
from tests.test_pictures import drawn, served
from tests.web.furnish import MERCHANTS, Furnisher
from tests.web.house import house

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not shutil.which("chromium"), reason="Chromium is not installed (Debian: chromium)"),
]


def test_no_mail_runs_a_script():
    """W1: by the cleaning alone, the policy alone, the sandbox alone and all of them, no mail runs anything."""
    outcome = w1.run(50)
    assert outcome.ok, outcome.happened


def test_no_mail_asks_for_anything():
    """W2: with pictures off, a mail that is read asks nothing of anybody, not even for the address of a name."""
    outcome = w2.run(12)
    assert outcome.ok, outcome.happened


def test_pictures_show_and_the_browser_asks_nobody(chromium):
    """On a phone: the press, the pictures in the frame, the reason of what is missing, leaving; all at home."""
    pages = {"/lamp.png": served(drawn(width=30)), "/out": (200, {}, b"")}
    with WebServer(pages) as shop, house(outbound_hosts=shop.host) as home:
        furnisher = Furnisher(home.vault_of(home.alices()), "letters")
        record = furnisher.mail(MERCHANTS[0], "Une lampe", Category.PROMO, 0, text="", unsubscribe=f"{shop.url}/out")
        mail = f'<p>Bonjour</p><img id="a" src="{shop.url}/lamp.png" alt="Lampe"><img src="{shop.url}/gone.png" alt="">'
        furnisher.keep(Body(html=mail), MERCHANTS[0], 0, record)
        furnisher.move_in()
        desk = entered(chromium, home, viewport={"width": 360, "height": 800})
        desk.go(f"/messages/{record}")
        desk.page.locator(".layout > summary").click()
        assert not shop.requests
        desk.press("Afficher les images (2)")
        shown = desk.page.frame_locator(".mail-frame").get_by_alt_text("Lampe")
        expect(shown).to_have_js_property("naturalWidth", 30)
        desk.page.get_by_text("1 n’est pas venue").click()
        expect(desk.page.get_by_text("répond 404")).to_be_visible()
        desk.press("Se désabonner")
        expect(desk.page.get_by_text("Acme a répondu 200, la demande est passée.")).to_be_visible()
        desk.check(360)
        assert all("Chrome" not in one.headers["User-Agent"] for one in shop.requests)
        assert ([one for one in desk.foreign if not one.startswith("data:")], desk.faults) == ([], [])
