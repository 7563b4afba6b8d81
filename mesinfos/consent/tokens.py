"""The secrets of a merchant that came by OAuth: a code, then access and refresh tokens; each opens its grant's seed.

The seed exists only wrapped under such secrets (docs/sealing.md §9), so a grant whose last one is gone is read by
nobody, and ends. Codes work once, within a minute; used twice, everything that came of them ends. Refresh tokens do not
rotate: they are of use to their client alone, which proves itself each time with its own key (FAPI 2.0, 5.3.2.1).
"""

from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Row, delete, insert, select, update

from mesinfos.consent.events import refused
from mesinfos.consent.grant import Grant
from mesinfos.consent.ledger import Live, State, admit, end, put_in_force
from mesinfos.consent.pushed import Asked, use_up
from mesinfos.consent.replay import REPLAYED, Proof, first_time
from mesinfos.errors import NoGrant, ProofRefused, StorageFull, Tampered, UnknownFormat
from mesinfos.vault import hooks
from mesinfos.vault.grantkeys import NO_GRANT, Bound, new_seed, token_auth, unwrap_seed, wrap_seed
from mesinfos.vault.instance import Instance
from mesinfos.vault.openvault import OpenVault
from mesinfos.vault.records import hold_vault
from mesinfos.vault.tables import grant as grants
from mesinfos.vault.tables import stamp, stamp_in, token


class Kind(StrEnum):
    """What a token is for; a spent code is kept as long as its grant, so that its second use is noticed."""

    HAND = "hand"
    CODE = "code"
    ACCESS = "access"
    REFRESH = "refresh"
    SPENT = "spent"


CODE_SECONDS = 60
ACCESS_SECONDS = 900


class Issued(NamedTuple):
    """What the token endpoint hands out; no refresh token when one is renewed, for it stays the same."""

    access: str
    refresh: str
    grant: Grant


class Held(NamedTuple):
    """Where an access token leads."""

    live: Live
    vault_id: str
    client_id: str
    created_at: int


def give(vault: OpenVault, draft: Grant, request_uri: str, asked: Asked) -> tuple[Grant, str]:
    """Put a draft in force for its client, and the code that fetches its tokens; the request is used up with it.

    Raises InvalidInput, or NotFound when the request was decided on before.
    """
    seed, public = new_seed()
    until = stamp_in(CODE_SECONDS)
    bound = Bound(vault.vault_id, draft.grant_id, Kind.CODE, draft.client_id, asked.jkt, until, asked.challenge)
    made = wrap_seed(seed, bound)
    with vault.instance.database.write(vault.vault_id) as conn:
        use_up(conn, request_uri, vault.vault_id)
        promise = put_in_force(vault, conn, draft, public, _row(bound, made.auth, made.sealed), webhook=asked.webhook)
    return promise, made.token


def refuse(vault: OpenVault, draft: Grant, request_uri: str, asked: Asked) -> None:
    """The person said no: the request is used up, and both sides get a receipt of what was refused."""
    with vault.instance.database.write(vault.vault_id) as conn:
        use_up(conn, request_uri, vault.vault_id)
    refused(vault, draft, asked.webhook)


def redeem(instance: Instance, code: str, client_id: str, challenge: str, jkt: str) -> Issued:
    """Turn a code into tokens bound to the DPoP key `jkt`; raises NoGrant for any that does not fit in every respect.

    A code that was used before ends its grant: whoever used it first may not be who should have.
    """
    found = _find(instance, code, Kind.CODE, Kind.SPENT, client_id=client_id)
    with instance.database.write(found.vault_id) as conn:
        live = _live(instance, conn, found)
        row = _again(conn, found)
        if row is not None and row.kind == Kind.SPENT:
            end(instance, conn, found.vault_id, found.grant_id, State.WITHDRAWN, by_merchant=True)
            issued = None
        elif row is None or live is None or row.expires_at < stamp() or row.jkt not in {"", jkt}:
            issued = None
        else:
            seed = _seed(code, row, challenge)
            conn.execute(update(token).where(token.c.auth == row.auth).values(kind=Kind.SPENT, sealed=b""))
            refresh = _issue(conn, seed, _bound(live.grant, Kind.REFRESH, "", _end_of(live.grant)))
            access = _issue(conn, seed, _bound(live.grant, Kind.ACCESS, jkt, _access_end(live.grant)))
            issued = Issued(access, refresh, live.grant)
    if issued is None:
        raise NoGrant(NO_GRANT)
    return issued


