"""What the shop keeps of its visitors: its own orders, and of those who connected MesInfos what they granted.

One file stands for the shop's database. What a person takes back is deleted from it at once, not marked as deleted.
"""

import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from threading import RLock
from typing import Any

from examples.merchant.client import Asked, Granted, Server

Json = dict[str, Any]


@dataclass
class Visitor:
    """A visitor, by the secret of the shop's cookie.

    `shown` are the disclosures by their ids; `pins` the instance's keys as they were on the first day; `receipts` stay
    after the end: they are the proof, for both sides, that there was a consent and that it is over.
    """

    orders: list[Json] = field(default_factory=list)
    asked: Asked | None = None
    granted: Granted | None = None
    pins: dict[str, Json] = field(default_factory=dict)
    terms: Json = field(default_factory=dict)
    shown: dict[str, Json] = field(default_factory=dict)
    after: int = 0
    complete: bool = True
    receipts: list[Json] = field(default_factory=list)
    closing: str = ""
    ended: Json = field(default_factory=dict)

    def forget(self, how: str, at: str) -> None:
        """The consent is over: tokens and all that was read go. Which grant it was stays, for its last receipt."""
        if self.granted:
            told = {"how": how, "at": at, "grant_id": self.granted.grant_id, "server": self.granted.server}
            self.ended = told | {"closing": self.closing, "deleted": len(self.shown)}
        self.granted, self.terms, self.shown, self.after, self.closing = None, {}, {}, 0, ""


class Store:
    """All visitors, in a file that is written after each change."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "visitors.json"
        self._lock = RLock()
        self._visitors: dict[str, Visitor] = {}
        with suppress(FileNotFoundError):
            read = json.loads(self._file.read_text("utf-8"))
            self._visitors = {name: _visitor(one) for name, one in read.items()}

    def find(self, name: str) -> Visitor:
        """The visitor of a cookie; for a cookie that is none of ours, somebody of whom nothing is kept."""
        return self._visitors.get(name) or Visitor()

    def greet(self, name: str) -> str:
        """The visitor's secret: the one of the cookie, or a new one when we never gave that out."""
        with self._lock:
            name = name if name in self._visitors else secrets.token_urlsafe(32)
            self._visitors.setdefault(name, Visitor())
        return name

    @contextmanager
    def changing(self, name: str) -> Iterator[Visitor]:
        """Change a visitor who was greeted, alone: a page being read and a withdrawal must not cross each other."""
        with self._lock:
            try:
                yield self._visitors[name]
            finally:
                self._write()

    def of_grant(self, grant_id: str) -> list[str]:
        """Whose grant that is or was: several, when instances chose the same id; the signature says which."""
        return [name for name, one in list(self._visitors.items()) if grant_id and grant_id == _grant_id(one)]

    def _write(self) -> None:
        new = self._file.with_suffix(".new")
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
            json.dump({name: asdict(one) for name, one in self._visitors.items()}, out)
        new.replace(self._file)


def _grant_id(visitor: Visitor) -> str:
    return visitor.granted.grant_id if visitor.granted else str(visitor.ended.get("grant_id", ""))


def _visitor(read: Json) -> Visitor:
    asked, granted = read.pop("asked"), read.pop("granted")
    found = Visitor(**read)
    if asked:
        found.asked = Asked(Server(*asked[0]), *asked[1:])
    if granted:
        found.granted = Granted(**granted | {"server": Server(*granted["server"])})
    if found.ended:
        found.ended["server"] = Server(*found.ended["server"])
    return found
