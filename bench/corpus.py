"""The mailbox everything is measured on: invented mails in the sizes and the mix of a real one, equal for equal seeds.

    28 % newsletters, 14 % orders, 13 % shipping, 10 % invoices with PDF, 13 % account, 19 % personal,
    2 % bills, 1 % forged

Sizes are lognormal: median 35 KB, mean 60 KB. Merchants and wording are those of the demo household, with the
recommendations, pictures' frames and style sheets around them that make real mails large.
"""

import math
import struct
from base64 import encodebytes
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from itertools import islice
from pathlib import Path
from random import Random

from msgspec.structs import replace

from mesinfos.demo import events
from mesinfos.demo.compose import PROVIDER, Reader, compose, word
from mesinfos.demo.letters import Attached, Letter
from mesinfos.demo.shops import Shop, shops

READER = Reader("Alice Martin", "alice@maison.example")
MIX = {"news": 28, "order": 14, "ship": 13, "invoice": 10, "account": 13, "personal": 19, "bill": 2, "forged": 1}
START = datetime(2024, 6, 1, tzinfo=UTC)
SPREAD = math.sqrt(2 * math.log(60 / 35))  # the mean of a lognormal is median x exp(spread²/2)
MEDIAN = 39_000  # aimed at; short letters and the cap on markup bring it down to 35 KB
LARGEST = 2_500_000
HEAD = struct.Struct("<dI")
OUT = Path(__file__).parent / "out"


def corpus(count: int, seed: int = 7) -> list[tuple[datetime, bytes]]:
    """The first `count` mails, from the cache in bench/out when they were made before."""
    path = OUT / f"corpus-{count}-{seed}.bin"
    if not path.exists():
        OUT.mkdir(exist_ok=True)
        part = path.with_suffix(".part")
        with part.open("wb") as file:
            for at, raw in mails(count, seed):
                file.write(HEAD.pack(at.timestamp(), len(raw)) + raw)
        part.rename(path)
    return list(_stored(path))


def mails(count: int, seed: int = 7) -> Iterator[tuple[datetime, bytes]]:
    """Mails in the order they arrive, a few an hour for two years."""
    chance = Random(seed)
    kinds = list(MIX)
    for number in range(count):
        at = START + timedelta(minutes=100 * number + chance.randrange(90))
        kind = chance.choices(kinds, MIX.values())[0]
        size = min(LARGEST, int(chance.lognormvariate(math.log(MEDIAN), SPREAD)))
        if kind == "personal":
            yield at, _personal(at, size, chance)
        else:
            yield at, _business(kind, at, size, chance)


@cache
def merchants() -> dict[str, list[Shop]]:
    """Forty merchants by role: the household's, and some with a second house."""
    every = list(shops())
    second = [
        replace(shop, name=f"{shop.name} Atelier", domain=f"atelier-{shop.domain}")
        for shop in every
        if shop.role == "shop"
    ]
    every += second[:15]
    return {role: [shop for shop in every if shop.role == role] for role in ("shop", "bill")}


