"""Questions to the DNS, of the resolver that the operator named: "system", or an address with an optional `#port`."""

from functools import lru_cache
from importlib import import_module
from typing import Any


def text_records(resolver: str, name: str, seconds: float) -> list[str]:
    """The TXT records of a name, each as one text; raises whatever the library makes of an odd answer or of none."""
    answer = _dns(resolver).resolve(f"{name}.", "TXT", search=False, lifetime=seconds)
    return [b"".join(one.strings).decode("ascii", "replace") for one in answer]


@lru_cache(maxsize=4)
def _dns(resolver: str) -> Any:
    # Loaded with the first question: most houses ask none, and it costs each start a twentieth of a second.
    made = import_module("dns.resolver").Resolver(configure=resolver == "system")
    if resolver != "system":
        host, _, port = resolver.partition("#")
        made.nameservers, made.port = [host], int(port or 53)
    return made
