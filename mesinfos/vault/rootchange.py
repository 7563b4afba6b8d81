"""A changed passphrase makes a new root: an old copy of the database and the old passphrase open nothing later.

One transaction re-wraps every envelope, re-seals what lies under the root, has grants re-signed and ends every session.
"""

import os
from collections.abc import Callable

from sqlalchemy import Connection, delete, insert, select, update

from mesinfos.errors import Locked
from mesinfos.vault import hooks
from mesinfos.vault.instance import Instance
from mesinfos.vault.keys import KEY, new_id
from mesinfos.vault.openvault import GRANT, WRAP, OpenVault
from mesinfos.vault.slots import (
    PASSPHRASE,
    RECOVERY,
    Slot,
    check_passphrase,
    direct_pair,
    passphrase_slot,
    recovery_slot,
    recovery_text,
    refilled,
)
from mesinfos.vault.sources import reseal_sources
from mesinfos.vault.tables import envelope, keyslot, session
from mesinfos.vault.tables import vault as vaults
from mesinfos.vault.unlock import check_current, slot_of, store_wrapped
from mesinfos.vault.vaults import slot_row

Resign = Callable[[OpenVault, OpenVault, Connection], None]


def change_passphrase(instance: Instance, vault: OpenVault, passphrase: str, resign: Resign | None = None) -> OpenVault:
    """A new root behind a new passphrase; recovery key and passkeys open it as before. Returns the vault, newly open.

    Refuses with Tampered, and changes nothing, when one envelope does not open. The old `vault` is closed.
    """
    check_passphrase(passphrase)
    fresh = OpenVault(instance, vault.vault_id, os.urandom(KEY), vault.alarms)
    slot = passphrase_slot(vault.vault_id, new_id(), passphrase, fresh.root)
    try:
        with instance.database.write(vault.vault_id) as conn:
            check_current(conn, vault)
            instance.pins.replace(vault.vault_id, vault.pin, fresh.pin)
            _take_over(conn, vault, fresh)
            _replace_slots(conn, vault, fresh, slot)
            for renew in (*hooks.renewals, *([resign] if resign else ())):
                renew(vault, fresh, conn)
            conn.execute(delete(session).where(session.c.vault_id == vault.vault_id))
    except Locked:  # the row is another root's: so are the pins
        raise
    except BaseException:
        instance.pins.replace(vault.vault_id, vault.pin)
        raise
    instance.pins.replace(vault.vault_id, fresh.pin)
    instance.database.forget_deleted()
    vault.close()
    return fresh


def new_recovery_key(instance: Instance, vault: OpenVault) -> str:
    """Replace the recovery key; returns the new one as text. The old paper opens nothing from now on."""
    recovery = os.urandom(KEY)
    slot = recovery_slot(vault.vault_id, new_id(), recovery, vault.root)
    with instance.database.write(vault.vault_id) as conn:
        check_current(conn, vault)
        conn.execute(delete(keyslot).where(keyslot.c.vault_id == vault.vault_id, keyslot.c.kind == RECOVERY))
        conn.execute(insert(keyslot), slot_row(vault, slot, direct_pair(slot, recovery).public))
    return recovery_text(recovery)


def _take_over(conn: Connection, old: OpenVault, new: OpenVault) -> None:
    keys = {"inbox_public": new.pin.inbox, "verify_public": new.pin.verify}
    conn.execute(update(vaults).where(vaults.c.vault_id == old.vault_id).values(keys))
    mine = (envelope.c.vault_id == old.vault_id, envelope.c.form != GRANT)
    rows = []
    for row in conn.execute(select(envelope).where(*mine)):
        found = old.opened(row.envelope_id, row.form, row.sealed, row.mac)
        wrapped = found.wrapped_under(new.wrapping_key)
        rows.append({"of": old.vault_id, "one": row.envelope_id, "sealed": wrapped, "form": WRAP, "mac": b""})
    store_wrapped(conn, rows)
    reseal_sources(conn, old, new)


def _replace_slots(conn: Connection, old: OpenVault, new: OpenVault, slot: Slot) -> None:
    mine = keyslot.c.vault_id == old.vault_id
    for row in conn.execute(select(keyslot).where(mine, keyslot.c.kind != PASSPHRASE)).all():
        public = old.open(row.kind, row.slot_id, row.public_sealed)
        kept = refilled(slot_of(row), public, new.root)
        conn.execute(delete(keyslot).where(mine, keyslot.c.slot_id == row.slot_id))
        conn.execute(insert(keyslot), slot_row(new, kept, public))
    conn.execute(delete(keyslot).where(mine, keyslot.c.kind == PASSPHRASE))
    conn.execute(insert(keyslot), slot_row(new, slot, b""))
