"""The load with proofs of possession: what it sends is right, and sent once."""

import asyncio
import json
import shutil
from base64 import urlsafe_b64decode
from hashlib import sha256
from time import time

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from bench.proofs import Access, Still, burst, new_key, proof, proofs, still, thumbprint

URL = "https://mesinfos.example/api/v1/disclosures"


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def test_a_proof_is_for_one_method_address_and_token():
    """Type, key, method, address without query, token's hash and now; the signature fits the key within."""
    header, claims, signature = proof(new_key(), "GET", f"{URL}?after=0", "token").split(".")
    said, shown = json.loads(_bytes(header)), json.loads(_bytes(claims))
    assert (said["typ"], said["alg"]) == ("dpop+jwt", "ES256")
    assert (shown["htm"], shown["htu"], _bytes(shown["ath"])) == ("GET", URL, sha256(b"token").digest())
    assert abs(shown["iat"] - time()) < 5
    x, y = (int.from_bytes(_bytes(said["jwk"][name])) for name in "xy")
    raw = _bytes(signature)
    pair = encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
    key = ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
    key.verify(pair, f"{header}.{claims}".encode(), ec.ECDSA(SHA256()))


def test_the_thumbprint_is_of_the_key_alone():
    """Equal for equal keys, 43 characters."""
    key = new_key()
    assert thumbprint(key) == thumbprint(key) != thumbprint(new_key())
    assert len(thumbprint(key)) == 43


def test_many_proofs_are_all_different():
    """Signed in several processes, none has the id of another."""
    made = [json.loads(_bytes(one.split(".")[1])) for one in proofs(new_key(), URL, "token", 2_500)]
    assert len({one["jti"] for one in made}) == 2_500


class Once(Still):
    """Refuses what does not show this token, and a proof that was shown before."""

    seen: set[bytes] = set()  # noqa: RUF012  of all connections

    def data_received(self, data: bytes) -> None:
        """Answer after 5 ms, that few proofs may last."""
        lines = dict(line.split(b": ", 1) for line in data.split(b"\r\n")[1:] if line)
        shown = lines[b"DPoP"]
        good = lines[b"Authorization"] == b"DPoP token" and shown not in self.seen
        self.seen.add(shown)
        answer = self.ANSWER if good else b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n"
        asyncio.get_running_loop().call_later(0.005, self._out.write, answer)


@pytest.mark.skipif(shutil.which("wrk") is None, reason="needs Debian's wrk")
def test_no_proof_is_sent_twice():
    """A server that refuses a second use refuses nothing, over sixteen connections; proofs that run out are told."""
    with still(Once) as where:
        measured = burst(Access(where, "token", new_key()), 1, 6_000)
        assert (measured.refused, measured.lost) == (0, 0)
        assert measured.rate > 100
        assert 0 < measured.p50 <= measured.p99
        with pytest.raises(RuntimeError, match="did not last"):
            burst(Access(where, "token", new_key()), 1, 20)


@pytest.mark.skipif(shutil.which("wrk") is None, reason="needs Debian's wrk")
def test_refusals_are_counted():
    """A wrong token makes a load of refusals, and it says so."""
    with still(Once) as where:
        measured = burst(Access(where, "another token", new_key()), 1, 6_000)
    assert measured.refused > 0
    assert "not a figure to quote" in str(measured)
