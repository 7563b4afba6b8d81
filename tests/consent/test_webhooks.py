"""Merchants are told, by real requests to a real server, signed so that only this instance can have sent them."""

import json
from base64 import b64decode
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from mesinfos.consent import ledger, webhooks
from mesinfos.consent.archive import closing_receipt
from mesinfos.consent.receipt import verify
from mesinfos.consent.webhooks import DELAYS, attempt, checked_address, due
from mesinfos.errors import InvalidInput
from mesinfos.jobs import Jobs
from mesinfos.settings import Settings
from mesinfos.syncing.postman import Postman
from mesinfos.vault.instance import signed_by
from mesinfos.vault.tables import METADATA, delivery, moment, webhook
from tests.consent.makers import promise
from tests.servers.web import WebServer

OK, GONE, BUSY = (200, {}, b""), (410, {}, b""), (503, {}, b"")


@pytest.fixture
def shop():
    """Acme's own server."""
    with WebServer({"/hook": OK}) as running:
        yield running


@pytest.fixture
def acme(alice, shop):
    """Acme's grant, whose webhook is that server, which the operator lists."""
    settings = alice.instance.settings.model_dump() | {"outbound_hosts": shop.host}
    alice.instance.settings = Settings(**settings)
    grant, _ = ledger.add_grant(alice, promise(alice), webhook=f"{shop.url}/hook")
    return grant


def post_all(instance, now: datetime | None = None) -> list[str]:
    """Try what is due at that time."""
    return [attempt(instance, key, now) for key in due(instance, now)]


def rows(instance, table) -> list:
    """What a table holds."""
    with instance.database.read() as conn:
        return list(conn.execute(select(table)).all())


def test_a_message_is_signed_for_its_receiver_to_check(alice, acme, shop) -> None:
    """Id, time and body are signed with the key that the instance publishes (Standard Webhooks, v1a)."""
    assert post_all(alice.instance) == ["delivered"]
    (asked,) = shop.requests
    headers = {name.lower(): value for name, value in asked.headers.items()}
    version, signature = headers["webhook-signature"].split(",")
    message = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + asked.body
    published = b64decode(webhooks.public_key(alice.instance).removeprefix("whpk_"))
    assert version == "v1a"
    assert signed_by(published, message, b64decode(signature))
    assert not signed_by(published, message + b" ", b64decode(signature))
    assert abs(int(headers["webhook-timestamp"]) - datetime.now(UTC).timestamp()) < 60
    assert rows(alice.instance, delivery) == []
    assert json.loads(asked.body)["data"]["grant_id"] == acme.grant_id


def test_a_message_holds_no_personal_data(alice, acme, shop) -> None:
    """Type, time, the grant's id and where to read more; neither fields, nor purpose, nor who."""
    ledger.revoke(alice.instance, alice.vault_id, acme.grant_id)
    assert post_all(alice.instance) == ["delivered"] * 2
    given, ended = (json.loads(one.body) for one in shop.requests)
    assert set(given) == set(ended) == {"type", "timestamp", "data"}
    assert (given["type"], ended["type"]) == ("consent.given", "consent.withdrawn")
    assert set(given["data"]) == {"grant_id", "receipts_uri"}
    assert set(ended["data"]) == {"grant_id", "receipt_uri", "closing_token"}
    assert all(len(one.body) < 1000 for one in shop.requests)


def test_the_last_message_leads_to_the_last_receipt(alice, acme, shop) -> None:
    """Its closing token opens the receipt of the end; then the address is forgotten."""
    ledger.revoke(alice.instance, alice.vault_id, acme.grant_id)
    post_all(alice.instance)
    token = json.loads(shop.requests[-1].body)["data"]["closing_token"]
    assert verify(closing_receipt(alice.instance, token)).receipt["mi:event"] == "consent.withdrawn"
    assert rows(alice.instance, webhook) == []


def test_the_queue_and_the_table_hold_no_word(alice, acme) -> None:
    """Ids and times in clear; the address only under the instance key."""
    (waiting,) = rows(alice.instance, delivery)
    assert waiting.grant_id == acme.grant_id
    assert {column.name for column in delivery.c} == {
        *("vault_id", "delivery_id", "grant_id", "event", "state", "attempts", "created_at", "due_at")
    }
    (kept,) = rows(alice.instance, webhook)
    assert b"127.0.0.1" not in bytes(kept.sealed)
    assert webhooks.address_of(alice.instance, alice.vault_id, acme.grant_id).endswith("/hook")


def test_a_failed_message_is_tried_on_the_standards_schedule(alice, acme, shop) -> None:
    """After 0 s, 5 s, 5 min … 24 h, give or take a tenth; the tenth failure is the last."""
    shop.pages["/hook"] = BUSY
    now, waits = datetime.now(UTC), []
    for number in range(len(DELAYS)):
        assert post_all(alice.instance, now) == ["again" if number < len(DELAYS) - 1 else "failed"]
        (row,) = rows(alice.instance, delivery)
        waits.append((moment(row.due_at) - now).total_seconds())
        now = moment(row.due_at)
    for found, planned in zip(waits, DELAYS[1:], strict=False):
        assert 0.89 * planned <= found <= 1.11 * planned
    assert len(shop.requests) == len(DELAYS)
    assert len({one.headers["webhook-id"] for one in shop.requests}) == 1
    assert row.state == "failed"
    assert due(alice.instance, now + timedelta(days=9)) == []
    webhooks.forget_failed(alice.instance, now + timedelta(days=40))
    assert rows(alice.instance, delivery) == []
    assert acme.grant_id


