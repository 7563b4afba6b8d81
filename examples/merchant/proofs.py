"""What an instance signs, checked by the shop itself: receipts, and the messages of its webhook."""

import json
import time
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Mapping
from typing import Any, NamedTuple

import rfc8785
from cryptography.exceptions import InvalidSignature
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

TOLERANCE = 300  # seconds that a message's time may differ from ours (Standard Webhooks, "Verifying signatures")
Jwk = dict[str, Any]


class Forged(Exception):
    """Not signed by whom it should be, or changed since."""


class Proven(NamedTuple):
    """What a sound receipt says."""

    receipt_id: str
    grant_id: str
    event: str
    at: str
    sentence: dict[str, str]


class _Registry(jws.JWSRegistry):
    """One algorithm under its two names: receipts say EdDSA (RFC 8037), newer programs Ed25519 (RFC 9864)."""

    def get_alg(self, name: str) -> Any:
        if name not in {"EdDSA", "Ed25519"}:
            raise Forged("signed in an unknown way")
        return self.algorithms[name]


_REGISTRY = _Registry()


def key_for(keys: list[Jwk], use: str) -> Jwk:
    """The instance's key for "receipts" or for "webhooks". Keep it from the first day on, as you would a pin."""
    found = [key for key in keys if key.get("mi_use") == use]
    if not found:
        raise Forged("the instance shows no such key")
    return found[0]


def check_receipt(file: dict[str, Any], pinned: Jwk) -> Proven:
    """A consent receipt (ISO/IEC TS 27560) that every signer it names signed, the pinned instance first.

    Each signature is a detached JWS (RFC 7515, appendix F) over the canonical JSON (RFC 8785) of the receipt.
    """
    try:
        receipt, signers = file["receipt"], file["receipt"]["mi:signers"]
        keys = {key.thumbprint(): key for key in map(OKPKey.import_key, file["keys"])}
        signed = {_signer(one, rfc8785.dumps(receipt), keys) for one in file["signatures"]}
        proven = _said(receipt)
    except (KeyError, TypeError, ValueError, JoseError) as problem:
        raise Forged("not a receipt") from problem
    if not signers or signed != set(signers) or signers[0] != OKPKey.import_key(pinned).thumbprint():
        raise Forged("not signed by the instance, or changed since")
    return proven


def _signer(signature: str, text: bytes, keys: dict[str, OKPKey]) -> str:
    """Whose signature it is, by thumbprint (RFC 7638): a key is named by what it is, not by what it claims."""
    found = jws.extract_compact(signature.encode(), text, _REGISTRY)
    key = keys[found.headers()["kid"]]
    if not jws.validate_compact(found, key, registry=_REGISTRY):
        raise Forged("changed since it was signed")
    return key.thumbprint()


def _said(receipt: dict[str, Any]) -> Proven:
    record = receipt["dpv:hasRecordOfActivity"]
    sentence = {one["@language"]: one["@value"] for one in record["dct:description"]}
    at = receipt["dct:created"]["@value"]
    return Proven(receipt["dpv:hasIdentifier"], record["mi:grantId"], receipt["mi:event"], at, sentence)


def check_message(headers: Mapping[str, str], body: bytes, pinned: Jwk) -> dict[str, Any]:
    """A webhook's message, signed with the pinned key (Standard Webhooks 1.x, `v1a`) and not old; raises Forged."""
    try:
        name, at = headers["webhook-id"], int(headers["webhook-timestamp"])
        signatures = [one[4:] for one in headers["webhook-signature"].split() if one.startswith("v1a,")]
    except (KeyError, ValueError) as problem:
        raise Forged("not a message") from problem
    if abs(time.time() - at) > TOLERANCE:
        raise Forged("too old, or from the future")
    if not any(_fits(pinned, one, f"{name}.{at}.".encode() + body) for one in signatures):  # several while keys change
        raise Forged("no signature fits")
    return dict(json.loads(body))


def _fits(pinned: Jwk, signature: str, signed: bytes) -> bool:
    """A plain Ed25519 signature (RFC 8032), which no JWS is around."""
    key: Any = OKPKey.import_key(pinned).public_key
    try:
        key.verify(b64decode(signature, validate=True), signed)
    except (InvalidSignature, NotBase64):
        return False
    return True
