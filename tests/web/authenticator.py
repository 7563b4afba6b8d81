"""An authenticator written by hand from WebAuthn Level 3 and CTAP 2.1: what a browser would post, and what it computes.

It can be told to behave badly: not to verify its person, to count wrongly, to sign what it was not asked.
"""

import hmac
import json
import os
from hashlib import sha256
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import base64url_to_bytes

from mesinfos.vault.keys import unpadded

PRESENT, VERIFIED, ATTESTED = 1, 4, 64


class Authenticator:
    """One credential of one device; `verified` is whether it asked for the finger, `count` its signature counter."""

    def __init__(self, origin: str, *, verified: bool = True, prf: bool = True) -> None:
        self.origin, self.verified, self.prf = origin, verified, prf
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id, self._secret, self.count = os.urandom(24), os.urandom(32), 0

    def make(self, options: dict[str, Any]) -> dict[str, str]:
        """Answer `create`: the fields of the form."""
        public = self.key.public_key().public_numbers()
        cose = {1: 2, 3: -7, -1: 1, -2: public.x.to_bytes(32, "big"), -3: public.y.to_bytes(32, "big")}
        attested = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + cbor2.dumps(cose)
        data = self._data(options["rp"]["id"], ATTESTED) + attested
        response = {
            "clientDataJSON": unpadded(self._client("webauthn.create", options["challenge"])),
            "attestationObject": unpadded(cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})),
            "transports": ["internal"],
        }
        return self._fields(response, options["extensions"]["prf"]["eval"]["first"])

    def get(self, options: dict[str, Any]) -> dict[str, str]:
        """Answer `get`: the fields of the form; the counter rises by one."""
        self.count += 1
        data = self._data(options["rpId"], 0)
        client = self._client("webauthn.get", options["challenge"])
        signed = self.key.sign(data + sha256(client).digest(), ec.ECDSA(SHA256()))
        response = {"clientDataJSON": client, "authenticatorData": data, "signature": signed}
        salts = options["extensions"]["prf"]["evalByCredential"]
        salt = salts.get(unpadded(self.id), {"first": unpadded(bytes(32))})["first"]
        return self._fields({name: unpadded(value) for name, value in response.items()}, salt)

    def _data(self, rp_id: str, flags: int) -> bytes:
        flags |= PRESENT | (VERIFIED if self.verified else 0)
        return sha256(rp_id.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")

    def _client(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}).encode()

    def _fields(self, response: dict[str, Any], salt: str) -> dict[str, str]:
        name = unpadded(self.id)
        answer = {"id": name, "rawId": name, "type": "public-key", "response": response}
        told = sha256(b"WebAuthn PRF\0" + base64url_to_bytes(salt)).digest()  # §10.1.4, then hmac-secret
        computed = unpadded(hmac.digest(self._secret, told, "sha256")) if self.prf else ""
        return {"credential": json.dumps(answer), "prf": computed}


def asked_never() -> dict[str, Any]:
    """Options that no page gave."""
    return {"rp": {"id": "localhost"}, "challenge": "A" * 43, "extensions": {"prf": {"eval": {"first": "A" * 43}}}}
