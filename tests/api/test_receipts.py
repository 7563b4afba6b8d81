"""The merchant's copies over HTTP, the last one after the end, and the keys to check them with."""

import json

import pytest

from mesinfos.consent import ledger
from mesinfos.consent.archive import closing_token, list_receipts, receipt_file
from mesinfos.consent.receipt import verify
from web.api import credential
from web.api.schemas import Keys, Receipt, Receipts


def bearer(token: str) -> dict[str, dict[str, str]]:
    """The header that shows a token."""
    return {"headers": {"Authorization": f"Bearer {token}"}}


def test_strangers_get_no_receipt(client, alice, acme) -> None:
    """Without a token, with another's, or with one for another door."""
    closing = closing_token(alice.instance, alice.vault_id, acme.grant.grant_id)
    for path, more in (
        ("/api/v1/receipts", {}),
        ("/api/v1/receipts", bearer("mesinfos-" + "A" * 43)),
        ("/api/v1/receipts", bearer(closing)),
        ("/api/v1/receipts/closing", {}),
        ("/api/v1/receipts/closing", bearer(acme.token)),
        ("/api/v1/receipts/closing", bearer(closing)),
        ("/api/v1/disclosures", bearer(closing)),
    ):
        assert client.get(path, **more).status_code == 401


def test_the_merchant_reads_its_receipts(client, alice, acme) -> None:
    """Byte for byte the person's, in the published shape, whole and signed by the key that the instance publishes."""
    answer = client.get("/api/v1/receipts", **bearer(acme.token))
    assert answer.headers["cache-control"] == "no-store"
    told = answer.json()
    Receipts.model_validate(told)
    (stored,) = list_receipts(alice, acme.grant.grant_id)
    assert receipt_file(alice, stored.receipt_id) in answer.content
    published = client.get("/api/v1/keys").json()
    Keys.model_validate(published)
    proved = verify(json.dumps(told["receipts"][0]).encode(), published["keys"][0]["kid"])
    assert proved.receipt["dpv:hasRecordOfActivity"]["mi:grantId"] == acme.grant.grant_id


def test_after_a_withdrawal_the_last_receipt_can_be_read(client, alice, acme) -> None:
    """With the closing token that came with the receipts, and as often as it takes."""
    closing = client.get("/api/v1/receipts", **bearer(acme.token)).json()["closing_token"]
    ledger.revoke(alice.instance, alice.vault_id, acme.grant.grant_id)
    assert client.get("/api/v1/receipts", **bearer(acme.token)).status_code == 401
    for _ in range(2):
        answer = client.get("/api/v1/receipts/closing", **bearer(closing))
        Receipt.model_validate(answer.json())
        assert verify(answer.content).receipt["mi:event"] == "consent.withdrawn"


def test_published_keys_tell_nothing_of_persons(client, alice, bob, acme) -> None:
    """Two keys, both the instance's, whoever lives here; without private halves."""
    published = client.get("/api/v1/keys").json()["keys"]
    assert [one["mi_use"] for one in published] == ["receipts", "webhooks"]
    assert not any("d" in one for one in published)
    assert published[1]["mi_standard_webhooks"].startswith("whpk_")
    assert acme.vault is alice
    assert bob.pin.verify not in json.dumps(published).encode()


@pytest.mark.parametrize("tries", [credential.WRONG_TOKENS + 1])
def test_guessing_closing_tokens_is_slowed(client, acme, tries) -> None:
    """Like guessing others."""
    answers = [client.get("/api/v1/receipts/closing", **bearer("mesinfos-closing-x")).status_code for _ in range(tries)]
    assert answers[-1] == 429
    assert acme.token
