"""Receipts as they are kept: the person's copy sealed to the vault, the merchant's to its grant, the last one apart.

A grant's end deletes whatever was sealed to it, the merchant's copies too. So the receipt of the end is sealed once
more, under a *closing token*: 32 bytes that only this instance can make, handed to the merchant beforehand and with the
webhook, stored nowhere. It opens that one receipt for 90 days, and nothing else.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from sqlalchemy import Connection, and_, bindparam, delete, insert, select, update

from mesinfos.consent.dpv import ENDS, Event, Happened, Place, receipt
from mesinfos.consent.grant import Grant
from mesinfos.consent.receipt import sign
from mesinfos.errors import N_, NoGrant, NotFound
from mesinfos.vault.frame import pack, unpack
from mesinfos.vault.grantkeys import auth_of, seal_for_grant
from mesinfos.vault.inbox import store_envelope
from mesinfos.vault.instance import Instance
from mesinfos.vault.keys import open_under, seal_under, secret_in, unpadded
from mesinfos.vault.openvault import GRANT, OpenVault
from mesinfos.vault.signing import SigningKey, thumbprint
from mesinfos.vault.tables import closing, envelope, moment, stamp
from mesinfos.vault.tables import receipt as receipts

PURPOSE = "receipt"
"""The name of the instance's key that signs receipts."""

MARK = "mesinfos-closing-"
CLOSING_DAYS = timedelta(days=90)
TYPE, SCHEMA = "receipt", 1
BY_MERCHANT = " by merchant"
COPIES = (
    select(
        receipts.c.created_at.label("seq"),
        receipts.c.receipt_id.label("item_id"),
        receipts.c.grant_envelope_id.label("envelope_id"),
        receipts.c.grant_sealed.label("ciphertext"),
        envelope.c.sealed,
    )
    .join(
        envelope,
        and_(envelope.c.vault_id == receipts.c.vault_id, envelope.c.envelope_id == receipts.c.grant_envelope_id),
    )
    .where(receipts.c.vault_id == bindparam("vault"), receipts.c.grant_id == bindparam("grant"))
    .order_by(receipts.c.created_at)
)
"""The merchant's copies of one grant, in the columns that disclosures have: they are sealed like them."""


class Stored(NamedTuple):
    """A receipt as a list shows it."""

    receipt_id: str
    event: Event
    at: datetime


class Happening(NamedTuple):
    """What a receipt is to be made of: the promise as it is now, what happened to it, and who was there."""

    grant: Grant
    event: Event
    vault: OpenVault | None = None
    by_merchant: bool = False
    public_key: bytes = b""


def keep(instance: Instance, conn: Connection, what: Happening) -> str:
    """Make the receipt of an event and keep it for both sides, in the caller's transaction; returns its id.

    The vault may be locked: then the instance alone signs, after the promise itself was found signed by the vault.
    """
    vault_id, grant_id = what.grant.vault_id, what.grant.grant_id
    at, receipt_id = datetime.now(UTC), str(uuid4())
    keys = [instance.key.signer(PURPOSE), *([what.vault.receipt_key(grant_id)] if what.vault else [])]
    history = [*_history(conn, what.grant), Happened(what.event, at, what.by_merchant)]
    file = sign(receipt(what.grant, history, _place(instance, what.grant, receipt_id, keys)), keys)
    own = store_envelope(instance, conn, vault_id)
    row: dict[str, object] = {"vault_id": vault_id, "receipt_id": receipt_id, "grant_id": grant_id}
    row |= {"kind": _kind(what)}
    row |= {"created_at": stamp(at), "envelope_id": own.envelope_id, "signature": b""}
    row |= {"sealed": own.seal(receipt_id, TYPE, SCHEMA, file)}
    conn.execute(insert(receipts), row | _for_merchant(conn, what, receipt_id, file))
    if what.event in ENDS:
        _close(instance, conn, what.grant, receipt_id, file)
    return receipt_id


def list_receipts(vault: OpenVault, grant_id: str) -> list[Stored]:
    """The receipts of a grant, the newest first."""
    with vault.instance.database.read(vault.vault_id) as conn:
        rows = _rows(conn, vault.vault_id, grant_id)
    told = [(row.receipt_id, _read_kind(row.kind, moment(row.created_at))) for row in reversed(rows)]
    return [Stored(receipt_id, one.event, one.at) for receipt_id, one in told]


def receipt_file(vault: OpenVault, receipt_id: str) -> bytes:
    """The person's copy, byte for byte the merchant's; raises NotFound, Tampered or UnknownFormat."""
    mine = (receipts.c.vault_id == vault.vault_id, receipts.c.receipt_id == receipt_id)
    with vault.instance.database.read(vault.vault_id) as conn:
        row = conn.execute(select(receipts.c.envelope_id, receipts.c.sealed).where(*mine)).one_or_none()
        if row is None:
            raise NotFound(N_("There is no receipt of this id in this vault."))
        return vault.envelope(conn, row.envelope_id).open(receipt_id, TYPE, SCHEMA, row.sealed)


