"""Doubt and correction in a real browser, without scripts: a correction, its preview, its undo."""

import pytest

from tests.browser.test_pages import entered
from tests.web.house import house

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def home():
    """Alice's furnished house."""
    with house() as found:
        yield found


def test_a_person_confirms_corrects_and_takes_back(chromium, home):
    """Every step is whole without a script, passes axe, and fits a phone and a desk."""
    desk = entered(chromium, home, java_script_enabled=False)
    page = desk.page
    desk.follow(page.get_by_role("link", name="Choses à confirmer"))
    assert page.locator(".doubts > li").count() == 2
    page.set_viewport_size({"width": 360, "height": 800})
    desk.follow(page.locator(".doubts > li").filter(has_text="A-9001").get_by_role("link", name="Corriger"))
    assert page.input_value("#total") == "59,90 EUR"
    page.fill("#total", "29,90 EUR")
    page.get_by_label("Tous les messages de cet expéditeur").check()
    desk.press("Voir ce qui change")
    changed = page.locator("main .rows > li")
    assert changed.count() == 1
    assert "29,90" in changed.first.inner_text()
    desk.press("Modifier")
    assert page.input_value("#total") == "29,90 EUR"
    desk.press("Voir ce qui change")
    desk.press("Garder ainsi")
    assert "29,90" in page.locator("main").inner_text()
    desk.press("Annuler")
    assert "supprimée" in page.get_by_role("status").inner_text()
    desk.go("/doubts")
    desk.press("C’est juste")
    assert page.locator(".doubts > li").count() == 1
    desk.press("Il n’y a rien à lire")
    desk.press("Voir ce qui change")
    desk.press("Garder ainsi")
    desk.go("/doubts")
    assert page.get_by_text("Rien à confirmer").is_visible()
    assert (desk.foreign, desk.faults) == ([], [])


def test_each_step_is_for_every_eye(chromium, home):
    """The form with an error, the preview and the page after it: axe finds nothing, on a phone and at a desk."""
    desk = entered(chromium, home)
    mail = home.ids["record_id"]
    desk.go(f"/messages/{mail}/correct?kind=order")
    desk.page.fill("#total", "beaucoup")
    desk.press("Voir ce qui change")
    desk.check(360)
    desk.faults.clear()  # the browser notes the 422
    desk.page.fill("#total", "12,00 EUR")
    desk.page.select_option("#category", "billing")
    desk.press("Voir ce qui change")
    desk.check(1280)
    desk.check(360)
    desk.press("Garder ainsi")
    desk.check(360)
    desk.press("Annuler")
    desk.check(1280)
    assert (desk.foreign, desk.faults) == ([], [])
