"""What merchants ask before anybody looks: a request pushed by its merchant (RFC 9126), and the handle to it.

It is sealed under the handle, so that a thief of the database does not learn who asked whom. The first vault whose
person looks at it keeps it; it is used up by a decision, and forgotten when its time is over.
"""

import os
from hashlib import sha256
from typing import Any

import msgspec
from sqlalchemy import Connection, delete, func, insert, select, update

from mesinfos.errors import N_, Busy, NotFound, Tampered, UnknownFormat
from mesinfos.vault.instance import Instance
from mesinfos.vault.keys import KEY, derive, open_under, seal_under, secret_in, unpadded
from mesinfos.vault.tables import pushed, stamp, stamp_in

URN = "urn:ietf:params:oauth:request_uri:"
LIFETIME = 300  # seconds until a person must have looked at it; FAPI 2.0 allows less than 600
PATIENCE = 1800  # seconds from then on: passphrases must be found, and sentences read
WAITING = "-"
"""The vault id of a request that was looked at through a closed door."""

MOST = 20_000  # requests kept at once
GONE = N_("This request is over, was answered, or never existed. Begin again at the merchant’s.")


class Asked(msgspec.Struct, frozen=True):
    """A request that was checked: whose, what (`details` as the merchant wrote them), and where the answer goes.

    `challenge` is the S256 PKCE challenge (RFC 7636), `jkt` the thumbprint of the DPoP key the code is bound to or "",
    `webhook` where the merchant wants to be told what happens, or "".
    """

    client_id: str
    client_name: str
    domain: str
    proven: bool
    redirect_uri: str
    state: str | None
    challenge: str
    jkt: str
    details: list[dict[str, Any]]
    webhook: str = ""


def push(instance: Instance, asked: Asked) -> str:
    """Keep a request; its `request_uri`. Raises Busy when too many wait."""
    secret = os.urandom(KEY)
    auth = _auth(secret)
    sealed = seal_under(secret, "pushed", (auth,), msgspec.json.encode(asked))
    with instance.database.write() as conn:
        conn.execute(delete(pushed).where(pushed.c.expires_at < stamp()))
        if (conn.execute(select(func.count()).select_from(pushed)).scalar() or 0) >= MOST:
            raise Busy(N_("Too many requests wait for an answer; try again later."))
        row = {"auth": auth, "vault_id": "", "expires_at": stamp_in(LIFETIME), "sealed": sealed}
        conn.execute(insert(pushed), row)
    return URN + unpadded(secret)


def look(instance: Instance, request_uri: str, client_id: str, vault_id: str = "") -> Asked:
    """The request, for its own client only, now kept for the person who looks; raises NotFound.

    Without `vault_id` somebody stands before a closed door: the request waits until it is opened. From the first look
    on it waits longer, once.
    """
    secret = _secret(request_uri)
    auth = _auth(secret)
    with instance.database.write() as conn:
        row = conn.execute(select(pushed).where(pushed.c.auth == auth).with_for_update()).one_or_none()
        if row is None or row.expires_at < stamp() or (vault_id and row.vault_id not in {"", WAITING, vault_id}):
            raise NotFound(GONE)
        asked = _opened(secret, auth, row.sealed)
        if asked.client_id != client_id:
            raise NotFound(GONE)
        if row.vault_id == "" or (vault_id and row.vault_id == WAITING):
            until = row.expires_at if row.vault_id else stamp_in(PATIENCE)
            kept = {"vault_id": vault_id or WAITING, "expires_at": until}
            conn.execute(update(pushed).where(pushed.c.auth == auth).values(kept))
    return asked


def use_up(conn: Connection, request_uri: str, vault_id: str) -> None:
    """The request was decided on, within the transaction of the decision; raises NotFound when it was before."""
    mine = (pushed.c.auth == _auth(_secret(request_uri)), pushed.c.vault_id == vault_id)
    if conn.execute(delete(pushed).where(*mine, pushed.c.expires_at >= stamp())).rowcount != 1:
        raise NotFound(GONE)


def _opened(secret: bytes, auth: bytes, sealed: bytes) -> Asked:
    try:
        return msgspec.json.decode(open_under(secret, "pushed", (auth,), sealed), type=Asked)
    except (Tampered, UnknownFormat, msgspec.MsgspecError):
        raise NotFound(GONE) from None


def _secret(request_uri: str) -> bytes:
    secret = secret_in(request_uri, URN)
    if secret is None:
        raise NotFound(GONE)
    return secret


def _auth(secret: bytes) -> bytes:
    return sha256(derive(secret, "pushed auth")).digest()
