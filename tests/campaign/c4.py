"""C4: no (key, nonce) pair ever comes twice, in one process, in forks, or in clones of one state."""

import os
from collections.abc import Callable
from hashlib import blake2b
from unittest.mock import patch

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from mesinfos.vault import keys
from mesinfos.vault.envelope import new_envelope
from tests.campaign import Outcome

FULL = 1_000_000
FORKS, CLONES, PER_CLONE = 8, 100, 20
PAIR = 16
"""Bytes kept of the hash of a pair: 1.1 million of them collide by chance once in 10^26."""


def run(tries: int) -> Outcome:
    """A share of the encryptions in each of 8 forks, then 100 clones that all go on from the same state."""
    shared = new_envelope("vault1")
    seen: list[bytes] = []

    def fresh(count: int) -> bytes:
        return recorded(lambda number: new_envelope("vault1").seal(f"i{number % 50}", "order", 1, b"x"), count)

    def cloned(_: int) -> bytes:
        return recorded(lambda number: shared.seal(f"i{number % 2}", "order", 1, b"x"), PER_CLONE)

    for pairs in (*in_forks(fresh, [tries // FORKS] * FORKS), *in_forks(cloned, [0] * min(CLONES, tries))):
        seen += [pairs[start : start + PAIR] for start in range(0, len(pairs), PAIR)]
    repeated = len(seen) - len(set(seen))
    return Outcome(
        len(seen), "0 repeated", f"{repeated} repeated", not repeated and len(seen) >= tries // FORKS * FORKS
    )


def recorded(encrypt: Callable[[int], object], count: int) -> bytes:
    """The hashes of the pairs that `count` encryptions used."""
    pairs = bytearray()

    class Recording:
        """AESGCM, with its key and nonces noted."""

        def __init__(self, key: bytes) -> None:
            self.key, self.real = key, AESGCM(key)

        def encrypt(self, nonce: bytes, plaintext: bytes, bound: bytes) -> bytes:
            pairs.extend(blake2b(self.key + nonce, digest_size=PAIR).digest())
            return self.real.encrypt(nonce, plaintext, bound)

    with patch.object(keys, "AESGCM", Recording):
        for number in range(count):
            encrypt(number)
    return bytes(pairs)


def in_forks(work: Callable[[int], bytes], arguments: list[int]) -> list[bytes]:
    """What `work` returns in one forked child for each argument, eight at a time."""
    results = []
    for start in range(0, len(arguments), FORKS):
        pipes = [forked(work, argument) for argument in arguments[start : start + FORKS]]
        for child, pipe in pipes:
            with os.fdopen(pipe, "rb") as stream:
                results.append(stream.read())
            os.waitpid(child, 0)
    return results


def forked(work: Callable[[int], bytes], argument: int) -> tuple[int, int]:
    """A child at work, and the pipe on which its result comes."""
    read, write = os.pipe()
    child = os.fork()
    if child:
        os.close(write)
        return child, read
    try:
        os.close(read)
        with os.fdopen(write, "wb") as stream:
            stream.write(work(argument))
    finally:
        os._exit(0)
