"""From a source's stored settings to a connector that can be asked, and to what recognising its mail needs to know."""

from collections.abc import Mapping

from mesinfos.connector import Connector
from mesinfos.directory import registrable
from mesinfos.discover import load, parse_settings
from mesinfos.ingest.pipeline import Context
from mesinfos.settings import Settings

WRITES_AS = {
    "gmail.com": "google.com",
    "googlemail.com": "google.com",
    "aol.com": "yahoo.com",
    "me.com": "icloud.com",
    "fastmail.com": "messagingengine.com",
    "proton.me": "protonmail.ch",
}
"""Providers whose receiving servers bear another domain than their addresses and IMAP servers."""


def house_values(settings: Settings) -> dict[str, object]:
    """What the operator decides for every connector; no person can type it."""
    return {"private_hosts": settings.private_hosts, "max_bytes": settings.message_megabytes << 20}


def opened_connector(settings: Settings, name: str, values: Mapping[str, str]) -> Connector:
    """The connector of that name with these settings; raises UnknownConnector, or InvalidInput that names the field."""
    module = load(name)
    return module.connect(parse_settings(module, values, house_values(settings)))


def context_of(values: Mapping[str, str]) -> Context:
    """What is known of a mailbox before any mail is read: whose it is, and which server's verdicts count."""
    address = values.get("username", "")
    own = (address,) if "@" in address else ()
    return Context(own_addresses=own, authserv_ids=verdict_names(address, values.get("host", "")))


def verdict_names(address: str, host: str) -> tuple[str, ...]:
    """Under which names the provider of a mailbox signs its Authentication-Results (RFC 8601 §2.5).

    Its own domains are those of the address and of the server one reads from; some write another name.
    """
    found = {registrable(name) for name in (address.rpartition("@")[2], host)}
    domains = {name for name in found if "." in name and not name.replace(".", "").isdecimal()}
    return tuple(sorted(domains | {WRITES_AS[name] for name in domains if name in WRITES_AS}))
