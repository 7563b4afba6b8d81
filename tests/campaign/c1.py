"""C1: RFC 9180's own vector, the library against HPKE written out by hand, our frozen vectors with two readers."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from mesinfos.errors import MesInfosError, Tampered
from mesinfos.vault.envelope import Envelope, open_envelope, unwrap_envelope
from mesinfos.vault.grantkeys import Bound, GrantReader, unwrap_seed
from mesinfos.vault.instance import signed_by, signed_message
from mesinfos.vault.keypair import KeyPair, seal_to
from mesinfos.vault.slots import Slot, open_direct, open_slot
from tests import reader
from tests.campaign import Outcome
from tests.vault import hpke_by_hand

FULL = 1000
VECTORS = Path(__file__).parents[1] / "vectors"
OPENS = "opens"
Vector = dict[str, Any]


def run(tries: int) -> Outcome:
    """Every vector with both readers, then `tries` seals of the library opened by hand."""
    wrong = [name for name, vector in vectors() if any(seen(open_, vector) != expected(vector) for open_ in both(name))]
    wrong += [] if published_vector_opens() else ["RFC 9180 A.1"]
    wrong += [f"hpke {number}" for number in range(tries) if not library_agrees()]
    count = len(vectors())
    happened = f"{count} vectors by two readers and {tries} seals by hand: {len(wrong)} differ {' '.join(wrong[:5])}"
    return Outcome(count + tries, "all as stated", happened, not wrong and count >= 150)


def vectors() -> list[tuple[str, Vector]]:
    """Every frozen vector, with its kind and damage as its name."""
    files = sorted(VECTORS.glob("*/*.json"))
    return [(f"{file.parent.name}/{file.stem}", read_vector(file)) for file in files]


def read_vector(file: Path) -> Vector:
    """A vector with its bytes as bytes."""
    return {name: from_hex(value) for name, value in json.loads(file.read_text("utf-8")).items()}


def from_hex(value: Any) -> Any:
    """The other side of `make.in_hex`."""
    if isinstance(value, str) and value.startswith("hex:"):
        return bytes.fromhex(value[4:])
    return [from_hex(part) for part in value] if isinstance(value, list) else value


def both(name: str) -> tuple[Callable[[Vector], bytes], Callable[[Vector], bytes]]:
    """Our opener and the second reader's, for the kind that a vector's name begins with."""
    kind = name.split("/", maxsplit=1)[0]
    return OURS[kind], THEIRS[kind]


def expected(vector: Vector) -> tuple[str, bytes]:
    """What must come out: the plaintext, or a class of error and nothing."""
    return (OPENS, vector["plaintext"]) if vector["expects"] == OPENS else (vector["expects"], b"")


def seen(opener: Callable[[Vector], bytes], vector: Vector) -> tuple[str, bytes]:
    """What did come out."""
    try:
        return OPENS, opener(vector)
    except reader.Refused as refused:
        return refused.args[0], b""
    except MesInfosError as error:
        return type(error).__name__, b""


def our_item(vector: Vector) -> bytes:
    place = (vector["vault_id"], vector["grant_id"], vector["envelope_id"])
    box = Envelope(*place, vector["key"])
    return box.open(vector["item_id"], vector["type"], vector["schema"], vector["sealed"], *vector["bound"])


def our_seal(vector: Vector) -> bytes:
    place = (vector["vault_id"], vector["grant_id"], vector["envelope_id"])
    return open_envelope(KeyPair(vector["seed"]), *place, vector["sealed"])._key


def our_slot(vector: Vector) -> bytes:
    slot = Slot(**{name: vector[name] for name in Slot.__struct_fields__})
    secret = vector["secret"]
    return open_direct(slot, secret) if isinstance(secret, bytes) else open_slot(slot, secret)


def our_signature(vector: Vector) -> bytes:
    message = signed_message(vector["vault_id"], vector["context"], vector["data"])
    if not signed_by(vector["public"], message, vector["sealed"]):
        raise Tampered("not signed")
    return b""


def our_seed(vector: Vector) -> bytes:
    bound = Bound(**{name: vector[name] for name in Bound.__struct_fields__})
    return unwrap_seed(vector["token"], bound, vector["sealed"])


def their_seed(vector: Vector) -> bytes:
    return reader.open_seed(vector["token"], vector, vector["challenge"])


def our_disclosure(vector: Vector) -> bytes:
    opener = GrantReader(vector["token"], vector["vault_id"], vector["grant_id"])
    return opener.open(vector["envelope_id"], vector["sealed_key"], vector["item_id"], vector["sealed"])


def their_item(vector: Vector) -> bytes:
    place = (vector["vault_id"], vector["grant_id"], vector["envelope_id"])
    item = (vector["item_id"], vector["type"], vector["schema"])
    return reader.open_item(vector["key"], place, item, tuple(vector["bound"]), vector["sealed"])


def their_seal(vector: Vector) -> bytes:
    info = reader.joined("mesinfos/1 envelope", vector["vault_id"], vector["grant_id"], vector["envelope_id"])
    return whole_key(reader.open_hpke(reader.pair(vector["seed"]), info, vector["sealed"]))


def their_wrap(vector: Vector) -> bytes:
    context = (vector["vault_id"], vector["envelope_id"])
    return whole_key(reader.open_sealed(vector["key"], "wrap", context, vector["sealed"]))


def whole_key(key: bytes) -> bytes:
    reader.require(len(key) == 32)
    return key


def their_disclosure(vector: Vector) -> bytes:
    return reader.open_disclosure(vector["token"], vector["sealed_key"], vector | {"ciphertext": vector["sealed"]})


def their_signature(vector: Vector) -> bytes:
    place = (vector["public"], vector["vault_id"], vector["context"])
    reader.require(reader.is_signed(*place, vector["data"], vector["sealed"]))
    return b""


def their_slot(vector: Vector) -> bytes:
    return reader.open_slot(vector, vector["secret"])


def our_wrap(vector: Vector) -> bytes:
    return unwrap_envelope(vector["key"], vector["vault_id"], vector["envelope_id"], vector["sealed"])._key


OURS = {"item": our_item, "seal": our_seal, "wrap": our_wrap, "passphrase": our_slot, "recovery": our_slot}
OURS |= {"passkey": our_slot, "disclosure": our_disclosure, "signature": our_signature, "seed": our_seed}
THEIRS = {"item": their_item, "seal": their_seal, "wrap": their_wrap, "passphrase": their_slot, "recovery": their_slot}
THEIRS |= {"passkey": their_slot, "disclosure": their_disclosure, "signature": their_signature, "seed": their_seed}


def published_vector_opens() -> bool:
    """RFC 9180 appendix A.1.1, the first encryption; then the library's X25519 suite against the same code."""
    private = bytes.fromhex("4612c550263fc8ad58375df3f557aac531d26850903e55a9f23f21d8534e8ac8")
    enc = bytes.fromhex("37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431")
    sealed = "f938558b5d72f1a23810b4be2ab4f84331acc02fc97babc53a52ae8218a355a96d8770ac83d07bea87e13c512a"
    ids, info = hpke_by_hand.Ids(hpke_by_hand.X25519_KEM, hpke_by_hand.AES_128_GCM), b"Ode on a Grecian Urn"
    secret = hpke_by_hand.shared_x25519(private, enc)
    plain = hpke_by_hand.open_base(ids, secret, info, bytes.fromhex(sealed), b"Count-0")
    suite = hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_128_GCM)
    made = suite.encrypt(plain, X25519PrivateKey.from_private_bytes(private).public_key(), info=info)
    again = hpke_by_hand.open_base(ids, hpke_by_hand.shared_x25519(private, made[:32]), info, made[32:])
    return plain == again == b"Beauty is truth, truth beauty"


def library_agrees() -> bool:
    """A seal of ours, opened by X-Wing and the key schedule written out by hand."""
    seed, plain, info = os.urandom(96), os.urandom(32), os.urandom(40)
    made = seal_to(KeyPair(seed).public, plain, info)
    ids = hpke_by_hand.Ids(hpke_by_hand.XWING_KEM, hpke_by_hand.AES_256_GCM)
    return hpke_by_hand.open_base(ids, hpke_by_hand.shared_xwing(seed, made[:1120]), info, made[1120:]) == plain
