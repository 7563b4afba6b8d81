"""Key slots: what turns a passphrase, recovery key or passkey into the vault's root. Specified in docs/sealing.md §5.

AES-GCM does not commit to its key, so a slot first compares a 32-byte commitment; only then does it decrypt.
A direct slot (recovery key, passkey) seals the root to a public key derived from its 32 random bytes: a new root can be
put into it without the paper or the authenticator, and an old root tells nothing about them.
"""

import os
import unicodedata
from hashlib import sha256
from threading import BoundedSemaphore

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from msgspec import Struct

from mesinfos.errors import N_, InvalidInput, Tampered, UnknownFormat, WrongPassphrase
from mesinfos.vault.keypair import SEED, KeyPair, seal_to
from mesinfos.vault.keys import KEY, committing, decrypt, derive, encrypt, joined, same

PASSPHRASE, RECOVERY, PASSKEY = "passphrase", "recovery", "passkey"
ARGON2ID, DIRECT = "argon2id", "direct"
ALGORITHM = {PASSPHRASE: ARGON2ID, RECOVERY: DIRECT, PASSKEY: DIRECT}
MEMORY_KIB, PASSES, LANES = 128 * 1024, 3, 4
"""Argon2id (RFC 9106): twice the memory of its second recommended choice, about 0.3 s on one core."""

FLOOR = (MEMORY_KIB, PASSES, LANES)
CEILING = (1024 * 1024, 16, 16)
SHORTEST = 8
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base32: no I, L, O or U; typed back, they are read as 1, 1 and 0."""

_OPENS_NOTHING = {
    RECOVERY: N_("This recovery key does not open this vault."),
    PASSKEY: N_("This passkey does not open this vault."),
}

_argon2_runs = BoundedSemaphore(1)
"""A second one waits. OpenSSL counts the threads of all runs together, and a run keeps those it has while it waits for
more: two at once in one process stop each other for ever, and with them every door of the house. At 128 MiB each, a
crowd at the door cannot exhaust the memory either.
"""


class Slot(Struct, frozen=True):
    """A stored key slot; parameters are part of what the key is derived from, so they cannot be changed."""

    vault_id: str
    slot_id: str
    kind: str
    algorithm: str
    memory_kib: int
    passes: int
    lanes: int
    salt: bytes
    commitment: bytes
    sealed: bytes

    @property
    def bound(self) -> bytes:
        """Everything but the two results, length-prefixed."""
        numbers = [number.to_bytes(4, "big") for number in (self.memory_kib, self.passes, self.lanes)]
        names = [name.encode() for name in (self.vault_id, self.slot_id, self.kind, self.algorithm)]
        return joined(b"mesinfos/1 slot", *names, *numbers, self.salt)


def check_passphrase(passphrase: str) -> str:
    """The passphrase in Unicode's composed form (NFC); raises InvalidInput when it is too short to protect."""
    text = unicodedata.normalize("NFC", passphrase)
    if len(text.strip()) < SHORTEST:
        message = N_("A passphrase needs at least {count} characters; four unusual words are easy to keep.")
        raise InvalidInput(message, count=SHORTEST, field="passphrase")
    return text


def passphrase_slot(vault_id: str, slot_id: str, passphrase: str, root: bytes) -> Slot:
    """A new slot that a passphrase opens; runs Argon2id once."""
    blank = Slot(vault_id, slot_id, PASSPHRASE, ARGON2ID, *FLOOR, os.urandom(16), b"", b"")
    key, commitment = _split(_stretched(blank, check_passphrase(passphrase)), blank)
    return _filled(blank, commitment, encrypt(key, root, blank.bound))


def recovery_slot(vault_id: str, slot_id: str, recovery: bytes, root: bytes) -> Slot:
    """A new slot that the 32 bytes of a recovery key open."""
    return _direct_slot(Slot(vault_id, slot_id, RECOVERY, DIRECT, 0, 0, 0, b"", b"", b""), recovery, root)


def passkey_slot(vault_id: str, slot_id: str, salt: bytes, prf: bytes, root: bytes) -> Slot:
    """A new slot that an authenticator opens: `prf` is what it computes of `salt` (WebAuthn Level 3 §10.1.4)."""
    return _direct_slot(Slot(vault_id, slot_id, PASSKEY, DIRECT, 0, 0, 0, salt, b"", b""), prf, root)


def refilled(slot: Slot, public: bytes, root: bytes) -> Slot:
    """The same direct slot around another root; `public` is the public half of `direct_pair`."""
    return _filled(slot, slot.commitment, seal_to(public, root, slot.bound))