def _business(kind: str, at: datetime, size: int, chance: Random) -> bytes:
    letter = _letter(kind, at, chance)
    language = letter.shop.language
    if letter.attached is not None:
        picture = chance.randbytes(max(0, int(size * 0.55)))
        content = letter.attached.content.replace(
            b"\nstartxref", b"\n%" + picture.hex().encode()[: len(picture)] + b"\nstartxref"
        )
        letter = replace(letter, attached=Attached(letter.attached.filename, content))
        size = int(size * 0.25)
    elif size > 400_000:
        size = 400_000  # no shop writes more markup than that; larger ones carry files
    room = max(0, size - 7_000)
    return compose(
        letter, READER, decor=_shelf(letter.shop, room * 3 // 5, language, chance), style=_sheet(room // 5, chance)
    )


def _letter(kind: str, at: datetime, chance: Random) -> Letter:
    shop = chance.choice(merchants()["bill" if kind == "bill" else "shop"])
    if kind == "bill":
        return events.billed(shop, at, shop.goods[0][1] + Decimal(chance.randrange(900)) / 100, chance)
    if kind == "news":
        return _news(shop, at, chance)
    if kind == "account":
        return events.announced(shop, chance.choice(("welcome", "password", "security", "terms")), at, chance)
    return _trade(kind, events.buy(shop, at, chance), at, chance)


def _news(shop: Shop, at: datetime, chance: Random) -> Letter:
    percent = chance.choice((10, 15, 20, 30))
    code = f"{shop.name[:3].upper().strip()}{percent}{at:%m}"
    if chance.random() < 0.5:
        return events.promoted(shop, at, code, percent, (at + timedelta(days=10)).date())
    return events.announced(shop, "news", at, chance)


def _trade(kind: str, purchase: events.Purchase, at: datetime, chance: Random) -> Letter:
    if kind == "order":
        return events.confirmed(purchase)
    if kind == "ship":
        return chance.choice((events.shipped, events.delivered))(purchase, at)
    if kind == "forged":
        return events.forged(purchase.shop, at, purchase.number)
    return events.invoiced(purchase, at)


def _personal(at: datetime, size: int, chance: Random) -> bytes:
    friend = chance.choice(("Jeanne Vasseur", "Karim Belloc", "Hannah Weiss", "Tom Ashby", "Carla Moreira"))
    address = f"{friend.replace(' ', '.').lower()}@boite-amie.example"
    text = "\n\n".join(_sentence(chance.choice(("fr", "en", "de")), 40, chance) for _ in range(chance.randint(2, 12)))
    text = f"Salut Alice,\n\n{text}\n\n{friend.split()[0]}\n"
    photo = size - len(text) - 800
    mark = f"=_{chance.getrandbits(64):016x}"
    head = (
        f"Return-Path: <{address}>\nAuthentication-Results: {PROVIDER}; spf=pass smtp.mailfrom={address}; dmarc=none\n"
        f"From: {word(friend)} <{address}>\nTo: Alice Martin <{READER.address}>\n"
        f"Subject: {word(_sentence('fr', 4, chance))}\nDate: {at:%a, %d %b %Y %H:%M:%S} +0000\n"
        f"Message-ID: <{chance.getrandbits(96):x}@{address.partition('@')[2]}>\nUser-Agent: Mozilla Thunderbird\n"
        f'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="{mark}"\n\n'
        f"--{mark}\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{text}\n"
    ).encode()
    if photo > 4_000:
        head += f'--{mark}\nContent-Type: image/jpeg; name="photo.jpg"\nContent-Transfer-Encoding: base64\n\n'.encode()
        head += encodebytes(chance.randbytes(photo * 3 // 4))
    return (head + f"--{mark}--\n".encode()).replace(b"\n", b"\r\n")


def _shelf(shop: Shop, room: int, language: str, chance: Random) -> str:
    """Recommendations, two a row, until the room is filled."""
    rows: list[str] = []
    filled = 0
    while filled < room:
        cells = "".join(_offered(shop, language, chance) for _ in range(2))
        inner = f'<table role="presentation" width="100%"><tr>{cells}</tr></table>'
        rows.append(f'<tr><td class="cell" style="padding:24px">{inner}</td></tr>\n')
        filled += len(rows[-1])
    return "".join(rows)


def _offered(shop: Shop, language: str, chance: Random) -> str:
    number = chance.randrange(10**8)
    name = _sentence(language, 4, chance)
    return (
        f'<td width="50%" valign="top" style="padding:8px;font:13px/18px Arial,sans-serif;color:#333333">'
        f'<a href="https://www.{shop.domain}/p/{number}?utm_source=mail&amp;utm_campaign={chance.getrandbits(64):016x}">'
        f'<img src="https://img.{shop.domain}/{number}.jpg" width="260" height="260" alt="{name}"></a>'
        f'<p style="margin:8px 0 0"><strong>{name}</strong><br>{_sentence(language, 14, chance)}</p></td>'
    )


def _sheet(room: int, chance: Random) -> str:
    rules = []
    filled = 0
    while filled < room:
        rules.append(
            f".c{chance.randrange(10**5)}{{padding:{chance.randrange(40)}px;color:#{chance.randrange(16**6):06x};line-height:1.4}}"
        )
        filled += len(rules[-1])
    return "".join(rules)


def _sentence(language: str, words: int, chance: Random) -> str:
    return " ".join(chance.choices(_vocabulary(language), k=words)).capitalize() + "."


@cache
def _vocabulary(language: str) -> list[str]:
    """Four thousand words a language: an index must have something to index."""
    chance = Random(language)
    ends = {
        "fr": ("eau", "ette", "ier", "aison", "é"),
        "en": ("er", "ing", "ly", "ness", "ow"),
        "de": ("ung", "heit", "chen", "er", "ß"),
    }
    pieces = ("ba", "co", "du", "fi", "gra", "la", "mo", "ni", "pa", "qui", "ra", "su", "ta", "vo", "plo", "tri")
    return [
        "".join(chance.choices(pieces, k=chance.randint(1, 3))) + chance.choice(ends[language]) for _ in range(4000)
    ]


def _stored(path: Path) -> Iterator[tuple[datetime, bytes]]:
    with path.open("rb") as file:
        while head := file.read(HEAD.size):
            stamp, size = HEAD.unpack(head)
            yield datetime.fromtimestamp(stamp, UTC), file.read(size)


def shape(box: list[tuple[datetime, bytes]]) -> dict[str, float]:
    """How large the mails are: count, megabytes, mean, median and 99th percentile in KB."""
    sizes = sorted(len(raw) for _, raw in box)
    at = dict(zip(("median", "p90", "p99"), (0.5, 0.9, 0.99), strict=True))
    kilobytes = {name: round(sizes[int(len(sizes) * share)] / 1000, 1) for name, share in at.items()}
    return {
        "mails": len(sizes),
        "MB": round(sum(sizes) / 1e6, 1),
        "mean": round(sum(sizes) / len(sizes) / 1000, 1),
    } | kilobytes


def some(count: int) -> list[bytes]:
    """A few mails without a cache, for tests."""
    return [raw for _, raw in islice(mails(count), count)]
