"""Passkeys in Chromium, with its own virtual authenticators: made, opening, removed, and those that cannot open."""

import time

import pyotp
import pytest
from playwright.sync_api import expect

from mesinfos.vault.passkeys import list_passkeys
from mesinfos.vault.vaults import create_vault, list_persons
from tests.browser.conftest import sit_down
from tests.cast import ALICE
from tests.web.served import Served

pytestmark = pytest.mark.browser

NOT_WHILE_CREATING = """
const asked = PublicKeyCredential.prototype.getClientExtensionResults;
PublicKeyCredential.prototype.getClientExtensionResults = function () {
  if (!(this.response instanceof AuthenticatorAttestationResponse) || sessionStorage.made) return asked.call(this);
  sessionStorage.made = "once";
  return { prf: { enabled: asked.call(this).prf.enabled } };
};
"""
"""The first passkey is made as many authenticators do: they can compute, but only when they are asked once more."""


@pytest.fixture
def here(sqlite_instance):
    """Alice's vault, served under the name that browsers let passkeys belong to."""
    vault, _ = create_vault(sqlite_instance, ALICE.name, ALICE.passphrase)
    vault.close()
    with Served(sqlite_instance) as served:
        served.url = served.url.replace("127.0.0.1", "localhost")
        yield served


def authenticator(desk, *, prf: bool = True):
    """A virtual authenticator that verifies its person: as a phone or a laptop has one."""
    session = desk.page.context.new_cdp_session(desk.page)
    session.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "ctap2Version": "ctap2_1", "transport": "internal", "hasResidentKey": True}
    options |= {"hasUserVerification": True, "isUserVerified": True, "hasPrf": prf, "automaticPresenceSimulation": True}
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def enter(desk):
    """Alice opens her vault with her passphrase."""
    desk.go("/unlock?next=/settings/security")
    desk.page.fill("#secret", ALICE.passphrase)
    desk.follow(desk.page.locator("main button[type=submit]"))


def make(desk, name: str):
    """The two steps of a new passkey."""
    desk.press("Ajouter une clé d’accès")
    desk.page.fill("#name", name)
    desk.page.fill("#current", ALICE.passphrase)
    desk.press("Continuer")
    desk.press("Créer la clé d’accès")


def known(served: Served):
    """The passkeys of the one person here."""
    (person,) = list_persons(served.instance)
    return list_passkeys(served.instance, person.vault_id)


def test_a_passkey_is_made_opens_and_is_removed(chromium, here):
    """Made in two steps, it opens without the passphrase, its use is noted, and removed it is offered no more."""
    desk = sit_down(chromium, here.url, viewport={"width": 360, "height": 800})
    desk.page.add_init_script(NOT_WHILE_CREATING)
    authenticator(desk)
    enter(desk)
    make(desk, "Mon téléphone")
    expect(desk.page.get_by_role("status")).to_contain_text("ajoutée")
    expect(desk.page.get_by_text("pas encore utilisée")).to_be_visible()
    desk.check()
    desk.follow(desk.page.get_by_role("button", name="Fermer").first)
    desk.go("/unlock?next=/settings/security")
    desk.check()
    desk.press("Ouvrir par clé d’accès")
    expect(desk.page.get_by_role("heading", level=1)).to_have_text("Sécurité")
    (one,) = known(here)
    assert (one.passkey.name, one.passkey.rp_id) == ("Mon téléphone", "localhost")
    assert one.passkey.sign_count > 0
    desk.press("Retirer la clé d’accès Mon téléphone")
    assert known(here) == []
    make(desk, "Le même téléphone")
    (one,) = known(here)
    assert one.passkey.name == "Le même téléphone"
    desk.go("/settings/code")
    desk.page.fill("#current", ALICE.passphrase)
    desk.press("Continuer")
    expect(desk.page.get_by_role("img", name="Code QR")).to_be_visible()
    desk.check()
    desk.go("/settings/security")
    desk.press("Ajouter une clé d’accès")
    desk.page.fill("#name", "Encore lui")
    desk.page.fill("#current", ALICE.passphrase)
    desk.press("Continuer")
    desk.page.get_by_role("button", name="Créer la clé d’accès").click()
    expect(desk.page.get_by_role("alert")).to_contain_text("déjà une clé")
    assert (desk.foreign, desk.faults) == ([], [])


def test_a_code_is_set_up_and_asked_without_scripts(chromium, here):
    """At a desk, in English: the secret is shown, one code switches it on, and the door asks for the next."""
    desk = sit_down(chromium, here.url, locale="en-GB", java_script_enabled=False)
    desk.page.context.add_cookies([{"name": "mesinfos_language", "value": "en", "url": here.url}])
    enter(desk)
    desk.press("Set it up")
    desk.page.fill("#current", ALICE.passphrase)
    desk.press("Go on")
    codes = pyotp.TOTP(desk.page.locator(".token").inner_text().replace(" ", ""))
    desk.page.fill("#code", codes.now())
    desk.press("Check and switch on")
    expect(desk.page.get_by_role("status")).to_contain_text("followed by a code")
    desk.follow(desk.page.get_by_role("button", name="Lock").first)
    desk.page.fill("#secret", ALICE.passphrase)
    desk.page.fill("#code", codes.at(time.time(), counter_offset=1))
    desk.follow(desk.page.locator("main button[type=submit]"))
    assert desk.page.url == desk.base + "/"
    assert (desk.foreign, desk.faults) == ([], [])


def test_an_authenticator_without_prf_is_told_so(chromium, here):
    """What cannot compute a secret cannot open a vault: clear words, and nothing is kept."""
    desk = sit_down(chromium, here.url)
    authenticator(desk, prf=False)
    enter(desk)
    make(desk, "Vieille clé")
    expect(desk.page.get_by_role("alert")).to_contain_text("PRF")
    assert known(here) == []
    assert desk.foreign == []