def renew(instance: Instance, refresh: str, client_id: str, jkt: str) -> Issued:
    """A new access token bound to the DPoP key `jkt`; raises NoGrant."""
    found = _find(instance, refresh, Kind.REFRESH, client_id=client_id)
    with instance.database.write(found.vault_id) as conn:
        live = _live(instance, conn, found)
        row = _again(conn, found)
        if row is not None and live is not None:
            seed = _seed(refresh, row)
            old = (token.c.vault_id == row.vault_id, token.c.grant_id == row.grant_id, token.c.kind == Kind.ACCESS)
            conn.execute(delete(token).where(*old, token.c.expires_at < stamp()))
            access = _issue(conn, seed, _bound(live.grant, Kind.ACCESS, jkt, _access_end(live.grant)))
    if row is None or live is None:
        raise NoGrant(NO_GRANT)
    return Issued(access, "", live.grant)


def revoke_token(instance: Instance, shown: str, client_id: str) -> None:
    """Let go of a token of this client (RFC 7009); of any other, nothing happens.

    Without its refresh token or its code nobody could read the grant much longer, so with these it ends.
    """
    try:
        found = _find(instance, shown, Kind.ACCESS, Kind.REFRESH, Kind.CODE, client_id=client_id)
    except NoGrant:
        return
    with instance.database.write(found.vault_id) as conn:
        live = _live(instance, conn, found)
        conn.execute(delete(token).where(token.c.auth == found.auth))
        if live is not None and found.kind != Kind.ACCESS:
            end(instance, conn, found.vault_id, found.grant_id, State.WITHDRAWN, by_merchant=True)


def holder(instance: Instance, access: str, proof: Proof) -> Held:
    """Where an access token leads, for its client's own look at the grant; raises NoGrant, ProofRefused."""
    found = _find(instance, access, Kind.ACCESS)
    if found.jkt != proof.jkt:
        raise NoGrant(NO_GRANT)
    with instance.database.write(found.vault_id) as conn:
        live = _live(instance, conn, found)
        if not first_time(conn, found.vault_id, [(proof.mark, proof.until)]):
            raise ProofRefused(REPLAYED)
        row = conn.execute(_grant(found)).one()
    if live is None:
        raise NoGrant(NO_GRANT)
    return Held(live, found.vault_id, found.client_id, row.created_at)


def subject(instance: Instance, grant: Grant) -> str:
    """What a person is called before this merchant: the same in all its grants, and worthless to any other's."""
    return instance.key.mac(grant.vault_id, "subject", grant.domain.encode())[:16].hex()


def lapse(instance: Instance) -> int:
    """End the grants whose merchants never fetched their tokens: nobody can read them any more."""
    with instance.database.read() as conn:
        rows = _unfetched(conn)
    _end_unfetched(instance, rows)
    return len(rows)


@hooks.at_unlock
def at_unlock(vault: OpenVault, conn: Connection) -> list[str]:
    """Whose merchant never came for its tokens is over when the person comes back."""
    with suppress(StorageFull):  # it can wait: reading must still work
        _end_unfetched(vault.instance, _unfetched(conn, token.c.vault_id == vault.vault_id))
    return []


