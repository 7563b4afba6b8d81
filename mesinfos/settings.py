"""Every environment variable of MesInfos, typed and read once; nonsense fails at start.

A secret may come from a file: `MESINFOS_DATABASE_URL_FILE=/run/secrets/db` sets `MESINFOS_DATABASE_URL`.
Everything personal is set on the pages and lives in the vault, never here.
"""

import os
import re
from collections.abc import Iterable, Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from mesinfos.errors import N_, InvalidInput

PREFIX = "MESINFOS_"
ONLY_AS_FILE = ("PASSPHRASE",)
"""Variables that exist as `…_FILE` only, and are read by the command that asks for them."""


_HOST = re.compile(r"(?:[a-z0-9][a-z0-9.-]*|\[[0-9a-f:.]+\])(?::\d{1,5})?")


class Settings(BaseSettings):
    """What the operator decides. Field names are the variables without `MESINFOS_`, in lower case."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True)

    data_dir: Path = Field(Path("data"), description="Folder of the database, the instance key and the pins.")
    database_url: str = Field("", description="PostgreSQL address; empty means SQLite in the data folder.")
    instance_key_file: Path | None = Field(None, description="Key outside the database; made at first start.")
    base_url: str = Field("http://127.0.0.1:8000", description="Address under which browsers reach this instance.")
    trusted_proxies: str = Field("127.0.0.1", description="Reverse proxies whose X-Forwarded headers count.")
    log_format: Literal["text", "json"] = Field("text", description="Shape of the log on standard error.")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="How much is logged.")
    language: Literal["fr", "en"] = Field("fr", description="Language when neither person nor browser says.")
    sync_minutes: int = Field(15, ge=0, le=1440, description="Minutes between two syncs of a source; 0 means never.")
    backup_days: int = Field(1, ge=0, le=90, description="Days between two backups by themselves; 0 means never.")
    workers: int = Field(2, ge=0, le=64, description="Processes that read mail; 0 reads in the main process.")
    message_megabytes: int = Field(25, ge=1, le=200, description="Larger mails stay on the server.")
    metrics: bool = Field(False, description="Serve /metrics: counts and timings, no names.")
    private_hosts: bool = Field(True, description="May a source live on a private network address?")
    dkim_resolver: str = Field(
        "", description="Resolver asked for DKIM keys: empty, `system`, ADDRESS or ADDRESS#PORT."
    )
    outbound_hosts: str = Field(
        "", description="Hosts of your own, HOST[:PORT] and commas, that may be asked over HTTP."
    )

    @field_validator("base_url")
    @classmethod
    def _without_slash(cls, value: str) -> str:
        if not value.startswith(("http://", "https://")):
            raise ValueError("must start with http:// or https://")
        return value.rstrip("/")

    @field_validator("dkim_resolver")
    @classmethod
    def _an_address(cls, value: str) -> str:
        host, _, port = value.partition("#")
        if value not in {"", "system"} and not (
            _is_address(host) and (port or "53").isdigit() and 0 < int(port or 53) < 65_536
        ):
            raise ValueError("must be empty, system, an IP address, or an IP address, # and a port")
        return value

    @field_validator("outbound_hosts")
    @classmethod
    def _hosts(cls, value: str) -> str:
        hosts = [host.strip().lower() for host in value.split(",") if host.strip()]
        if not all(_HOST.fullmatch(host) for host in hosts):
            raise ValueError("must be host names or addresses, each with or without :PORT, and commas between them")
        return ",".join(hosts)

    @property
    def key_file(self) -> Path:
        """The instance key's file; the pins lie beside it."""
        return self.instance_key_file or self.data_dir / "instance.key"


def _is_address(text: str) -> bool:
    try:
        return bool(ip_address(text))
    except ValueError:
        return False


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """The settings of this process; raises InvalidInput that names the variable and what is wrong with it."""
    environ = os.environ if environ is None else environ
    values = {name: environ.get(f"{PREFIX}{name.upper()}") for name in Settings.model_fields}
    values |= dict(_from_files(environ))
    try:
        return Settings.model_validate({name: value for name, value in values.items() if value is not None})
    except ValidationError as problem:
        first = problem.errors()[0]
        name = PREFIX + str(first["loc"][0]).upper()
        raise InvalidInput(N_("{name}: {reason}."), name=name, reason=first["msg"], field=name) from None


def unknown_variables(environ: Mapping[str, str] | None = None) -> list[str]:
    """Variables that begin with MESINFOS_ and mean nothing: probably a typing mistake, worth a warning at start."""
    environ = os.environ if environ is None else environ
    known = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
    known |= {f"{name}_FILE" for name in known} | {f"{PREFIX}{name}_FILE" for name in ONLY_AS_FILE}
    return sorted(name for name in environ if name.startswith(PREFIX) and name not in known)


def _from_files(environ: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    for name in Settings.model_fields:
        variable = f"{PREFIX}{name.upper()}_FILE"
        if variable not in environ or name == "instance_key":
            continue
        try:
            yield name, Path(environ[variable]).read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError):
            raise InvalidInput(N_("{name} names a file that cannot be read."), name=variable, field=variable) from None
