"""A second reader of the sealed format, written from docs/sealing.md alone; it imports nothing of MesInfos.

python -m tests.reader FILE.db VAULT_ID           asks for the passphrase or recovery key, prints the records
"""

import hmac
import json
import sqlite3
import sys
import unicodedata
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from contextlib import closing
from getpass import getpass
from hashlib import sha256
from pathlib import Path
from typing import Any

import zstandard
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes, hpke
from cryptography.hazmat.primitives.asymmetric import ed25519, mlkem, x25519
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

SUITE = hpke.Suite(hpke.KEM.MLKEM768_X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)
DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
Pair = hpke.MLKEM768X25519PrivateKey


class Refused(Exception):
    """What was read is not what the format permits; the first argument is the class of error."""


def require(truth: bool, kind: str = "Tampered") -> None:
    if not truth:
        raise Refused(kind)


def number(value: int, size: int) -> bytes:
    return value.to_bytes(size, "big")


def joined(*parts: bytes | str) -> bytes:
    plain = [part.encode() if isinstance(part, str) else part for part in parts]
    return b"".join(number(count, 4) for count in (len(plain), *map(len, plain))) + b"".join(plain)


def derive(key: bytes, label: str, *context: bytes | str, size: int = 32) -> bytes:
    return HKDFExpand(hashes.SHA256(), size, joined(f"mesinfos/1 {label}", *context)).derive(key)


def pair(seed: bytes) -> Pair:
    first = mlkem.MLKEM768PrivateKey.from_seed_bytes(seed[:64])
    return Pair(first, x25519.X25519PrivateKey.from_private_bytes(seed[64:]))


def open_hpke(key: Pair, info: bytes, sealed: bytes) -> bytes:
    require(len(sealed) >= 1136)
    try:
        return SUITE.decrypt(sealed, key, info=info)
    except (InvalidTag, ValueError):
        raise Refused("Tampered") from None


def open_aead(key: bytes, sealed: bytes, bound: bytes) -> bytes:
    require(len(sealed) >= 29)
    require(sealed[0] == 1, "UnknownFormat")
    try:
        return AESGCM(key).decrypt(sealed[1:13], sealed[13:], bound)
    except InvalidTag:
        raise Refused("Tampered") from None


def open_sealed(key: bytes, label: str, context: tuple[str, ...], sealed: bytes) -> bytes:
    return open_aead(derive(key, label, *context), sealed, joined(label, *context))


def unframe(frame: bytes) -> bytes:
    require(len(frame) >= 256 and frame[0] in {0, 1})
    end = 5 + int.from_bytes(frame[1:5], "big")
    require(end <= len(frame) and not any(frame[end:]))
    if frame[0] == 0:
        return frame[5:end]
    try:
        require(0 <= zstandard.frame_content_size(frame[5:end]) <= 128 << 20)
        return zstandard.ZstdDecompressor().decompress(frame[5:end])
    except zstandard.ZstdError:
        raise Refused("Tampered") from None


def open_item(
    key: bytes, place: tuple[str, str, str], item: tuple[str, str, int], bound: tuple[Any, ...], sealed: bytes
) -> bytes:
    item_id, kind, schema = item
    data = joined("mesinfos/1 item", *place, item_id, kind, number(schema, 2), *bound)
    return unframe(open_aead(derive(key, "item", item_id), sealed, data))


def open_slot(slot: dict[str, Any], secret: str | bytes) -> bytes:
    algorithm = {"passphrase": "argon2id", "recovery": "direct", "passkey": "direct"}.get(slot["kind"])
    require(slot["algorithm"] == algorithm, "UnknownFormat")
    names = [slot[name] for name in ("vault_id", "slot_id", "kind", "algorithm")]
    cost = [slot[name] for name in ("memory_kib", "passes", "lanes")]
    bound = joined("mesinfos/1 slot", *names, *(number(value, 4) for value in cost), slot["salt"])
    if algorithm == "direct":
        direct = typed_back(secret) if isinstance(secret, str) else secret
        require(len(direct) == 32, "WrongPassphrase")
        require(hmac.compare_digest(derive(direct, "commitment", bound), slot["commitment"]), "WrongPassphrase")
        return open_hpke(pair(derive(direct, slot["kind"] + " pair", bound, size=96)), bound, slot["sealed"])
    assert isinstance(secret, str)
    require(131072 <= cost[0] <= 1048576 and 3 <= cost[1] <= 16 and 4 <= cost[2] <= 16)
    require(len(slot["salt"]) == 16)
    stretch = Argon2id(salt=slot["salt"], length=32, memory_cost=cost[0], iterations=cost[1], lanes=cost[2])
    both = derive(stretch.derive(unicodedata.normalize("NFC", secret).encode()), "slot", bound, size=64)
    require(hmac.compare_digest(both[32:], slot["commitment"]), "WrongPassphrase")
    return open_aead(both[:32], slot["sealed"], bound)


