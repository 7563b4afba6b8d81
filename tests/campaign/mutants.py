"""Mails damaged on purpose, always the same for the same seed: what I1 and the coverage-guided fuzzing start from.

A mutant comes from a whole mail (the golden samples, `../shared/mail` where it is, and a few built here) by one to
four injuries, each of one kind that real or hostile mail shows.
"""

import base64
import quopri
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from random import Random

from tests.campaign.words_of_harm import CHARSETS, FIELDS, HTML, NOISE, NUMBERS, TRANSFERS, VALUES

ROOT = Path(__file__).parents[2]
LARGEST = 300_000  # bytes; larger mails are I2's matter
_HEADER = re.compile(rb"(?m)^[!-9;-~]{1,60}:[^\n]*(?:\n[ \t][^\n]*)*\n?")
_DIGITS = re.compile(rb"\d+(?:[.,]\d+)*")
_TAG = re.compile(rb"</?[a-zA-Z][^<>]{0,300}>")
_CHARSET = re.compile(rb"(?i)(charset\s*=\s*)[\"']?[\w.:-]+[\"']?")
_TRANSFER = re.compile(rb"(?im)^(content-transfer-encoding:)[^\n]*")
_BOUNDARY = re.compile(rb"(?i)(boundary\s*=\s*)(\"[^\"\n]*\"|[^\s;]+)")
_WORD = re.compile(rb"[A-Za-z\x80-\xff]{3,}")
Injury = Callable[[bytes, Random], bytes]


@cache
def seeds() -> tuple[bytes, ...]:
    """The whole mails, in a fixed order."""
    folders = (ROOT / "tests" / "golden", ROOT.parent / "shared" / "mail")
    files = [path for folder in folders for path in sorted(folder.glob("*.eml"))]
    return tuple([path.read_bytes() for path in files] + built())


def built() -> list[bytes]:
    """Mails with what the samples are short of: markup, a calendar, encoded names, a mail within a mail."""
    head = "From: =?utf-8?q?Soci=C3=A9t=C3=A9_Acme?= <shop@acme.example>\nSubject: Votre commande 123-4567\n"
    order = '{"@context":"http://schema.org","@type":"Order","orderNumber":"A-1234567","price":"59.98","priceCurrency":"EUR",'
    order += '"acceptedOffer":[{"itemOffered":{"name":"Lampe"},"price":"59.98","eligibleQuantity":{"value":"2"}}]}'
    calendar = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;TZID=Europe/Paris:20261202T190000\nDTEND:20261202T210000\n"
    calendar += "SUMMARY:Concert\nLOCATION:Salle Pleyel\nUID:1\nEND:VEVENT\nEND:VCALENDAR\n"
    page = f'<script type="application/ld+json">{order}</script><table><tr><td>Lampe<td>2<td>59,98 €</table>'
    micro = '<div itemscope itemtype="http://schema.org/ParcelDelivery">'
    micro += "<meta itemprop=trackingNumber content=6A12345678901>"
    mixed = (
        f"{head}Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/html; charset=utf-8\n\n{page}\n"
    )
    mixed += f'--b\nContent-Type: text/calendar; name="a.ics"\nContent-Disposition: attachment\n\n{calendar}\n--b--\n'
    inner = f"{head}Content-Type: multipart/digest; boundary=d\n\n--d\n"
    inner += f"Content-Type: message/rfc822\n\n{head}\nTotal : 5 €\n"
    return [text.encode() for text in (mixed, f"{head}Content-Type: text/html\n\n{page}{micro}", inner, page)]


def _span(data: bytes, random: Random, longest: int = 2_000) -> tuple[int, int]:
    start = random.randrange(len(data) + 1)
    return start, min(len(data), start + random.randrange(1, longest))


def flip(data: bytes, random: Random) -> bytes:
    """A few bytes become others."""
    out = bytearray(data)
    for _ in range(random.choice((1, 4, 40))):
        out[random.randrange(len(out))] = random.randrange(256)
    return bytes(out)


def cut(data: bytes, random: Random) -> bytes:
    """The end is missing, or a piece within."""
    start, end = _span(data, random)
    return data[:start] if random.random() < 0.3 else data[:start] + data[end:]


