"""The domain that somebody registered: what two host names must share to belong to the same organisation.

The public suffix list is the one that ships with tldextract, its private part included: two shops on one shop
builder's domain are two shops. Its text is read here by the list's own rules (publicsuffix.org/list), because the
library, with the HTTP client it brings along, would cost every worker process a tenth of a second at its start;
a test holds that both give the same answer. Nothing is fetched, and an answer is remembered.
"""

from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path

LONGEST = 320  # characters: a host of 253, or an address at one; more is not looked at, nor remembered
_DOTS = str.maketrans("。．｡", "...")


def registrable(host: str) -> str:
    """`mail.fnac.com` gives `fnac.com`; the host itself when nothing shorter is registrable, "" when it is no host."""
    return _registrable(host) if len(host) <= LONGEST else ""


@lru_cache(maxsize=6_000)
def _registrable(host: str) -> str:
    host = host.strip().rstrip(".").lower().rpartition("@")[2]
    if not host or len(host) > 253 or any(char in host for char in "/ \t\r\n\\\"'<>()[]:\x00"):
        return ""
    labels = (host if host.isascii() else host.translate(_DOTS)).split(".")
    known = _suffix_labels(labels)
    if "" in labels or (not known and labels[-1].isdigit()):
        return host  # an address of numbers, or no name at all
    # An ending that no list knows counts as a public suffix of one label, as the list's own default rule says.
    own = (known or 1) + 1
    return host if len(labels) < own else ".".join(labels[-own:])


def label_of(domain: str) -> str:
    """The part of a registrable domain that carries the name: `fnac` of `fnac.com`, `amazon` of `amazon.co.uk`."""
    return domain.split(".", 1)[0]


def _suffix_labels(labels: list[str]) -> int:
    """How many labels the longest rule that fits covers; exceptions go before wildcards (`!www.ck` before `*.ck`)."""
    rules = _rules()
    named = [_unicode(label) for label in labels] if any(label.startswith("xn--") for label in labels) else labels
    for start in range(len(named)):
        left, parent = len(named) - start, ".".join(named[start + 1 :])
        suffix = f"{named[start]}.{parent}" if parent else named[start]
        if f"!{suffix}" in rules:
            return left - 1
        if suffix in rules or (parent and f"*.{parent}" in rules):
            return left
    return 0


def _unicode(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        return label.encode("ascii").decode("idna")
    except UnicodeError:
        return label


@cache
def _rules() -> frozenset[str]:
    found = find_spec("tldextract")  # says where it is without importing it
    folder = Path(found.origin).parent if found and found.origin else Path()
    text = (folder / ".tld_set_snapshot").read_text("utf-8")
    return frozenset(line for line in text.split("\n") if line and not line.startswith("//"))
