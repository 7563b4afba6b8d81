"""One running MesInfos: its settings, database, instance key and pins."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import Connection, select

from mesinfos.errors import N_, NotFound, StorageUnavailable, Tampered
from mesinfos.settings import Settings
from mesinfos.vault.database import Database, open_database, translated
from mesinfos.vault.instancekey import RESTORE, InstanceKey, load_instance_key
from mesinfos.vault.keys import joined, same
from mesinfos.vault.migrate import migrate
from mesinfos.vault.pins import Pins
from mesinfos.vault.tables import vault


class Instance:
    """What every room needs to reach the store; made by `open_instance`, once in each process."""

    def __init__(self, settings: Settings, database: Database, key: InstanceKey, pins: Pins) -> None:
        self.settings, self.database, self.key, self.pins = settings, database, key, pins

    def close(self) -> None:
        """Let go of the database."""
        self.database.close()

    def verify(self, vault_id: str, context: str, data: bytes, signature: bytes) -> bool:
        """True when a pinned key of the vault signed `data` for this context (Ed25519, RFC 8032)."""
        message = signed_message(vault_id, context, data)
        return any(signed_by(pin.verify, message, signature) for pin in self.pins.of(vault_id))

    def inbox(self, conn: Connection, vault_id: str) -> bytes:
        """The public key to seal to while the vault is locked; raises NotFound, or Tampered when it was swapped."""
        row = conn.execute(select(vault.c.inbox_public).where(vault.c.vault_id == vault_id)).one_or_none()
        if row is None:
            raise NotFound(N_("There is no vault of that name."))
        if not any(same(pin.inbox, row.inbox_public) for pin in self.pins.of(vault_id)):
            raise Tampered(
                N_("The vault's public key is not the one that was pinned; nothing is stored."),
                next_step=N_("Open the vault once: MesInfos then compares its keys and says what changed."),
            )
        return bytes(row.inbox_public)


def open_instance(settings: Settings) -> Instance:
    """Open the store: folder, key file, tables of this version (a backup before any change), pins.

    Several processes may do this at once. Raises StorageFull, StorageUnavailable or UnknownFormat.
    """
    with _one_at_a_time(settings.key_file):
        database = open_database(settings)
        try:
            migrate(database)
            key = _checked_key(settings, database)
        except BaseException:
            database.close()
            raise
    return Instance(settings, database, key, Pins(settings.key_file.with_suffix(".pins")))


def signed_message(vault_id: str, context: str, data: bytes) -> bytes:
    """What is signed: version, purpose and vault are part of it, so a signature fits one place only."""
    return joined(b"mesinfos/1 signature", vault_id.encode(), context.encode(), data)


def signed_by(public: bytes, message: bytes, signature: bytes) -> bool:
    """True when the holder of the private key of `public` signed `message`."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def instance_check(key: InstanceKey, vault_id: str) -> bytes:
    """What a vault row keeps to tell whether the key file is the one it was made with."""
    return key.mac(vault_id, "instance check", b"")


def _checked_key(settings: Settings, database: Database) -> InstanceKey:
    with database.read() as conn:
        row = conn.execute(select(vault.c.vault_id, vault.c.instance_check).limit(1)).one_or_none()
    key = load_instance_key(settings.key_file, may_create=row is None)
    if row is not None and not same(instance_check(key, row.vault_id), row.instance_check):
        raise StorageUnavailable(
            N_("The instance key file {file} does not belong to this database."),
            file=settings.key_file,
            next_step=RESTORE,
        )
    return key


@contextmanager
def _one_at_a_time(key_file: Path) -> Iterator[None]:
    """First starts, and migrations of one machine, one after the other; the lock ends with the process."""
    with translated():
        key_file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = os.open(key_file.with_suffix(".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)
