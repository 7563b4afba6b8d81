"""What makes two copies of a mail the same mail, and two facts the same fact (docs/decisions/0007).

Servers add headers, change line ends and append newlines; none of that counts. A Message-ID alone proves
nothing, because its sender chooses it.
"""

import re

from msgspec.json import Encoder
from msgspec.structs import replace

from mesinfos.model.facts import Purchase
from mesinfos.model.purchase import Benefit, Booking, Invoice, Offer, Order, Parcel, Return

_HEADERS = (b"from", b"date", b"subject", b"message-id")
_HEADER = re.compile(rb"\n(From|Date|Subject|Message-ID)[ \t]*:([^\r\n]*(?:\r?\n[ \t][^\r\n]*)*)", re.IGNORECASE)
_NAMES: dict[type[Purchase], tuple[str, ...]] = {
    Order: ("order_number",),
    Parcel: ("tracking_number", "order_number"),
    Invoice: ("number", "order_number"),
    Booking: ("reference",),
    Offer: ("code",),
    Benefit: ("number", "programme"),
    Return: ("number", "order_number"),
}
LONGEST_HEAD = 256 * 1024  # bytes; headers beyond that are compared as part of the body

# Sorted: a fact's identity must not hang on the order in which a release declares its fields.
_canonical = Encoder(order="deterministic")


def mail_parts(raw: bytes) -> tuple[bytes, ...]:
    """The four headers a sender writes and the body, without what the way adds: equal for copies of one mail."""
    head, body = _cut(raw)
    values: dict[bytes, list[bytes]] = {name: [] for name in _HEADERS}
    for found in _HEADER.finditer(b"\n" + head):
        values[found[1].lower()].append(b" ".join(found[2].split()))
    return (*(b"\n".join(values[name]) for name in _HEADERS), body.replace(b"\r", b"").rstrip())


def _cut(raw: bytes) -> tuple[bytes, bytes]:
    """Headers and body, apart at the first empty line, whatever its line ends."""
    long = raw.find(b"\n\r\n", 0, LONGEST_HEAD)
    short = raw.find(b"\n\n", 0, long + 1 if long >= 0 else LONGEST_HEAD)
    if short >= 0:
        return raw[:short], raw[short + 2 :]
    return (raw[:long], raw[long + 3 :]) if long >= 0 else (b"", raw)


def number_of(fact: Purchase) -> str:
    """What a merchant calls the thing: order number, tracking number, code; "" when it has no name."""
    return next((name for field in _NAMES[type(fact)] if (name := getattr(fact, field))), "")


def fact_parts(domain: str, verified: bool, fact: Purchase) -> tuple[str, ...]:
    """What makes a fact this fact: who says it, whether that was proved, the number, and all it says.

    Proof is part of it, so that a forged mail that repeats a true one can neither replace nor hide it.
    """
    said = _canonical.encode(replace(fact, provenance=None)).decode()
    return (domain, "verified" if verified else "unverified", type(fact).__name__, number_of(fact), said)
