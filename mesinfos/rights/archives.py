"""Backups kept in the data folder, and proved by restoring them into a temporary place.

An archive that was never restored is a hope. Verifying takes the way that `mesinfos restore` takes, up to an instance
that opens, and then opens every record of the person who asks, with the very vault that is open now.
"""

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import msgspec
from sqlalchemy import func, select

from mesinfos.consent import journal
from mesinfos.errors import N_, InvalidInput, NotFound, Tampered, UnknownFormat
from mesinfos.rights.backup import Content, backup, restore
from mesinfos.vault.check import check_records
from mesinfos.vault.database import translated
from mesinfos.vault.instance import Instance, open_instance
from mesinfos.vault.keys import same
from mesinfos.vault.openvault import OpenVault
from mesinfos.vault.tables import record
from mesinfos.vault.tables import vault as vaults

FOLDER, PROOFS = "backups", "verified.json"
KEPT = 5
"""Archives kept; of the older ones only the last that was verified."""


class Proof(msgspec.Struct, frozen=True):
    """That an archive was restored and opened, when, and how many records of its person; or that it failed."""

    at: datetime
    records: int
    ok: bool = True


class Archive(NamedTuple):
    """One archive of the data folder."""

    name: str
    made_at: datetime
    size: int
    proof: Proof | None


def make(instance: Instance) -> str:
    """A new archive of the whole house, what is sealed sealed, and its name; the oldest beyond `KEPT` go."""
    folder, name = made_folder(instance), f"mesinfos-{datetime.now(UTC):%Y%m%d-%H%M%S-%f}.tar"
    backup(instance, folder / name)
    last = last_proof(instance)
    for old in archives(instance)[KEPT:]:
        if old.proof is None or old.proof != last:
            (folder / old.name).unlink(missing_ok=True)
    return name


def make_and_verify(vault: OpenVault) -> Proof:
    """A new archive, restored and opened at once; raises as `verify` does."""
    name = make(vault.instance)
    with vault.instance.database.write(vault.vault_id) as conn:
        journal.append(vault.instance, conn, vault.vault_id, journal.Action.BACKUP_MADE, vault.vault_id)
    return verify(vault, name)


def archives(instance: Instance) -> list[Archive]:
    """The archives there are, newest first."""
    proofs = _proofs(instance)
    with translated():
        found = [(path.name, path.stat()) for path in folder_of(instance).glob("mesinfos-*.tar")]
    made = [
        Archive(name, datetime.fromtimestamp(stat.st_mtime, UTC), stat.st_size, proofs.get(name))
        for name, stat in found
    ]
    return sorted(made, key=lambda one: one.name, reverse=True)


def last_proof(instance: Instance) -> Proof | None:
    """The newest proof that a backup could be restored."""
    return max((one for one in _proofs(instance).values() if one.ok), key=lambda one: one.at, default=None)


def verify(vault: OpenVault, name: str) -> Proof:
    """Restore an archive into a temporary place and open all of this person's records there.

    Raises NotFound, UnknownFormat for an archive that cannot be read, InvalidInput for one from before this vault or
    its root, which it cannot open, Tampered for records that do not open or are not there.
    """
    instance = vault.instance
    if name not in {one.name for one in archives(instance)}:
        raise NotFound(N_("There is no such backup."))
    try:
        proof = Proof(datetime.now(UTC), _restored(vault, name))
    except (Tampered, UnknownFormat):
        _keep_proof(instance, name, Proof(datetime.now(UTC), 0, ok=False))
        raise
    _keep_proof(instance, name, proof)
    with instance.database.write(vault.vault_id) as conn:
        details = {"records": proof.records}
        journal.append(instance, conn, vault.vault_id, journal.Action.BACKUP_VERIFIED, vault.vault_id, details)
    return proof


def _restored(vault: OpenVault, name: str) -> int:
    settings = vault.instance.settings
    with translated(), TemporaryDirectory(prefix=".verify-", dir=settings.data_dir) as folder:
        update = {"data_dir": Path(folder), "instance_key_file": settings.key_file, "database_url": ""}
        staged = settings.model_copy(update=update)
        content = restore(staged, folder_of(vault.instance) / name)
        with closing(open_instance(staged)) as restored:
            return _opened(OpenVault(restored, vault.vault_id, vault.root), content)


def _opened(vault: OpenVault, content: Content) -> int:
    """How many records open; the archive must hold as many of everybody's as it says."""
    with vault.instance.database.read() as conn:
        rows = conn.execute(select(func.count()).select_from(record)).scalar_one()
        mine = vaults.c.vault_id == vault.vault_id
        verify_public = conn.execute(select(vaults.c.verify_public).where(mine)).scalar()
    if verify_public is None or not same(verify_public, vault.pin.verify):
        raise InvalidInput(
            N_("This backup is older than your vault or its passphrase: what is open now cannot prove it."),
            next_step=N_("Make a new backup now, and verify that one."),
        )
    with vault.instance.database.read(vault.vault_id) as conn:
        found = check_records(vault, conn)
    if rows != content.records or not found.ok:
        raise Tampered(
            N_("This backup was restored, but not all of it opens: {count} records are damaged or missing."),
            next_step=N_("Make a new backup now, and verify that one."),
            count=len(found.damaged) + len(found.missing) + abs(rows - content.records),
        )
    return found.readable


def made_folder(instance: Instance) -> Path:
    """The same, made when it is not there."""
    folder = folder_of(instance)
    with translated():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def folder_of(instance: Instance) -> Path:
    """Where the archives lie, once there is one."""
    return instance.settings.data_dir / FOLDER


def _proofs(instance: Instance) -> dict[str, Proof]:
    try:
        return msgspec.json.decode((folder_of(instance) / PROOFS).read_bytes(), type=dict[str, Proof])
    except (OSError, msgspec.MsgspecError):
        return {}


def _keep_proof(instance: Instance, name: str, proof: Proof) -> None:
    names = {one.name for one in archives(instance)}
    kept = {one: known for one, known in _proofs(instance).items() if one in names}
    half = folder_of(instance) / f".{PROOFS}.part"
    half.write_bytes(msgspec.json.encode(kept | {name: proof}))
    half.chmod(0o600)
    half.replace(folder_of(instance) / PROOFS)
