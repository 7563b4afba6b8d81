"""Deliveries in Chromium: the code on a phone, "I have it" and a calendar on a desk without scripts."""

import shutil

import pytest
from playwright.sync_api import expect

from tests.browser.test_pages import entered
from tests.web.house import house

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not shutil.which("chromium"), reason="Chromium is not installed (Debian: chromium)"),
]
PHONE = {"viewport": {"width": 360, "height": 800}, "has_touch": True, "is_mobile": True}


def test_at_the_counter(chromium):
    """In French, on a phone: the code is told when it is asked for, and fills the screen; received, undone."""
    with house() as home:
        desk = entered(chromium, home, **PHONE)
        desk.go("/parcels")
        expect(desk.page.get_by_role("heading", name="À retirer")).to_be_visible()
        expect(desk.page.get_by_text("encore 5 jours")).to_be_visible()
        assert "4711" not in desk.page.content()
        desk.check(360)
        desk.press("Code de retrait (Acme)")
        code = desk.page.get_by_text("4711", exact=True)
        expect(code).to_be_visible()
        assert float(code.evaluate("one => parseFloat(getComputedStyle(one).fontSize)")) >= 48
        desk.check(360)
        desk.press("Je l’ai reçu")
        expect(desk.page.get_by_role("heading", name="À retirer")).to_have_count(0)
        desk.press("Annuler")
        expect(desk.page.get_by_role("heading", name="À retirer")).to_be_visible()
        assert (desk.foreign, desk.faults) == ([], [])


def test_on_a_desk_without_scripts(chromium):
    """In English: the code behind its fold, a calendar seen, made and ended."""
    with house("en") as home:
        desk = entered(chromium, home, locale="en-GB", java_script_enabled=False)
        desk.go(home.fill("/parcels/{parcel_id}"))
        code = desk.page.get_by_text("4711", exact=True)
        expect(code).to_be_hidden()
        desk.page.get_by_text("Show the pickup code").click()
        expect(code).to_be_visible()
        desk.go("/parcels")
        desk.press("Subscribe in my calendar")
        desk.press("See what it will show")
        expect(desk.page.get_by_text("Last day to fetch a parcel")).to_be_visible()
        desk.press("Make this calendar")
        expect(desk.page.locator("#address")).to_contain_text(".ics")
        desk.press("Done")
        desk.press("End this calendar")
        expect(desk.page.get_by_text("its address leads nowhere")).to_be_visible()
        assert desk.foreign == []
