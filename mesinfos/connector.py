"""The contract between MesInfos and a source of mail or exports.

A connector is a package with a `manifest.toml` beside it that offers, from its top level:

    MANIFEST: Manifest                      who I am (read from manifest.toml by `read_manifest`)
    Settings: type[pydantic.BaseModel]      the form; a field of type SecretStr is a password, kept encrypted
    connect(settings) -> Connector          opens nothing yet; the two methods below connect
    suggest(address) -> Suggestion | None   optional: settings that can be known from an e-mail address

and is announced by an entry point of the group `mesinfos.connectors` whose name equals the manifest's.
It knows this file, `mesinfos.model` and `mesinfos.errors`, and nothing else of the house.
"""

import tomllib
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, Protocol, runtime_checkable

from msgspec import Struct, convert
from pydantic import BaseModel

from mesinfos.model.provenance import Origin


class Manifest(Struct, frozen=True, forbid_unknown_fields=True):
    """Who a connector is, and what it reads and never reads, in words a person understands."""

    name: str
    title: dict[str, str]
    summary: dict[str, str]
    reads: tuple[str, ...]
    never: tuple[str, ...]
    version: int = 1


class RawItem(Struct, frozen=True):
    """Bytes as collected plus their place of origin. `received_at` is the store's own date, aware UTC."""

    origin: Origin
    data: bytes
    received_at: datetime
    kind: Literal["mail"] = "mail"


class Rejected(Struct, frozen=True):
    """An item that was not fetched, and why ("too large: 60 MB")."""

    origin: Origin
    reason: str


Cursor = str
"""What lets `fetch` go on after the last stored batch: opaque text, JSON by custom, at most a few kilobytes."""

Wants = Callable[[Sequence[bytes]], Sequence[bool]]
"""Asked with the header blocks of a batch: which bodies are worth fetching? The others never leave the server."""


class Batch(Struct, frozen=True):
    """A few dozen to a few hundred items, and the cursor that is right once they are stored.

    `seen` counts the items this batch looked at (fetched or not), so that the sum over the batches reaches `total`,
    the estimate for the whole run, 0 when unknown. `personal` counts those whose body was left where it was.
    """

    items: tuple[RawItem, ...]
    cursor: Cursor
    seen: int
    total: int = 0
    personal: int = 0
    rejected: tuple[Rejected, ...] = ()


class Checked(Struct, frozen=True):
    """What a successful `check` found: the places that will be read, and the count of items there.

    `notes` are sentences for the person, to be translated; `others` are places that could be chosen and are not.
    """

    places: tuple[str, ...]
    items: int
    notes: tuple[str, ...] = ()
    others: tuple[str, ...] = ()


class Suggestion(Struct, frozen=True):
    """Settings known from an address: the provider's name, form values, what to know of the password, where to go.

    `secret` names the one field of the form that lets one in, where the others of its kind do not.
    """

    provider: str
    values: dict[str, str]
    help: str = ""
    link: str = ""
    secret: str = ""


class Connector(Protocol):
    """The whole contract: two methods. Both raise `Unreachable`, `CredentialsRejected` or `SourceChanged`."""

    def check(self) -> Checked:
        """Connect as `fetch` would, look, and touch nothing."""
        ...

    def fetch(self, since: Cursor | None, wants: Wants) -> Iterator[Batch]:
        """Everything after `since` (None: from the start), oldest batch first; reads only, changes nothing."""
        ...


@runtime_checkable
class Recent(Protocol):
    """What a connector may offer besides: a look at what came last, for a dry run. Others are asked for their first."""

    def recent(self, count: int, wants: Wants) -> Batch:
        """The newest `count` items, as one batch whose cursor is empty; touches nothing."""
        ...


class ConnectorModule(Protocol):
    """What an entry point of the group `mesinfos.connectors` must load to."""

    MANIFEST: Manifest
    Settings: type[BaseModel]

    def connect(self, settings: Any) -> Connector:
        """A connector for these settings; opens nothing yet."""
        ...


def read_manifest(folder: Path) -> Manifest:
    """The manifest in `folder`; raises ValueError when it is malformed or names another folder."""
    manifest = convert(tomllib.loads((folder / "manifest.toml").read_text("utf-8")), Manifest)
    if manifest.name != folder.name:
        raise ValueError(f"manifest of {folder.name!r} calls itself {manifest.name!r}")
    return manifest
