"""Writes the vectors: for each kind a few that open, and one file for each way of damaging one that does not.

python -m tests.vectors.make            writes what is missing and refuses to touch what is there

A vector is JSON: `expects` is "opens" or the class of error; every other field is an input of that kind, bytes in
hexadecimal; `plaintext` is what comes out.
"""

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from mesinfos.vault import frame, grantkeys, keypair, keys
from mesinfos.vault.envelope import Envelope, seal_info
from mesinfos.vault.instance import signed_message
from mesinfos.vault.openvault import Ed25519PrivateKey
from tests.vectors.damage import Damage, Vector, aead_damaged, bytes_damaged, fields_damaged, flipped
from tests.vectors.keyslots import passkeys, passphrases, recoveries

HERE = Path(__file__).parent


def items() -> Iterator[Damage]:
    """Items of an envelope: records are made like this one."""
    place = {"vault_id": "vault1", "grant_id": "", "envelope_id": "envelope1", "item_id": "item1"}
    good: Vector = {**place, "type": "order", "schema": 1, "key": os.urandom(32), "plaintext": b"{}" * 200}
    good["bound"] = [bytes(7) + b"\1", b"2026-11-24", b"s" * 16, b"parent1", b"source1", b"t" * 16]
    box = Envelope("vault1", "", "envelope1", good["key"])

    def seal(payload: bytes) -> bytes:
        return box.seal("item1", "order", 1, payload, *good["bound"])

    good["sealed"] = seal(good["plaintext"])
    yield "opens", "opens", good
    for size in (0, 1, 191, 192, 251, 252, 379, 380, 5000):
        payload = os.urandom(size)
        yield f"opens_{size}_bytes", "opens", {"plaintext": payload, "sealed": seal(payload)}
    yield from aead_damaged(good["sealed"])
    yield from fields_damaged(good, ("vault_id", "grant_id", "envelope_id", "item_id", "type"))
    yield "schema_2", "Tampered", {"schema": 2}
    yield "key_flipped", "Tampered", {"key": flipped(good["key"], 0)}
    yield "sealed_of_another_item", "Tampered", {"sealed": box.seal("item2", "order", 1, b"{}", *good["bound"])}
    yield from bound_damaged(good["bound"])
    for damage, broken in frames_damaged():
        aad = keys.joined(b"mesinfos/1 item", b"vault1", b"", b"envelope1", b"item1", b"order", b"\0\1", *good["bound"])
        sealed = keys.encrypt(keys.derive(good["key"], "item", b"item1"), broken, aad)
        yield f"frame_{damage}", "Tampered", {"sealed": sealed}


def bound_damaged(bound: list[bytes]) -> Iterator[Damage]:
    """What a record's columns are bound to: each changed, and a byte slid from one into the next."""
    names = ("seq", "day", "stream", "parent", "source", "tag")
    for number, name in enumerate(names):
        yield f"bound_{name}_flipped", "Tampered", {"bound": replaced(bound, number, flipped(bound[number], -1))}
    for number in range(5):
        slid = replaced(bound, number, bound[number][:-1])
        slid[number + 1] = bound[number][-1:] + bound[number + 1]
        yield f"bound_{names[number]}_slid_into_{names[number + 1]}", "Tampered", {"bound": slid}
    yield "bound_one_missing", "Tampered", {"bound": bound[:-1]}
    yield "bound_one_more", "Tampered", {"bound": [*bound, b""]}
    yield "bound_in_one_piece", "Tampered", {"bound": [b"".join(bound)]}
    yield "bound_swapped", "Tampered", {"bound": [*bound[:2], bound[5], bound[3], bound[4], bound[2]]}


def replaced(parts: list[bytes], number: int, part: bytes) -> list[bytes]:
    """The parts with another one at `number`."""
    return [part if place == number else old for place, old in enumerate(parts)]


