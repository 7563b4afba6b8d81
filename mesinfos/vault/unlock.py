"""Opening a vault: the secret opens a slot, the root gives the keys, the keys are compared with what is stored.

An alarm is a code, with what it concerns after a colon: "inbox_key_swapped", "verify_key_swapped", "pins_missing",
"pins_swapped", "envelopes_forged:3", and what the hooks of other rooms add.
"""

from sqlalchemy import Connection, Row, bindparam, select, update

from mesinfos.errors import N_, NotFound, Tampered, UnknownFormat, WrongPassphrase
from mesinfos.vault import hooks
from mesinfos.vault.instance import Instance
from mesinfos.vault.keys import same
from mesinfos.vault.openvault import HPKE, WRAP, OpenVault
from mesinfos.vault.slots import PASSPHRASE, RECOVERY, Slot, open_slot, parse_recovery
from mesinfos.vault.tables import envelope, keyslot, vault

__all__ = ["OpenVault", "unlock"]

REWRAP = 1000
"""Envelopes re-wrapped in one transaction."""


def unlock(instance: Instance, vault_id: str, secret: str) -> OpenVault:
    """Open a vault with its passphrase or its recovery key; raises WrongPassphrase, NotFound, Tampered.

    Compares stored and pinned keys with the true ones, puts them right, and tells in `alarms` what differed.
    Re-wraps the envelopes that came in while the vault was locked, and deletes their HPKE seals.
    """
    opened = OpenVault(instance, vault_id, _root(instance, vault_id, secret))
    alarms = [*_compare_pins(opened), *_compare_rows(opened), *_rewrap(opened)]
    with instance.database.read(vault_id) as conn:
        for check in hooks.checks:
            alarms.extend(check(opened, conn))
    opened.alarms = tuple(alarms)
    return opened


def read_slots(conn: Connection, vault_id: str, kind: str) -> list[Slot]:
    """The vault's slots of one kind."""
    mine = (keyslot.c.vault_id == vault_id, keyslot.c.kind == kind)
    rows = conn.execute(select(keyslot).where(*mine)).all()
    return [Slot(*(getattr(row, name) for name in Slot.__struct_fields__)) for row in rows]


def _root(instance: Instance, vault_id: str, secret: str) -> bytes:
    kind = RECOVERY if parse_recovery(secret) else PASSPHRASE
    with instance.database.read(vault_id) as conn:
        if conn.execute(select(vault.c.vault_id).where(vault.c.vault_id == vault_id)).one_or_none() is None:
            raise NotFound(N_("There is no vault of that name."))
        slots = read_slots(conn, vault_id, kind)
    for slot in slots:
        try:
            return open_slot(slot, secret)
        except WrongPassphrase:
            continue
    raise WrongPassphrase(N_("Neither passphrase nor recovery key: this does not open the vault."))


def _compare_pins(opened: OpenVault) -> list[str]:
    pins = opened.instance.pins.of(opened.vault_id)
    if pins == [opened.pin]:
        return []
    opened.instance.pins.replace(opened.vault_id, opened.pin)
    if not pins:
        return ["pins_missing"]
    return [] if opened.pin in pins else ["pins_swapped"]


def _compare_rows(opened: OpenVault) -> list[str]:
    """The stored public keys against those the root gives; the true ones are put back."""
    with opened.instance.database.read(opened.vault_id) as conn:
        row = conn.execute(select(vault).where(vault.c.vault_id == opened.vault_id)).one()
    pin = opened.pin
    alarms = [] if same(row.inbox_public, pin.inbox) else ["inbox_key_swapped"]
    alarms += [] if same(row.verify_public, pin.verify) else ["verify_key_swapped"]
    if alarms:
        with opened.instance.database.write(opened.vault_id) as conn:
            keys = {"inbox_public": pin.inbox, "verify_public": pin.verify}
            conn.execute(update(vault).where(vault.c.vault_id == opened.vault_id).values(keys))
    return alarms


def _rewrap(opened: OpenVault) -> list[str]:
    forged, after = 0, ""
    while True:
        with opened.instance.database.write(opened.vault_id) as conn:
            rows = _sealed_envelopes(conn, opened.vault_id, after)
            wrapped = [row for row in map(opened_row, [opened] * len(rows), rows) if row is not None]
            store_wrapped(conn, wrapped)
        forged += len(rows) - len(wrapped)
        if len(rows) < REWRAP:
            return [f"envelopes_forged:{forged}"] if forged else []
        after = rows[-1].envelope_id


def _sealed_envelopes(conn: Connection, vault_id: str, after: str) -> list[Row[tuple[object, ...]]]:
    mine = (envelope.c.vault_id == vault_id, envelope.c.form == HPKE, envelope.c.envelope_id > after)
    query = select(envelope).where(*mine).order_by(envelope.c.envelope_id).limit(REWRAP)
    return list(conn.execute(query).all())


def opened_row(opened: OpenVault, row: Row[tuple[object, ...]]) -> dict[str, object] | None:
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
