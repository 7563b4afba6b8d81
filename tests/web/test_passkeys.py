"""Passkeys at the door and in the settings: what opens, and every answer that does not."""

import json
import re
from html import unescape
from os import urandom
from typing import Any

import pytest
from sqlalchemy import update
from webauthn.helpers import base64url_to_bytes

from mesinfos.consent.journal import entries
from mesinfos.vault.keys import unpadded
from mesinfos.vault.openvault import OpenVault
from mesinfos.vault.passkeys import add_passkey, list_passkeys
from mesinfos.vault.sessions import start_session
from mesinfos.vault.tables import factor
from mesinfos.vault.unlock import unlock
from tests.cast import BOB
from tests.web.authenticator import Authenticator, asked_never
from tests.web.house import House
from tests.web.served import Browser, heading
from web.dashboard.entry import tickets
from web.deps import SESSION_COOKIE
from web.passkeys import TIMEOUT, WITHOUT_PRF, Place
from web.passkeys import registered as registration
from web.throttle import Throttle


@pytest.fixture(autouse=True)
def _patient(home: House):
    """Wrong tries of one test cost the next one nothing, and its passkeys are forgotten."""
    yield
    home.served.app.state.site.throttle = Throttle()


@pytest.fixture
def at(home: House) -> str:
    """The house's address under a name that passkeys can belong to."""
    return home.served.url.replace("127.0.0.1", "localhost")


@pytest.fixture(scope="module")
def bob(home: House) -> OpenVault:
    """Bob's vault, opened once for this file."""
    return unlock(home.served.instance, home.bob, BOB.passphrase)


def browser(at: str, vault: OpenVault | None = None) -> Browser:
    """A browser at that address, with a vault open in it or none."""
    made = Browser(at)
    if vault:
        made.cookies.set(SESSION_COOKIE, start_session(vault.instance, vault))
    return made


def asked(made: Browser) -> dict[str, Any]:
    """What the page asks the browser after Bob's passphrase was given."""
    text = made.post("/settings/passkeys", data={"name": "Phone", "current": BOB.passphrase}).text
    return json.loads(unescape(re.search(r'data-options="([^"]*)"', text)[1]))


def registered(vault: OpenVault, at: str) -> Authenticator:
    """A passkey that opens this vault, put there without the pages."""
    device, salt = Authenticator(at), urandom(32)
    fields = device.make(asked_never() | {"extensions": {"prf": {"eval": {"first": unpadded(salt)}}}})
    passkey = registration(fields["credential"], Place("localhost", at), bytes(32), "Phone")
    with vault.instance.database.write(vault.vault_id) as conn:
        add_passkey(conn, vault, passkey, salt, base64url_to_bytes(fields["prf"]))
    return device


def challenge(visitor: Browser, vault_id: str) -> dict[str, Any]:
    """What the door asks the browser."""
    return visitor.post("/unlock/passkey", data={"who": vault_id}).json()


def opened(visitor: Browser, vault_id: str, fields: dict[str, str], **more: str):
    """The authenticator's answer at the door."""
    return visitor.post("/unlock/passkey/open", data={"who": vault_id} | fields | more)


def test_a_passkey_is_added_opens_and_is_removed(home: House, bob: OpenVault, at: str):
    """Bob's vault opens where he wanted to go; the use, the counter and the journal know of it; removed, it is gone."""
    made, device, visitor = browser(at, bob), Authenticator(at), browser(at)
    assert "The passkey is added" in made.post("/settings/passkeys/keep", data=device.make(asked(made))).text
    assert "Open with a passkey" in visitor.get("/unlock").text
    answer = opened(visitor, home.bob, device.get(challenge(visitor, home.bob)), next="/settings/security")
    assert heading(answer) == "Security"
    (one,) = [one for one in list_passkeys(bob.instance, home.bob) if one.passkey.credential_id == device.id]
    assert (one.passkey.sign_count, one.passkey.name, one.passkey.transports) == (1, "Phone", ("internal",))
    assert {one.action for one in entries(bob, limit=5)} >= {"passkey.added", "vault.opened"}
    assert "The passkey is removed" in visitor.post(f"/settings/passkeys/{one.slot.slot_id}/remove").text
    assert one not in list_passkeys(bob.instance, home.bob)
    assert entries(bob, limit=1)[0].action == "passkey.removed"


