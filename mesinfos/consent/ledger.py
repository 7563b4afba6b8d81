"""The ledger: how grants begin, change and end. Which there are, and who is believed, is told in `promises.py`.

A grant ends for good: state is stored, its outbox, envelopes and token are deleted in the same transaction, and no
clock that jumps back revives it.
"""

from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import NamedTuple, TypeVar

from msgspec.structs import replace
from sqlalchemy import Connection, Row, delete, insert, select, update

from mesinfos.consent import events
from mesinfos.consent.describe import confidences
from mesinfos.consent.emptying import empty
from mesinfos.consent.events import Event
from mesinfos.consent.grant import Grant
from mesinfos.consent.journal import Action, append
from mesinfos.consent.promises import (
    OVER,
    RUNNING,
    Held,
    State,
    get_grant,
    list_grants,
    read_row,
    row_of,
    signed_row,
    unreadable_grants,
)
from mesinfos.consent.standing import remember
from mesinfos.errors import N_, InvalidInput, NotFound, StorageUnavailable, Tampered, UnknownFormat, UnreadableGrant
from mesinfos.vault.grantkeys import new_token
from mesinfos.vault.instance import Instance
from mesinfos.vault.openvault import OpenVault
from mesinfos.vault.tables import disclosure, envelope, stamp, token
from mesinfos.vault.tables import grant as grants
from mesinfos.vault.tags import Tags

__all__ = [
    "Held",
    "Live",
    "State",
    "add_grant",
    "admit",
    "change_grant",
    "end",
    "get_grant",
    "list_grants",
    "live_grants",
    "read_row",
    "resume",
    "revoke",
    "suspend",
    "today",
    "unreadable_grants",
]

T = TypeVar("T")

PATIENCE = 3
"""Times a withdrawal waits for the database, 5 seconds each."""


class Live(NamedTuple):
    """A live grant whose signature was verified, and the key its disclosures are sealed to."""

    grant: Grant
    public_key: bytes


def today() -> date:
    """The day in UTC, by which grants end."""
    return datetime.now(UTC).date()


def add_grant(vault: OpenVault, draft: Grant, webhook: str = "") -> tuple[Grant, str]:
    """Sign a draft and put it in force; the token, made to be handed over, is returned here and exists nowhere else.

    `outbox.fill_past` then discloses the past. Raises InvalidInput for a draft used before, or of another vault.
    """
    made = new_token()
    place = {"auth": made.auth, "vault_id": vault.vault_id, "grant_id": draft.grant_id, "created_at": stamp()}
    place |= {"kind": "hand", "expires_at": 0, "sealed": b"", "jkt": "", "client_id": ""}
    with vault.instance.database.write(vault.vault_id) as conn:
        promise = put_in_force(vault, conn, draft, made.public_key, place, webhook=webhook)
    return promise, made.token


def put_in_force(  # noqa: PLR0913  who promises what to the holder of which key, and how it is told
    vault: OpenVault,
    conn: Connection,
    draft: Grant,
    public_key: bytes,
    place: Mapping[str, object],
    *,
    webhook: str = "",
) -> Grant:
    """Sign a draft for the holder of a key, within the caller's transaction; `place` is the row of its first token."""
    promise = replace(draft, key=sha256(public_key).digest())
    _check_draft(vault, draft)
    row = {"vault_id": vault.vault_id, "grant_id": promise.grant_id, "version": promise.version, "state": State.LIVE}
    row |= {"merchant": Tags(vault.instance, vault.vault_id).stream(promise.domain), "public_key": public_key}
    row |= signed_row(vault, promise) | {"details": b"", "created_at": stamp(), "ended_at": 0}
    row |= {"until": "", "last_seq": 0, "complete": False}
    mine = (grants.c.vault_id == vault.vault_id, grants.c.grant_id == promise.grant_id)
    if conn.execute(select(grants.c.state).where(*mine)).one_or_none():
        raise InvalidInput(N_("This grant was given already; begin a new one."), field="grant_id")
    conn.execute(insert(grants), row)
    conn.execute(insert(token), dict(place))
    append(vault.instance, conn, vault.vault_id, Action.GRANT_GIVEN, promise.grant_id, _told(promise))
    events.told(vault.instance, conn, vault.vault_id, promise.grant_id, Event.GIVEN, vault=vault, webhook=webhook)
    return promise


def change_grant(vault: OpenVault, grant_id: str, draft: Grant, keep: Collection[bytes] = ()) -> Grant:
    """Sign other terms for the same merchant under the same id, key and token; takes effect at once.

    Whatever lies in the outbox is emptied in this very transaction, but for disclosures whose `ref` is in `keep`: those
    that the new terms give too. `outbox.change` names them, and fills in what is new. Raises InvalidInput for another
    merchant, NotFound unless the grant is live.
    """
    _check_draft(vault, draft)
    with vault.instance.database.write(vault.vault_id) as conn:
        row = row_of(conn, vault.vault_id, grant_id, lock=True)
        live = admit(vault.instance, conn, row)
        if live is None:
            raise NotFound(N_("There is no live grant of this id."))
        promise = replace(draft, grant_id=grant_id, key=live.grant.key)
        if (promise.domain, promise.client_id) != (live.grant.domain, live.grant.client_id):
            raise InvalidInput(N_("A change cannot name another merchant; give a new consent."), field="domain")
        _set_state(conn, vault.vault_id, grant_id, State.LIVE, **signed_row(vault, promise), complete=False)
        remember(vault.instance, conn, vault.vault_id, grant_id, mark=None)
        empty(conn, vault.vault_id, grant_id, keep)
        append(vault.instance, conn, vault.vault_id, Action.GRANT_CHANGED, grant_id, _told(promise))
        events.told(vault.instance, conn, vault.vault_id, grant_id, Event.UPDATED, vault=vault)
    vault.instance.database.forget_deleted()
    return promise


