"""The form of a mailbox."""

import ipaddress
from datetime import date
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, model_validator

from mesinfos.errors import N_, InvalidInput

CONTROL = frozenset(chr(code) for code in [*range(32), 127])
PORTS = {"tls": 993, "starttls": 143, "none": 143}
LONGEST = 4096  # characters; an access token of a large provider takes about 2,500


def _one_line(value: str) -> str:
    """No control character may travel in an IMAP command (RFC 3501 §9: quoted strings hold none)."""
    if CONTROL.intersection(value) or len(value) > LONGEST:
        raise ValueError("holds a character that cannot be typed")
    return value


def _one_secret_line(value: SecretStr) -> SecretStr:
    _one_line(value.get_secret_value())
    return value


Line = Annotated[str, AfterValidator(_one_line)]
Secret = Annotated[SecretStr, AfterValidator(_one_secret_line)]


class Settings(BaseModel):
    """Where the mailbox is, who asks, and what to read of it."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    host: Line = Field(min_length=1, max_length=253, title=N_("Server"), description=N_("For instance imap.free.fr."))
    port: int = Field(
        0,
        ge=0,
        le=65535,
        title=N_("Port"),
        description=N_("0 means the usual one: 993, or 143 with STARTTLS."),
        json_schema_extra={"advanced": True},
    )
    username: Line = Field(min_length=1, title=N_("User name"), description=N_("Most often the whole e-mail address."))
    password: Secret = Field(
        SecretStr(""),
        title=N_("Password"),
        description=N_("Many providers want an app password here, made in the account's security settings."),
    )
    token: Secret = Field(
        SecretStr(""),
        title=N_("Access token"),
        description=N_("Instead of a password, for providers with OAuth 2.0 (XOAUTH2, OAUTHBEARER)."),
        json_schema_extra={"advanced": True},
    )
    security: Literal["tls", "starttls", "none"] = Field(
        "tls",
        title=N_("Encryption of the connection"),
        description=N_("“none” is for a server on this very machine."),
        json_schema_extra={"advanced": True},
    )
    folders: str = Field(
        "",
        max_length=LONGEST,
        title=N_("Folders"),
        description=N_("One per line or between commas; * is every folder of received mail; empty leaves the choice."),
        json_schema_extra={"advanced": True},
    )
    since: date | None = Field(
        None, title=N_("Only mail since"), description=N_("The day of arrival; empty reads the whole mailbox.")
    )
    ca: str = Field(
        "",
        max_length=65536,
        title=N_("Certificate authority"),
        description=N_("PEM file or text, for a home server whose certificate no public authority signed."),
        json_schema_extra={"advanced": True},
    )
    private_hosts: bool = Field(True, json_schema_extra={"house": True})
    max_bytes: int = Field(25 * 2**20, ge=1, json_schema_extra={"house": True})

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if not self.password.get_secret_value() and not self.token.get_secret_value():
            raise InvalidInput(N_("A password or an access token is needed."), field="password")
        if CONTROL.intersection(self.host) or any(letter in self.host for letter in " /@?#%\\"):
            raise InvalidInput(N_("This is not the name of a server."), field="host")
        if self.security == "none" and not is_loopback(self.host):
            raise InvalidInput(
                N_("Without encryption the password would cross the network in clear."),
                field="security",
                next_step=N_("Choose TLS or STARTTLS; “none” is for a server on this very machine."),
            )
        if CONTROL.intersection(self.folders) - {"\n", "\r"}:
            raise InvalidInput(N_("A folder's name holds a character that cannot be typed."), field="folders")
        return self

    @property
    def usual_port(self) -> int:
        """The port to dial."""
        return self.port or PORTS[self.security]

    @property
    def folder_names(self) -> tuple[str, ...]:
        """The folders the person named, in their order; none means the connector chooses."""
        names = self.folders.replace("\r", "\n").replace(",", "\n").split("\n")
        return tuple(dict.fromkeys(name.strip() for name in names if name.strip()))

    def authority(self) -> str:
        """The certificates to trust instead of the system's, as PEM text; "" is the system's choice."""
        if not self.ca.strip() or "-----BEGIN" in self.ca:
            return self.ca.strip()
        try:
            return Path(self.ca.strip()).read_text("ascii")
        except (OSError, ValueError):
            raise InvalidInput(N_("The certificate authority's file cannot be read."), field="ca") from None


def is_loopback(host: str) -> bool:
    """True for names and addresses of this very machine."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower().rstrip(".") == "localhost"
