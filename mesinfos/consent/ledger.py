"""The ledger: which grants there are, and how they begin and end.

A grant's rules lie sealed under the instance key, so that the locked worker can read them, and carry the vault's
signature, so that it need not believe the database. It ends for good: state is stored, its outbox, envelopes and token
are deleted in the same transaction, and no clock that jumps back revives it.
"""

from datetime import UTC, date, datetime
from enum import StrEnum
from functools import lru_cache
from hashlib import sha256
from typing import NamedTuple

from msgspec.structs import replace
from sqlalchemy import Connection, Row, delete, func, insert, select, update

from mesinfos.consent.grant import CONTEXT, Grant, from_bytes
from mesinfos.consent.journal import Action, append
from mesinfos.errors import N_, InvalidInput, NotFound, StorageUnavailable, Tampered, UnknownFormat, UnreadableGrant
from mesinfos.vault import hooks
from mesinfos.vault.grantkeys import new_token
from mesinfos.vault.instance import Instance, signed_by, signed_message
from mesinfos.vault.keys import same
from mesinfos.vault.openvault import OpenVault
from mesinfos.vault.pins import Pin
from mesinfos.vault.tables import disclosure, envelope, moment, stamp, token
from mesinfos.vault.tables import grant as grants
from mesinfos.vault.tags import Tags


class State(StrEnum):
    """Where a grant stands; only a live one discloses or answers."""

    LIVE = "live"
    SUSPENDED = "suspended"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


PATIENCE = 3
"""Times a withdrawal waits for the database, 5 seconds each."""

OVER = (State.WITHDRAWN, State.EXPIRED)


class Held(NamedTuple):
    """A grant in the ledger; `complete` once its past has been disclosed, `disclosed` counts what may be read now."""

    grant: Grant
    state: State
    complete: bool
    disclosed: int
    given_at: datetime
    ended_at: datetime | None


class Live(NamedTuple):
    """A live grant whose signature was verified, and the key its disclosures are sealed to."""

    grant: Grant
    public_key: bytes


def today() -> date:
    """The day in UTC, by which grants end."""
    return datetime.now(UTC).date()


def add_grant(vault: OpenVault, draft: Grant) -> tuple[Grant, str]:
    """Sign a draft and put it in force; the token is returned here and exists nowhere else.

    `outbox.fill_past` then discloses the past. Raises InvalidInput for a draft used before, or of another vault.
    """
    made = new_token()
    promise = replace(draft, key=sha256(made.public_key).digest())
    _check_draft(vault, draft)
    row = {"vault_id": vault.vault_id, "grant_id": promise.grant_id, "version": promise.version, "state": State.LIVE}
    row |= {"merchant": Tags(vault.instance, vault.vault_id).stream(promise.domain), "public_key": made.public_key}
    row |= _sealed(vault, promise) | {"details": b"", "created_at": stamp(), "ended_at": 0}
    row |= {"until": "", "last_seq": 0, "complete": False}
    place = {"auth": made.auth, "vault_id": vault.vault_id, "grant_id": promise.grant_id, "created_at": stamp()}
    with vault.instance.database.write(vault.vault_id) as conn:
        mine = (grants.c.vault_id == vault.vault_id, grants.c.grant_id == promise.grant_id)
        if conn.execute(select(grants.c.state).where(*mine)).one_or_none():
            raise InvalidInput(N_("This grant was given already; begin a new one."), field="grant_id")
        conn.execute(insert(grants), row)
        conn.execute(insert(token), place)
        said = {"merchant": promise.domain, "fields": promise.fields, "scope": promise.scope, "until": promise.until}
        append(vault.instance, conn, vault.vault_id, Action.GRANT_GIVEN, promise.grant_id, said)
    return promise, made.token


def list_grants(vault: OpenVault) -> list[Held]:
    """Every grant that can be read, the newest first; those that cannot are named by `unreadable_grants`."""
    with vault.instance.database.read(vault.vault_id) as conn:
        counts = _counts(conn, vault.vault_id)
        found = [_held(vault.instance, row, counts) for row in _rows(conn, vault.vault_id)]
    return sorted((held for held in found if held), key=lambda held: held.given_at, reverse=True)


def unreadable_grants(vault: OpenVault) -> list[str]:
    """Ids of grants that break the storage law or that this vault did not sign; they disclose nothing."""
    with vault.instance.database.read(vault.vault_id) as conn:
        return [row.grant_id for row in _rows(conn, vault.vault_id) if not _held(vault.instance, row, {})]


