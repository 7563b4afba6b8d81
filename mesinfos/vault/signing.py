"""Signing keys for what others must be able to verify: Ed25519 (RFC 8032), named by their thumbprint (RFC 7638).

Which key signs what is specified in docs/sealing.md §11. Elsewhere a key is a `SigningKey` that gives its public half
and, to the library that writes a JWS, itself as a JWK; nothing else of this house handles private keys.
"""

from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from mesinfos.vault.keys import unpadded

Jwk = dict[str, str]


class SigningKey:
    """A private key made from 32 bytes; its representation shows none of them."""

    def __init__(self, seed: bytes) -> None:
        self._seed = seed
        self._private = Ed25519PrivateKey.from_private_bytes(seed)
        self.public = self._private.public_key().public_bytes_raw()

    def __repr__(self) -> str:
        return f"SigningKey({thumbprint(self.public)})"

    def sign(self, message: bytes) -> bytes:
        """The 64 bytes of the signature."""
        return self._private.sign(message)

    def private_jwk(self) -> Jwk:
        """The key as a JWK with its private half (RFC 8037 §2), for a library that signs."""
        return public_jwk(self.public) | {"d": unpadded(self._seed)}


def public_jwk(public: bytes) -> Jwk:
    """A public key as a JWK (RFC 8037 §2), named by its thumbprint."""
    return {"kty": "OKP", "crv": "Ed25519", "x": unpadded(public), "kid": thumbprint(public), "use": "sig"}


def thumbprint(public: bytes) -> str:
    """SHA-256 over the key's required members in lexicographic order (RFC 7638 §3, RFC 8037 §2)."""
    text = f'{{"crv":"Ed25519","kty":"OKP","x":"{unpadded(public)}"}}'
    return unpadded(sha256(text.encode()).digest())
