"""Lists by keyboard alone, with the shortcuts and without; several lines at once on a phone without scripts."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_pages import entered
from tests.web.house import house

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def home():
    """Alice's furnished house."""
    with house() as found:
        yield found


def press(page: Page, *keys: str) -> None:
    """Keys after one another, the last of which leads to another page."""
    for key in keys[:-1]:
        page.keyboard.press(key)
    with page.expect_navigation():
        page.keyboard.press(keys[-1])


def test_everything_in_a_list_by_single_keys(chromium, home):
    """The help opens and gives focus back, letters lead to places, lines are walked, ticked, paused and opened."""
    desk = entered(chromium, home)
    page = desk.page
    desk.go("/")
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Raccourcis")
    expect(dialog.get_by_role("button", name="Fermer")).to_be_focused()
    desk.check()
    page.keyboard.press("g")
    page.keyboard.press("m")
    expect(dialog).to_be_visible()  # no shortcut acts behind it
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    press(page, "g", "m")
    expect(page).to_have_url(f"{desk.base}/merchants")
    assert page.evaluate("document.activeElement === document.body"), "a page takes no focus by itself"
    page.keyboard.press("/")
    expect(page.locator("[data-slash]:visible").first).to_be_focused()
    page.keyboard.type("jx?ge")
    expect(page.locator("[data-slash]:visible").first).to_have_value("jx?ge")
    page.locator("[data-slash]:visible").first.blur()
    for key in "jjk":
        page.keyboard.press(key)
    first, second = page.locator("main .row .row-title").nth(0), page.locator("main .row .row-title").nth(1)
    expect(first).to_be_focused()
    page.keyboard.press("x")
    expect(page.locator(".pick input").first).to_be_checked()
    page.keyboard.press("x")
    page.keyboard.press("j")
    expect(second).to_be_focused()
    name = second.inner_text()
    press(page, "e")
    expect(page.get_by_role("status")).to_contain_text("En pause pour trente jours")
    desk.press("Annuler")
    expect(page.get_by_role("link", name=name, exact=True)).to_be_visible()
    page.keyboard.press("j")
    press(page, "Enter")
    expect(page.locator("h1")).to_be_visible()
    press(page, "g", "c")
    expect(page).to_have_url(f"{desk.base}/orders")
    page.keyboard.press("j")
    page.keyboard.press("e")
    expect(page.get_by_label("Où il est maintenant")).to_be_focused()
    expect(page.locator(".pick input").first).to_be_checked()
    assert (desk.foreign, desk.faults) == ([], [])


def test_the_shortcuts_can_be_switched_off(chromium, home):
    """Then no single key does anything; the page of keys says so, and tab reaches everything still."""
    desk = entered(chromium, home)
    page = desk.page
    desk.go("/settings/look")
    page.get_by_role("group", name="Raccourcis à une touche").get_by_text("Désactivés").click()
    desk.press("Enregistrer")
    desk.go("/merchants")
    for key in ("j", "x", "?", "/"):
        page.keyboard.press(key)
    assert page.evaluate("document.activeElement === document.body")
    expect(page.get_by_role("dialog")).to_have_count(0)
    desk.go("/keyboard")
    expect(page.locator("main")).to_contain_text("désactivés dans ce navigateur")
    page.context.clear_cookies(name="mesinfos_keys")


def test_several_at_once_on_a_phone_without_scripts(chromium, home):
    """In English: merchants ticked and joined after a look, orders set to a state, a view kept; each undone."""
    desk = entered(chromium, home, java_script_enabled=False, viewport={"width": 360, "height": 780})
    page = desk.page
    page.context.add_cookies([{"name": "mesinfos_language", "value": "en", "url": desk.base}])
    desk.go("/merchants")
    for name in ("Acme", "Zeta"):
        page.get_by_role("checkbox", name=f"Tick {name}").check()
    desk.press("Join")
    expect(page.locator("main")).to_contain_text("What that makes")
    desk.press("Show both as Zeta")
    desk.press("Undo")
    desk.go("/orders?q=marchand:acme")
    boxes = page.get_by_role("checkbox")
    for place in range(2):
        boxes.nth(place).check()
    page.locator(".bulk").get_by_label("Where it is now").select_option("resold")
    desk.follow(page.locator(".bulk").get_by_role("button", name="Save"))
    expect(page).to_have_url(f"{desk.base}/orders?q=marchand%3Aacme&said=saved&undo={page.url.split('undo=')[1]}")
    expect(page.locator("main .row .state", has_text="Resold")).to_have_count(2)
    desk.press("Undo")
    desk.go("/orders?q=marchand:acme")
    page.get_by_text("Keep this view").click()
    page.get_by_label("Name of the view").fill("At Acme")
    desk.follow(page.locator(".views").get_by_role("button", name="Save"))
    expect(page.get_by_role("navigation", name="Views").get_by_role("link", name="At Acme")).to_be_visible()
    desk.press("Undo")
    assert (desk.foreign, desk.faults) == ([], [])