def typed_back(text: str) -> bytes:
    tidy = "".join(text.upper().replace("-", "").split()).replace("O", "0").replace("I", "1").replace("L", "1")
    require(len(tidy) == 56 and set(tidy) <= set(DIGITS), "WrongPassphrase")
    whole = number(sum(DIGITS.index(digit) << 5 * place for place, digit in enumerate(reversed(tidy))), 35)
    require(sha256(b"mesinfos/1 recovery" + whole[:32]).digest()[:3] == whole[32:], "WrongPassphrase")
    return whole[:32]


def open_envelope(root: bytes, row: dict[str, Any], instance_key: bytes | None) -> bytes:
    vault, name, sealed = row["vault_id"], row["envelope_id"], row["sealed"]
    if row["form"] == "wrap":
        return open_sealed(derive(root, "wrapping", vault), "wrap", (vault, name), sealed)
    require(row["form"] == "hpke")
    if instance_key:
        mac = hmac.digest(derive(instance_key, "mac", vault, "envelope"), joined(name, sealed), "sha256")
        require(hmac.compare_digest(mac, row["mac"]))
    info = joined("mesinfos/1 envelope", vault, "", name)
    return open_hpke(pair(derive(root, "inbox", vault, size=96)), info, sealed)


def open_record(key: bytes, row: dict[str, Any]) -> bytes:
    place, item = (row["vault_id"], "", row["envelope_id"]), (row["record_id"], row["type"], row["schema"])
    bound = (number(row["seq"], 8), row["day"], row["stream"], row["parent"], row["source_id"], row["tag"])
    return open_item(key, place, item, bound, row["ciphertext"])


def open_disclosure(token: str, sealed_key: bytes, row: dict[str, Any]) -> bytes:
    require(token.startswith("mesinfos-") and len(token) == 52, "NoGrant")
    secret = urlsafe_b64decode(token[9:] + "=")
    place = (row["vault_id"], row["grant_id"], row["envelope_id"])
    key = open_hpke(pair(derive(secret, "token pair", size=96)), joined("mesinfos/1 envelope", *place), sealed_key)
    return open_item(key, place, (row["item_id"], "disclosure", 1), (), row["ciphertext"])


def open_seed(token: str, row: dict[str, Any], challenge: str = "") -> bytes:
    require(len(row["sealed"]) == 93)
    require(token.startswith("mesinfos-") and len(token) == 52, "NoGrant")
    secret = urlsafe_b64decode(token[9:] + "=")
    place = (row["vault_id"], row["grant_id"], row["kind"], row["client_id"], row["jkt"])
    bound = joined("mesinfos/1 token", *place, number(row["expires_at"], 8), challenge)
    both = derive(secret, "token seed", bound, size=64)
    require(hmac.compare_digest(both[32:], row["sealed"][:32]), "NoGrant")
    return open_aead(both[:32], row["sealed"][32:], bound)


def is_signed(public: bytes, vault_id: str, context: str, data: bytes, signature: bytes) -> bool:
    try:
        message = joined("mesinfos/1 signature", vault_id, context, data)
        ed25519.Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def rows(file: Path, table: str, vault_id: str) -> list[dict[str, Any]]:
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as database:
        database.row_factory = sqlite3.Row
        found = database.execute(f'SELECT * FROM "{table}" WHERE vault_id = ?', (vault_id,))
        return [dict(row) for row in found]


def kind_of(secret: str | bytes) -> str:
    if isinstance(secret, bytes):
        return "passkey"
    return "recovery" if len(secret.replace("-", "")) == 56 and secret.isupper() else "passphrase"


def read(file: Path, vault_id: str, secret: str | bytes, key_line: str = "") -> Iterator[tuple[dict[str, Any], bytes]]:
    """Each record's row and payload, in order; raises Refused at the first that does not open."""
    kind = kind_of(secret)
    slot = next(slot for slot in rows(file, "keyslot", vault_id) if slot["kind"] == kind)
    root = open_slot(slot, secret)
    instance_key = urlsafe_b64decode(key_line.split(":")[1]) if key_line else None
    own = [row for row in rows(file, "envelope", vault_id) if row["grant_id"] == ""]
    keys = {row["envelope_id"]: open_envelope(root, row, instance_key) for row in own}
    for row in sorted(rows(file, "record", vault_id), key=lambda row: row["seq"]):
        if row["envelope_id"]:
            yield row, open_record(keys[row["envelope_id"]], row)


if __name__ == "__main__":
    for row, payload in read(Path(sys.argv[1]), sys.argv[2], getpass("Passphrase or recovery key: ")):
        print(json.dumps({"id": row["record_id"], "type": row["type"], "payload": payload.decode(errors="replace")}))
