"""Vectors of key slots: what a passphrase, a recovery key and a passkey open, and what they do not."""

import os
from collections.abc import Iterator

from mesinfos.vault import slots
from tests.vectors.damage import Damage, Vector, bytes_damaged, flipped

PASSPHRASE = "quatre chevaux tirent la charrue, l'été"


def passphrases() -> Iterator[Damage]:
    """Slots that a passphrase opens; most damages are met before Argon2 runs."""
    root = os.urandom(32)
    good = slot_vector(slots.passphrase_slot("vault1", "slot1", PASSPHRASE, root), PASSPHRASE, root)
    yield "opens", "opens", good
    yield "opens_decomposed", "opens", {"secret": PASSPHRASE.replace("é", "e\u0301")}
    yield "secret_wrong", "WrongPassphrase", {"secret": "quatre chevaux"}
    yield "commitment_flipped", "WrongPassphrase", {"commitment": flipped(good["commitment"], 0)}
    yield "salt_flipped", "WrongPassphrase", {"salt": flipped(good["salt"], 0)}
    yield "vault_other", "WrongPassphrase", {"vault_id": "vault2"}
    yield "slot_other", "WrongPassphrase", {"slot_id": "slot2"}
    yield "passes_4", "WrongPassphrase", {"passes": 4}
    yield "sealed_flipped", "Tampered", {"sealed": flipped(good["sealed"], 20)}
    yield "salt_short", "Tampered", {"salt": good["salt"][:8]}
    yield "salt_empty", "Tampered", {"salt": b""}
    for name, values in (("memory_kib", (8, 131071, 1048577)), ("passes", (1, 2, 17)), ("lanes", (1, 3, 17))):
        for value in values:
            yield f"{name}_{value}", "Tampered", {name: value}
    for algorithm in ("", "argon2i", "scrypt", "direct", "none"):
        yield f"algorithm_{algorithm or 'empty'}", "UnknownFormat", {"algorithm": algorithm}
    yield "kind_unknown", "UnknownFormat", {"kind": "passkey"}


def recoveries() -> Iterator[Damage]:
    """Slots that a recovery key opens."""
    root, recovery = os.urandom(32), os.urandom(32)
    text = slots.recovery_text(recovery)
    good = slot_vector(slots.recovery_slot("vault1", "slot1", recovery, root), text, root)
    yield "opens", "opens", good
    yield "opens_typed_back", "opens", {"secret": text.lower().replace("-", " ").replace("0", "o").replace("1", "l")}
    yield "secret_other", "WrongPassphrase", {"secret": slots.recovery_text(os.urandom(32))}
    yield "secret_cut", "WrongPassphrase", {"secret": text[:-1]}
    yield "secret_longer", "WrongPassphrase", {"secret": text + "0"}
    yield "secret_swapped_letters", "WrongPassphrase", {"secret": text[5:9] + "-" + text[:4] + text[9:]}
    yield "secret_forbidden_letter", "WrongPassphrase", {"secret": "U" + text[1:]}
    yield "secret_empty", "WrongPassphrase", {"secret": ""}
    yield "commitment_flipped", "WrongPassphrase", {"commitment": flipped(good["commitment"], 0)}
    yield "vault_other", "WrongPassphrase", {"vault_id": "vault2"}
    yield "slot_other", "WrongPassphrase", {"slot_id": "slot2"}
    yield "algorithm_argon2id", "UnknownFormat", {"algorithm": "argon2id"}
    places = {"mlkem": 5, "x25519": 1100, "root": 1125, "tag": -1}
    yield from bytes_damaged("sealed", good["sealed"], places)


def passkeys() -> Iterator[Damage]:
    """Slots that an authenticator's PRF output opens."""
    root, prf, salt = os.urandom(32), os.urandom(32), os.urandom(32)
    good = slot_vector(slots.passkey_slot("vault1", "slot1", salt, prf, root), prf, root)
    yield "opens", "opens", good
    fresh = slots.passkey_slot("vault1", "slot1", salt, prf, root)
    yield "opens_around_another_root", "opens", {"sealed": changed_root(fresh, prf, salt), "plaintext": salt}
    yield "secret_other", "WrongPassphrase", {"secret": os.urandom(32)}
    yield "secret_flipped", "WrongPassphrase", {"secret": flipped(prf, 31)}
    for size in (0, 31, 33):
        yield f"secret_of_{size}_bytes", "WrongPassphrase", {"secret": (prf + b"\0")[:size]}
    yield "commitment_flipped", "WrongPassphrase", {"commitment": flipped(good["commitment"], 0)}
    yield "commitment_empty", "WrongPassphrase", {"commitment": b""}
    yield "salt_flipped", "WrongPassphrase", {"salt": flipped(salt, 0)}
    yield "salt_empty", "WrongPassphrase", {"salt": b""}
    yield "vault_other", "WrongPassphrase", {"vault_id": "vault2"}
    yield "slot_other", "WrongPassphrase", {"slot_id": "slot2"}
    yield "slid", "WrongPassphrase", {"vault_id": "vault1s", "slot_id": "lot1"}
    for name in ("memory_kib", "passes", "lanes"):
        yield f"{name}_1", "WrongPassphrase", {name: 1}
    yield "kind_recovery", "WrongPassphrase", {"kind": "recovery"}
    for algorithm in ("", "argon2id", "prf"):
        yield f"algorithm_{algorithm or 'empty'}", "UnknownFormat", {"algorithm": algorithm}
    other = slots.passkey_slot("vault1", "slot2", salt, prf, root)
    yield "sealed_of_another_slot", "Tampered", {"sealed": other.sealed}
    yield from bytes_damaged("sealed", good["sealed"], {"mlkem": 5, "x25519": 1100, "root": 1125, "tag": -1})


def changed_root(slot: slots.Slot, secret: bytes, root: bytes) -> bytes:
    """What a slot holds after the passphrase was changed: another root, sealed to the same key."""
    return slots.refilled(slot, slots.direct_pair(slot, secret).public, root).sealed


def slot_vector(slot: slots.Slot, secret: str | bytes, root: bytes) -> Vector:
    """A slot as a vector."""
    return {name: getattr(slot, name) for name in slots.Slot.__struct_fields__} | {"secret": secret, "plaintext": root}