def get_grant(vault: OpenVault, grant_id: str) -> Held:
    """One grant; raises NotFound, or UnreadableGrant."""
    with vault.instance.database.read(vault.vault_id) as conn:
        row = _row(conn, vault.vault_id, grant_id)
        held = _held(vault.instance, row, _counts(conn, vault.vault_id))
    if held is None:
        raise UnreadableGrant(N_("This grant cannot be read, or this vault did not sign it."))
    return held


def revoke(instance: Instance, vault_id: str, grant_id: str) -> None:
    """Take a grant back, now: works while the vault is locked, and twice. Raises NotFound, or StorageUnavailable.

    What the merchant read already cannot be called back. Merchants who read without pause may keep the database busy
    beyond its patience; a withdrawal does not give up for that at once.
    """
    for last in (*[False] * (PATIENCE - 1), True):
        try:
            _withdraw(instance, vault_id, grant_id)
            break
        except StorageUnavailable:
            if last:
                raise
    instance.database.forget_deleted()


def _withdraw(instance: Instance, vault_id: str, grant_id: str) -> None:
    with instance.database.write(vault_id) as conn:
        row = _row(conn, vault_id, grant_id, lock=True)
        if row.state not in OVER:
            end(instance, conn, vault_id, grant_id, State.WITHDRAWN)


def suspend_all(instance: Instance, conn: Connection, vault_id: str) -> int:
    """Stop every live grant until the person resumes it: for a database that was put back from a backup."""
    live = (grants.c.vault_id == vault_id, grants.c.state == State.LIVE)
    ids = list(conn.execute(select(grants.c.grant_id).where(*live)).scalars())
    for grant_id in ids:
        _set_state(conn, vault_id, grant_id, State.SUSPENDED)
        append(instance, conn, vault_id, Action.GRANT_SUSPENDED, grant_id)
    return len(ids)


def resume(vault: OpenVault, grant_id: str) -> None:
    """Put a suspended grant in force again; raises NotFound when there is none of that id.

    Its outbox may have stayed behind when the backup was made: the next `outbox.refresh` fills it.
    """
    with vault.instance.database.write(vault.vault_id) as conn:
        row = _row(conn, vault.vault_id, grant_id, lock=True)
        if row.state != State.SUSPENDED:
            raise NotFound(N_("There is no suspended grant of this id."))
        _set_state(conn, vault.vault_id, grant_id, State.LIVE, details=b"", complete=False)
        append(vault.instance, conn, vault.vault_id, Action.GRANT_RESUMED, grant_id)


def live_grants(instance: Instance, conn: Connection, vault_id: str) -> list[Live]:
    """The grants in force, their rows locked, within the caller's write transaction; the vault may be locked.

    Grants past their last day end here. One that the pinned key did not sign is set aside and said so in the journal.
    """
    mine = (grants.c.vault_id == vault_id, grants.c.state == State.LIVE)
    rows = conn.execute(select(grants).where(*mine).order_by(grants.c.grant_id).with_for_update()).all()
    return [live for row in rows if (live := admit(instance, conn, row))]


def admit(instance: Instance, conn: Connection, row: Row[tuple[object, ...]]) -> Live | None:
    """The live grant of a row, or None after ending an expired and setting aside an unsigned one."""
    if row.state != State.LIVE:
        return None
    try:
        promise = read_row(instance, row)
    except (UnreadableGrant, Tampered, UnknownFormat):
        _set_state(conn, row.vault_id, row.grant_id, State.REFUSED)
        append(instance, conn, row.vault_id, Action.GRANT_REFUSED, row.grant_id)
        return None
    if today() > promise.until:
        end(instance, conn, row.vault_id, row.grant_id, State.EXPIRED)
        return None
    return Live(promise, bytes(row.public_key))


def end(instance: Instance, conn: Connection, vault_id: str, grant_id: str, state: State) -> None:
    """End a grant for good: outbox, envelopes and token go with it, and the journal says so, all or nothing."""
    _set_state(conn, vault_id, grant_id, state, ended_at=stamp(), public_key=b"")
    for table in (disclosure, envelope, token):
        conn.execute(delete(table).where(table.c.vault_id == vault_id, table.c.grant_id == grant_id))
    action = Action.GRANT_WITHDRAWN if state is State.WITHDRAWN else Action.GRANT_EXPIRED
    append(instance, conn, vault_id, action, grant_id)


