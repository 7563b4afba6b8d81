"""The one flow, from the pushed request to the withdrawal, on both engines."""

import threading
import time
from base64 import urlsafe_b64decode

import httpx
import pytest

from mesinfos.consent import ledger, outbox, tokens
from mesinfos.relations.reading import read
from mesinfos.vault.sessions import start_session
from mesinfos.vault.unlock import unlock
from tests.api.merchant import a_deposit, a_right, form_of, new_key, told
from tests.cast import ALICE
from web.api.schemas import Disclosures
from web.deps import SESSION_COOKIE


def test_a_consent_from_the_request_to_the_withdrawal(shop):
    """A merchant asks, Alice accepts, it reads the previewed bytes, and gives the grant back."""
    acme, vault = shop.acme, shop.vault
    found = acme.consented(shop.browser)
    assert found["token_type"] == "DPoP"
    assert found["expires_in"] == 900
    assert found["receipt_uri"] == f"{shop.served.url}/api/v1/receipts"
    held = ledger.get_grant(vault, found["grant_id"])
    assert (held.grant.domain, held.grant.client_id) == ("acme.example", acme.client_id)
    wait_until_complete(shop, found)
    answer = acme.read(found["access_token"])
    shown = outbox.preview(vault, held.grant, read(vault))
    assert shown
    assert answer.content.startswith(b'{"disclosures":[' + b",".join(shown) + b'],"next":')
    assert Disclosures.model_validate_json(answer.content, strict=True).complete
    assert acme.read(found["access_token"], "/api/v1/grant").json()["grant_id"] == found["grant_id"]
    path = f"/api/oauth/grants/{found['grant_id']}"
    assert acme.read(found["access_token"], path).json()["authorization_details"] == found["authorization_details"]
    assert acme.read(found["access_token"], path, method="DELETE").status_code == 204
    assert ledger.get_grant(vault, found["grant_id"]).state is ledger.State.WITHDRAWN
    for answer in (acme.read(found["access_token"]), acme.read(found["access_token"], path)):
        assert answer.status_code == 401
    assert acme.renew(found["refresh_token"]).json()["error"] == "invalid_grant"
    assert not rows_of(vault, "token")


def test_the_withdrawal_of_the_person_ends_every_token(shop):
    """Revoked in the browser: access and refresh tokens open nothing at once, and no row of them is left."""
    found = shop.acme.consented(shop.browser)
    assert shop.browser.post(f"/consents/{found['grant_id']}/revoke").status_code == 200
    assert shop.acme.read(found["access_token"]).status_code == 401
    assert shop.acme.renew(found["refresh_token"]).json()["error"] == "invalid_grant"
    assert not rows_of(shop.vault, "token")


def test_both_rights_are_one_grant(shop):
    """To read and to give back, asked together, is one consent with one key, and is told so."""
    found = shop.acme.consented(shop.browser, a_right(), a_deposit())
    grant = ledger.get_grant(shop.vault, found["grant_id"]).grant
    assert list(grant.deposits) == ["orders", "warranties"]
    assert [one["actions"] for one in found["authorization_details"]] == [["read"], ["deposit"]]


def test_a_code_works_once(shop):
    """FAPI 2.0 5.3.2.1: used twice, the grant and everything that came of the code ends."""
    code = shop.acme.code(shop.browser)
    found = shop.acme.redeem(code).json()
    assert shop.acme.read(found["access_token"]).status_code == 200
    assert shop.acme.redeem(code).json()["error"] == "invalid_grant"
    assert shop.acme.read(found["access_token"]).status_code == 401
    assert shop.acme.renew(found["refresh_token"]).json()["error"] == "invalid_grant"
    assert ledger.get_grant(shop.vault, found["grant_id"]).state is ledger.State.WITHDRAWN