def fits(bound: Bound, proof: Proof | None, now: int | None = None) -> bool:
    """A token made by hand is a bearer's; an access token is its key's, for its quarter of an hour; no other opens."""
    if proof is None:
        return bound.kind == Kind.HAND
    return bound.kind == Kind.ACCESS and bound.jkt == proof.jkt and bound.expires_at >= (now or stamp())


def bound_of(row: Row[Any], challenge: str = "") -> Bound:
    """What a row says its wrapped seed is bound to."""
    return Bound(row.vault_id, row.grant_id, row.kind, row.client_id, row.jkt, row.expires_at, challenge)


def _unfetched(conn: Connection, *among: ColumnElement[bool]) -> Sequence[Row[Any]]:
    late = (token.c.kind == Kind.CODE, token.c.expires_at < stamp())
    return conn.execute(select(token).where(*late, *among)).all()


def _end_unfetched(instance: Instance, rows: Sequence[Row[Any]]) -> None:
    """Each in a transaction of its own: whoever found these rows may only have read."""
    for row in rows:
        with instance.database.write(row.vault_id) as conn:
            live = _live(instance, conn, row)
            mine = (token.c.auth == row.auth, token.c.kind == Kind.CODE)
            if conn.execute(delete(token).where(*mine)).rowcount and live:
                end(instance, conn, row.vault_id, row.grant_id, State.EXPIRED)


def _find(instance: Instance, shown: str, *kinds: Kind, client_id: str | None = None) -> Row[Any]:
    """The row of a token that is still good, of one of these kinds and this client; raises NoGrant."""
    with instance.database.read() as conn:
        row = conn.execute(select(token).where(token.c.auth == token_auth(shown))).one_or_none()
    if row is None or row.kind not in kinds or client_id not in {None, row.client_id}:
        raise NoGrant(NO_GRANT)
    if row.expires_at < stamp() and row.kind != Kind.SPENT:
        raise NoGrant(NO_GRANT)
    return row


def _live(instance: Instance, conn: Connection, row: Row[Any]) -> Live | None:
    """The grant, its row locked to the end of the transaction, the vault's first; None unless it is in force."""
    hold_vault(conn, row.vault_id)
    found = conn.execute(_grant(row).with_for_update()).one_or_none()
    return admit(instance, conn, found) if found else None


def _grant(row: Row[Any]) -> Any:
    return select(grants).where(grants.c.vault_id == row.vault_id, grants.c.grant_id == row.grant_id)


def _again(conn: Connection, found: Row[Any]) -> Row[Any] | None:
    """The token's row as it is now that the grant is locked: another worker may have used it meanwhile."""
    return conn.execute(select(token).where(token.c.auth == found.auth)).one_or_none()


def _seed(shown: str, row: Row[Any], challenge: str = "") -> bytes:
    try:
        return unwrap_seed(shown, bound_of(row, challenge), row.sealed)
    except (Tampered, UnknownFormat):
        raise NoGrant(NO_GRANT) from None


def _bound(grant: Grant, kind: Kind, jkt: str, until: int) -> Bound:
    return Bound(grant.vault_id, grant.grant_id, kind, grant.client_id, jkt, until)


def _issue(conn: Connection, seed: bytes, bound: Bound) -> str:
    made = wrap_seed(seed, bound)
    conn.execute(insert(token), _row(bound, made.auth, made.sealed))
    return made.token


def _row(bound: Bound, auth: bytes, sealed: bytes) -> dict[str, object]:
    place = {"vault_id": bound.vault_id, "grant_id": bound.grant_id, "created_at": stamp()}
    what = {"kind": bound.kind, "expires_at": bound.expires_at, "jkt": bound.jkt, "client_id": bound.client_id}
    return place | what | {"auth": auth, "sealed": sealed}


def _end_of(grant: Grant) -> int:
    return stamp(datetime.combine(grant.until + timedelta(days=1), time(), UTC))


def _access_end(grant: Grant) -> int:
    return min(stamp_in(ACCESS_SECONDS), _end_of(grant))
