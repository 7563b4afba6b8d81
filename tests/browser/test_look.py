"""The privacy blur as eyes see it."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import sit_down
from tests.cast import ALICE

pytestmark = pytest.mark.browser


def test_blurred_until_pointed_at(chromium, settled):
    """Names and amounts are out of focus, sharp under the pointer and with the keyboard; axe finds nothing wrong."""
    desk = sit_down(chromium, settled.served.url)
    page = desk.page
    desk.go("/unlock")
    page.get_by_label(ALICE.name).check() if page.get_by_label(ALICE.name).count() else None
    page.fill("#secret", ALICE.passphrase)
    with page.expect_navigation():
        page.press("#secret", "Enter")
    desk.go("/settings/look")
    page.get_by_label("Floutés").check()
    desk.press("Enregistrer")
    desk.go("/orders")
    title = page.locator(".row .row-title").first
    expect(title).to_have_css("filter", "blur(6px)")
    desk.check(360)
    title.hover()
    expect(title).to_have_css("filter", "none")
    page.mouse.move(0, 0)
    expect(title).to_have_css("filter", "blur(6px)")
    page.locator(".row a.row-title").first.focus()
    expect(title).to_have_css("filter", "none")
    assert (desk.foreign, desk.faults) == ([], [])
