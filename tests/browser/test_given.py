"""What a merchant gave back, in a browser: the difference, its settling, its removal; axe on each page, on a phone."""

import pytest

from tests.api.deposited import membership
from tests.browser.conftest import sit_down
from tests.cast import ALICE
from tests.web.test_given import acmes_order, gives, stated

pytestmark = pytest.mark.browser


def test_a_difference_is_seen_settled_and_removed(chromium, settled) -> None:
    """Alice sees both amounts, says that the merchant is right, takes that back, and removes what Acme gave."""
    with settled.alices() as browser:
        grant = gives(settled, browser, stated("12.34"), membership())
        order = acmes_order(settled, browser)
    desk = sit_down(chromium, settled.served.url, viewport={"width": 360, "height": 800})
    page = desk.page
    desk.go("/unlock")
    page.get_by_label("Alice").check()
    page.fill("#secret", ALICE.passphrase)
    desk.follow(page.locator("main button[type=submit]"))
    page.wait_for_url(desk.base + "/")
    desk.go("/doubts")
    desk.check()
    desk.press("Voir les deux")
    desk.check()
    assert page.get_by_text("Acme dit 12,34").is_visible()
    desk.press("Le marchand a raison")
    page.get_by_text("C’est confirmé").wait_for()
    assert page.get_by_role("button", name="Le marchand a raison").count() == 0
    desk.press("Annuler")
    desk.go(f"/orders/{order.id}")
    assert page.get_by_role("button", name="Le marchand a raison").is_visible()
    desk.go(f"/consents/{grant.grant_id}")
    desk.check()
    desk.press("Retirer ce que Acme a donné")
    page.get_by_text("Ce que le marchand a rendu est retiré.").wait_for()
    desk.check()
    desk.go(f"/orders/{order.id}")
    assert page.get_by_text("Acme dit").count() == 0
    desk.go("/merchants/acme.example/purchases")
    desk.check()
    assert (desk.foreign, desk.faults) == ([], [])
