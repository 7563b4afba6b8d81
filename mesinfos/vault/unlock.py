"""Opening a vault: the secret opens a slot, the root gives the keys, the keys are compared with what is stored.

An alarm is a code, with what it concerns after a colon: "inbox_key_swapped", "verify_key_swapped", "pins_missing",
"pins_swapped", "envelopes_forged:3", and what the hooks of other rooms add.
"""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select, update

from mesinfos.errors import N_, Locked, NotFound, StorageFull, Tampered, UnknownFormat, WrongPassphrase
from mesinfos.vault import hooks
from mesinfos.vault.instance import Instance
from mesinfos.vault.keys import same
from mesinfos.vault.openvault import HPKE, WRAP, OpenVault
from mesinfos.vault.slots import PASSKEY, PASSPHRASE, RECOVERY, Slot, open_direct, open_slot, parse_recovery
from mesinfos.vault.tables import envelope, keyslot, vault

__all__ = ["OpenVault", "unlock"]

REWRAP = 1000
"""Envelopes re-wrapped in one transaction."""


def unlock(instance: Instance, vault_id: str, secret: str) -> OpenVault:
    """Open a vault with its passphrase or its recovery key; raises WrongPassphrase, NotFound, Tampered.

    Compares stored and pinned keys with the true ones, puts them right, and tells in `alarms` what differed.
    Re-wraps the envelopes that came in while the vault was locked, and deletes their HPKE seals. On a full disk all
    this waits for the next time: reading must still work.
    """
    return _opened(instance, vault_id, *_opened_slot(instance, vault_id, secret))


def unlock_with_passkey(instance: Instance, vault_id: str, slot_id: str, prf: bytes) -> OpenVault:
    """Open a vault with the 32 bytes that a passkey's authenticator computed of its slot's salt; raises as `unlock`."""
    with instance.database.read(vault_id) as conn:
        slots = [slot for slot in read_slots(conn, vault_id, PASSKEY) if slot.slot_id == slot_id]
    if not slots:
        raise WrongPassphrase(N_("This passkey was removed."))
    return _opened(instance, vault_id, slots[0], open_direct(slots[0], prf))


def _opened(instance: Instance, vault_id: str, slot: Slot, root: bytes) -> OpenVault:
    opened = OpenVault(instance, vault_id, root)
    with instance.database.read(vault_id) as conn:
        alarms = [*_differences(opened, conn), *(alarm for check in hooks.checks for alarm in check(opened, conn))]
    with suppress(StorageFull):
        if alarms or instance.pins.of(vault_id) != [opened.pin]:
            _put_right(opened, slot)
        alarms += rewrap(opened)
    opened.alarms = tuple(alarms)
    return opened


def rewrap(opened: OpenVault) -> list[str]:
    """Put the vault's HPKE envelopes under its wrapping key; returns an alarm when some were not made here."""
    done, forged, after = 0, 0, ""
    while rows := _sealed_envelopes(opened, after):
        wrapped = [row for row in map(opened_row, [opened] * len(rows), rows) if row is not None]
        with opened.instance.database.write(opened.vault_id) as conn:
            check_current(conn, opened)
            store_wrapped(conn, wrapped)
        done, forged, after = done + len(wrapped), forged + len(rows) - len(wrapped), rows[-1].envelope_id
    if done:
        opened.instance.database.forget_deleted()
    return [f"envelopes_forged:{forged}"] if forged else []


def read_slots(conn: Connection, vault_id: str, kind: str) -> list[Slot]:
    """The vault's slots of one kind."""
    mine = (keyslot.c.vault_id == vault_id, keyslot.c.kind == kind)
    return [slot_of(row) for row in conn.execute(select(keyslot).where(*mine)).all()]


def slot_of(row: Row[Any]) -> Slot:
    """A stored slot."""
    return Slot(*(getattr(row, name) for name in Slot.__struct_fields__))


def check_current(conn: Connection, opened: OpenVault) -> None:
    """Lock the vault's row; raises Locked when its passphrase was changed since `opened` was opened."""
    query = select(vault.c.verify_public).where(vault.c.vault_id == opened.vault_id).with_for_update()
    if not same(conn.execute(query).scalar_one(), opened.pin.verify):
        raise Locked(N_("The passphrase was changed meanwhile."))


def opened_row(opened: OpenVault, row: Row[Any]) -> dict[str, object] | None:
    """The update that re-wraps an envelope's row; None when it does not open."""
    try:
        found = opened.opened(row.envelope_id, row.form, row.sealed, row.mac)
    except (Tampered, UnknownFormat):
        return None
    wrapped = found.wrapped_under(opened.wrapping_key)
    return {"of": opened.vault_id, "one": row.envelope_id, "sealed": wrapped, "form": WRAP, "mac": b""}


def store_wrapped(conn: Connection, rows: list[dict[str, object]]) -> None:
    """Write re-wrapped envelopes over their HPKE seals."""
    if rows:
        place = (envelope.c.vault_id == bindparam("of"), envelope.c.envelope_id == bindparam("one"))
        conn.execute(update(envelope).where(*place), rows)


def _opened_slot(instance: Instance, vault_id: str, secret: str) -> tuple[Slot, bytes]:
    kind = RECOVERY if parse_recovery(secret) else PASSPHRASE
    with instance.database.read(vault_id) as conn:
        if conn.execute(select(vault.c.vault_id).where(vault.c.vault_id == vault_id)).one_or_none() is None:
            raise NotFound(N_("There is no vault of that name."))
        slots = read_slots(conn, vault_id, kind)
    for slot in slots:
        with suppress(WrongPassphrase):
            return slot, open_slot(slot, secret)
    raise WrongPassphrase(N_("Neither passphrase nor recovery key: this does not open the vault."))


def _differences(opened: OpenVault, conn: Connection) -> list[str]:
    """The stored and the pinned public keys against those the root gives."""
    row = conn.execute(select(vault).where(vault.c.vault_id == opened.vault_id)).one()
    pin, pins = opened.pin, opened.instance.pins.of(opened.vault_id)
    alarms = [] if same(row.inbox_public, pin.inbox) else ["inbox_key_swapped"]
    alarms += [] if same(row.verify_public, pin.verify) else ["verify_key_swapped"]
    return alarms + ([] if pin in pins else ["pins_swapped" if pins else "pins_missing"])


def _put_right(opened: OpenVault, slot: Slot) -> None:
    """Store and pin the true keys again, unless another process changed the root since the slot was read."""
    pin, mine = opened.pin, vault.c.vault_id == opened.vault_id
    with opened.instance.database.write(opened.vault_id) as conn:
        conn.execute(select(vault.c.vault_id).where(mine).with_for_update()).one()
        if slot not in read_slots(conn, opened.vault_id, slot.kind):
            raise Locked(N_("The passphrase was changed meanwhile."))
        conn.execute(update(vault).where(mine).values(inbox_public=pin.inbox, verify_public=pin.verify))
        opened.instance.pins.replace(opened.vault_id, pin)


def _sealed_envelopes(opened: OpenVault, after: str) -> Sequence[Row[Any]]:
    mine = (envelope.c.vault_id == opened.vault_id, envelope.c.form == HPKE, envelope.c.envelope_id > after)
    query = select(envelope).where(*mine).order_by(envelope.c.envelope_id).limit(REWRAP)
    with opened.instance.database.read(opened.vault_id) as conn:
        return conn.execute(query).all()