def closing_token(instance: Instance, vault_id: str, grant_id: str) -> str:
    """What will open the receipt of this grant's end, and opens nothing before."""
    return MARK + unpadded(_closing_secret(instance, vault_id, grant_id))


def closing_receipt(instance: Instance, token: str) -> bytes:
    """The receipt of a grant's end; raises NoGrant, alike for every token that opens none."""
    secret = _secret(token)
    with instance.database.read() as conn:
        found = select(closing).where(closing.c.auth == auth_of(secret), closing.c.until > stamp())
        row = conn.execute(found).one_or_none()
    if row is None:
        raise NoGrant(N_("This token opens no receipt."))
    return unpack(open_under(secret, TYPE, (row.vault_id.encode(), row.receipt_id.encode()), row.sealed))


def forget_closed(instance: Instance) -> int:
    """Remove last receipts that nobody fetched in time; returns how many."""
    with instance.database.write() as conn:
        return conn.execute(delete(closing).where(closing.c.until <= stamp())).rowcount


def _place(instance: Instance, grant: Grant, receipt_id: str, keys: Sequence[SigningKey]) -> Place:
    signers = tuple(thumbprint(key.public) for key in keys)
    record_id, subject_id = (_id_of(instance, grant, purpose) for purpose in ("consent record", "pairwise subject"))
    return Place(instance.settings.base_url, receipt_id, record_id, subject_id, signers)


def _id_of(instance: Instance, grant: Grant, purpose: str) -> str:
    """An id that stays the same for one grant and means nothing elsewhere (RFC 9562 §5.8, a custom UUID)."""
    drawn = bytearray(instance.key.mac(grant.vault_id, purpose, grant.grant_id.encode())[:16])
    drawn[6], drawn[8] = drawn[6] & 0x0F | 0x80, drawn[8] & 0x3F | 0x80  # version 8, variant 1
    return str(UUID(bytes=bytes(drawn)))


def _history(conn: Connection, grant: Grant) -> list[Happened]:
    """What receipts tell of a grant so far."""
    rows = _rows(conn, grant.vault_id, grant.grant_id)
    return [_read_kind(row.kind, moment(row.created_at)) for row in rows]


def _rows(conn: Connection, vault_id: str, grant_id: str) -> list[Any]:
    mine = (receipts.c.vault_id == vault_id, receipts.c.grant_id == grant_id)
    columns = (receipts.c.receipt_id, receipts.c.kind, receipts.c.created_at)
    return list(conn.execute(select(*columns).where(*mine).order_by(receipts.c.created_at)).all())


def _for_merchant(conn: Connection, what: Happening, receipt_id: str, file: bytes) -> dict[str, object]:
    """The merchant's copy, under its grant's own key; at the end there is none, and the earlier ones go."""
    vault_id, grant_id = what.grant.vault_id, what.grant.grant_id
    if what.event in ENDS:
        mine = (receipts.c.vault_id == vault_id, receipts.c.grant_id == grant_id)
        conn.execute(update(receipts).where(*mine).values(grant_envelope_id="", grant_sealed=b""))
    if what.event in ENDS or not what.public_key:
        return {"grant_envelope_id": "", "grant_sealed": b""}
    envelope_id, key, (sealed,) = seal_for_grant(vault_id, grant_id, what.public_key, [(receipt_id, file)])
    row = {"vault_id": vault_id, "envelope_id": envelope_id, "grant_id": grant_id, "form": GRANT}
    conn.execute(insert(envelope), row | {"sealed": key, "mac": b""})
    return {"grant_envelope_id": envelope_id, "grant_sealed": sealed}


def _close(instance: Instance, conn: Connection, grant: Grant, receipt_id: str, file: bytes) -> None:
    secret = _closing_secret(instance, grant.vault_id, grant.grant_id)
    sealed = seal_under(secret, TYPE, (grant.vault_id.encode(), receipt_id.encode()), pack(file))
    until = stamp(datetime.now(UTC) + CLOSING_DAYS)
    row = {"auth": auth_of(secret), "vault_id": grant.vault_id, "receipt_id": receipt_id, "until": until}
    conn.execute(insert(closing), row | {"sealed": sealed})


def _closing_secret(instance: Instance, vault_id: str, grant_id: str) -> bytes:
    return instance.key.token(vault_id, "closing", grant_id)


def _secret(token: str) -> bytes:
    secret = secret_in(token, MARK)
    if secret is None:
        raise NoGrant(N_("This token opens no receipt."))
    return secret


def _kind(what: Happening) -> str:
    return f"{what.event}{BY_MERCHANT if what.by_merchant else ''}"


def _read_kind(kind: str, at: datetime) -> Happened:
    return Happened(Event(kind.removesuffix(BY_MERCHANT)), at, kind.endswith(BY_MERCHANT))
