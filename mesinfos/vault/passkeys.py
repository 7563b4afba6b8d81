"""Passkeys of a vault: the slot that opens it, and what the door must know of each while the vault is closed.

The authenticator's secret never comes here: only what it computes of a slot's salt, when its person touches it. What is
kept in `factor` (the credential's id, its public key, its counter) opens nothing.
"""

from contextlib import suppress
from datetime import UTC, datetime
from typing import NamedTuple

from msgspec import Struct
from msgspec.json import decode, encode
from msgspec.structs import replace
from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from mesinfos.errors import N_, NotFound, VaultError, WrongPassphrase
from mesinfos.vault.instance import Instance
from mesinfos.vault.keys import new_id
from mesinfos.vault.openvault import OpenVault
from mesinfos.vault.slots import PASSKEY, Slot, direct_pair, passkey_slot
from mesinfos.vault.tables import EPOCH, factor, keyslot
from mesinfos.vault.unlock import check_current, read_slots
from mesinfos.vault.vaults import slot_row

PURPOSE = "passkey"


class Passkey(Struct, frozen=True):
    """A registered credential (WebAuthn Level 3 §4), when it was added, and when it opened this vault last."""

    name: str
    rp_id: str
    credential_id: bytes
    public_key: bytes
    transports: tuple[str, ...] = ()
    sign_count: int = 0
    added_at: datetime = EPOCH
    used_at: datetime | None = None


class Known(NamedTuple):
    """A slot that a passkey opens; `passkey` is None where what the door knew of it is gone: it can only be removed."""

    slot: Slot
    passkey: Passkey | None


def list_passkeys(instance: Instance, vault_id: str) -> list[Known]:
    """Every passkey that opens this vault, the first added first. The slots are the truth: none is left out."""
    with instance.database.read(vault_id) as conn:
        rows = conn.execute(select(factor).where(factor.c.vault_id == vault_id)).all()
        slots = read_slots(conn, vault_id, PASSKEY)
    sealed = {row.factor_id: row.sealed for row in rows}
    known = [Known(slot, _read(instance, vault_id, slot.slot_id, sealed.get(slot.slot_id, b""))) for slot in slots]
    return sorted(known, key=lambda one: one.passkey.added_at if one.passkey else EPOCH)


def add_passkey(conn: Connection, vault: OpenVault, passkey: Passkey, salt: bytes, prf: bytes) -> str:
    """Let a passkey open this vault from now on, in the caller's transaction; returns the id of its slot."""
    check_current(conn, vault)
    slot = passkey_slot(vault.vault_id, new_id(), salt, prf, vault.root)
    conn.execute(insert(keyslot), slot_row(vault, slot, direct_pair(slot, prf).public))
    sealed = _seal(vault.instance, vault.vault_id, slot.slot_id, replace(passkey, added_at=datetime.now(UTC)))
    conn.execute(insert(factor), {"vault_id": vault.vault_id, "factor_id": slot.slot_id, "sealed": sealed})
    return slot.slot_id


def remove_passkey(conn: Connection, vault: OpenVault, slot_id: str) -> None:
    """Forget a passkey, in the caller's transaction; raises NotFound. Passphrase and recovery key open as before."""
    check_current(conn, vault)
    mine = (keyslot.c.vault_id == vault.vault_id, keyslot.c.slot_id == slot_id, keyslot.c.kind == PASSKEY)
    if not conn.execute(delete(keyslot).where(*mine)).rowcount:
        raise NotFound(N_("This passkey was removed."))
    conn.execute(delete(factor).where(*_place(vault.vault_id, slot_id)))


def note_use(conn: Connection, instance: Instance, vault_id: str, slot_id: str, sign_count: int) -> None:
    """Keep the counter and the moment of a use; raises WrongPassphrase when the counter does not rise.

    The library compared it with what was read before; here the row is locked, so that of two uses at once one counts.
    """
    row = conn.execute(select(factor).where(*_place(vault_id, slot_id)).with_for_update()).one_or_none()
    kept = _read(instance, vault_id, slot_id, row.sealed if row else b"")
    if kept is None or (max(sign_count, kept.sign_count) and sign_count <= kept.sign_count):
        raise WrongPassphrase(N_("This passkey counts backwards: a copy of it may be in use. Nothing was opened."))
    sealed = _seal(instance, vault_id, slot_id, replace(kept, sign_count=sign_count, used_at=datetime.now(UTC)))
    conn.execute(update(factor).where(*_place(vault_id, slot_id)).values(sealed=sealed))


def _read(instance: Instance, vault_id: str, slot_id: str, sealed: bytes) -> Passkey | None:
    with suppress(VaultError):
        return decode(instance.key.open(vault_id, PURPOSE, slot_id, sealed), type=Passkey)
    return None


def _seal(instance: Instance, vault_id: str, slot_id: str, passkey: Passkey) -> bytes:
    return instance.key.seal(vault_id, PURPOSE, slot_id, encode(passkey))


def _place(vault_id: str, slot_id: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return (factor.c.vault_id == vault_id, factor.c.factor_id == slot_id)