def repeat(data: bytes, random: Random) -> bytes:
    """A piece stands there many times."""
    start, end = _span(data, random, random.choice((8, 80, 800)))
    times = min(random.choice((2, 20, 400, 4_000)), LARGEST // max(1, end - start))
    return data[:end] + data[start:end] * times + data[end:]


def splice(data: bytes, random: Random) -> bytes:
    """The beginning of this mail, a piece of another."""
    other = random.choice(seeds())
    start, end = _span(other, random, 8_000)
    at = random.randrange(len(data) + 1)
    return data[:at] + other[start:end] + (data[at:] if random.random() < 0.5 else b"")


def header(data: bytes, random: Random) -> bytes:
    """A header is gone, doubled, renamed, moved, or has another value."""
    found = list(_HEADER.finditer(data, 0, 20_000))
    if not found:
        return data
    one = random.choice(found)
    value = random.choice(VALUES)
    new = {
        0: b"",
        1: one[0] * random.choice((2, 50, 3_000)),
        2: random.choice(FIELDS) + b":" + one[0].partition(b":")[2],
        3: one[0].partition(b":")[0] + b": " + value + b"\n",
        4: random.choice(FIELDS) + b": " + value + b"\n" + one[0],
        5: one[0].replace(b" ", value[:200], 2),
    }[random.randrange(6)]
    return data[: one.start()] + new[:LARGEST] + data[one.end() :]


def _replaced(pattern: re.Pattern[bytes], data: bytes, random: Random, values: tuple[bytes, ...], many: int) -> bytes:
    def other(match: re.Match[bytes]) -> bytes:
        return (match[1] if pattern.groups else b"") + random.choice(values) if random.random() < share else match[0]

    share = random.choice((0.02, 0.3, 1.0))
    return pattern.sub(other, data, count=many)


def charset(data: bytes, random: Random) -> bytes:
    """The charset that is declared is not the one that was used, or none at all."""
    return _replaced(_CHARSET, data, random, CHARSETS, 4)


def transfer(data: bytes, random: Random) -> bytes:
    """The transfer encoding is another than the one declared."""
    return _replaced(_TRANSFER, data, random, TRANSFERS, 4)


def boundary(data: bytes, random: Random) -> bytes:
    """The boundary is wrong, empty, endless, or its delimiter lines are damaged."""
    if random.random() < 0.5:
        return _replaced(
            _BOUNDARY, data, random, (b"", b'""', b"-", b'"b" ; x', b"b" * 9_000, b"\xff", b"\x00", b"--"), 2
        )
    return data.replace(
        b"\n--", random.choice((b"\n-", b"\n --", b"\n\n--", b"\n---", b"--", b"\n--\n--")), random.randrange(1, 9)
    )


def nest(data: bytes, random: Random) -> bytes:
    """The mail lies in others, some levels deep."""
    for level in range(random.choice((1, 3, 30, 60))):
        kind = random.choice((b"message/rfc822", b"multipart/mixed; boundary=n%d" % level))
        data = (
            b"From: a@acme.example\nContent-Type: "
            + kind
            + b"\n\n"
            + (b"--n%d\n" % level) * (kind[0] != 109 or kind[1] == 117)
            + data
        )
    return data


def encode(data: bytes, random: Random) -> bytes:
    """The body is in base64 or quoted-printable, and then damaged."""
    head, _, body = data.partition(b"\n\n")
    name, coded = random.choice(
        ((b"base64", base64.encodebytes(body)), (b"quoted-printable", quopri.encodestring(body)))
    )
    head = _TRANSFER.sub(b"X-Was:", head) + b"\nContent-Transfer-Encoding: " + name
    coded = random.choice((flip, cut, repeat))(coded or b"=", random)
    return head + b"\n\n" + coded


def html(data: bytes, random: Random) -> bytes:
    """Tags are gone, doubled, torn, or carry monstrous attributes."""
    return _replaced(_TAG, data, random, HTML, 0)


def numbers(data: bytes, random: Random) -> bytes:
    """Numbers, prices and days become impossible ones."""
    return _replaced(_DIGITS, data, random, NUMBERS, 0)


def noise(data: bytes, random: Random) -> bytes:
    """Words become characters that no keyboard has."""
    return _replaced(_WORD, data, random, NOISE, 0)


def lines(data: bytes, random: Random) -> bytes:
    """Lines end otherwise, in parts or throughout."""
    end = random.choice((b"\r\n", b"\r", b"\n\n", b"\x00\n", b"", b"\x0b", b"\xe2\x80\xa8", b"\t"))
    return data.replace(b"\n", end, random.choice((1, 10, -1)))


INJURIES: tuple[Injury, ...] = (
    flip, cut, repeat, splice, header, header, charset, transfer, boundary, nest, encode, html, numbers, noise, lines,
)  # fmt: skip


def hurt(data: bytes, random: Random) -> bytes:
    """The mail after one to four injuries."""
    for _ in range(random.choice((1, 1, 2, 4))):
        data = random.choice(INJURIES)(data or b"\n", random)[:LARGEST]
    return data


def mutants(count: int, first: int = 0) -> Iterator[bytes]:
    """That many mutants from the number `first` on; each depends on its number alone."""
    whole = seeds()
    for number in range(first, first + count):
        yield hurt(whole[number % len(whole)], Random(number))
