"""Carriers as data: how each writes its numbers, from where, and where a number can be followed.

One file each in `couriers/`, in the format of tracking_number_data (https://github.com/jkeen/tracking_number_data), so
that either can use the other's. What that format has no place for stands in the object `mesinfos`: `names` as written
in mails, sender `domains`, link `hosts`, `strong` (the forms, by id, that tell the carrier by themselves) and `issues`
(the countries whose UPU S10 numbers are its own). Digits alone tell no carrier: its context does, and a right check
digit makes it surer.
"""

import re
from functools import cache, cached_property, lru_cache
from importlib import resources

from msgspec import Struct
from msgspec.json import Decoder

from mesinfos.ingest.carriers.form import Form
from mesinfos.ingest.words import fold

_WORD = re.compile(r"\w+")
_SPACES = re.compile(r"[\s.\-]")
_S10 = re.compile(r"[A-Z]{2}\d{9}[A-Z]{2}")


class _Own(Struct, frozen=True):
    names: tuple[str, ...]
    domains: tuple[str, ...]
    hosts: tuple[str, ...]
    strong: tuple[str, ...] = ()
    issues: tuple[str, ...] = ()


class Carrier(Struct, frozen=True, dict=True, eq=False):
    """One carrier, as its file tells it."""

    name: str
    courier_code: str
    tracking_numbers: tuple[Form, ...]
    mesinfos: _Own

    @property
    def strong(self) -> tuple[Form, ...]:
        """The forms that tell the carrier by themselves."""
        return tuple(form for form in self.tracking_numbers if form.id in self.mesinfos.strong)

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Every form in one expression."""
        return _joined(self.tracking_numbers)

    def fits(self, number: str) -> bool:
        """Whether the carrier writes its numbers so."""
        return self.pattern.fullmatch(number) is not None

    def proves(self, number: str) -> bool:
        """Whether a check digit of the carrier's own confirms the number; a wrong one may be another form's digit."""
        return any(form.checked(number) for form in self.tracking_numbers if form.validation.checksum)

    def follow(self, number: str) -> str:
        """Where the number can be followed, "" where nowhere."""
        fitting = (form.tracking_url for form in self.tracking_numbers if form.pattern.fullmatch(number))
        return next(fitting, "").replace("%s", number)


def _joined(forms: tuple[Form, ...]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{form.source})" for form in forms))


def _read() -> tuple[Carrier, ...]:
    folder = resources.files(__name__) / "couriers"
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".json")), key=lambda file: file.name)
    decode = Decoder(Carrier).decode
    return tuple(decode(file.read_bytes()) for file in files)


def _by(name: str) -> dict[str, Carrier]:
    return {key: carrier for carrier in reversed(CARRIERS) for key in getattr(carrier.mesinfos, name)}


CARRIERS: tuple[Carrier, ...] = _read()
_BY_DOMAIN = _by("domains")
_BY_HOST = _by("hosts")
_BY_NAME = {fold(name): carrier for name, carrier in _by("names").items()}
_ISSUER = _by("issues")


@cache
def _begun() -> frozenset[str]:
    return frozenset(found.group() for name in _BY_NAME if (found := _WORD.search(name)))


@cache
def _names() -> re.Pattern[str]:
    names = "|".join(re.escape(name) for name in sorted(_BY_NAME, key=len, reverse=True))
    return re.compile(rf"(?<!\w)(?:{names})(?!\w)")


@cache
def _strong() -> tuple[re.Pattern[str], tuple[tuple[Carrier, Form], ...]]:
    pairs = tuple((carrier, form) for carrier in CARRIERS for form in carrier.strong)
    return _joined(tuple(form for _, form in pairs)), pairs


def _suffixes(host: str) -> list[str]:
    labels = host.lower().rstrip(".").split(".")
    return [".".join(labels[start:]) for start in range(max(0, len(labels) - 5), len(labels) - 1)]


@lru_cache(4096)
def by_domain(domain: str) -> Carrier | None:
    """The carrier that sends from this domain or a subdomain of its own."""
    return next((_BY_DOMAIN[one] for one in _suffixes(domain) if one in _BY_DOMAIN), None)


@lru_cache(4096)
def by_host(host: str) -> Carrier | None:
    """The carrier whose pages this host serves."""
    return next((_BY_HOST[one] for one in _suffixes(host) if one in _BY_HOST), None)


def by_name(text: str) -> Carrier | None:
    """The carrier that a folded text is the name of."""
    return _BY_NAME.get(text.strip())


def named_in(text: str) -> list[Carrier]:
    """The carriers that a folded text names, in order, each once."""
    if _begun().isdisjoint(_WORD.findall(text)):
        return []  # found ten times as fast as by the expression of all names
    return list(dict.fromkeys(_BY_NAME[match.group()] for match in _names().finditer(text)))


def normal(number: str) -> str:
    """A number as its carrier stores it: capitals, no spaces, points or hyphens."""
    return _SPACES.sub("", number).upper()


def by_number(number: str) -> Carrier | None:
    """The carrier that a number tells by itself: strong forms only, with their check digit where there is one."""
    pattern, pairs = _strong()
    if pattern.fullmatch(number):
        for carrier, form in pairs:
            if form.pattern.fullmatch(number) and form.checked(number) is not False:
                return carrier
    issuer = _ISSUER.get(number[-2:]) if _S10.fullmatch(number) else None
    return issuer if issuer and issuer.proves(number) else None
