"""Where the last sync ended, folder by folder, as the JSON text that MesInfos keeps for us."""

from hashlib import sha256

from msgspec import DecodeError, Struct, ValidationError
from msgspec.json import decode, encode

from connectors.imap.session import Status


class Place(Struct, frozen=True, omit_defaults=True):
    """All mails of a folder up to `uid` are done, while `uidvalidity` stays what it was.

    `uidnext` and `modseq` are the folder's own counters at that moment, kept once the folder was read to its
    end. `anchor` is a short print of the header of mail `anchor_uid`: servers that number anew without saying so
    are found out by it.
    """

    uidvalidity: int = 0
    uid: int = 0
    uidnext: int = 0
    modseq: int = 0
    anchor_uid: int = 0
    anchor: str = ""

    def is_of(self, status: Status) -> bool:
        """False when the folder was rebuilt: another UIDVALIDITY, or counters that ran backwards."""
        return (
            self.uidvalidity == status.uidvalidity
            and not (status.uidnext and self.uidnext > status.uidnext)
            and not (status.modseq and self.modseq > status.modseq)
        )

    def is_unchanged(self, status: Status) -> bool:
        """True when the folder's MODSEQ says that nothing at all happened since (RFC 7162 §3.1.2.1)."""
        return bool(self.modseq) and self.modseq == status.modseq and self.uidnext == status.uidnext


class Marks(Struct, omit_defaults=True):
    """The whole cursor: a place for each folder, and the since-day they were read with."""

    folders: dict[str, Place]
    since: str = ""
    version: int = 1

    def text(self) -> str:
        """The cursor as stored."""
        return encode(self, order="sorted").decode()


def read_marks(cursor: str | None, since: str) -> Marks:
    """The marks of a cursor; fresh ones when there is none, or when more days are wanted now than were read then.

    Starting again is always right: what is known already is recognised by MesInfos.
    """
    fresh = Marks({}, since)
    if not cursor:
        return fresh
    try:
        marks = decode(cursor, type=Marks)
    except (DecodeError, ValidationError):
        return fresh
    covers = marks.version == 1 and (not marks.since or (since and since >= marks.since))
    return marks if covers else fresh


def print_of(block: bytes) -> str:
    """16 bits of a header's hash: enough to notice another mail, too few to prove to anybody which mail it was."""
    return sha256(block).hexdigest()[:4]
