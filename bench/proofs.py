"""Load with proofs of possession (RFC 9449): one address, one token, and a proof of its own for every request.

    load(Access(url, token, key), seconds=8)  ->  Load(rate, p50, p99, refused, lost)

Proofs are signed before the clock starts, in as many processes as there are CPUs, and sent by wrk from one thread over
sixteen connections. What limits is the server: from one that answers every request with the same 2 KB, this load gets
71,000 answers a second, p99 0.3 ms, on the two cores that README's figures come from; 38,000 when other work keeps them
busy. Proofs are signed at 19,000 a second. `python -m bench.proofs` measures the load anew.
"""

import asyncio
import json
import multiprocessing
import os
import secrets
import socket
import tempfile
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from hashlib import sha256
from itertools import chain, repeat
from pathlib import Path
from typing import NamedTuple, cast

import httpx
import uvloop
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from httpx import Response

from bench.measure import run

SCRIPT = Path(__file__).with_suffix(".lua")
CONNECTIONS = 16
FASTEST = 6_000  # requests in the first second that can be told
CHUNK = 2_000  # proofs signed by a process at a time
SURPLUS = 1.6  # proofs at hand for each request expected
Key = ec.EllipticCurvePrivateKey


class Load(NamedTuple):
    """What a load met: answers a second, milliseconds, answers that were no success, requests without an answer."""

    rate: float
    p50: float
    p99: float
    refused: int
    lost: int

    def __str__(self) -> str:
        said = f"{self.rate:.0f}/s, p50 {self.p50:.1f} ms, p99 {self.p99:.1f} ms"
        if self.refused or self.lost:
            said += f", {self.refused} refused and {self.lost} lost: not a figure to quote"
        return said


class Access(NamedTuple):
    """An address and a token that opens it: by the proofs of this key, or a bearer's."""

    url: str
    token: str
    key: Key
    scheme: str = "DPoP"

    def ask(self, method: str = "GET", content: str | None = None, kind: str = "", shown: str = "") -> Response:
        """One request outside of any load, with this proof or one of its own."""
        shown = shown or proof(self.key, method, self.url, self.token)
        what = {"Authorization": f"{self.scheme} {self.token}", "DPoP": shown} | (
            {"Content-Type": kind} if kind else {}
        )
        return httpx.request(method, self.url, content=content, headers=what, timeout=60)

    def refusals(self) -> dict[str, int]:
        """The answers to those who show no token, or a proof that is not right: 401 from a server that checks them."""
        found = {"no token": httpx.get(self.url).status_code}
        if self.scheme != "DPoP":
            return found
        twice = proof(self.key, "GET", self.url, self.token)
        self.ask(shown=twice)
        wrong = {
            "another key": proof(new_key(), "GET", self.url, self.token),
            "another address": proof(self.key, "GET", f"{self.url.partition('?')[0]}-", self.token),
            "another token": proof(self.key, "GET", self.url, f"{self.token}-"),
            "an hour ago": proof(self.key, "GET", self.url, self.token, iat=int(time.time()) - 3600),
            "shown before": twice,
        }
        return found | {name: self.ask(shown=one).status_code for name, one in wrong.items()}


def new_key() -> Key:
    """A merchant's key for ES256."""
    return ec.generate_private_key(ec.SECP256R1())


def jwk(key: Key) -> dict[str, str]:
    """Its public half, the members in the order that RFC 7638 hashes."""
    point = key.public_key().public_numbers()
    return {"crv": "P-256", "kty": "EC", "x": _text(point.x.to_bytes(32)), "y": _text(point.y.to_bytes(32))}


def thumbprint(key: Key) -> str:
    """What a token is bound to (RFC 7638)."""
    return _text(sha256(_json(jwk(key))).digest())


