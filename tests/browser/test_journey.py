"""The main job in a real browser, against a real mail server and with a real merchant."""

import httpx
import pytest

from tests.browser.conftest import sit_down
from tests.cast import ALICE
from tests.syncing.letters import mixed

pytestmark = [pytest.mark.browser, pytest.mark.dovecot]


def read_as_merchant(address: str, token: str) -> httpx.Response:
    """What the merchant gets with its token."""
    return httpx.get(address, headers={"Authorization": f"Bearer {token}"}, trust_env=False, timeout=30)


def test_from_first_run_to_revoked_consent(chromium, moving_in, account):
    """A person makes a vault, connects a mailbox, sees a merchant, lets it read, and takes it back."""
    account.server.deliver(account.name, mixed(40))
    desk = sit_down(chromium, moving_in.url)
    _move_in(desk)
    _connect(desk, account)
    _look_around(desk)
    token = _give_consent(desk)
    address = f"{moving_in.url}/api/v1/disclosures"
    served = read_as_merchant(address, token)
    assert served.status_code == 200
    assert len(served.json()["disclosures"]) >= 15
    assert "AC-2026" not in served.text
    assert account.name not in served.text
    desk.go("/journal")
    assert "Le marchand a lu des données" in desk.page.content()
    desk.check()
    _revoke(desk)
    assert read_as_merchant(address, token).status_code == 401
    assert (desk.foreign, desk.faults) == ([], [])


def _move_in(desk):
    page = desk.page
    desk.go("/")
    assert page.url.endswith("/welcome")
    desk.check(360)
    page.get_by_label("Français").check()
    desk.press("Commencer")
    page.fill("#name", ALICE.name)
    page.fill("#passphrase", "court")
    page.fill("#again", "court")
    desk.press("Créer mon coffre")
    assert page.get_by_role("alert").is_visible()
    assert page.input_value("#name") == ALICE.name
    desk.check(1280)
    desk.faults.clear()  # the browser notes the 422 of the short passphrase
    page.fill("#passphrase", ALICE.passphrase)
    page.fill("#again", ALICE.passphrase)
    desk.press("Créer mon coffre")
    page.wait_for_url("**/welcome/recovery")
    groups = [one.split()[-1] for one in page.locator(".key-sheet li").all_inner_texts()]
    desk.check(360)
    desk.press("Je l’ai sur papier")
    for box in page.locator("input[name^=group]").all():
        box.fill(groups[int((box.get_attribute("name") or "").removeprefix("group"))])
    desk.check()
    desk.press("Vérifier")
    page.wait_for_url("**/welcome/source")
    desk.check(1280)


def _connect(desk, account):
    page = desk.page
    desk.press("Connecter une boîte mail")
    page.fill("#address", account.name)
    desk.check()
    desk.press("Suivant")
    page.fill("#host", "127.0.0.1")
    page.fill("#password", "tout faux")
    page.locator("summary").click()
    page.fill("#port", str(account.server.port))
    page.select_option("#security", "none")
    desk.check(360)
    desk.press("Essayer et connecter")
    assert page.get_by_role("alert").is_visible()
    assert page.input_value("#host") == "127.0.0.1"
    assert page.input_value("#password") == ""
    assert "tout faux" not in page.content()
    desk.faults.clear()  # the browser notes the refusal's status
    page.fill("#password", account.password)
    desk.press("Essayer et connecter")
    page.wait_for_url("**/sources/*said=source-added")
    desk.check(1280)
    page.get_by_text("Voir les marchands").wait_for(timeout=60_000)
    desk.check(360)


def _look_around(desk):
    page = desk.page
    for path in (
        "/",
        "/merchants",
        "/merchants/acme.example",
        "/merchants/acme.example/messages",
        "/orders",
        "/sources",
    ):
        assert desk.go(path).status == 200
        desk.check(360)
        desk.check(1280)
    page.goto(desk.base + "/orders")
    desk.follow(page.locator("main a.row-title").first)
    assert "Lampe de bureau" in page.content()
    desk.check()


def _give_consent(desk) -> str:
    page = desk.page
    desk.go("/merchants/acme.example/consents")
    desk.press("L’autoriser à voir")
    for label in ("le mois", "une fourchette", "les noms des articles"):
        page.get_by_label(label, exact=True).check()
    desk.check(360)
    desk.press("Voir ce qu’il lirait")
    seen = page.locator(".record").count()
    assert seen >= 15
    desk.check(1280)
    desk.press("Donner ce consentement")
    token = page.locator("#secret").inner_text().strip()
    desk.check()
    desk.press("Terminé")
    assert page.locator(".record").count() == min(seen, 10)  # ten a page
    desk.check()
    return token


def _revoke(desk):
    desk.go("/consents")
    desk.follow(desk.page.locator("main a.row-title").first)
    desk.press("Retirer le consentement")
    assert "Aucun marchand ne voit" in desk.page.content()
    desk.check()
