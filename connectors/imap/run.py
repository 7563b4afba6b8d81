"""One run of `fetch`: plan what is new in each folder, then read it portion by portion, across torn connections."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import chain

from msgspec import Struct, field
from msgspec.structs import replace

from connectors.imap.cursor import Place, print_of, read_marks
from connectors.imap.reader import Asked, Head, Reader, Withheld, imap_day
from connectors.imap.session import Session, Status
from connectors.imap.settings import Settings
from connectors.imap.wire import Torn
from mesinfos.connector import Batch, Cursor, RawItem, Rejected, Wants
from mesinfos.errors import SourceChanged
from mesinfos.model.provenance import Origin

BATCH_MAILS = 200
BATCH_BYTES = 16 << 20  # what one batch may hold in memory, unless a single mail is larger
LATECOMERS = 1000  # mails that may arrive between EXAMINE and SEARCH before we call the server a liar
WITHHELD = 20  # mails in a row that cannot be had before the server is given up


class Plan(Struct, frozen=True):
    """What is new in a folder; `place` is where reading starts."""

    folder: str
    status: Status
    place: Place
    uids: list[range]

    @property
    def count(self) -> int:
        """How many mails that is."""
        return sum(len(run) for run in self.uids)

    def done(self, uid: int) -> Place:
        """The place once everything is read: new mail gets UIDNEXT or more (RFC 3501 §2.3.1.1)."""
        return replace(self.place, uid=max(uid, self.status.uidnext - 1), modseq=self.status.modseq)


class Portion(Struct):
    """Neighbouring mails that make one batch: those whose bodies are fetched, and what became of the others."""

    uids: list[int] = field(default_factory=list)
    fetch: list[Head] = field(default_factory=list)
    personal: int = 0
    rejected: list[Rejected] = field(default_factory=list)
    anchor: Head | None = None
    bytes: int = 0


class Run:
    """Remembers what is done, so that a new connection goes on where the old one broke."""

    def __init__(self, settings: Settings, since: Cursor | None, wants: Wants) -> None:
        self._settings = settings
        self._wants = wants
        self._marks = read_marks(since, settings.since.isoformat() if settings.since else "")
        self._saved = since or ""
        self._seen = self._total = 0
        self._alone: set[tuple[str, int]] = set()
        self._withheld: dict[tuple[str, int], str] = {}
        self._in_a_row = 0
        self._folder = ""
        self.began = False
        self.closed: list[str] = []

    def batches(self, session: Session, folders: Sequence[str]) -> Iterator[Batch]:
        """Everything new, each batch with the cursor that is right once it is stored."""
        self.began, self.closed = True, []
        reader = Reader(session.wire, self._settings.max_bytes)
        plans = [plan for folder in folders if (plan := self._plan(session, reader, folder)) and plan.uids]
        self._total = self._seen + sum(plan.count for plan in plans)
        for plan in plans:
            self._folder = plan.folder
            if session.selected != plan.folder and session.examine(plan.folder).uidvalidity != plan.status.uidvalidity:
                raise Torn("the folder was rebuilt this very moment")
            yield from self._read(reader, plan)

    def withhold(self, problem: Withheld) -> bool:
        """Note which mails the server does not hand out; False when that has happened too often in a row."""
        mails = [(self._folder, uid) for uid in problem.uids]
        if len(mails) == 1:
            self._withheld[mails[0]] = problem.reason
        self._alone.update(mails)
        self._in_a_row += 1
        return bool(mails) and self._in_a_row <= WITHHELD

    def last_words(self) -> Iterator[Batch]:
        """An empty batch when there is a new cursor to keep although no mail came."""
        if (cursor := self._marks.text()) != self._saved:
            self._saved = cursor
            yield Batch((), cursor, 0, self._total)

    # ── what is new ──────────────────────────────────────────────────────────────────────────────────────────────

    def _plan(self, session: Session, reader: Reader, folder: str) -> Plan | None:
        self._folder = folder
        try:
            status = session.examine(folder)
        except SourceChanged:
            self.closed.append(folder)
            return None
        place = self._marks.folders.get(folder)
        if place and place.is_unchanged(status):
            return None
        if place is None or not place.is_of(status) or not self._is_anchored(reader, folder, place):
            place = Place(uidvalidity=status.uidvalidity)
        place = replace(place, uidnext=status.uidnext, modseq=0)
        nothing = status.exists == 0 or place.uid + 1 == status.uidnext
        uids = [] if nothing else search(session, reader, place.uid + 1, status.exists, self._settings.since)
        plan = Plan(folder, status, place, uids)
        self._marks.folders[folder] = place if uids else plan.done(place.uid)
        return plan

    def _is_anchored(self, reader: Reader, folder: str, place: Place) -> bool:
        """False when the mail we know at `anchor_uid` is another one now; a deleted one proves nothing."""
        if not place.anchor_uid or (folder, place.anchor_uid) in self._withheld:
            return True
        heads = reader.heads(reader.ask_heads([place.anchor_uid]))
        return not heads or print_of(heads[0].block) == place.anchor

    # ── reading it ───────────────────────────────────────────────────────────────────────────────────────────────

    def _read(self, reader: Reader, plan: Plan) -> Iterator[Batch]:
        chunks = self._chunks(plan)
        chunk = next(chunks, [])
        asked = self._ask(reader, plan, chunk)
        while chunk:
            heads = reader.heads(asked) if asked else []
            portions = self._portions(plan, chunk, heads)
            for number, portion in enumerate(portions, 1):
                bodies = reader.bodies(portion.fetch) if portion.fetch else {}
                if number == len(portions):
                    # The next headers travel while the caller reads these mails.
                    chunk = next(chunks, [])
                    asked = self._ask(reader, plan, chunk)
                yield self._batch(plan, portion, bodies, last=number == len(portions) and not chunk)

    def _chunks(self, plan: Plan) -> Iterator[list[int]]:
        """UIDs in hundreds; those under suspicion come alone, so that the next failure names the culprit."""
        chunk: list[int] = []
        for uid in chain.from_iterable(plan.uids):
            alone = (plan.folder, uid) in self._alone
            if chunk and (alone or len(chunk) >= BATCH_MAILS):
                yield chunk
                chunk = []
            chunk.append(uid)
            if alone:
                yield chunk
                chunk = []
        if chunk:
            yield chunk

    def _ask(self, reader: Reader, plan: Plan, chunk: list[int]) -> Asked | None:
        uids = [uid for uid in chunk if (plan.folder, uid) not in self._withheld]
        return reader.ask_heads(uids) if uids else None

    def _portions(self, plan: Plan, chunk: list[int], heads: list[Head]) -> list[Portion]:
        wanted = self._wants([head.block for head in heads]) if heads else ()
        known = {head.uid: (head, bool(want)) for head, want in zip(heads, wanted, strict=True)}
        portions = [Portion()]
        for uid in chunk:
            head, want = known.get(uid, (None, False))
            fetched = head is not None and want and head.size <= self._settings.max_bytes
            size = head.size if head and fetched else 0
            if portions[-1].uids and portions[-1].bytes + size > BATCH_BYTES:
                portions.append(Portion())
            self._sort_in(portions[-1], plan, uid, head, want=want)
        return portions

    def _sort_in(self, portion: Portion, plan: Plan, uid: int, head: Head | None, *, want: bool) -> None:
        portion.uids.append(uid)
        portion.anchor = head or portion.anchor
        if head is None:  # withheld, or deleted a moment ago
            if reason := self._withheld.get((plan.folder, uid)):
                portion.rejected.append(Rejected(_origin(plan, uid), reason))
        elif not want:
            portion.personal += 1
        elif head.size > self._settings.max_bytes:
            portion.rejected.append(Rejected(_origin(plan, uid), f"too large: {max(head.size >> 20, 1)} MB"))
        else:
            portion.fetch.append(head)
            portion.bytes += head.size

    def _batch(self, plan: Plan, portion: Portion, bodies: dict[int, bytes], *, last: bool) -> Batch:
        items = tuple(
            RawItem(_origin(plan, head.uid), bodies[head.uid], head.received)
            for head in portion.fetch
            if head.uid in bodies
        )
        place = replace(self._marks.folders[plan.folder], uid=portion.uids[-1])
        if portion.anchor:
            place = replace(place, anchor_uid=portion.anchor.uid, anchor=print_of(portion.anchor.block))
        if last:
            place = replace(place, uid=max(place.uid, plan.status.uidnext - 1), modseq=plan.status.modseq)
        self._marks.folders[plan.folder] = place
        self._seen += len(portion.uids)
        self._in_a_row = 0 if items or portion.personal else self._in_a_row
        self._saved = self._marks.text()
        rejected = tuple(portion.rejected)
        return Batch(items, self._saved, len(portion.uids), self._total, portion.personal, rejected)


def search(session: Session, reader: Reader, first: int, exists: int, since: date | None) -> list[range]:
    """The UIDs from `first` on in the folder that is open, of mails that arrived on or after `since`."""
    compact = "ESEARCH" in session.capabilities
    return reader.search(first, imap_day(since), compact=compact, limit=exists + LATECOMERS)


def _origin(plan: Plan, uid: int) -> Origin:
    return Origin(place=plan.folder, item=f"{plan.status.uidvalidity}/{uid}")
