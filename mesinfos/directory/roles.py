"""Who carries mail for others, and where persons have their mailboxes: the roles of online.toml."""

import tomllib
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.resources import files

from mesinfos.directory.brands import Brand, by_domain, by_name
from mesinfos.directory.domains import registrable
from mesinfos.model.values import Kind


def is_mailing_house(host: str) -> bool:
    """True for those that send newsletters, surveys and tickets in the name of their customers."""
    return _plays("mailing_house", host)


def is_payment(host: str) -> bool:
    """True for firms that write about a payment made elsewhere."""
    brand = by_domain(host)
    return _plays("payment", host) or (brand is not None and _plays("payment", brand.main))


def is_relay(host: str) -> bool:
    """True for hosts through which a marketplace passes on other people's mail."""
    return _plays("relay", host)


def is_freemail(host: str) -> bool:
    """True where persons have their mailboxes; a provider's own mail comes from hosts below that domain."""
    return host.rpartition("@")[2].lower() in _roles()["freemail"]


def is_marketplace(host: str) -> bool:
    """True for the domains of places where others sell."""
    brand = by_domain(host)
    return brand is not None and brand.kind is Kind.MARKETPLACE


def carrier(domain_or_name: str) -> Brand | None:
    """The carrier of that domain or name."""
    brand = by_domain(domain_or_name) if "." in domain_or_name else None
    brand = brand or by_name(domain_or_name)
    return brand if brand is not None and brand.kind is Kind.CARRIER else None


@lru_cache(maxsize=2_000)
def _plays(role: str, host: str) -> bool:
    hosts = _roles()[role]
    host = host.rpartition("@")[2].lower()
    return host in hosts or registrable(host) in hosts


@cache
def _roles() -> Mapping[str, frozenset[str]]:
    text = (files("mesinfos.directory") / "online.toml").read_text("utf-8")
    # The brands above are in brands.tsv.zst; to parse their 2,300 lines too would cost each reader nine milliseconds.
    roles = tomllib.loads(text.rpartition("\n[roles]\n")[2])
    return {role: frozenset(hosts.split()) for role, hosts in roles.items()}
