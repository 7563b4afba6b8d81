"""A merchant's request in a real browser: fits 360 px, works without scripts, and leads back to the merchant."""

import shutil

import pytest

from mesinfos.settings import Settings
from mesinfos.vault.instance import open_instance
from mesinfos.vault.sessions import start_session
from tests.api.conftest import a_shop
from tests.browser.conftest import sit_down
from tests.cast import ALICE
from tests.conftest import move_in
from tests.consent.makers import past, remember
from web.deps import SESSION_COOKIE

pytestmark = pytest.mark.browser


@pytest.fixture
def shop(household, tmp_path):
    """Acme asks Alice."""
    shutil.copytree(household.folder, tmp_path / "data")
    store = open_instance(Settings(data_dir=tmp_path / "data"))
    vault = move_in(store, household, ALICE.name)
    remember(vault, past())
    with a_shop(vault) as found:
        yield found
    store.close()


@pytest.mark.parametrize("scripts", [True, False])
def test_alice_accepts_in_a_browser(chromium, shop, scripts):
    """The page has no fault that axe knows, fits 360 px, and its one press leads to the merchant with a code."""
    desk = sit_down(chromium, shop.served.url, java_script_enabled=scripts, locale="fr-FR")
    value = start_session(shop.vault.instance, shop.vault)
    desk.page.context.add_cookies([{"name": SESSION_COOKIE, "value": value, "url": shop.served.url}])
    led = []
    desk.page.context.route(
        "http://www.acme.example:*/**", lambda route: (led.append(route.request.url), route.fulfill(body="ok"))
    )
    request_uri = shop.acme.push().json()["request_uri"]
    desk.go(f"/authorize?client_id={shop.acme.client_id}&request_uri={request_uri}")
    if scripts:
        desk.check(360)
    desk.page.get_by_role("button", name="Accepter").click()
    desk.page.wait_for_url("http://www.acme.example:*/**")
    assert "code=mesinfos-" in led[-1]
