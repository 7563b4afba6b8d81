"""The instance key: 32 bytes in a file outside the database, for what must be readable while vaults are locked.

It protects source credentials in the always-on mode, dedupe tags, merchant tags and the rules of live grants.
"""

import os
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from functools import lru_cache
from hmac import digest
from pathlib import Path

from mesinfos.errors import N_, StorageUnavailable
from mesinfos.vault.database import translated
from mesinfos.vault.frame import pack, unpack
from mesinfos.vault.keys import KEY, derive, open_under, seal_under
from mesinfos.vault.signing import SigningKey

MARK = "mesinfos-instance-key-1:"
DAMAGED = N_("The instance key file {file} cannot be used.")
RESTORE = N_("Put back the instance key file from your backup; without it sources must be connected again.")


class InstanceKey:
    """Seals and authenticates for one vault and one purpose at a time; shows no key."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._subkey = lru_cache(maxsize=4096)(self._make_subkey)

    def __repr__(self) -> str:
        return "InstanceKey(…)"

    def seal(self, vault_id: str, purpose: str, item_id: str, plaintext: bytes) -> bytes:
        """Seal a value of a vault so that this instance can read it while the vault is locked."""
        return seal_under(self._key, "instance", _context(vault_id, purpose, item_id), pack(plaintext))

    def open(self, vault_id: str, purpose: str, item_id: str, sealed: bytes) -> bytes:
        """What `seal` sealed for the same vault, purpose and item; raises Tampered or UnknownFormat."""
        return unpack(open_under(self._key, "instance", _context(vault_id, purpose, item_id), sealed))

    def mac(self, vault_id: str, purpose: str, data: bytes) -> bytes:
        """HMAC-SHA256 (RFC 2104) of `data` under a key for this vault and purpose: 32 bytes."""
        return digest(self._subkey(vault_id, purpose), data, "sha256")

    def signer(self, purpose: str) -> SigningKey:
        """This instance's own signing key for a purpose: what it says while a vault is locked is signed with it."""
        return SigningKey(derive(self._key, f"{purpose} signing"))

    def token(self, vault_id: str, purpose: str, item_id: str) -> bytes:
        """32 bytes that only this instance can make, and make again: a secret to hand out that is stored nowhere."""
        return derive(self._key, "token", *_context(vault_id, purpose, item_id))

    def _make_subkey(self, vault_id: str, purpose: str) -> bytes:
        return derive(self._key, "mac", vault_id.encode(), purpose.encode())


def load_instance_key(path: Path, *, may_create: bool) -> InstanceKey:
    """The key in `path`, made there when it is missing and `may_create`; raises StorageUnavailable."""
    if may_create and not path.exists():
        _create(path)
    try:
        text = path.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError):
        raise StorageUnavailable(DAMAGED, file=path, next_step=RESTORE) from None
    if text.startswith(MARK):
        try:
            key = urlsafe_b64decode(text.removeprefix(MARK))
        except NotBase64:
            key = b""
        if len(key) == KEY:
            _keep_private(path)
            return InstanceKey(key)
    raise StorageUnavailable(DAMAGED, file=path, next_step=RESTORE)


def _create(path: Path) -> None:
    """Written whole beside, then linked into place: of several first starts at once, one wins and all agree."""
    half = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    with translated():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            with os.fdopen(descriptor, "w") as file:
                file.write(MARK + urlsafe_b64encode(os.urandom(KEY)).decode() + "\n")
                file.flush()
                os.fsync(file.fileno())
            os.link(half, path)
        except FileExistsError:
            pass
        finally:
            half.unlink(missing_ok=True)


def _keep_private(path: Path) -> None:
    """Take other people's rights away where the file is ours; a container's secret may be owned by root."""
    found = path.stat()
    if found.st_mode & 0o077 and found.st_uid == os.getuid():
        path.chmod(0o600)


def _context(vault_id: str, purpose: str, item_id: str) -> tuple[bytes, ...]:
    return (vault_id.encode(), purpose.encode(), item_id.encode())