def read_row(instance: Instance, row: Row[tuple[object, ...]]) -> Grant:
    """The promise in a row; raises UnreadableGrant unless the pinned key signed exactly this for exactly this row."""
    rules = instance.key.open(row.vault_id, "grant", row.grant_id, row.rules)
    promise = _signed(row.vault_id, rules, bytes(row.signature), tuple(instance.pins.of(row.vault_id)))
    key_fits = not row.public_key or same(sha256(row.public_key).digest(), promise.key)
    if (promise.vault_id, promise.grant_id) != (row.vault_id, row.grant_id) or not key_fits:
        raise UnreadableGrant(N_("This grant was signed for another place."))
    return promise


@lru_cache(maxsize=500)
def _signed(vault_id: str, rules: bytes, signature: bytes, pins: tuple[Pin, ...]) -> Grant:
    """The grant in `rules`, when one of the pinned keys signed it. Remembered by all it depends on, the pins too."""
    message = signed_message(vault_id, CONTEXT, rules)
    if not any(signed_by(pin.verify, message, signature) for pin in pins):
        raise UnreadableGrant(N_("Nobody signed this grant."))
    return from_bytes(rules)


@hooks.at_unlock
def check_signatures(vault: OpenVault, conn: Connection) -> list[str]:
    """Alarm "grants_forged:N" for grants in the database that this vault did not sign."""
    forged = sum(_held(vault.instance, row, {}) is None for row in _rows(conn, vault.vault_id))
    return [f"grants_forged:{forged}"] if forged else []


@hooks.at_new_root
def sign_again(old: OpenVault, new: OpenVault, conn: Connection) -> None:
    """Every grant the old key signed is signed by the new one; what it did not sign stays unsigned."""
    renewed = 0
    for row in _rows(conn, old.vault_id):
        try:
            promise = read_row(old.instance, row)
        except (UnreadableGrant, Tampered, UnknownFormat):
            continue
        mine = (grants.c.vault_id == old.vault_id, grants.c.grant_id == row.grant_id)
        conn.execute(update(grants).where(*mine).values(_sealed(new, promise)))
        renewed += 1
    append(new.instance, conn, new.vault_id, Action.PASSPHRASE_CHANGED, new.vault_id, {"grants": renewed})


def _check_draft(vault: OpenVault, draft: Grant) -> None:
    if draft.vault_id != vault.vault_id:
        raise InvalidInput(N_("This grant belongs to another vault."), field="vault_id")
    if draft.until < today():
        raise InvalidInput(N_("This day has passed; choose a later one."), field="until")


def _sealed(vault: OpenVault, promise: Grant) -> dict[str, object]:
    rules = promise.to_bytes()
    sealed = vault.instance.key.seal(vault.vault_id, "grant", promise.grant_id, rules)
    return {"rules": sealed, "signature": vault.sign(CONTEXT, rules)}


def _set_state(conn: Connection, vault_id: str, grant_id: str, state: State, **more: object) -> None:
    mine = (grants.c.vault_id == vault_id, grants.c.grant_id == grant_id)
    conn.execute(update(grants).where(*mine).values(state=state, **more))


def _rows(conn: Connection, vault_id: str) -> list[Row[tuple[object, ...]]]:
    return list(conn.execute(select(grants).where(grants.c.vault_id == vault_id)).all())


def _row(conn: Connection, vault_id: str, grant_id: str, *, lock: bool = False) -> Row[tuple[object, ...]]:
    query = select(grants).where(grants.c.vault_id == vault_id, grants.c.grant_id == grant_id)
    row: Row[tuple[object, ...]] | None = conn.execute(query.with_for_update() if lock else query).one_or_none()
    if row is None:
        raise NotFound(N_("There is no grant of this id in this vault."))
    return row


def _counts(conn: Connection, vault_id: str) -> dict[str, int]:
    query = select(disclosure.c.grant_id, func.count()).where(disclosure.c.vault_id == vault_id)
    return {row[0]: row[1] for row in conn.execute(query.group_by(disclosure.c.grant_id))}


def _held(instance: Instance, row: Row[tuple[object, ...]], counts: dict[str, int]) -> Held | None:
    try:
        promise = read_row(instance, row)
    except (UnreadableGrant, Tampered, UnknownFormat):
        return None
    ended = moment(row.ended_at) if row.ended_at else None
    number = counts.get(row.grant_id, 0)
    return Held(promise, State(row.state), bool(row.complete), number, moment(row.created_at), ended)