def test_what_is_asked_of_the_browser(bob: OpenVault, at: str):
    """A person verified, a salt and a challenge of 32 bytes each, never the same; passkeys there are left out."""
    registered(bob, at)
    made = browser(at, bob)
    first, second = asked(made), asked(made)
    assert (first["rp"]["id"], first["timeout"], first["attestation"]) == ("localhost", TIMEOUT, "none")
    assert first["authenticatorSelection"]["userVerification"] == "required"
    salts = [one["extensions"]["prf"]["eval"]["first"] for one in (first, second)]
    assert len({first["challenge"], second["challenge"], *salts}) == 4
    assert [len(one) for one in (first["challenge"], *salts)] == [43, 43, 43]
    asks = challenge(browser(at), bob.vault_id)
    assert (asks["userVerification"], asks["rpId"]) == ("required", "localhost")
    known = {one["id"] for one in asks["allowCredentials"]}
    assert (
        {one["id"] for one in first["excludeCredentials"]}
        == known
        == set(asks["extensions"]["prf"]["evalByCredential"])
    )


def test_adding_one_needs_the_passphrase_and_a_name(bob: OpenVault, at: str):
    """An open browser that somebody found adds no passkey; what was typed wrongly is told at its field."""
    made = browser(at, bob)
    wrong = made.post("/settings/passkeys", data={"name": "Mine", "current": "not the passphrase"})
    assert (wrong.status_code, 'id="current-wrong"' in wrong.text, 'value="Mine"' in wrong.text) == (403, True, True)
    unnamed = made.post("/settings/passkeys", data={"name": "", "current": BOB.passphrase})
    assert (unnamed.status_code, 'id="name-wrong"' in unnamed.text) == (422, True)
    assert made.post("/settings/passkeys/keep", data=Authenticator(at).make(asked_never())).status_code == 422


def test_an_authenticator_that_computes_nothing_is_told_so(bob: OpenVault, at: str):
    """Without PRF nothing is kept, and the page says why."""
    made, before = browser(at, bob), list_passkeys(bob.instance, bob.vault_id)
    answer = made.post("/settings/passkeys/keep", data=Authenticator(at, prf=False).make(asked(made)))
    assert (answer.status_code, WITHOUT_PRF in unescape(answer.text)) == (422, True)
    assert list_passkeys(bob.instance, bob.vault_id) == before


def test_a_registration_counts_once_here_and_now(bob: OpenVault, at: str):
    """Another challenge, origin or browser, an unverified person, the same answer twice: nothing is kept."""
    made, elsewhere = browser(at, bob), browser(at, bob)
    before = len(list_passkeys(bob.instance, bob.vault_id))
    options = asked(made)
    for device, asks in (
        (Authenticator("https://zeta.example"), options),
        (Authenticator(at, verified=False), options),
        (Authenticator(at), options | {"challenge": "B" * 43}),
        (Authenticator(at), options | {"rp": {"id": "zeta.example"}}),
    ):
        assert made.post("/settings/passkeys/keep", data=device.make(asks)).status_code == 422
    fields = Authenticator(at).make(options)
    assert elsewhere.post("/settings/passkeys/keep", data=fields).status_code == 422
    assert len(list_passkeys(bob.instance, bob.vault_id)) == before
    ticket = made.cookies["mesinfos_new_passkey"]
    assert made.post("/settings/passkeys/keep", data=fields).status_code == 200
    made.cookies.set("mesinfos_new_passkey", ticket, domain="localhost.local")
    assert made.post("/settings/passkeys/keep", data=fields).status_code == 422
    assert len(list_passkeys(bob.instance, bob.vault_id)) == before + 1


