"""One source → facts → sealed records and disclosures, a batch at a time.

    fetch ahead (thread) ─▶ same mail? (tags) ─▶ recognise (processes without keys) ─▶ one transaction

The transaction of a batch holds its records, its disclosures, the journal line, the progress and the cursor. So the
cursor is never ahead of the records, and a sync killed anywhere goes on where it was, losing and doubling nothing.
It needs no open vault, except for the credentials of a source in mode `while_unlocked`.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import ExitStack
from types import TracebackType
from typing import NamedTuple, Self

from msgspec.structs import replace
from sqlalchemy import Connection

from mesinfos.connector import Batch, RawItem
from mesinfos.consent import journal
from mesinfos.consent.outbox import disclose_batch
from mesinfos.ingest.screen import wants_body
from mesinfos.ingest.workers import Workers
from mesinfos.model.facts import Facts
from mesinfos.syncing.ahead import Ahead
from mesinfos.syncing.dkimkeys import is_recent, key_book
from mesinfos.syncing.keeping import Keeper, Kept, Mail, kept_of
from mesinfos.syncing.opening import context_of, opened_connector
from mesinfos.syncing.runlog import RunLog, Stopped
from mesinfos.syncing.sameness import mail_parts
from mesinfos.syncing.tally import Progress, Summary, Tally
from mesinfos.syncing.turn import turn
from mesinfos.syncing.verdicts import Verdicts
from mesinfos.vault.instance import Instance
from mesinfos.vault.openvault import OpenVault
from mesinfos.vault.records import known_tags, store_records
from mesinfos.vault.sources import get_source, save_cursor, source_values
from mesinfos.vault.tags import Tags

__all__ = ["Progress", "SourceSync", "Stopped", "Summary", "run_sync"]

AHEAD = 2  # batches in the hands of the workers; with the one fetched and the one stored, four are in memory
SHARE = 50  # mails handed to a worker at once: both have work until the end of a batch, and neither grows fat
SMALL = 300  # mails; below that a second process costs more than it brings

Report = Callable[[Progress], None]


class _Fetched(NamedTuple):
    batch: Batch
    tags: list[bytes]
    signers: dict[str, int]
    keys: dict[str, str]


class _Read(NamedTuple):
    """A batch whose new mails are being recognised; its bytes are with the workers alone."""

    batch: Batch
    items: int
    signers: dict[str, int]
    mails: Sequence[Mail] = ()
    facts: "Sequence[Future[list[Facts]]]" = ()


def _deaf(_: Progress) -> None:
    """Nobody watches."""


class SourceSync:
    """One sync of one source; `batches` does the work, and each item it yields is a batch that is stored.

        with SourceSync(instance, vault_id, source_id) as sync:
            for progress in sync.batches(): ...

    `report` hears of phases too, and may raise `Stopped`. Raises Busy when somebody else reads this source, Locked
    when it can be read only with its open vault.
    """

    def __init__(
        self,
        instance: Instance,
        vault_id: str,
        source_id: str,
        vault: OpenVault | None = None,
        report: Report = _deaf,
    ) -> None:
        self._instance, self._vault_id, self._source_id, self._vault = instance, vault_id, source_id, vault
        self._report = report
        self._tags = Tags(instance, vault_id)
        self._keeper = Keeper(self._tags, source_id)
        self._flying: set[bytes] = set()
        self._held = ExitStack()
        self._workers: Workers | None = None
        self._tally = Tally()

    def __enter__(self) -> Self:
        before = get_source(self._instance, self._vault_id, self._source_id)
        self._held.enter_context(turn(self._instance, self._vault_id, self._source_id))
        try:
            self._run = RunLog(self._instance, before)
            # read anew: until the turn was ours, another process may have moved the cursor
            self._source = get_source(self._instance, self._vault_id, self._source_id)
        except BaseException:
            self._held.close()
            raise
        return self

    def __exit__(self, _: type[BaseException] | None, error: BaseException | None, __: TracebackType | None) -> None:
        with self._held:
            self._run.end(self._tally, error)

    @property
    def run_id(self) -> str:
        """The run's id, under which its progress can be watched."""
        return self._run.run_id

    def summary(self) -> Summary:
        """What was done so far."""
        return self._tally.summary(self._source_id)

    def batches(self) -> Iterator[Progress]:
        """Fetch, recognise and store to the end; each item is the progress after one more stored batch."""
        self._show("connect")
        values = source_values(self._instance, self._source, self._vault)
        connector = opened_connector(self._instance.settings, self._source.connector, values)
        self._values, self._verdicts = values, Verdicts(values, self._source.signers)
        underway: deque[_Read] = deque()
        with Ahead(lambda: self._fetched(connector.fetch(self._source.cursor or None, self._wants))) as ahead:
            more = True
            while more or underway:
                if underway and (not more or len(underway) >= AHEAD or not ahead.ready()):
                    yield self._store(underway.popleft())
                    continue
                fetched = ahead.next()
                more = fetched is not None
                if fetched is not None:
                    underway.append(self._recognise(fetched))
                del fetched  # its bytes: the next one may take a while
        self._show("done")

    # ── fetch, in the thread ahead ───────────────────────────────────────────────────────────────────────────────

    def _fetched(self, batches: Iterator[Batch]) -> Iterator[_Fetched]:
        for batch in batches:
            tags = [self._tags.mail(*mail_parts(item.data)) for item in batch.items]
            yield _Fetched(batch, tags, self._verdicts.counts, self._keys(batch))

    def _keys(self, batch: Batch) -> dict[str, str]:
        """Asked in this thread, while the batches before are read and stored."""
        recent = (item.data for item in batch.items if is_recent(item.received_at))
        return key_book(self._instance.settings.dkim_resolver).keys_for(recent, self._verdicts.names())

    def _wants(self, heads: Sequence[bytes]) -> list[bool]:
        if self._tally.phase == "connect":
            self._show("headers")
        self._verdicts.see(heads)
        return [wants_body(head) for head in heads]

    # ── recognise ────────────────────────────────────────────────────────────────────────────────────────────────

    def _recognise(self, fetched: _Fetched) -> _Read:
        fresh, batch = self._fresh(fetched), fetched.batch
        known = _Read(replace(batch, items=()), len(batch.items), fetched.signers)
        if not fresh:
            return known
        readers = self._readers(batch.total, fetched.keys)
        shares = [fresh[start : start + SHARE] for start in range(0, len(fresh), SHARE)]
        futures = [readers.submit([(item.data, item.received_at) for item, _ in share]) for share in shares]
        mails = [Mail(item.origin, item.received_at, len(item.data), tag) for item, tag in fresh]
        return known._replace(mails=mails, facts=futures)

    def _readers(self, total: int, keys: dict[str, str]) -> Workers:
        """The processes that read; they are told anew when it has become clear who signs this mailbox's verdicts."""
        context = context_of(self._values, self._verdicts.names(), keys)
        if self._workers is None:
            wanted = self._instance.settings.workers
            self._workers = Workers(min(wanted, 1) if 0 < total <= SMALL else wanted)
            self._held.callback(self._workers.close)
        self._workers.context = context
        return self._workers

    def _fresh(self, fetched: _Fetched) -> list[tuple[RawItem, bytes]]:
        """The mails that neither the vault has nor another batch under way brings."""
        if not fetched.tags:
            return []
        with self._instance.database.read(self._vault_id) as conn:
            known = known_tags(conn, self._vault_id, fetched.tags)
        fresh = []
        for item, tag in zip(fetched.batch.items, fetched.tags, strict=True):
            if tag not in known and tag not in self._flying:
                self._flying.add(tag)
                fresh.append((item, tag))
        return fresh

    # ── store ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _store(self, read: _Read) -> Progress:
        mails = kept_of(self._keeper, read.mails, [facts for share in read.facts for facts in share.result()])
        records = [kept.record for mail in mails for kept in mail]
        shown = [(one.record.record_id, one.shown) for mail in mails for one in mail if one.shown is not None]
        self._tally.phase = "read"
        with self._instance.database.write(self._vault_id) as conn:
            stored = set(store_records(self._instance, conn, self._vault_id, records, self._source_id))
            new = self._count(read, mails, stored)
            disclose_batch(self._instance, conn, self._vault_id, [one for one in shown if one[0] in stored])
            save_cursor(self._instance, conn, self._source, read.batch.cursor, read.signers)
            self._journal(conn, read, new)
            self._run.save(conn, self._tally)
        self._flying.difference_update(mail.tag for mail in read.mails)
        progress = self._tally.progress()
        self._report(progress)
        return progress

    def _count(self, read: _Read, mails: Sequence[Sequence[Kept]], stored: set[str]) -> int:
        tally, found = self._tally, self._tally.found
        tally.looked_at(read.batch)
        firsts = [mail[0].record for mail in mails if mail]
        new = [record for record in firsts if record.record_id in stored]
        spoilt = sum(record.type == "quarantined" for record in new)
        found["quarantined"] += spoilt
        found["new"] += len(new) - spoilt
        found["personal"] += len(mails) - len(firsts)
        found["known"] += read.items - len(mails) + len(firsts) - len(new)
        tally.stored(one.shown for mail in mails for one in mail if one.shown and one.record.record_id in stored)
        return len(new)

    def _journal(self, conn: Connection, read: _Read, new: int) -> None:
        """A line for a batch that brought something; a rejected mail is named by its place, so that it can be found."""
        rejected = [[item.origin.place, item.origin.item, item.reason] for item in read.batch.rejected]
        if new or rejected:
            details = {"new": new} | ({"rejected": rejected} if rejected else {})
            action = journal.Action.SOURCE_SYNCED
            journal.append(self._instance, conn, self._vault_id, action, self._source_id, details)

    def _show(self, phase: str) -> None:
        self._tally.phase = phase
        self._report(self._tally.progress())


def run_sync(
    instance: Instance, vault_id: str, source_id: str, vault: OpenVault | None = None, report: Report = _deaf
) -> Summary:
    """Read everything new of a source; raises Busy, Locked, Stopped, ConnectorError or VaultError."""
    with SourceSync(instance, vault_id, source_id, vault, report) as sync:
        for _ in sync.batches():
            continue
        return sync.summary()
