"""Brands by domain and by name, from one compact file (`scripts/build_directory.py`) loaded at first use.

The file stays the sorted text it is, and a look-up halves it until the line is found: 56,000 ready-made entries would
cost each worker process a twentieth of a second and fifteen megabytes, and a mailbox asks for a few hundred of them.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple

import zstandard

from mesinfos.directory.domains import label_of, registrable
from mesinfos.model.values import Kind

_NOT_WORD = re.compile(r"[\W_]+")
_WORDS = re.compile(r"[\w&'’+!.]+")


class Brand(NamedTuple):
    """An organisation: `domain` the one looked up, `main` its own; `known` when it was entered by hand."""

    name: str
    domain: str
    kind: Kind
    countries: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    main: str = ""
    known: bool = False


# Brands whose name is an everyday word: within a longer text they are that word, not the brand.
_WORDS_OF_DAY = """
next target free orange apple visa boots gap delta wish mango bolt ring square chase alma wise pickup dice
stuart alan steam melon united avis express uber total post hermes nicolas paris booking garmin meta jules
match argos
"""
# Brands that share their name with a word, a place or a person in so many other firms' names and domains that it alone
# tells nothing: only what else a mail says can show that one of these is imitated.
_SHARED = """
public power action play plus base three nova edison player fever lime tier progressive discover vision monster
linear signal threads nest factor picnic jumbo penny prime condor swiss spirit frontier azul budget enterprise alamo
miles ticket passo lippu viva vivo claro bell spectrum visible salt sunrise magenta elisa drei hera iren origin bulb
helen enea hype nickel april zurich ally admiral starling halifax nationwide fidelity vanguard lunar swish subway
majestic iceland costa casino cora coop netto camper sprinter salsa bertrand renner bever praxis bruna veritas
casper pandora columbia puma vans converse patagonia boden bauhaus müller muller baur heine witt universal poco
manor globetrotter canyon rose bosch philips indigo very scan gratis comfy allo foxtrot makeup elefant merlin
reserved hebe mall okay martinus inet prisma dns eldorado but orchestra printemps lush douglas rituals truffaut
botanic stadium magasin faire bazaar tori box malt doodle line mixi hinge bumble justice revenue vero skat
millennium hive continente consum dia frisco resy thuis livi max wow odeon vue medium wired bild vg dn hs ft
time aa rac ea free joker nicolas jules alan stuart alma otto oscar carla emma klara swile up bred moneta tre ice
dna congstar veho loggi dao ppl gaia galp acea repsol sig ewz pre saur suez wish wonderbox ns sj vy cp vr tap sas
lot gol plaid tempo kind echo metro star elle fnp nos meo tim bt ee edp ing cic lcl caf ans ovo sse
"""
_WORDS_OF_OTHERS = frozenset(_SHARED.split())
_PHRASES_OF_DAY = """
l'équipe; l’équipe; le point; le temps; le soir; die zeit; der standard; the times; the range; le bon marché;
les echos; la halle; feu vert; early bird; express one; direct line; first direct; de standaard; el mundo; el país;
il sole; the container; action; mini market; le monde
"""
_EVERYDAY = (
    frozenset(_WORDS_OF_DAY.split()) | _WORDS_OF_OTHERS | {phrase.strip() for phrase in _PHRASES_OF_DAY.split(";")}
)


class Lines:
    """Lines `key, tab, value`, sorted by the UTF-8 bytes of key and tab."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def get(self, key: str) -> str | None:
        """The value of that key."""
        data, wanted = self._data, f"{key}\t".encode("utf-8", "replace")
        low, high = 0, len(data)
        while low < high:
            start = data.rfind(b"\n", low, (low + high) // 2) + 1 or low
            found = data[start : start + len(wanted)]
            end = data.find(b"\n", start)
            end = len(data) if end < 0 else end
            if found == wanted:
                return data[start + len(wanted) : end].decode()
            low, high = (end + 1, high) if found < wanted else (low, start)
        return None

    def __iter__(self) -> Iterator[tuple[str, str]]:
        for line in self._data.decode().split("\n"):
            key, _, value = line.partition("\t")
            yield key, value


class _Directory(NamedTuple):
    domains: Lines
    names: Lines
    own: Lines


@lru_cache(maxsize=2_000)
def by_domain(domain: str) -> Brand | None:
    """The brand whose domain this host belongs to."""
    found = registrable(domain)
    line = _load().domains.get(found)
    return None if line is None else _brand(found, line)


@lru_cache(maxsize=2_000)
def by_name(text: str) -> Brand | None:
    """The brand of exactly that name, whatever its case, accents and punctuation."""
    domain = _load().names.get(name_key(text))
    return by_domain(domain) if domain else None


def brand_in(text: str) -> Brand | None:
    """The brand entered by hand that a short text names, the longest name first; for display names and subjects."""
    words = _WORDS.findall(text[:200])[:16]
    for size in (4, 3, 2, 1):
        for start in range(len(words) - size + 1):
            phrase = " ".join(words[start : start + size]).rstrip(".!,")
            if len(phrase) < 4 or phrase[:1].islower():
                continue
            brand = None if phrase.casefold() in _EVERYDAY else by_name(phrase)
            if brand is not None and brand.known:
                return brand
    return None


class Labels(Mapping[str, Brand]):
    """Name part of the main domain → brand; a brand is made when it is asked for, as few of thousands are."""

    def __init__(self, lines: Lines) -> None:
        own = ((label_of(domain).replace("-", ""), domain, line) for domain, line in lines)
        self._lines = {label: (domain, line) for label, domain, line in own if label not in _WORDS_OF_OTHERS}

    def __getitem__(self, label: str) -> Brand:
        return _brand(*self._lines[label])

    def __iter__(self) -> Iterator[str]:
        return iter(self._lines)

    def __len__(self) -> int:
        return len(self._lines)


@cache
def known_labels() -> Mapping[str, Brand]:
    """What forgers imitate: the brands entered by hand, but for those whose name tells nothing alone."""
    return Labels(_load().own)


def is_shared(name: str) -> bool:
    """True when a name is no proof of whom it means: Costa, Power, or Nicolas, unless written as one writes TIM."""
    plain = name.casefold()
    return plain in _WORDS_OF_OTHERS and not (name.isupper() and 2 < len(name) < 4)


@lru_cache(maxsize=2_000)
def name_key(text: str) -> str:
    """What two spellings of a name have in common: letters and digits, lower case, no accents."""
    plain = text.casefold()
    if not plain.isascii():
        plain = "".join(char for char in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(char))
        plain = unicodedata.normalize("NFC", plain)
    return _NOT_WORD.sub("", plain.replace("&", "and"))


def _brand(domain: str, line: str) -> Brand:
    name, kind, countries, aliases, main = [*line.split("\t"), "", "", "", ""][:5]
    other = tuple(filter(None, aliases.split(";")))
    return Brand(name, domain, Kind(kind), tuple(filter(None, countries.split(","))), other, main or domain, bool(main))


@cache
def _load() -> _Directory:
    packed = (files("mesinfos.directory") / "brands.tsv.zst").read_bytes()
    return _Directory(*map(Lines, zstandard.ZstdDecompressor().decompress(packed).split(b"\n\n")))