def proof(key: Key, method: str, url: str, token: str = "", **more: object) -> str:
    """One proof for a request made now; at a resource, also for its access token. `more` replaces claims."""
    claims: dict[str, object] = {"htm": method, "htu": url.partition("?")[0], "iat": int(time.time())}
    claims |= {"jti": secrets.token_urlsafe(16)} | ({"ath": _text(sha256(token.encode()).digest())} if token else {})
    return signed(key, {"typ": "dpop+jwt", "alg": "ES256", "jwk": jwk(key)}, claims | more)


def signed(key: Key, header: dict[str, object], claims: dict[str, object]) -> str:
    """A compact JWS under ES256."""
    said = f"{_text(_json(header))}.{_text(_json(claims))}"
    r, s = decode_dss_signature(key.sign(said.encode(), ec.ECDSA(SHA256())))
    return f"{said}.{_text(r.to_bytes(32) + s.to_bytes(32))}"


def proofs(key: Key, url: str, token: str, count: int) -> Iterator[str]:
    """So many proofs for GET, signed by all CPUs."""
    number = key.private_numbers().private_value
    sizes = [CHUNK] * (count // CHUNK) + [count % CHUNK]
    # Begun anew: a fork of a process with threads may wait for a lock that nobody holds.
    with ProcessPoolExecutor(os.cpu_count(), multiprocessing.get_context("spawn")) as workers:
        yield from chain.from_iterable(workers.map(_chunk, repeat(number), repeat(url), repeat(token), sizes))


def load(access: Access, seconds: int) -> Load:
    """Measure for so many seconds, with as many proofs as a first second makes likely."""
    first = burst(access, 1, FASTEST)
    return burst(access, seconds, int(first.rate * SURPLUS * seconds) + FASTEST)


def burst(access: Access, seconds: int, count: int) -> Load:
    """Ask for so many seconds with `count` proofs at hand; raises RuntimeError when they did not last."""
    with tempfile.NamedTemporaryFile("w", encoding="ascii", suffix=".proofs") as file:
        shown = chain([f"{access.scheme} {access.token}"], proofs(access.key, access.url, access.token, count))
        file.writelines(f"{line}\n" for line in shown)
        file.flush()
        how = ["-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--timeout", "10s", "-s", str(SCRIPT)]
        told = json.loads(run(["wrk", *how, access.url, "--", file.name]).output.strip().splitlines()[-1])
    if told["short"]:
        raise RuntimeError(f"{count} proofs did not last {seconds} s")
    return Load(told["requests"] / told["seconds"], *(told[name] for name in ("p50", "p99", "refused", "lost")))


class Still(asyncio.Protocol):
    """Answers whatever it is asked with the same 2 KB."""

    ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2048\r\n\r\n" + b" " * 2048

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep where to write."""
        self._out = cast("asyncio.WriteTransport", transport)

    def data_received(self, data: bytes) -> None:
        """One answer for each end of a request."""
        self._out.write(self.ANSWER * data.count(b"\r\n\r\n"))


@contextmanager
def still(protocol: Callable[[], asyncio.Protocol] = Still) -> Iterator[str]:
    """A server that does nothing, in a process of its own; gives its address."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listening:
        process = multiprocessing.get_context("fork").Process(target=_serve, args=(listening, protocol), daemon=True)
        process.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}/"
        finally:
            process.kill()  # a fork inherits what the process around it does about being asked to end
            process.join()


def _serve(listening: socket.socket, protocol: Callable[[], asyncio.Protocol]) -> None:
    async def serve() -> None:
        server = await asyncio.get_running_loop().create_server(protocol, sock=listening)
        await server.serve_forever()

    uvloop.run(serve())


def _chunk(number: int, url: str, token: str, count: int) -> list[str]:
    key = ec.derive_private_key(number, ec.SECP256R1())
    return [proof(key, "GET", url, token) for _ in range(count)]


def _json(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


if __name__ == "__main__":
    with still() as where:
        print("the load alone:", burst(Access(where, "a token", new_key()), 1, 150_000))
