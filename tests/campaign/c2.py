"""C2: one flipped bit in each byte of each kind of sealed blob is refused, and gives no part of a plaintext."""

import os
from collections.abc import Callable, Iterator
from itertools import cycle, islice

from mesinfos.errors import Locked, MesInfosError
from mesinfos.vault import slots
from mesinfos.vault.envelope import new_envelope, open_envelope, unwrap_envelope
from mesinfos.vault.grantkeys import GrantReader, new_token, seal_for_grant
from mesinfos.vault.instance import signed_by
from mesinfos.vault.instancekey import InstanceKey
from mesinfos.vault.keypair import KeyPair
from mesinfos.vault.openvault import Ed25519PrivateKey
from tests.campaign import Outcome

FULL = 40_000
Opener = Callable[[bytes], object]


def run(tries: int) -> Outcome:
    """Flips spread evenly over the blobs: every byte comes up before a second bit of it does."""
    opened = [f"{name}[{place}]" for name, place, opens in islice(flips(), tries) if opens]
    happened = f"{tries - len(opened)} refused, {len(opened)} opened {' '.join(opened[:5])}"
    return Outcome(tries, "100 % refused", happened, not opened)


def flips() -> Iterator[tuple[str, int, bool]]:
    """Endlessly: which blob, which byte, and whether the damaged blob still opened."""
    kinds = list(blobs())
    longest = max(len(blob) for _, blob, _ in kinds)
    for turn in cycle(range(8)):
        for place in range(longest):
            for name, blob, opener in kinds:
                if place < len(blob):
                    damaged = bytearray(blob)
                    damaged[place] ^= 1 << turn
                    yield name, place, opens(opener, bytes(damaged))


def opens(opener: Opener, blob: bytes) -> bool:
    """True when the opener gave something for the blob."""
    try:
        return bool(opener(blob))
    except MesInfosError as error:
        return isinstance(error, Locked)


def blobs() -> Iterator[tuple[str, bytes, Opener]]:
    """Each kind of blob, once undamaged through its opener."""
    for name, blob, opener in made():
        if not opens(opener, blob):
            raise AssertionError(f"{name} does not open at all")
        yield name, blob, opener


def made() -> Iterator[tuple[str, bytes, Opener]]:
    """Every kind of sealed blob that the store keeps."""
    key, pair, box = os.urandom(32), KeyPair(os.urandom(96)), new_envelope("v")
    yield "item", box.seal("i", "order", 1, b"x" * 300, b"a"), lambda blob: box.open("i", "order", 1, blob, b"a")
    yield "seal", box.sealed_to(pair.public), lambda blob: open_envelope(pair, "v", "", box.envelope_id, blob)
    yield "wrap", box.wrapped_under(key), lambda blob: unwrap_envelope(key, "v", box.envelope_id, blob)
    instance = InstanceKey(key)
    yield "instance value", instance.seal("v", "p", "i", b"x"), lambda blob: instance.open("v", "p", "i", blob)
    yield from slot_blobs()
    private = Ed25519PrivateKey.from_private_bytes(key)
    public = private.public_key().public_bytes_raw()
    yield "signature", private.sign(b"rules"), lambda blob: signed_by(public, b"rules", blob)
    token = new_token()
    name, sealed, (item,) = seal_for_grant("v", "g", token.public_key, [("i", b"x" * 300)])
    yield "grant seal", sealed, lambda blob: GrantReader(token.token, "v", "g").open(name, blob, "i", item)
    yield "disclosure", item, lambda blob: GrantReader(token.token, "v", "g").open(name, sealed, "i", blob)


def slot_blobs() -> Iterator[tuple[str, bytes, Opener]]:
    """A recovery slot's two blobs, a passkey's, and a passphrase slot's content below its commitment."""
    recovery, root = os.urandom(32), os.urandom(32)
    slot, text = slots.recovery_slot("v", "s", recovery, root), slots.recovery_text(recovery)
    yield "recovery root", slot.sealed, lambda blob: slots.open_slot(filled(slot, slot.commitment, blob), text)
    yield "recovery commitment", slot.commitment, lambda blob: slots.open_slot(filled(slot, blob, slot.sealed), text)
    bound, sealed = slot.bound, slots.encrypt(recovery, root, slot.bound)
    own = slots.passkey_slot("v", "s", os.urandom(32), recovery, root)
    yield "passkey root", own.sealed, lambda blob: slots.open_direct(filled(own, own.commitment, blob), recovery)
    yield "passphrase root", sealed, lambda blob: slots.decrypt(recovery, blob, bound)


def filled(slot: slots.Slot, commitment: bytes, sealed: bytes) -> slots.Slot:
    """The slot with other results."""
    return slots._filled(slot, commitment, sealed)