def test_a_code_redeemed_by_two_at_once_is_given_to_one(shop):
    """Of six at the same moment one gets tokens, and then nobody has any: the code was used twice."""
    code, answers = shop.acme.code(shop.browser), []
    threads = [threading.Thread(target=lambda: answers.append(shop.acme.redeem(code))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    good = [answer.json() for answer in answers if answer.status_code == 200]
    assert len(good) == 1
    assert shop.acme.read(good[0]["access_token"]).status_code == 401


def test_the_code_of_another_client_is_refused(shop):
    """A code is its client's: another one that holds it gets nothing, and does no harm."""
    code = shop.acme.code(shop.browser)
    shop.zeta.verifier = shop.acme.verifier
    assert shop.zeta.redeem(code).json()["error"] == "invalid_grant"
    assert shop.acme.redeem(code).status_code == 200


def test_a_code_lasts_a_minute(shop, monkeypatch):
    """After sixty seconds a code is over, and so is the grant that nobody fetched."""
    assert tokens.CODE_SECONDS == 60
    monkeypatch.setattr(tokens, "CODE_SECONDS", -1)
    code = shop.acme.code(shop.browser)
    assert shop.acme.redeem(code).json()["error"] == "invalid_grant"
    (held,) = ledger.list_grants(shop.vault)
    assert held.state is ledger.State.LIVE
    assert shop.acme.push().status_code == 201  # whoever asks next sweeps
    (held,) = ledger.list_grants(shop.vault)
    assert held.state is ledger.State.EXPIRED


def test_a_grant_that_nobody_fetched_is_over_when_the_person_comes_back(shop, monkeypatch):
    """Opening the vault ends it, on either engine."""
    monkeypatch.setattr(tokens, "CODE_SECONDS", -1)
    shop.acme.code(shop.browser)
    unlock(shop.vault.instance, shop.vault.vault_id, ALICE.passphrase)
    (held,) = ledger.list_grants(shop.vault)
    assert held.state is ledger.State.EXPIRED
    assert not rows_of(shop.vault, "token")


@pytest.mark.parametrize("verifier", [None, "x" * 42, "y" * 43, "é" * 43])
def test_pkce_is_checked(shop, verifier):
    """Without the right verifier the code is not opened; with it, it still is afterwards."""
    code = shop.acme.code(shop.browser)
    assert shop.acme.redeem(code, code_verifier=verifier).json()["error"] in {"invalid_grant", "invalid_request"}
    assert shop.acme.redeem(code).status_code == 200


def test_a_code_is_bound_to_the_key_of_its_request(shop):
    """RFC 9449 §10: pushed with a proof or dpop_jkt, a code is of no use to another key."""
    code = shop.acme.code(shop.browser)
    other = shop.acme.proof("POST", "/api/oauth/token", key=new_key())
    assert shop.acme.redeem(code, other).json()["error"] == "invalid_grant"
    assert shop.acme.redeem(code).status_code == 200


def test_tokens_are_bound_to_their_key(shop):
    """An access token is its key's alone; a refreshed one is bound to the key that refreshed it."""
    found = shop.acme.consented(shop.browser)
    token, other = found["access_token"], new_key()
    stolen = shop.acme.proof("GET", "/api/v1/disclosures", token, key=other)
    assert shop.acme.read(token, proof=stolen).status_code == 401
    assert shop.acme.http.get("/api/v1/disclosures", headers={"Authorization": f"Bearer {token}"}).status_code == 401
    assert shop.acme.read(found["refresh_token"]).status_code == 401
    renewed = shop.acme.renew(found["refresh_token"], shop.acme.proof("POST", "/api/oauth/token", key=other)).json()
    assert "refresh_token" not in renewed
    assert renewed["authorization_details"] == found["authorization_details"]
    fresh = shop.acme.proof("GET", "/api/v1/disclosures", renewed["access_token"], key=other)
    assert shop.acme.read(renewed["access_token"], proof=fresh).status_code == 200
    assert shop.acme.read(renewed["access_token"]).status_code == 401


def test_a_refresh_token_is_its_clients(shop):
    """Refresh tokens do not rotate, and are of no use to another client."""
    found = shop.acme.consented(shop.browser)
    assert shop.zeta.renew(found["refresh_token"]).json()["error"] == "invalid_grant"
    assert shop.acme.renew(found["refresh_token"]).status_code == 200
    assert shop.acme.renew(found["refresh_token"]).status_code == 200


def test_an_access_token_lasts_a_quarter_of_an_hour(shop, monkeypatch):
    """After that it opens nothing, and is swept when the next one is fetched."""
    monkeypatch.setattr(tokens, "ACCESS_SECONDS", -1)
    found = shop.acme.consented(shop.browser)
    assert shop.acme.read(found["access_token"]).status_code == 401
    monkeypatch.undo()
    renewed = shop.acme.renew(found["refresh_token"]).json()
    assert shop.acme.read(renewed["access_token"]).status_code == 200
    assert sorted(row.kind for row in rows_of(shop.vault, "token")) == ["access", "refresh", "spent"]


def test_tokens_are_revoked_by_their_client_only(shop):
    """RFC 7009: an access token goes alone, a refresh token takes the grant along; others' stay untouched."""
    found = shop.acme.consented(shop.browser)
    for who, shown in (
        (shop.zeta, found["access_token"]),
        (shop.zeta, found["refresh_token"]),
        (shop.acme, "nonsense"),
    ):
        assert who.post("/api/oauth/revoke", {"token": shown}, None).status_code == 200
    assert shop.acme.read(found["access_token"]).status_code == 200
    assert shop.acme.post("/api/oauth/revoke", {"token": found["access_token"]}, None).status_code == 200
    assert shop.acme.read(found["access_token"]).status_code == 401
    assert shop.acme.renew(found["refresh_token"]).status_code == 200
    assert shop.acme.post("/api/oauth/revoke", {"token": found["refresh_token"]}, None).status_code == 200
    assert shop.acme.renew(found["refresh_token"]).json()["error"] == "invalid_grant"
    assert ledger.get_grant(shop.vault, found["grant_id"]).state is ledger.State.WITHDRAWN


def test_a_proof_works_once_whichever_worker_sees_it(shop):
    """Two applications over one database: of twenty uses of one proof at once, one is answered."""
    found = shop.acme.consented(shop.browser)
    proof = shop.acme.proof("GET", "/api/v1/disclosures", found["access_token"])
    second = type(shop.served)(shop.served.instance)
    with second:
        places = [shop.served.url, second.url] * 10
        shown = {"Authorization": f"DPoP {found['access_token']}", "DPoP": proof}
        answers = together([lambda url=url: httpx.get(f"{url}/api/v1/disclosures", headers=shown) for url in places])
    assert sorted(answer.status_code for answer in answers) == [200] + [401] * 19
    refused = next(answer for answer in answers if answer.status_code == 401)
    assert 'error="invalid_dpop_proof"' in refused.headers["www-authenticate"]


def test_another_grants_id_is_not_there(shop):
    """Grant management shows and ends the token's own grant, and no other."""
    one, other = shop.acme.consented(shop.browser), shop.acme.consented(shop.browser)
    assert one["grant_id"] != other["grant_id"]
    path = f"/api/oauth/grants/{other['grant_id']}"
    for method in ("GET", "DELETE"):
        assert shop.acme.read(one["access_token"], path, method=method).status_code == 404
    assert shop.acme.read(other["access_token"]).status_code == 200


def test_a_person_is_called_the_same_by_one_merchant_only(shop):
    """`sub` is pairwise: equal in two grants of one merchant, different at another."""
    one, other = shop.acme.consented(shop.browser), shop.acme.consented(shop.browser)
    third = shop.zeta.consented(shop.browser)
    assert one["sub"] == other["sub"] != third["sub"]
    assert shop.vault.vault_id not in str(one)


def test_the_database_holds_nothing_that_opens_the_grant(shop):
    """Neither token nor code nor seed lies in any row; a row that was changed opens nothing."""
    found = shop.acme.consented(shop.browser)
    wait_until_complete(shop, found)
    secrets = [found["access_token"], found["refresh_token"]]
    stored = b"".join(bytes(value) for row in rows_of(shop.vault, "token") for value in row if isinstance(value, bytes))
    assert not any(urlsafe_b64decode(secret[9:] + "=") in stored for secret in secrets)
    key = new_key()
    with shop.vault.instance.database.write() as conn:
        conn.exec_driver_sql(f"UPDATE token SET jkt = '{key.thumbprint()}'")
    stolen = shop.acme.proof("GET", "/api/v1/disclosures", found["access_token"], key=key)
    answer = shop.acme.read(found["access_token"], proof=stolen)
    assert answer.status_code == 401
    assert b'"data"' not in answer.content


def test_nobody_else_can_answer_for_alice(shop, bob):
    """A request that Alice looked at is not there for Bob; one that was answered is there for nobody."""
    page = shop.acme.asks(shop.browser)
    named = {name: form_of(page)[name][0] for name in ("client_id", "request_uri")}
    with shop.served.browser() as bobs:
        bobs.cookies.set(SESSION_COOKIE, start_session(bob.instance, bob))
        assert bobs.get("/authorize", params=named).status_code == 404
        assert shop.acme.answered(bobs, page).status_code == 404
    assert shop.browser.get("/authorize", params=named | {"client_id": shop.zeta.client_id}).status_code == 404
    led = shop.acme.answered(shop.browser, page, "refuse")
    assert told(led)["error"] == "access_denied"
    assert shop.acme.answered(shop.browser, page).status_code == 404
    assert not ledger.list_grants(shop.vault)


def together(calls):
    """The answers of several calls made at once."""
    answers = []
    threads = [threading.Thread(target=lambda call=call: answers.append(call())) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def rows_of(vault, table):
    """Every row of a table that is this vault's."""
    with vault.instance.database.read(vault.vault_id) as conn:
        return conn.exec_driver_sql(f"SELECT * FROM {table} WHERE vault_id = '{vault.vault_id}'").all()


def wait_until_complete(shop, found):
    """Until the past is disclosed."""
    deadline = time.monotonic() + 20
    while not shop.acme.read(found["access_token"]).json()["complete"]:
        assert time.monotonic() < deadline
        time.sleep(0.05)
