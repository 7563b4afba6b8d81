"""Which mark stands for which brand, by its own domain; the drawings come from npm when the package is built."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from mesinfos.directory.brands import by_domain


@cache
def logos() -> Mapping[str, str]:
    """The icon's name by the brand's main domain."""
    return tomllib.loads((files("mesinfos.directory") / "logos.toml").read_text("utf-8"))


def logo_of(domain: str) -> str:
    """The icon of whoever has this domain, whichever of its domains it is; "" for none."""
    brand = by_domain(domain)
    return logos().get(brand.main, "") if brand is not None and brand.known else ""