def frames_damaged() -> Iterator[tuple[str, bytes]]:
    """Frames that no writer makes, though their key was right."""
    good = frame.pack(b"hello")
    squeezed = frame.pack(b"hello " * 100)
    yield "encoding_2", b"\2" + good[1:]
    yield "encoding_255", b"\xff" + good[1:]
    yield "length_beyond", good[:1] + b"\0\0\1\0" + good[5:]
    yield "length_huge", good[:1] + b"\xff\xff\xff\xff" + good[5:]
    yield "length_short", good[:1] + b"\0\0\0\4" + good[5:]
    yield "padding_first_not_zero", flipped(good, 10)
    yield "padding_last_not_zero", flipped(good, -1)
    yield "too_small", good[:255]
    yield "empty", b""
    yield "zstd_magic_gone", flipped(squeezed, 5)
    yield "zstd_cut", squeezed[:1] + b"\0\0\0\x08" + squeezed[5:13].ljust(251, b"\0")
    yield "zstd_of_nothing", b"\1\0\0\0\0".ljust(256, b"\0")
    bomb = bytes.fromhex("28b52ffd") + b"\xa0" + (1 << 31).to_bytes(4, "little") + b"\1\0\0"
    yield "zstd_announces_2_gigabytes", (b"\1" + len(bomb).to_bytes(4, "big") + bomb).ljust(256, b"\0")
    unsized = bytes.fromhex("28b52ffd") + b"\0\x58" + b"\x29\0\0hello"
    yield "zstd_announces_no_size", (b"\1" + len(unsized).to_bytes(4, "big") + unsized).ljust(256, b"\0")


def seals() -> Iterator[Damage]:
    """Keys sealed with HPKE to a vault or a grant."""
    good: Vector = {"vault_id": "vault1", "grant_id": "grant1", "envelope_id": "envelope1", "seed": os.urandom(96)}
    public, key = keypair.KeyPair(good["seed"]).public, os.urandom(32)
    info = seal_info("vault1", "grant1", "envelope1")
    good |= {"plaintext": key, "sealed": keypair.seal_to(public, key, info)}
    yield "opens", "opens", good
    own = seal_info("vault1", "", "envelope1")
    yield "opens_without_grant", "opens", {"grant_id": "", "sealed": keypair.seal_to(public, key, own)}
    places = {
        "mlkem_first": 0,
        "mlkem_last": 1087,
        "x25519_first": 1088,
        "x25519_last": 1118,
        "ciphertext": 1120,
        "tag": -1,
    }
    yield from bytes_damaged("sealed", good["sealed"], places)
    yield from fields_damaged(good, ("vault_id", "grant_id", "envelope_id"))
    yield "seed_mlkem_flipped", "Tampered", {"seed": flipped(good["seed"], 0)}
    yield "seed_x25519_flipped", "Tampered", {"seed": flipped(good["seed"], 70)}
    for size in (0, 31, 33):
        yield f"key_of_{size}_bytes", "Tampered", {"sealed": keypair.seal_to(public, bytes(size), info)}
    yield "info_empty", "Tampered", {"sealed": keypair.seal_to(public, key, b"")}
    yield "x25519_zero", "Tampered", {"sealed": good["sealed"][:1088] + bytes(32) + good["sealed"][1120:]}


def wraps() -> Iterator[Damage]:
    """Keys wrapped under a vault's wrapping key."""
    good: Vector = {
        "vault_id": "vault1",
        "envelope_id": "envelope1",
        "key": os.urandom(32),
        "plaintext": os.urandom(32),
    }
    good["sealed"] = Envelope("vault1", "", "envelope1", good["plaintext"]).wrapped_under(good["key"])
    yield "opens", "opens", good
    yield from aead_damaged(good["sealed"])
    yield from fields_damaged(good, ("vault_id", "envelope_id"))
    yield "key_flipped", "Tampered", {"key": flipped(good["key"], 5)}
    for size in (0, 31, 33):
        sealed = keys.seal_under(good["key"], "wrap", (b"vault1", b"envelope1"), bytes(size))
        yield f"key_of_{size}_bytes", "Tampered", {"sealed": sealed}


def disclosures() -> Iterator[Damage]:
    """What a merchant opens with its token."""
    made = grantkeys.new_token()
    good: Vector = {
        "token": made.token,
        "vault_id": "vault1",
        "grant_id": "grant1",
        "item_id": "item1",
        "plaintext": b"[1]",
    }
    good["envelope_id"], good["sealed_key"], (good["sealed"],) = grantkeys.seal_for_grant(
        "vault1", "grant1", made.public_key, [("item1", b"[1]")]
    )
    yield "opens", "opens", good
    yield from fields_damaged(good, ("vault_id", "grant_id", "envelope_id", "item_id"))
    yield "token_other", "Tampered", {"token": grantkeys.new_token().token}
    yield "token_without_mark", "NoGrant", {"token": made.token.removeprefix("mesinfos-")}
    yield "token_cut", "NoGrant", {"token": made.token[:-3]}
    yield "token_empty", "NoGrant", {"token": ""}
    yield from aead_damaged(good["sealed"])


