"""Whom a person leaves out, no merchant can read, wherever it looks."""

import json

import pytest

from mesinfos.consent import ledger, outbox
from mesinfos.consent.archive import closing_token
from mesinfos.consent.fields import Field, Scope
from mesinfos.consent.webhooks import attempt, due
from mesinfos.model.values import Kind
from mesinfos.settings import Settings
from tests.api.client import bearer
from tests.api.merchant import told
from tests.api.test_page import narrowing, said
from tests.cast import ZETA
from tests.consent.makers import promise
from tests.servers.web import WebServer

HIDDEN = ZETA.domain
LEFT_OUT = {"excluded": (HIDDEN,), "fields": (Field.ORDER_MONTH, Field.MERCHANT), "scope": Scope.ALL}


@pytest.fixture
def hook(alice):
    """Acme's own server, which the operator lists, told of every event."""
    with WebServer({"/hook": (200, {}, b"")}) as server:
        settings = alice.instance.settings.model_dump() | {"outbound_hosts": server.host}
        alice.instance.settings = Settings(**settings)
        yield server


def test_a_token_made_by_hand_names_no_one_who_is_left_out(client, alice, reading, hook) -> None:
    """Terms, disclosures, receipts, webhooks, and the last receipt, through giving, changing and taking back."""
    held, token = ledger.add_grant(alice, promise(alice, **LEFT_OUT), webhook=f"{hook.url}/hook")
    outbox.fill_past(alice, held, reading)
    more = (Kind.HEALTH,)
    outbox.change(alice, held.grant_id, promise(alice, **LEFT_OUT | {"sensitive": more}), reading)
    answers = [
        client.get(f"/api/v1/{path}", headers=bearer(token)).text for path in ("grant", "disclosures", "receipts")
    ]
    closing = closing_token(alice.instance, alice.vault_id, held.grant_id)
    ledger.revoke(alice.instance, alice.vault_id, held.grant_id)
    answers.append(client.get("/api/v1/receipts/closing", headers=bearer(closing)).text)
    assert [attempt(alice.instance, key) for key in due(alice.instance)]
    answers += [asked.body.decode() for asked in hook.requests]
    assert len(answers) > 4
    assert "at merchants you leave out" in answers[0]
    assert "health" in answers[0]
    assert "acme.example" in answers[1]
    assert len(json.loads(answers[2])["receipts"]) == 2
    assert "consent.withdrawn" in answers[3]
    assert not [text for text in answers if HIDDEN in text or "Zeta" in text]


def test_a_client_is_not_told_whom_the_person_left_out(shop) -> None:
    """Alice adds a name on the page and reads it there; neither tokens, nor the grant, nor its receipts say it."""
    page = shop.acme.asks(shop.browser)
    look = shop.browser.post("/authorize", data=narrowing(page, excluded=HIDDEN))
    assert f"without Acme learning which: {HIDDEN}." in said(look)
    led = shop.acme.answered(shop.browser, look)
    found = shop.acme.redeem(told(led)["code"])
    tokens = found.json()
    assert ledger.get_grant(shop.vault, tokens["grant_id"]).grant.excluded == (HIDDEN,)
    answers = [led.headers["location"], found.text, shop.acme.renew(tokens["refresh_token"]).text]
    for path in ("/api/v1/grant", "/api/v1/receipts", "/api/v1/disclosures", f"/api/oauth/grants/{tokens['grant_id']}"):
        answer = shop.acme.read(tokens["access_token"], path)
        assert answer.status_code == 200, path
        answers.append(answer.text)
    assert not [text for text in answers if HIDDEN in text or "Zeta" in text]
