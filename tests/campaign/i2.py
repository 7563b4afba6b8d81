"""I2: mails built to exhaust the reader: nesting, parts, headers, one huge header. Each is refused, and soon."""

from time import monotonic

from mesinfos.ingest.pipeline import recognise
from tests.campaign import Outcome

FULL = 40
SECONDS = 2.0


def nested(depth: int) -> bytes:
    """A multipart in a multipart, that deep."""
    head = b"".join(b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (n, n) for n in range(depth))
    return b"From: shop@acme.example\n" + head + b"\nend"


def messages(depth: int) -> bytes:
    """A mail in a mail, that deep."""
    return b"From: shop@acme.example\nContent-Type: message/rfc822\n\n" * depth + b"end"


def many_parts(count: int) -> bytes:
    """One multipart of that many parts."""
    return (
        b'From: shop@acme.example\nContent-Type: multipart/mixed; boundary="b"\n\n' + b"--b\n\nx\n" * count + b"--b--"
    )


def many_headers(count: int) -> bytes:
    """That many header fields."""
    return b"From: shop@acme.example\n" + b"X-Field: value\n" * count + b"\nbody"


def huge_header(size: int) -> bytes:
    """One field of that many bytes, folded."""
    return b"From: shop@acme.example\nSubject: " + b"word\n " * (size // 6) + b"\n\nbody"


BOMBS = {
    "10,000 multiparts deep": (nested, 10_000),
    "10,000 mails deep": (messages, 10_000),
    "100,000 parts": (many_parts, 100_000),
    "a million headers": (many_headers, 1_000_000),
    "a header of 50 MB": (huge_header, 50_000_000),
}


def run(tries: int) -> Outcome:
    """Offer each bomb in turn, `tries` of them in all."""
    slow, kept = [], []
    names = list(BOMBS)
    for number in range(tries):
        name = names[number % len(names)]
        build, size = BOMBS[name]
        raw = build(size)
        start = monotonic()
        facts = recognise(raw)
        if monotonic() - start > SECONDS:
            slow.append(name)
        if not facts.error:
            kept.append(name)
    happened = f"{len(kept)} read ({', '.join(sorted(set(kept)))}), {len(slow)} slow ({', '.join(sorted(set(slow)))})"
    return Outcome(tries, "each refused within 2 s", happened, not slow and not kept)
