"""Telling merchants, by Standard Webhooks 1.x with its asymmetric signature `v1a`: thin bodies, no personal data.

A message is a row, written in the transaction of what it tells; it holds ids only, and body and signature are made when
it is sent. It is tried again on the standard's own schedule for some three days. Who answers 410 is told nothing more.
"""

import random
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from urllib.parse import urlsplit

import msgspec
from sqlalchemy import Connection, delete, insert, select, update

from mesinfos.consent.archive import closing_token
from mesinfos.consent.dpv import ENDS
from mesinfos.directory import registrable
from mesinfos.errors import N_, InvalidInput, Unreachable
from mesinfos.logs import get_logger
from mesinfos.outbound import Reach, deliver
from mesinfos.vault.instance import Instance
from mesinfos.vault.keys import new_id
from mesinfos.vault.tables import delivery, moment, stamp, webhook

PURPOSE = "webhook"
"""The name of the instance's key that signs webhooks, and of what their addresses are sealed for."""

DATA_AVAILABLE = "data.available"
LIVE, GONE, WAITING, FAILED = "live", "gone", "waiting", "failed"
DELAYS = (0, 5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
"""Seconds before each attempt, counted from the one before (Standard Webhooks, "Retry schedule")."""

JITTER = 0.1  # of a delay, so that a merchant that comes back is not met by everybody at once
LONGEST_WAIT = 86_400  # seconds that Retry-After may ask for
LEASE = timedelta(seconds=120)
"""An attempt that did not say how it ended within this time belongs to a process that died."""

KEPT_FAILED = timedelta(days=30)
WHOLE_KEY = "whpk_"

log = get_logger("mesinfos.webhooks")


class Key(NamedTuple):
    """One message to deliver."""

    vault_id: str
    delivery_id: str


class _Message(NamedTuple):
    grant_id: str
    event: str
    created_at: datetime
    attempts: int
    address: str


def checked_address(address: str, owner: str, hosts: str = "") -> str:
    """An address that may be told, or "" for none: https, on the registrable domain of `owner`, a domain or client id.

    `hosts` is `Settings.outbound_hosts`, the operator's own. Raises InvalidInput.
    """
    address = address.strip()
    if not address:
        return ""
    parts, home = urlsplit(address), urlsplit(owner).hostname or owner
    host = (parts.hostname or "").lower()
    if {host, parts.netloc.lower()} & {one.strip() for one in hosts.lower().split(",") if one.strip()}:
        return address
    sound = parts.scheme == "https" and "@" not in parts.netloc and len(address) <= 500 and address.isascii()
    if not sound or not host or registrable(host) != registrable(home):
        raise InvalidInput(N_("A webhook is an https address at the merchant's own domain."), field="webhook")
    return address


def register(instance: Instance, conn: Connection, vault_id: str, grant_id: str, address: str) -> None:
    """Tell the merchant of this grant at `address`, which `checked_address` let pass; replaces an earlier one."""
    conn.execute(delete(webhook).where(webhook.c.vault_id == vault_id, webhook.c.grant_id == grant_id))
    sealed = instance.key.seal(vault_id, PURPOSE, grant_id, address.encode())
    conn.execute(insert(webhook), {"vault_id": vault_id, "grant_id": grant_id, "state": LIVE, "sealed": sealed})


def address_of(instance: Instance, vault_id: str, grant_id: str) -> str:
    """Where the merchant of a grant is told; "" for nowhere, and after it answered that it is gone."""
    with instance.database.read(vault_id) as conn:
        return _address(instance, conn, vault_id, grant_id)


def queue(instance: Instance, conn: Connection, vault_id: str, grant_id: str, event: str) -> None:
    """Have a merchant told, if it has a webhook, once the caller's transaction is committed."""
    if not _address(instance, conn, vault_id, grant_id):
        return
    row = {"vault_id": vault_id, "delivery_id": new_id(), "grant_id": grant_id, "event": str(event)}
    now = stamp()
    conn.execute(insert(delivery), row | {"state": WAITING, "attempts": 0, "created_at": now, "due_at": now})


def queue_news(instance: Instance, conn: Connection, vault_id: str, grant_id: str) -> None:
    """Have a merchant told that there is something new to read, unless that message waits already."""
    mine = (delivery.c.vault_id == vault_id, delivery.c.grant_id == grant_id, delivery.c.state == WAITING)
    same = select(delivery.c.delivery_id).where(*mine, delivery.c.event == DATA_AVAILABLE)
    if conn.execute(same.limit(1)).one_or_none() is None:
        queue(instance, conn, vault_id, grant_id, DATA_AVAILABLE)


def due(instance: Instance, now: datetime | None = None) -> list[Key]:
    """Messages whose time has come, of every vault, the oldest first."""
    wanted = select(delivery.c.vault_id, delivery.c.delivery_id).where(
        delivery.c.state == WAITING, delivery.c.due_at <= stamp(now)
    )
    with instance.database.read() as conn:
        return [Key(*row) for row in conn.execute(wanted.order_by(delivery.c.due_at).limit(200)).all()]


def attempt(instance: Instance, key: Key, now: datetime | None = None) -> str:
    """Try one message now: "delivered", "gone", "again", "failed", or "" when somebody else has it."""
    now = now or datetime.now(UTC)
    message = _claimed(instance, key, now)
    if message is None:
        return ""
    status, wait = _sent(instance, key, message, now)
    outcome = _outcome(status, message.attempts)
    with instance.database.write(key.vault_id) as conn:
        _settle(conn, key, message, outcome, now + timedelta(seconds=_pause(message.attempts, wait)))
    log.info("webhook", delivery=key.delivery_id, outcome=outcome, status=status)
    return outcome


def forget_failed(instance: Instance, now: datetime | None = None) -> None:
    """Remove messages that were given up a month ago."""
    before = stamp((now or datetime.now(UTC)) - KEPT_FAILED)
    with instance.database.write() as conn:
        conn.execute(delete(delivery).where(delivery.c.state == FAILED, delivery.c.created_at < before))


def body_of(instance: Instance, key: Key, message: _Message) -> bytes:
    """What is sent: the event, when it happened, and where to read more. The closing token is not personal data."""
    base = f"{instance.settings.base_url}/api/v1"
    data = {"grant_id": message.grant_id, "receipts_uri": f"{base}/receipts"}
    if message.event in ENDS:
        token = closing_token(instance, key.vault_id, message.grant_id)
        data = {"grant_id": message.grant_id, "receipt_uri": f"{base}/receipts/closing", "closing_token": token}
    at = message.created_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    return msgspec.json.encode({"type": message.event, "timestamp": at, "data": data})


def signed_headers(instance: Instance, message_id: str, at: int, body: bytes) -> dict[str, str]:
    """The standard's three headers; the signature covers id, time of the attempt and body."""
    signature = instance.key.signer(PURPOSE).sign(f"{message_id}.{at}.".encode() + body)
    return {
        "Content-Type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": str(at),
        "webhook-signature": f"v1a,{b64encode(signature).decode()}",
    }


def public_key(instance: Instance) -> str:
    """The key to check signatures with, as the standard writes it."""
    return WHOLE_KEY + b64encode(instance.key.signer(PURPOSE).public).decode()


def _address(instance: Instance, conn: Connection, vault_id: str, grant_id: str) -> str:
    mine = (webhook.c.vault_id == vault_id, webhook.c.grant_id == grant_id, webhook.c.state == LIVE)
    sealed = conn.execute(select(webhook.c.sealed).where(*mine)).scalar_one_or_none()
    return instance.key.open(vault_id, PURPOSE, grant_id, sealed).decode() if sealed else ""


def _claimed(instance: Instance, key: Key, now: datetime) -> _Message | None:
    """The message, taken for LEASE: two processes do not send it at the same time."""
    mine = (delivery.c.vault_id == key.vault_id, delivery.c.delivery_id == key.delivery_id)
    with instance.database.write(key.vault_id) as conn:
        wanted = select(delivery).where(*mine, delivery.c.state == WAITING, delivery.c.due_at <= stamp(now))
        row = conn.execute(wanted.with_for_update()).one_or_none()
        if row is None:
            return None
        conn.execute(update(delivery).where(*mine).values(attempts=row.attempts + 1, due_at=stamp(now + LEASE)))
        address = _address(instance, conn, key.vault_id, row.grant_id)
    return _Message(row.grant_id, row.event, moment(row.created_at), row.attempts + 1, address)


def _sent(instance: Instance, key: Key, message: _Message, now: datetime) -> tuple[int, int]:
    """The status of the answer, 0 for none, and the seconds it asks to wait."""
    if not message.address:
        return 410, 0
    body = body_of(instance, key, message)
    headers = signed_headers(instance, f"msg_{key.delivery_id}", int(now.timestamp()), body)
    try:
        return deliver(message.address, body, headers, reach=Reach(instance.settings.outbound_hosts))
    except Unreachable:
        return 0, 0


def _outcome(status: int, attempts: int) -> str:
    if 200 <= status < 300:
        return "delivered"
    if status == 410:
        return GONE
    return FAILED if attempts >= len(DELAYS) else "again"


def _pause(attempts: int, wait: int) -> float:
    """Seconds until the next attempt: the schedule's, or more when the merchant asked for it."""
    planned = DELAYS[min(attempts, len(DELAYS) - 1)]
    return max(planned * random.uniform(1 - JITTER, 1 + JITTER), min(wait, LONGEST_WAIT))  # noqa: S311  no secret


def _settle(conn: Connection, key: Key, message: _Message, outcome: str, again: datetime) -> None:
    mine = (delivery.c.vault_id == key.vault_id, delivery.c.delivery_id == key.delivery_id)
    of_grant = (webhook.c.vault_id == key.vault_id, webhook.c.grant_id == message.grant_id)
    if outcome == "again":
        conn.execute(update(delivery).where(*mine).values(due_at=stamp(again)))
        return
    if outcome == FAILED:
        conn.execute(update(delivery).where(*mine).values(state=FAILED))
    elif outcome == GONE:
        conn.execute(update(webhook).where(*of_grant).values(state=GONE))
        conn.execute(
            delete(delivery).where(delivery.c.vault_id == key.vault_id, delivery.c.grant_id == message.grant_id)
        )
    else:
        conn.execute(delete(delivery).where(*mine))
    if message.event in ENDS and outcome in {"delivered", GONE}:
        conn.execute(delete(webhook).where(*of_grant))