def revoke(instance: Instance, vault_id: str, grant_id: str, *, by_merchant: bool = False) -> None:
    """Take a grant back, now: works while the vault is locked, and twice. Raises NotFound, or StorageUnavailable.

    What the merchant read already cannot be called back. Merchants who read without pause may keep the database busy
    beyond its patience; a withdrawal does not give up for that at once.
    """
    _patiently(lambda: _withdraw(instance, vault_id, grant_id, by_merchant=by_merchant))
    instance.database.forget_deleted()


def _patiently(step: Callable[[], T]) -> T:
    for _ in range(PATIENCE - 1):
        with suppress(StorageUnavailable):
            return step()
    return step()


def _withdraw(instance: Instance, vault_id: str, grant_id: str, *, by_merchant: bool) -> None:
    with instance.database.write(vault_id) as conn:
        row = row_of(conn, vault_id, grant_id, lock=True)
        if row.state not in OVER:
            end(instance, conn, vault_id, grant_id, State.WITHDRAWN, by_merchant=by_merchant)


def suspend(instance: Instance, vault_id: str, grant_ids: Collection[str]) -> int:
    """Stop those of these grants that are in force until the person resumes them; returns how many.

    Works while the vault is locked, and is as patient as a withdrawal. What lies in their outboxes stays and is given
    to nobody: each answer to a merchant looks at its grant's state in the transaction that makes it.
    """
    return _patiently(lambda: _suspend(instance, vault_id, grant_ids))


def _suspend(instance: Instance, vault_id: str, grant_ids: Collection[str]) -> int:
    mine = (grants.c.vault_id == vault_id, grants.c.state == State.LIVE, grants.c.grant_id.in_(grant_ids))
    with instance.database.write(vault_id) as conn:
        found = select(grants.c.grant_id).where(*mine).order_by(grants.c.grant_id).with_for_update()
        stopped = conn.execute(found).scalars().all()
        for grant_id in stopped:
            _set_state(conn, vault_id, grant_id, State.SUSPENDED)
            append(instance, conn, vault_id, Action.GRANT_SUSPENDED, grant_id)
    return len(stopped)


def resume(vault: OpenVault, grant_id: str) -> None:
    """Put a suspended grant in force again; raises NotFound when there is none of that id.

    Its outbox may have stayed behind when the backup was made: the next `outbox.refresh` fills it.
    """
    with vault.instance.database.write(vault.vault_id) as conn:
        row = row_of(conn, vault.vault_id, grant_id, lock=True)
        if row.state != State.SUSPENDED:
            raise NotFound(N_("There is no suspended grant of this id."))
        _set_state(conn, vault.vault_id, grant_id, State.LIVE, complete=False)
        remember(vault.instance, conn, vault.vault_id, grant_id, mark=None)
        append(vault.instance, conn, vault.vault_id, Action.GRANT_RESUMED, grant_id)


def live_grants(instance: Instance, conn: Connection, vault_id: str) -> list[Live]:
    """The grants in force, their rows locked, within the caller's write transaction; the vault may be locked.

    Grants past their last day end here, suspended ones too. One that the pinned key did not sign is set aside and said
    so in the journal.
    """
    mine = (grants.c.vault_id == vault_id, grants.c.state.in_(RUNNING))
    rows = conn.execute(select(grants).where(*mine).order_by(grants.c.grant_id).with_for_update()).all()
    return [live for row in rows if (live := admit(instance, conn, row))]


def admit(instance: Instance, conn: Connection, row: Row[tuple[object, ...]]) -> Live | None:
    """The live grant of a row, or None after ending an expired and setting aside an unsigned one."""
    if row.state not in RUNNING:
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
    return Live(promise, bytes(row.public_key)) if row.state == State.LIVE else None


def end(  # noqa: PLR0913  which grant, how, and by whom
    instance: Instance, conn: Connection, vault_id: str, grant_id: str, state: State, *, by_merchant: bool = False
) -> None:
    """End a grant for good: outbox, envelopes and token go with it, and the journal says so, all or nothing."""
    _set_state(conn, vault_id, grant_id, state, ended_at=stamp(), public_key=b"")
    for table in (disclosure, envelope, token):
        conn.execute(delete(table).where(table.c.vault_id == vault_id, table.c.grant_id == grant_id))
    action = Action.GRANT_WITHDRAWN if state is State.WITHDRAWN else Action.GRANT_EXPIRED
    append(instance, conn, vault_id, action, grant_id)
    event = Event.WITHDRAWN if state is State.WITHDRAWN else Event.EXPIRED
    events.told(instance, conn, vault_id, grant_id, event, by_merchant=by_merchant)


def _told(promise: Grant) -> dict[str, object]:
    """What the journal says of a promise: the sentence and whom it leaves out, and what a list can show."""
    return {"merchant": promise.domain, "until": promise.until, "sentence": confidences(promise)}


def _check_draft(vault: OpenVault, draft: Grant) -> None:
    if draft.vault_id != vault.vault_id:
        raise InvalidInput(N_("This grant belongs to another vault."), field="vault_id")
    if draft.until < today():
        raise InvalidInput(N_("This day has passed; choose a later one."), field="until")


def _set_state(conn: Connection, vault_id: str, grant_id: str, state: State, **more: object) -> None:
    mine = (grants.c.vault_id == vault_id, grants.c.grant_id == grant_id)
    conn.execute(update(grants).where(*mine).values(state=state, **more))
