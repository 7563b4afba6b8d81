"""The pins: each vault's public keys in a file beside the instance key, where no SQL statement reaches.

The locked worker seals only to a pinned inbox key and believes only what a pinned verify key signed. While a
passphrase changes, the old and the new keys are both accepted. Specified in docs/sealing.md §8.
"""

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

from msgspec import DecodeError, Struct, ValidationError
from msgspec.json import decode, encode

from mesinfos.errors import N_, StorageUnavailable
from mesinfos.vault.database import translated


class Pin(Struct, frozen=True):
    """The public keys of one vault at one time."""

    inbox: bytes
    verify: bytes


class _File(Struct):
    version: int = 1
    vaults: dict[str, list[Pin]] = {}


class Pins:
    """Reads the file when it changed, and writes it whole: 0600, one rename, one writer at a time."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._guard = Lock()
        self._seen: tuple[int, int, int] | None = None
        self._vaults: dict[str, list[Pin]] = {}

    def of(self, vault_id: str) -> list[Pin]:
        """The accepted keys of a vault: none when it was never pinned here, two while its passphrase changes."""
        with self._guard:
            self._refresh()
            return list(self._vaults.get(vault_id, ()))

    def replace(self, vault_id: str, *pins: Pin) -> None:
        """Accept exactly these keys for a vault; none forgets it."""
        with self._guard, self._alone():
            self._refresh()
            self._vaults[vault_id] = list(pins)
            if not pins:
                del self._vaults[vault_id]
            self._save()

    def _refresh(self) -> None:
        with translated():
            try:
                found = self._path.stat()
                identity = (found.st_mtime_ns, found.st_size, found.st_ino)
                if identity != self._seen:
                    self._vaults, self._seen = _parsed(self._path), identity
            except FileNotFoundError:
                self._vaults, self._seen = {}, None

    def _save(self) -> None:
        half = self._path.with_name(f".{self._path.name}.{secrets.token_hex(8)}")
        with translated():
            descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
            try:
                with os.fdopen(descriptor, "wb") as file:
                    file.write(encode(_File(vaults=self._vaults)))
                    file.flush()
                    os.fsync(file.fileno())
                half.replace(self._path)
                _sync_folder(self._path.parent)
            finally:
                half.unlink(missing_ok=True)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with translated():
            lock = os.open(
                self._path.with_name(f"{self._path.name}.lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600
            )
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)


def _parsed(path: Path) -> dict[str, list[Pin]]:
    try:
        return decode(path.read_bytes(), type=_File).vaults
    except (DecodeError, ValidationError):
        raise StorageUnavailable(
            N_("The file of pinned keys {file} is damaged."),
            file=path,
            next_step=N_("Put it back from your backup, or remove it and open every vault once."),
        ) from None


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
