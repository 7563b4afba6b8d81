"""The server of an address, by its domain: data in presets.toml, words here."""

import tomllib
from pathlib import Path

from msgspec import Struct, convert

from mesinfos.connector import Suggestion
from mesinfos.errors import N_

HELP = {
    "password": N_("The password of the mailbox works here."),
    "app_password": N_("This provider wants an app password: make one in the security settings of the account."),
    "allow_imap": N_(
        "Allow access by IMAP in the settings of the webmail first; with two-step login, use an app password."
    ),
    "token": N_("This provider takes no passwords over IMAP any more, only access tokens (OAuth 2.0)."),
    "bridge": N_("Start the provider's Bridge on this machine; it shows the user name and password to enter here."),
}


class Provider(Struct, frozen=True, forbid_unknown_fields=True):
    """One entry of presets.toml."""

    name: str
    domains: tuple[str, ...]
    host: str
    help: str
    link: str = ""
    port: int = 0
    security: str = "tls"


def read_providers() -> list[Provider]:
    """All providers we know."""
    table = tomllib.loads((Path(__file__).parent / "presets.toml").read_text("utf-8"))
    return convert(table["provider"], list[Provider])


def suggest(address: str) -> Suggestion | None:
    """The settings for this address and what to know about its password; None for a domain we do not know."""
    domain = address.strip().rpartition("@")[2].lower()
    for provider in read_providers():
        if domain in provider.domains:
            values = {"host": provider.host, "username": address.strip(), "security": provider.security}
            if provider.port:
                values["port"] = str(provider.port)
            secret = "token" if provider.help == "token" else "password"
            return Suggestion(provider.name, values, HELP[provider.help], provider.link, secret)
    return None
