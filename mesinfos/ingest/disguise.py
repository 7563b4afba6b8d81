"""How forgers write a brand's name so that the eye reads it and the machine does not: look-alike letters, slips of
spelling, invisible characters, the name before or within a foreign domain, cheap endings.
"""

import re
import unicodedata
from functools import lru_cache

from mesinfos.directory import Brand, brand_in, by_domain, by_name, known_labels, label_of, name_key, registrable
from mesinfos.ingest.names import undressed, without_tld

_LOOKS = str.maketrans("0135$@|аеорсухіїјѕԁһԛԝυνοαερκτιɡӏո", "oiessalaeopcyxiijsdhqwuvoaepktigln")
_CAPITALS = str.maketrans("АВЕКМНОРСТУХІЈЅΑΒΕΖΗΙΚΜΝΟΡΤΥΧ0135$@|", "ABEKMHOPCTYXIJSABEZHIKMNOPTYXOIESSAL")
_PAIRS = (("rn", "m"), ("vv", "w"), ("cl", "d"), ("nn", "m"))
_ONE_AS_L = str.maketrans("1i", "ll")
_SHORT = 5  # letters; one slip makes another honest word of a shorter name
_COMMON = frozenset(("com", "net", "org", "eu", "mail", "email", "gov", "edu", "int"))
_CHEAP = frozenset(
    [
        "top",
        "xyz",
        "icu",
        "click",
        "link",
        "site",
        "online",
        "live",
        "buzz",
        "cyou",
        "sbs",
        "rest",
        "cfd",
        "bond",
        "monster",
        "quest",
        "lol",
        "fun",
        "space",
        "website",
        "store",
        "shop",
        "club",
        "vip",
        "win",
        "bid",
        "loan",
        "men",
        "work",
        "party",
        "science",
        "date",
        "review",
        "stream",
        "download",
        "racing",
        "trade",
        "cam",
        "gq",
        "cf",
        "ga",
        "ml",
        "tk",
        "info",
        "biz",
        "pw",
        "cc",
        "ws",
        "su",
        "life",
        "world",
        "today",
        "zone",
        "digital",
        "support",
        "help",
        "center",
        "services",
        "pro",
        "bar",
        "beauty",
        "hair",
        "skin",
        "mom",
        "autos",
        "boats",
        "homes",
        "motorcycles",
        "yachts",
        "makeup",
        "cn",
        "ru",
    ]
)
_NATIONAL = {"uk": "gb"}
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
)


def plain_name(name: str) -> str:
    """A display name without characters that nobody sees."""
    return name if name.isascii() else _INVISIBLE.sub("", name)


@lru_cache(maxsize=2_000)
def revealed(name: str) -> Brand | None:
    """The brand that a display name shows to the eye alone, in letters of other scripts or in digits."""
    bare = "".join(char for char in name.translate(_CAPITALS).translate(_LOOKS) if not unicodedata.combining(char))
    if bare == name or name_key(bare) == name_key(name) or not any("a" <= char <= "z" for char in bare.lower()):
        return None
    if by_name(name) or by_name(undressed(name)) or brand_in(name):
        return None
    shown = by_name(bare) or by_name(without_tld(undressed(bare))) or brand_in(bare)
    return shown if shown is not None and shown.known and len(name_key(shown.name)) >= _SHORT - 1 else None


@lru_cache(maxsize=2_000)
def disguised(domain: str) -> Brand | None:
    """The known brand whose name this foreign domain spells with other letters: paypa1, rnicrosoft, fnаc."""
    label = _unicode(label_of(domain))
    if known_labels().get(label.replace("-", "")):
        return None
    plain = _without_marks(label.translate(_LOOKS))
    forms = {plain, *(plain.replace(pair, single) for pair, single in _PAIRS), label.translate(_ONE_AS_L)}
    parts = {part for form in forms for part in (form.replace("-", ""), *form.split("-")) if len(part) > 3}
    honest = {label, *label.split("-"), label.replace("-", "")}
    return next((brand for part in sorted(parts - honest) if (brand := known_labels().get(part))), None)


@lru_cache(maxsize=2_000)
def misspelt(domain: str, brand: Brand) -> bool:
    """True when a part of the domain is the brand's name with one letter more, less, other or swapped."""
    name = label_of(brand.main).replace("-", "")
    label = label_of(domain)
    if label_of(brand.main) in label:
        return False
    parts = {label.replace("-", ""), *label.split("-")} - {name}
    whole = label_of(brand.main) in label or name in label.split("-")
    broken = "-" in label and not whole and name in label.replace("-", "")
    return len(name) >= _SHORT and (broken or any(_one_slip(part, name) for part in parts))


@lru_cache(maxsize=2_000)
def is_cheap(host: str, brand: Brand) -> bool:
    """True for an ending that costs a forger little, where the brand itself has no domain under it."""
    domain = registrable(host)
    ending = domain.rpartition(".")[2]
    if ending in _COMMON or ending not in _CHEAP or by_domain(domain) is not None:
        return False
    country = _NATIONAL.get(ending, ending)
    return (
        not brand.domain.endswith(f".{ending}")
        and not brand.main.endswith(f".{ending}")
        and country not in brand.countries
    )


@lru_cache(maxsize=2_000)
def wears(host: str, brand: Brand) -> bool:
    """True when a domain has the brand's name in it; a name of two or three letters stands alone there."""
    label, name = label_of(registrable(host)), name_key(label_of(brand.main))
    return name in name_key(registrable(host)) if len(name) > 3 else name in label.split("-")


@lru_cache(maxsize=2_000)
def before_another(host: str, domain: str) -> Brand | None:
    """The known brand whose whole domain stands before a foreign one: `paypal.com.id-check.example`."""
    first = host.removesuffix(domain).strip(".")
    brand = by_domain(first) if "." in first else None
    return brand if brand is not None and brand.known else None


def is_first_of(brand: Brand, name: str, domain: str) -> bool:
    """False for a firm that names a brand behind its own name, which its domain spells: `Garage Renault Dupont`."""
    words = [key for word in name.split() if len(key := name_key(word)) > 3]
    own = [word for word in words if word in name_key(label_of(domain)) and word not in name_key(brand.name)]
    return name_key(name).startswith(name_key(brand.name)) or not own


@lru_cache(maxsize=2_000)
def worn_in(labels: str) -> Brand | None:
    """The known brand named by a part of these labels: `amazon` in `amazon.com.` or `netflix` in `netflix-billing`."""
    parts = [part for part in re.split(r"[-_.]", labels) if len(part) > 3]
    return next((brand for part in parts if (brand := known_labels().get(part))), None)


def _one_slip(word: str, name: str) -> bool:
    """True when one letter more, less or other, or two neighbours swapped, lie between the two."""
    if abs(len(word) - len(name)) > 1 or word == name:
        return False
    pairs = enumerate(zip(word, name, strict=False))
    same = next((at for at, (one, two) in pairs if one != two), min(len(word), len(name)))
    left, right = word[same:], name[same:]
    if len(word) == len(name):
        return left[1:] == right[1:] or (left[:2] == right[:2][::-1] and left[2:] == right[2:])
    return left[1:] == right if len(word) > len(name) else left == right[1:]


def _without_marks(text: str) -> str:
    if text.isascii():
        return text
    return "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))


def _unicode(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        return label[4:].encode("ascii").decode("punycode").lower()
    except (UnicodeError, ValueError):
        return label
