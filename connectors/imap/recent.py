"""The newest mails of a mailbox, for a dry run: headers of the last ones of each folder, bodies of those wanted."""

from collections.abc import Iterator, Sequence
from itertools import chain

from msgspec import Struct

from connectors.imap.reader import Head, Reader
from connectors.imap.run import BATCH_BYTES, search
from connectors.imap.session import Session
from connectors.imap.settings import Settings
from mesinfos.connector import Batch, RawItem, Rejected, Wants
from mesinfos.errors import SourceChanged
from mesinfos.model.provenance import Origin

FOLDERS = 12  # looked into at most: somebody waits


class Newest(Struct, frozen=True):
    """A header, and where its mail lies."""

    folder: str
    uidvalidity: int
    head: Head

    @property
    def origin(self) -> Origin:
        """As a sync would name it."""
        return Origin(place=self.folder, item=f"{self.uidvalidity}/{self.head.uid}")


def newest(session: Session, settings: Settings, folders: Sequence[str], count: int, wants: Wants) -> Batch:
    """The `count` mails that arrived last, as one batch without a cursor: nothing is remembered of it."""
    reader = Reader(session.wire, settings.max_bytes)
    found = [one for folder in folders[:FOLDERS] for one in _heads(session, reader, settings, folder, count)]
    found = sorted(found, key=lambda one: one.head.received)[-count:]
    wanted = list(wants([one.head.block for one in found])) if found else []
    personal = wanted.count(False)
    asked = [one for one, want in zip(found, wanted, strict=True) if want]
    fetched, left = _that_fit(asked, settings.max_bytes)
    items = tuple(_items(session, reader, fetched))
    return Batch(items, "", len(found), len(found), personal, tuple(Rejected(one.origin, "too large") for one in left))


def _heads(session: Session, reader: Reader, settings: Settings, folder: str, count: int) -> list[Newest]:
    try:
        status = session.examine(folder)
    except SourceChanged:
        return []
    runs = search(session, reader, 1, status.exists, settings.since) if status.exists else []
    last = list(chain.from_iterable(run[-count:] for run in runs[-count:]))[-count:]
    heads = reader.heads(reader.ask_heads(last)) if last else []
    return [Newest(folder, status.uidvalidity, head) for head in heads]


def _that_fit(asked: Sequence[Newest], cap: int) -> tuple[list[Newest], list[Newest]]:
    """Those whose bodies fit into one batch's memory, the newest first, and the others."""
    fetched: list[Newest] = []
    left: list[Newest] = []
    room = BATCH_BYTES
    for one in reversed(asked):
        fits = one.head.size <= min(cap, room)
        (fetched if fits else left).append(one)
        room -= one.head.size if fits else 0
    return fetched, left


def _items(session: Session, reader: Reader, fetched: Sequence[Newest]) -> Iterator[RawItem]:
    for folder in dict.fromkeys(one.folder for one in fetched):
        if session.selected != folder:
            session.examine(folder)
        here = sorted((one for one in fetched if one.folder == folder), key=lambda one: one.head.uid)
        bodies = reader.bodies([one.head for one in here])
        for one in here:
            if one.head.uid in bodies:
                yield RawItem(one.origin, bodies[one.head.uid], one.head.received)
