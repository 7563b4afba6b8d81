"""C5: ciphertexts that open under two keys, and malformed seals, are refused before anything is decrypted."""

import os
from unittest.mock import patch

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from mesinfos.errors import MesInfosError, WrongPassphrase
from mesinfos.vault import keypair, keys, slots
from tests.campaign import Outcome

FULL = 300
REDUCTION = 0xE1 << 120


def run(tries: int) -> Outcome:
    """A third two-key ciphertexts put into a slot, two thirds malformed seals of every odd length and version."""
    doubles, malformed = max(1, tries // 3), max(1, tries - tries // 3)
    opened = sum(second_passphrase_opens() for _ in range(doubles))
    decrypted = sum(is_decrypted(number) for number in range(malformed))
    happened = f"{opened} of {doubles} two-key slots and {decrypted} of {malformed} malformed seals reached decryption"
    return Outcome(doubles + malformed, "0 reach decryption", happened, not opened and not decrypted)


def second_passphrase_opens() -> bool:
    """A slot whose content opens under two keys must still open with the committed passphrase only."""
    one, other = "the first passphrase", "another passphrase"
    good = slots.passphrase_slot("v", "s", one, os.urandom(32))
    (first, commitment), (second, _) = (slots._split(slots._stretched(good, text), good) for text in (one, other))
    double = two_key_ciphertext(first, second, good.bound)
    if len(slots.decrypt(first, double, good.bound)) != len(slots.decrypt(second, double, good.bound)):
        raise AssertionError("the attack itself failed")
    crafted = slots._filled(good, commitment, double)
    with patch.object(slots, "decrypt", side_effect=AssertionError("decrypted")):
        try:
            slots.open_slot(crafted, other)
        except WrongPassphrase:
            return False
    return True


def is_decrypted(number: int) -> bool:
    """A seal of wrong length or version; true when a cipher was asked to open it."""
    pair = keypair.KeyPair(bytes(96))
    short = os.urandom(number % keypair.SEALED_EXTRA)
    wrong = bytes([number % 255 + 2 & 0xFF or 7]) + os.urandom(60)
    reached = []
    with patch.object(keys, "AESGCM", lambda _: reached.append(1)), patch.object(keypair, "SUITE", None):
        for attempt in (
            lambda: pair.open(short, b""),
            lambda: keys.decrypt(bytes(32), b"\1" + os.urandom(number % 28), b""),
            lambda: keys.decrypt(bytes(32), wrong, b""),
        ):
            try:
                attempt()
                reached.append(1)
            except MesInfosError:
                pass
    return bool(reached)


def two_key_ciphertext(first: bytes, second: bytes, bound: bytes) -> bytes:
    """A value with one tag that is right under both keys: one block is free, and GHASH is linear in it."""
    nonce, block = os.urandom(12), os.urandom(16)
    hashes = [hash_key(key) for key in (first, second)]
    masks = [ecb(key, nonce + b"\0\0\0\1") for key in (first, second)]
    fixed = [ghash(h, bound, block + bytes(16)) ^ mask for h, mask in zip(hashes, masks, strict=True)]
    weight = times(hashes[0], hashes[0]) ^ times(hashes[1], hashes[1])
    free = times(fixed[0] ^ fixed[1], inverse(weight)).to_bytes(16, "big")
    ciphertext = block + free
    return b"\1" + nonce + ciphertext + (ghash(hashes[0], bound, ciphertext) ^ masks[0]).to_bytes(16, "big")


def ecb(key: bytes, block: bytes) -> int:
    """AES of one block."""
    encryptor = Cipher(algorithms.AES(key), modes.ECB()).encryptor()
    return int.from_bytes(encryptor.update(block), "big")


def hash_key(key: bytes) -> int:
    """GHASH's key H (NIST SP 800-38D §6.3)."""
    return ecb(key, bytes(16))


def ghash(h: int, bound: bytes, ciphertext: bytes) -> int:
    """GHASH over associated data, ciphertext and both lengths."""
    padded = bound + bytes(-len(bound) % 16) + ciphertext + bytes(-len(ciphertext) % 16)
    padded += (len(bound) * 8).to_bytes(8, "big") + (len(ciphertext) * 8).to_bytes(8, "big")
    total = 0
    for start in range(0, len(padded), 16):
        total = times(total ^ int.from_bytes(padded[start : start + 16], "big"), h)
    return total


def times(one: int, other: int) -> int:
    """Multiplication in GCM's field, bits reflected (NIST SP 800-38D §6.3)."""
    product = 0
    for bit in range(127, -1, -1):
        if one >> bit & 1:
            product ^= other
        other = other >> 1 ^ (REDUCTION if other & 1 else 0)
    return product


def inverse(value: int) -> int:
    """value^(2^128 - 2) in GCM's field."""
    result, square = 1 << 127, value
    for _ in range(127):
        square = times(square, square)
        result = times(result, square)
    return result


def self_check() -> bool:
    """The attack's own GHASH gives the tag that the library gives."""
    key, nonce, bound, plain = os.urandom(32), os.urandom(12), b"bound", os.urandom(32)
    sealed = AESGCM(key).encrypt(nonce, plain, bound)
    return (ghash(hash_key(key), bound, sealed[:-16]) ^ ecb(key, nonce + b"\0\0\0\1")).to_bytes(16, "big") == sealed[
        -16:
    ]