def test_the_door_refuses_every_other_answer(home: House, bob: OpenVault, at: str):
    """Another origin, challenge, person, device or secret; unverified; counted back; twice; from another browser."""
    device, stranger = registered(bob, at), Authenticator(at)
    stranger.id = device.id
    device.count = 5
    honest = browser(at)
    assert heading(opened(honest, home.bob, device.get(challenge(honest, home.bob)))) == "Hello Bob"

    def tried(change, who: str = home.bob) -> int:
        visitor = browser(at)
        fields = change(challenge(visitor, home.bob))
        home.served.app.state.site.throttle = Throttle()
        return opened(visitor, who, fields).status_code

    def counted_back(asks):
        device.count = 1
        fields = device.get(asks)
        device.count = 50
        return fields

    def badly(asks, **manner):
        kept = {name: getattr(device, name) for name in manner}
        vars(device).update(manner)
        fields = device.get(asks)
        vars(device).update(kept)
        return fields

    assert tried(stranger.get) == 422
    assert tried(lambda asks: badly(asks, origin="https://zeta.example")) == 422
    assert tried(lambda asks: badly(asks, verified=False)) == 422
    assert tried(lambda asks: device.get(asks | {"challenge": "C" * 43})) == 422
    assert tried(lambda asks: device.get(asks | {"rpId": "zeta.example"})) == 422
    assert tried(counted_back) == 422
    assert tried(device.get, home.alice) == 422
    assert tried(lambda asks: device.get(asks) | {"prf": "A" * 43}) == 403
    assert tried(lambda asks: device.get(asks) | {"prf": ""}) == 422
    assert tried(device.get) == 200
    visitor = browser(at)
    fields = device.get(challenge(visitor, home.bob))
    assert opened(Browser(at), home.bob, fields).status_code == 422
    ticket = visitor.cookies["mesinfos_passkey"]
    assert opened(visitor, home.bob, fields | {"prf": "A" * 43}).status_code == 403
    visitor.cookies.set("mesinfos_passkey", ticket, domain="localhost.local")
    assert opened(visitor, home.bob, fields).status_code == 422, "a challenge is answered once, rightly or not"


def test_a_challenge_does_not_last(home: House, bob: OpenVault, at: str, monkeypatch):
    """After some minutes the answer is too late, whatever the cookie says."""
    device, visitor = registered(bob, at), browser(at)
    monkeypatch.setattr(tickets, "SECONDS", 0)
    fields = device.get(challenge(visitor, home.bob))
    assert opened(visitor, home.bob, fields).status_code == 422


def test_tries_are_counted_as_those_of_a_passphrase(home: House, at: str):
    """After some wrong answers the door asks to wait, the passphrase's too."""
    visitor = browser(at)
    answers = [opened(visitor, home.bob, {}).status_code for _ in range(5)]
    assert answers[:2] == [422, 422]
    assert answers[-1] == 429
    assert visitor.open(home.bob, "whatever it is").status_code == 429


def test_the_page_leads_to_where_a_passkey_is_possible(home: House):
    """Opened by a number, it says why not and links to the same page by name."""
    with home.bobs() as made:
        page = made.get("/settings/passkeys/new").text
        assert f'href="http://localhost:{home.served.port}/settings/passkeys/new"' in page
        assert 'name="current"' not in page
        refused = made.post("/settings/passkeys", data={"name": "Phone", "current": BOB.passphrase})
        assert refused.status_code == 422


def test_a_damaged_line_leaves_a_passkey_to_remove(home: House, bob: OpenVault, at: str):
    """What the door no longer knows is not offered there, and the settings can still take it out."""
    registered(bob, at)
    instance = home.served.instance
    with instance.database.write(home.bob) as conn:
        conn.execute(update(factor).where(factor.c.vault_id == home.bob).values(sealed=b"damaged"))
    made = browser(at, bob)
    assert "A passkey without a name" in made.get("/settings/security").text
    assert challenge(Browser(at), home.bob)["wrong"].startswith("Bob has no passkey")
    for one in list_passkeys(instance, home.bob):
        assert made.post(f"/settings/passkeys/{one.slot.slot_id}/remove").status_code == 200
    assert list_passkeys(instance, home.bob) == []
