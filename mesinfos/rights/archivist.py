"""Backups by the clock, each proved as soon as somebody opens a vault: before that nobody can open what is in it."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from threading import Lock, Thread

from mesinfos.errors import InvalidInput, Locked, MesInfosError
from mesinfos.logs import get_logger
from mesinfos.notices.book import Planned, Told, note
from mesinfos.rights.archives import Archive, archives, made_folder, make, verify
from mesinfos.syncing.schedule import Clock
from mesinfos.vault.database import translated
from mesinfos.vault.instance import Instance
from mesinfos.vault.openvault import OpenVault
from mesinfos.vault.vaults import list_persons

HOUR = 3600.0  # seconds between two looks at the clock
SLACK = timedelta(days=2)
"""A machine that sleeps at night misses its hour; only after this much more is a backup missing."""

log = get_logger("mesinfos.archivist")


class Archivist:
    """The backups of one process; several processes of a data folder make one between them."""

    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        self._clock = Clock(self.round, HOUR)
        self._proving = Lock()

    def start(self) -> None:
        """Make what is due now, and look again every hour."""
        self._clock.start()

    def stop(self) -> None:
        """Look no more."""
        self._clock.stop()

    def round(self) -> None:
        """Make a backup when the newest is older than the settings want; raises StorageUnavailable."""
        with _alone(self._instance) as mine:
            if mine and is_due(self._instance):
                make(self._instance)
            if mine:
                tell(self._instance)

    def opened(self, vault: OpenVault) -> None:
        """Prove the newest backup with a vault that was just opened, beside what its person does."""
        newest = next(iter(archives(self._instance)), None)
        if newest and newest.proof is None:
            Thread(target=self.prove, args=(vault, newest.name), name="archivist", daemon=True).start()

    def prove(self, vault: OpenVault, name: str) -> None:
        """Prove one in this thread; a backup that does not open is noted, for home to tell."""
        if not self._proving.acquire(blocking=False):
            return
        try:
            verify(vault, name)
        except (Locked, InvalidInput):
            pass  # closed meanwhile, or a vault that is newer than the backup; another opening tries again
        except MesInfosError as error:
            log.warning("a backup could not be proved", exc_info=error)
        finally:
            self._proving.release()


def is_due(instance: Instance) -> bool:
    """Whether somebody lives here, and the newest backup is older than the settings want."""
    days = instance.settings.backup_days
    newest = next(iter(archives(instance)), None)
    if not days or not list_persons(instance):
        return False
    return newest is None or _age(newest) >= timedelta(days=days)


def overdue(instance: Instance) -> Archive | None:
    """The newest backup, when the clock should have made another long ago."""
    days = instance.settings.backup_days
    newest = next(iter(archives(instance)), None)
    late = newest and days and _age(newest) >= timedelta(days=days) + SLACK
    return newest if late else None


def broken(instance: Instance) -> Archive | None:
    """The newest backup, when restoring it was tried and failed."""
    newest = next(iter(archives(instance)), None)
    return newest if newest and newest.proof and not newest.proof.ok else None


def tell(instance: Instance) -> None:
    """Have everybody told, once for each archive, that the newest does not open, or is too old."""
    now, bad, late = datetime.now(UTC), broken(instance), overdue(instance)
    found = [Planned(Told("broken"), now, bad.name)] if bad else []
    found += [Planned(Told("overdue"), now, late.name)] if late else []
    for person in list_persons(instance) if found else ():
        note(instance, person.vault_id, found, now)


def _age(one: Archive) -> timedelta:
    return datetime.now(UTC) - one.made_at


@contextmanager
def _alone(instance: Instance) -> Iterator[bool]:
    """True to one process at a time: the lock ends with its holder, however that ends."""
    with translated(), (made_folder(instance) / ".lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True
