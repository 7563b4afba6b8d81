"""The file both sides keep: a receipt, the signatures over it, and the keys to check them with, offline.

What is signed are the canonical bytes (RFC 8785) of the member `receipt`; each signature is a detached JWS (RFC 7515,
appendix F) with EdDSA over Ed25519. Every signer is named inside the signed text, so none can be taken away unseen.
The keys in the file make it readable by itself; whether they are the right ones is known by comparing the instance
key's thumbprint with the one that the instance shows on its pages and at `/api/v1/keys`.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec
import rfc8785
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwa import JWSAlgModel
from joserfc.jwk import OKPKey

from mesinfos.consent.dpv import Node
from mesinfos.errors import N_, InvalidInput, Tampered
from mesinfos.vault.signing import Jwk, SigningKey, public_jwk

FORMAT = "mesinfos-receipt/1"
ALGORITHM = "EdDSA"
LARGEST = 1 << 20  # bytes of a file; ours have about 6,000


class Kept(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file: `format` says how to read it, `signatures` are detached, `keys` public."""

    format: str
    receipt: dict[str, Any]
    signatures: list[str]
    keys: list[Jwk]


class Proved(NamedTuple):
    """What a sound file says: of what, by whom, when, and which keys signed; `instance` is the one to compare."""

    receipt: Node
    instance: str
    signers: tuple[str, ...]


class _Registry(jws.JWSRegistry):
    """RFC 9864 calls this algorithm "Ed25519" from now on; what merchants' libraries know is the name of RFC 8037."""

    def get_alg(self, name: str) -> JWSAlgModel:
        if name != ALGORITHM:
            raise InvalidInput(N_("This receipt is signed in a way that MesInfos does not know."))
        return self.algorithms[name]


_REGISTRY = _Registry(algorithms=[ALGORITHM])


def sign(receipt: Node, keys: Sequence[SigningKey]) -> bytes:
    """The file of a receipt, signed with each of the keys, the instance's first."""
    text = canonical(receipt)
    signatures = [_detached(text, key) for key in keys]
    return msgspec.json.encode(Kept(FORMAT, receipt, signatures, [public_jwk(key.public) for key in keys]))


def canonical(receipt: Node) -> bytes:
    """The bytes that are signed: the JSON Canonicalization Scheme, RFC 8785."""
    return rfc8785.dumps(receipt)


def verify(file: bytes, fingerprint: str = "") -> Proved:
    """What the file says, when every signer it names signed exactly this; offline.

    With `fingerprint`, the instance's key must be the one of that thumbprint. Raises Tampered, or InvalidInput for
    what is no receipt.
    """
    kept = _parsed(file)
    signers = tuple(map(str, kept.receipt.get("mi:signers") or ()))
    keys = {key.get("kid", ""): key for key in kept.keys}
    signed = {_signer(kept, one, keys) for one in kept.signatures}
    if not signers or signed != set(signers):
        raise Tampered(N_("This receipt lacks a signature that it names, or has one too many."), next_step=ASK_AGAIN)
    if fingerprint and fingerprint != signers[0]:
        raise Tampered(N_("This receipt was signed by another instance: its key is {key}."), key=signers[0])
    return Proved(kept.receipt, signers[0], signers)


ASK_AGAIN = N_("Ask whoever gave you this file for theirs, or download it again.")


def _parsed(file: bytes) -> Kept:
    try:
        if len(file) > LARGEST:
            raise msgspec.ValidationError
        kept = msgspec.json.decode(file, type=Kept)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        kept = None
    if kept is None or kept.format != FORMAT:
        raise InvalidInput(N_("This file is not a receipt of MesInfos."))
    return kept


def _signer(kept: Kept, signature: str, keys: dict[str, Jwk]) -> str:
    """The thumbprint of the key that made a signature; a key is named by what it is, never by what it claims."""
    try:
        found = jws.extract_compact(signature.encode(), canonical(kept.receipt), _REGISTRY)
        key = OKPKey.import_key({**keys[str(found.headers()["kid"])]})
        sound = jws.validate_compact(found, key, registry=_REGISTRY)
    except (JoseError, KeyError, ValueError, TypeError, rfc8785.CanonicalizationError):
        sound = False
    if not sound:
        raise Tampered(N_("This receipt was changed after it was signed."), next_step=ASK_AGAIN)
    return key.thumbprint()


def _detached(text: bytes, key: SigningKey) -> str:
    jwk = key.private_jwk()
    header = {"alg": ALGORITHM, "kid": jwk["kid"]}
    protected, _, signature = jws.serialize_compact(header, text, OKPKey.import_key({**jwk}), registry=_REGISTRY).split(
        "."
    )
    return f"{protected}..{signature}"
