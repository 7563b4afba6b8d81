"""Writing to a vault, locked or open: a fresh envelope to its pinned inbox key, stored with the worker's MAC."""

from sqlalchemy import Connection, insert

from mesinfos.vault.envelope import Envelope, new_envelope
from mesinfos.vault.instance import Instance
from mesinfos.vault.openvault import HPKE, envelope_mac
from mesinfos.vault.tables import envelope


def store_envelope(instance: Instance, conn: Connection, vault_id: str) -> Envelope:
    """A new envelope of the vault, its row stored; raises Tampered when the vault's key is not the pinned one.

    Whatever is sealed in it must be stored in the same transaction: the key exists nowhere else.
    """
    fresh = new_envelope(vault_id)
    sealed = fresh.sealed_to(instance.inbox(conn, vault_id))
    mac = envelope_mac(instance, vault_id, fresh.envelope_id, sealed)
    row = {"vault_id": vault_id, "envelope_id": fresh.envelope_id, "grant_id": "", "form": HPKE}
    conn.execute(insert(envelope), [row | {"sealed": sealed, "mac": mac}])
    return fresh
