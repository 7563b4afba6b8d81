"""Saved views: a list or a search under a name of the person's own, with how many things it holds now."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode, urlsplit

from fastapi import Request

from mesinfos.errors import N_, InvalidInput
from mesinfos.model.choice import Topic
from mesinfos.relations.reading import Reading
from mesinfos.vault.openvault import OpenVault
from web.dashboard.shown import today

Count = Callable[[OpenVault, Reading, Mapping[str, str]], int]
COUNTS: dict[str, Count] = {}
"""How many things a list holds for a query of its address, by the list's path. Each list says so itself."""
PASSING = frozenset({"page", "before", "after", "said", "undo"})
"""What an address says of one moment, which is no part of a view."""
LONGEST_NAME, LONGEST = 60, 1000


def counts(path: str) -> Callable[[Count], Count]:
    """Say how the things of a list are counted, so that views of it can be saved."""

    def known(count: Count) -> Count:
        COUNTS[path] = count
        return count

    return known


class View(NamedTuple):
    """One saved view."""

    name: str
    address: str
    size: int


class Shelf(NamedTuple):
    """The views of one list; `here` is the address of what is shown, `unsaved` the same when it could be saved."""

    views: Sequence[View]
    here: str
    unsaved: str


def address_of(path: str, asked: Mapping[str, str]) -> str:
    """The plain address of what a list shows: empty values and what passes are left out."""
    kept = {name: value for name, value in sorted(asked.items()) if value and name not in PASSING}
    return path + (f"?{urlencode(kept)}" if kept else "")


def address_from(text: str) -> str:
    """An address as a form sends it back; raises InvalidInput for what is no list of this site."""
    parts = urlsplit(text)
    if parts.path not in COUNTS or parts.scheme or parts.netloc or len(text) > LONGEST:
        raise InvalidInput(N_("Only a list or a search can be kept as a view."), field="address")
    return address_of(parts.path, dict(parse_qsl(parts.query)))


def name_from(text: str) -> str:
    """A view's name as typed; raises InvalidInput."""
    if not text or len(text) > LONGEST_NAME or not text.isprintable():
        raise InvalidInput(N_("A view needs a name of {n} characters at most."), field="name", n=LONGEST_NAME)
    return text


def views(vault: OpenVault, reading: Reading, path: str = "") -> list[View]:
    """The views in force by name, all or those of one list."""
    saved = {name: one.value for name, one in reading.choices().all(Topic.VIEW).items()}
    paths = {path} if path else set(COUNTS)
    of_path = {name: address for name, address in saved.items() if urlsplit(address).path in paths}
    return [
        View(name, of_path[name], _count(vault, reading, of_path[name])) for name in sorted(of_path, key=str.casefold)
    ]


def _count(vault: OpenVault, reading: Reading, address: str) -> int:
    parts = urlsplit(address)
    asked = dict(parse_qsl(parts.query))
    if parts.path in _MOVING:
        return COUNTS[parts.path](vault, reading, asked)
    return reading.derived(f"view {address} on {today()}", lambda: COUNTS[parts.path](vault, reading, asked))


_MOVING = frozenset({"/merchants"})
"""Lists that a consent changes, which is nothing that was read: they are counted each time."""


def shelf(request: Request, vault: OpenVault, reading: Reading, path: str) -> Shelf:
    """The views of the list that a request asked for."""
    found = views(vault, reading, path)
    here = address_of(path, request.query_params)
    unsaved = here if here != path and here not in {one.address for one in found} else ""
    return Shelf(found, here, unsaved)