def direct_pair(slot: Slot, secret: bytes) -> KeyPair:
    """The key pair that a direct slot's 32 bytes have in this slot."""
    return KeyPair(derive(secret, f"{slot.kind} pair", slot.bound, size=SEED))


def open_direct(slot: Slot, secret: bytes) -> bytes:
    """The vault's root by the 32 bytes of a direct slot; raises as `open_slot` does."""
    check_parameters(slot)
    # The length is asked for itself: HMAC fills a short key up with zeros, so 33 bytes could commit like 32.
    if len(secret) != KEY or not same(derive(secret, "commitment", slot.bound), slot.commitment):
        raise WrongPassphrase(_OPENS_NOTHING[slot.kind])
    return _root(direct_pair(slot, secret).open(slot.sealed, slot.bound))


def open_slot(slot: Slot, secret: str) -> bytes:
    """The vault's root by what was typed; raises WrongPassphrase, Tampered (parameters, content) or UnknownFormat."""
    check_parameters(slot)
    if slot.kind == RECOVERY:
        return open_direct(slot, parse_recovery(secret) or b"")
    key, commitment = _split(_stretched(slot, unicodedata.normalize("NFC", secret)), slot)
    if not same(commitment, slot.commitment):
        raise WrongPassphrase(N_("This passphrase does not open this vault."))
    return _root(decrypt(key, slot.sealed, slot.bound))


def check_parameters(slot: Slot) -> None:
    """Refuse parameters weaker than we ever write, or so heavy that they would stop the machine."""
    if slot.algorithm != ALGORITHM.get(slot.kind):
        raise UnknownFormat(N_("A key slot uses a method this MesInfos does not know."))
    if slot.algorithm == DIRECT:
        return  # nothing to weaken: every column is bound, so a changed one fails the commitment
    asked = (slot.memory_kib, slot.passes, slot.lanes)
    if any(not low <= value <= high for low, value, high in zip(FLOOR, asked, CEILING, strict=True)):
        raise Tampered(N_("The strength of this vault's passphrase slot was changed."))
    if len(slot.salt) != 16 or len(slot.commitment) != KEY:
        raise Tampered(N_("A key slot is damaged."))


def recovery_text(recovery: bytes) -> str:
    """A recovery key as it is printed: 32 bytes and 3 of checksum, 14 groups of 4 characters."""
    number = int.from_bytes(recovery + _checksum(recovery), "big")
    text = "".join(ALPHABET[number >> shift & 31] for shift in range(275, -1, -5))
    return "-".join(text[start : start + 4] for start in range(0, len(text), 4))


def parse_recovery(text: str) -> bytes | None:
    """The 32 bytes of a recovery key as somebody typed it back; None when it is not one."""
    tidy = "".join(text.upper().split()).replace("-", "").replace("O", "0").replace("I", "1").replace("L", "1")
    if len(tidy) != 56 or not set(tidy) <= set(ALPHABET):
        return None
    number = 0
    for character in tidy:
        number = number << 5 | ALPHABET.index(character)
    whole = number.to_bytes(35, "big")
    return whole[:KEY] if same(whole[KEY:], _checksum(whole[:KEY])) else None


def _checksum(recovery: bytes) -> bytes:
    return sha256(b"mesinfos/1 recovery" + recovery).digest()[:3]


def stretched(passphrase: str, salt: bytes, memory_kib: int, passes: int, lanes: int) -> bytes:
    """32 bytes of Argon2id (RFC 9106); one run at a time in a process, each with all its lanes."""
    with _argon2_runs:
        stretch = Argon2id(salt=salt, length=KEY, iterations=passes, lanes=lanes, memory_cost=memory_kib)
        return stretch.derive(passphrase.encode("utf-8", "surrogatepass"))


def _direct_slot(blank: Slot, secret: bytes, root: bytes) -> Slot:
    sealed = seal_to(direct_pair(blank, secret).public, root, blank.bound)
    return _filled(blank, derive(secret, "commitment", blank.bound), sealed)


def _stretched(slot: Slot, passphrase: str) -> bytes:
    return stretched(passphrase, slot.salt, slot.memory_kib, slot.passes, slot.lanes)


def _split(stretched: bytes, slot: Slot) -> tuple[bytes, bytes]:
    return committing(stretched, "slot", slot.bound)


def _filled(slot: Slot, commitment: bytes, sealed: bytes) -> Slot:
    names = (slot.vault_id, slot.slot_id, slot.kind, slot.algorithm)
    return Slot(*names, slot.memory_kib, slot.passes, slot.lanes, slot.salt, commitment, sealed)


def _root(plaintext: bytes) -> bytes:
    if len(plaintext) != KEY:
        raise Tampered(N_("A key slot is damaged."))
    return plaintext