def seeds() -> Iterator[Damage]:
    """What opens a grant's seed: an access token, and a code with its PKCE challenge."""
    seed, _ = grantkeys.new_seed()
    place: Vector = {"vault_id": "vault1", "grant_id": "grant1", "kind": "access", "expires_at": 1_800_000_000_000_000}
    place |= {"client_id": "https://acme.example/client.json", "jkt": "j" * 43, "challenge": ""}
    made = grantkeys.wrap_seed(seed, grantkeys.Bound(**place))
    good = place | {"token": made.token, "sealed": made.sealed, "plaintext": seed}
    yield "opens", "opens", good
    code = place | {"kind": "code", "jkt": "", "challenge": "c" * 43}
    other = grantkeys.wrap_seed(seed, grantkeys.Bound(**code))
    yield "opens_code", "opens", code | {"token": other.token, "sealed": other.sealed}
    yield "code_without_challenge", "NoGrant", code | {"token": other.token, "sealed": other.sealed, "challenge": ""}
    for name in ("vault_id", "grant_id", "kind", "client_id", "jkt", "challenge"):
        yield f"{name}_other", "NoGrant", {name: good[name] + "x"}
    yield "expires_at_later", "NoGrant", {"expires_at": good["expires_at"] + 1}
    yield "slid", "NoGrant", {"vault_id": "vault1g", "grant_id": "rant1"}
    yield "token_other", "NoGrant", {"token": grantkeys.new_token().token}
    yield "token_empty", "NoGrant", {"token": ""}
    yield "commitment_flipped", "NoGrant", {"sealed": flipped(made.sealed, 0)}
    yield "version_2", "UnknownFormat", {"sealed": made.sealed[:32] + b"\2" + made.sealed[33:]}
    for where, at in {"nonce": 33, "ciphertext": 45, "tag": -1}.items():
        yield f"{where}_flipped", "Tampered", {"sealed": flipped(made.sealed, at)}
    for size in (0, 31, 32, 61, 92):
        yield f"cut_to_{size}", "Tampered", {"sealed": made.sealed[:size]}
    yield "one_byte_longer", "Tampered", {"sealed": made.sealed + b"\0"}


def signatures() -> Iterator[Damage]:
    """What a vault signs."""
    private = Ed25519PrivateKey.from_private_bytes(os.urandom(32))
    good: Vector = {"vault_id": "vault1", "context": "grant", "data": b"rules", "plaintext": b""}
    good["public"] = private.public_key().public_bytes_raw()
    good["sealed"] = private.sign(signed_message("vault1", "grant", b"rules"))
    yield "opens", "opens", good
    yield from fields_damaged(good, ("vault_id", "context"))
    yield "data_other", "Tampered", {"data": b"rules!"}
    yield "data_slid", "Tampered", {"data": b"ules", "context": "grantr"}
    yield "public_flipped", "Tampered", {"public": flipped(good["public"], 3)}
    yield "public_cut", "Tampered", {"public": good["public"][:31]}
    yield from bytes_damaged("sealed", good["sealed"], {"point": 0, "number": 40, "end": -1})


KINDS: dict[str, Callable[[], Iterator[Damage]]] = {
    "item": items,
    "seal": seals,
    "wrap": wraps,
    "passphrase": passphrases,
    "recovery": recoveries,
    "passkey": passkeys,
    "disclosure": disclosures,
    "seed": seeds,
    "signature": signatures,
}


def in_hex(value: Any) -> Any:
    """Bytes as JSON can carry them."""
    if isinstance(value, bytes):
        return "hex:" + value.hex()
    return [in_hex(part) for part in value] if isinstance(value, list) else value


def main() -> None:
    """Write every kind that has no folder yet."""
    for kind, damages in KINDS.items():
        folder = HERE / kind
        if folder.exists():
            continue
        folder.mkdir()
        good: Vector = {}
        for damage, expects, changed in damages():
            good = good or changed
            vector = {"expects": expects} | {name: in_hex(value) for name, value in (good | changed).items()}
            (folder / f"{damage}.json").write_text(json.dumps(vector, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