def test_retry_after_is_honoured(alice, acme, shop) -> None:
    """A merchant that asks for more time than the schedule gives gets it, within a day."""
    for asked, given in (("1200", 1200), ("99999999", 5), ("604800", 86_400), ("soon", 5)):
        shop.pages["/hook"] = (429, {"Retry-After": asked}, b"")
        assert abs(webhooks._pause(1, int(asked) if asked.isdigit() and len(asked) < 8 else 0) - given) <= 0.1 * given
    shop.pages["/hook"] = (429, {"Retry-After": "1200"}, b"")
    now = datetime.now(UTC)
    assert post_all(alice.instance, now) == ["again"]
    (row,) = rows(alice.instance, delivery)
    assert (moment(row.due_at) - now).total_seconds() == 1200
    assert acme.grant_id


def test_who_is_gone_is_told_nothing_more(alice, acme, shop) -> None:
    """410 disables the webhook: what waits is dropped, and nothing is queued any more."""
    shop.pages["/hook"] = GONE
    assert post_all(alice.instance) == ["gone"]
    ledger.revoke(alice.instance, alice.vault_id, acme.grant_id)
    assert due(alice.instance) == []
    assert webhooks.address_of(alice.instance, alice.vault_id, acme.grant_id) == ""


def test_two_postmen_do_not_carry_the_same_letter(alice, acme) -> None:
    """Who claims a message has it for two minutes; if nothing comes of it, the next one takes it up."""
    (key,) = due(alice.instance)
    now = datetime.now(UTC)
    assert webhooks._claimed(alice.instance, key, now)
    assert attempt(alice.instance, key, now) == ""
    assert due(alice.instance, now) == []
    assert due(alice.instance, now + webhooks.LEASE) == [key]
    assert acme.grant_id


def test_an_undone_withdrawal_tells_nobody(alice, acme, monkeypatch) -> None:
    """The message is part of the transaction that it tells of."""
    before = len(due(alice.instance))

    def fails(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(webhooks, "queue", fails)
    with pytest.raises(RuntimeError):
        ledger.revoke(alice.instance, alice.vault_id, acme.grant_id)
    assert len(due(alice.instance)) == before


def test_a_postman_goes_his_round(alice, acme, shop, monkeypatch) -> None:
    """What is due is delivered; a grant past its last day ends by itself, and its merchant hears of it."""
    postman = Postman(alice.instance)
    monkeypatch.setattr(ledger, "today", lambda: acme.until + timedelta(days=1))
    postman.round()
    assert {json.loads(one.body)["type"] for one in shop.requests} == {"consent.given", "consent.expired"}
    postman.round()
    assert len(shop.requests) == 2


def test_news_are_told_once_until_they_are_delivered(alice, acme, shop) -> None:
    """`data.available` does not pile up."""
    for _ in range(3):
        with alice.instance.database.write(alice.vault_id) as conn:
            webhooks.queue_news(alice.instance, conn, alice.vault_id, acme.grant_id)
    post_all(alice.instance)
    assert [json.loads(one.body)["type"] for one in shop.requests] == ["consent.given", "data.available"]


@pytest.mark.parametrize(
    ("address", "owner"),
    [
        ("https://acme.example/hook", "acme.example"),
        ("https://hooks.acme.example/a?b=1", "https://shop.acme.example/client.json"),
        ("http://127.0.0.1:9/hook", "acme.example"),
        ("", "acme.example"),
    ],
)
def test_addresses_of_the_merchant_are_taken(address, owner) -> None:
    """By https, on its own registrable domain, the operator's own hosts, or none."""
    assert checked_address(f" {address} ", owner, "127.0.0.1:9") == address


@pytest.mark.parametrize(
    "address",
    [
        *(
            "http://acme.example/hook",
            "https://zeta.example/hook",
            "https://acme.example.zeta.example/",
            "ftp://acme.example",
        ),
        *("https://user@acme.example/", "https:///hook", "acme.example", "https://127.0.0.1/", "javascript:alert(1)"),
        *("https://acme.example/" + "x" * 500, "https://acmé.example/", "http://127.0.0.1:10/hook"),
    ],
)
def test_other_addresses_are_refused(address) -> None:
    """Nobody makes this machine tell strangers."""
    with pytest.raises(InvalidInput):
        checked_address(address, "acme.example", "127.0.0.1:9")


def test_jobs_deliver_by_themselves(alice, acme, shop) -> None:
    """In a running house nobody has to do anything."""
    jobs = Jobs(alice.instance)
    jobs.start()
    try:
        deadline = datetime.now(UTC) + timedelta(seconds=20)
        while not shop.requests and datetime.now(UTC) < deadline:
            pass
    finally:
        jobs.stop()
    assert shop.requests
    assert acme.grant_id
    assert METADATA is not None
