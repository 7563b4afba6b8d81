"""Durable jobs: syncs that go on after `kill -9`, run by the clock, wait their turn, and can be stopped.

The only file that imports the job engine (docs/decisions/0004). A sync is a workflow, a batch is a step; the engine
keeps inputs and results in clear, so only ids and one-word outcomes pass through it, as JSON, and no error ever rises
out of a step. Losing the engine's database loses nothing: the cursor lies with the records.

Two kinds of work: what can run while the vault is locked goes through a queue that every process serves; what needs
an open vault runs in the process that holds it, and otherwise its source waits for `vault_opened`.
"""

import fcntl
import logging
import os
import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from dbos import DBOS, DBOSConfig, DBOSPortableJSONSerializer, SetEnqueueOptions, SetWorkflowID, error
from sqlalchemy.engine import URL

from mesinfos.errors import N_, Busy, Locked, MesInfosError, StorageUnavailable
from mesinfos.logs import get_logger
from mesinfos.notices.herald import EVERY, Herald
from mesinfos.sync import Progress, SourceSync, Stopped
from mesinfos.syncing.postman import SECONDS, Postman
from mesinfos.syncing.schedule import Clock, all_sources, is_due, tidy_after_the_dead
from mesinfos.syncing.turn import TURNS, is_free
from mesinfos.vault.database import translated
from mesinfos.vault.instance import Instance
from mesinfos.vault.keys import new_id
from mesinfos.vault.openvault import OpenVault
from mesinfos.vault.runs import Run, last_run
from mesinfos.vault.sources import WHILE_UNLOCKED, Source, get_source, list_sources, set_state

VERSION = "1"
"""Pinned: by default the engine takes any new code for another application and strands what waits."""
QUEUE, WORKFLOW = "syncs", "sync_source"
AT_ONCE = 2  # syncs of one process; each has its own reading processes
PROCESSES = 64  # that may serve one data folder
OPEN_SECONDS = 15 * 60  # how long an opened vault serves the clock: as long as an idle session
KEPT = timedelta(days=2)  # finished jobs in the engine's tables
GRACE = 20.0  # seconds a stop waits for batches under way

log = get_logger("mesinfos.jobs")
_current: "Jobs | None" = None
"""The engine is one per process and its workflows are plain functions: this is how they find their instance."""

Key = tuple[str, str]


@DBOS.workflow(name=WORKFLOW, max_recovery_attempts=1000)
def _sync_source(vault_id: str, source_id: str) -> str:
    try:
        while not (outcome := _sync_batch(vault_id, source_id)):
            continue
        return outcome
    finally:
        if _current is not None:  # cancelled between two steps
            _current.abandon((vault_id, source_id))


@DBOS.step(name="sync_batch")
def _sync_batch(vault_id: str, source_id: str) -> str:
    """One more batch; "" while there may be another, else how the sync ended, in one word."""
    return "stopped" if _current is None else _current.advance((vault_id, source_id))


class Jobs:
    """The jobs of one process; the engine allows one running `Jobs` at a time."""

    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        self._live: dict[Key, Iterator[Progress]] = {}
        self._open: dict[str, tuple[OpenVault, float]] = {}
        self._stopping = False
        self._clock = Clock(self._tick)
        self._post = Clock(Postman(instance).round, SECONDS)
        self._notices = Clock(Herald(instance).round, EVERY)
        self._slot = -1

    # ── the process ──────────────────────────────────────────────────────────────────────────────────────────────

    def start(self) -> None:
        """Take up what a killed process left, and begin to look at the clock; raises Busy on a second start."""
        global _current  # noqa: PLW0603  see its docstring
        if _current is not None:
            raise Busy(N_("Jobs run in this process already."))
        self._slot, executor = _executor(self._instance)
        tidy_after_the_dead(self._instance)
        _current = self
        try:
            _launch(self._instance, executor)
        except BaseException:
            self.stop()
            raise
        self._clock.start()
        self._post.start()
        self._notices.start()

    def stop(self) -> None:
        """Stop after the batches under way; what is unfinished goes on at the next start."""
        global _current  # noqa: PLW0603  see its docstring
        if _current is not self:
            return
        self._stopping = True
        self._clock.stop()
        self._post.stop()
        self._notices.stop()
        deadline = time.monotonic() + GRACE
        while self._live and time.monotonic() < deadline:
            time.sleep(0.05)
        DBOS.destroy()
        _current = None
        os.close(self._slot)
        self._open.clear()

    # ── what pages and commands ask for ──────────────────────────────────────────────────────────────────────────

    def sync_now(self, vault_id: str, source_id: str, vault: OpenVault | None = None) -> str:
        """Start reading a source and return the job's id; raises Busy, Locked, NotFound."""
        source = get_source(self._instance, vault_id, source_id)
        if vault is not None:
            self._open[vault_id] = (vault, time.monotonic())
        if not is_free(self._instance, vault_id, source_id):
            raise Busy(N_("This source is being read already."))
        return self._begin(source)

    def cancel(self, vault_id: str, source_id: str) -> bool:
        """Stop reading a source, in whatever process; what was stored stays. False when nothing was under way."""
        get_source(self._instance, vault_id, source_id)
        with translated():
            jobs = DBOS.list_workflows(
                name=WORKFLOW, status=["ENQUEUED", "PENDING"], workflow_id_prefix=f"{source_id}-", load_input=False
            )
            for job in jobs:
                DBOS.cancel_workflow(job.workflow_id)
        return bool(jobs)

    def pause(self, vault_id: str, source_id: str) -> None:
        """Leave a source alone until `resume`: stop reading it now, and whenever the clock says so."""
        self._set(vault_id, source_id, "paused")
        self.cancel(vault_id, source_id)

    def resume(self, vault_id: str, source_id: str, vault: OpenVault | None = None) -> None:
        """End a pause, and read what came meanwhile."""
        self._set(vault_id, source_id, "waiting")
        with suppress(Busy, Locked):
            self.sync_now(vault_id, source_id, vault)

    def vault_opened(self, vault: OpenVault) -> None:
        """Start what waited for this vault. It serves the clock for a quarter of an hour, unless `vault_closed`."""
        self._open[vault.vault_id] = (vault, time.monotonic())
        if _current is not self:
            return
        for source in list_sources(self._instance, vault.vault_id):
            waits = source.state == "waiting" or is_due(self._instance, source)
            if source.mode == WHILE_UNLOCKED and waits:
                self._try(source)

    def vault_closed(self, vault_id: str) -> None:
        """Forget an open vault; a sync that uses it ends with its batch or at its next look at the credentials."""
        self._open.pop(vault_id, None)

    def progress(self, vault_id: str, source_id: str) -> Run | None:
        """The newest run of a source, under way or ended."""
        with self._instance.database.read(vault_id) as conn:
            return last_run(self._instance, conn, vault_id, source_id)

    # ── what the engine asks for ─────────────────────────────────────────────────────────────────────────────────

    def advance(self, key: Key) -> str:
        """Store one more batch of a source; "" or the outcome. Never raises: the engine would store the error."""
        try:
            next(self._live.setdefault(key, self._syncing(key)))
        except StopIteration:
            outcome = "done"
        except (Busy, Locked, Stopped) as why:
            outcome = type(why).__name__.lower()
        except MesInfosError as why:
            outcome = "failed"
            log.warning("sync failed", source=key[1], exc_info=why)
        except Exception as why:  # the last resort of a job: its run tells the person
            outcome = "failed"
            log.exception("sync failed", source=key[1], exc_info=why)
        else:
            return ""
        self._live.pop(key, None)
        return outcome

    def abandon(self, key: Key) -> None:
        """End a sync whose job was cancelled."""
        live = self._live.pop(key, None)
        if live is not None:
            live.close()  # type: ignore[attr-defined]

    def _syncing(self, key: Key) -> Iterator[Progress]:
        vault, _ = self._open.get(key[0], (None, 0.0))
        with SourceSync(self._instance, *key, vault, self._heard) as sync:
            yield from sync.batches()

    def _heard(self, _: Progress) -> None:
        if self._stopping:
            raise Stopped

    # ── starting ─────────────────────────────────────────────────────────────────────────────────────────────────

    def _begin(self, source: Source) -> str:
        job, key = f"{source.source_id}-{new_id()}", (source.vault_id, source.source_id)
        with translated(), SetWorkflowID(job):
            if source.mode == WHILE_UNLOCKED:
                if source.vault_id not in self._open:
                    self._set(*key, "waiting")
                    raise Locked(N_("This source can be read only while its owner's vault is open."))
                DBOS.start_workflow(_sync_source, *key)
                return job
            try:
                with SetEnqueueOptions(deduplication_id=source.source_id):
                    DBOS.enqueue_workflow(QUEUE, _sync_source, *key)
            except error.DBOSQueueDeduplicatedError:
                raise Busy(N_("This source is being read already.")) from None
        return job

    def _try(self, source: Source) -> None:
        with suppress(Busy, Locked):
            if is_free(self._instance, source.vault_id, source.source_id):
                self._begin(source)

    def _set(self, vault_id: str, source_id: str, state: str) -> None:
        with self._instance.database.write(vault_id) as conn:
            set_state(self._instance, conn, vault_id, source_id, state)

    def _tick(self) -> None:
        now = time.monotonic()
        self._open = {of: (vault, at) for of, (vault, at) in self._open.items() if now - at < OPEN_SECONDS}
        for source in all_sources(self._instance):
            may = source.mode != WHILE_UNLOCKED or source.vault_id in self._open
            if may and is_due(self._instance, source):
                self._try(source)
        _forget_finished()


def _executor(instance: Instance) -> tuple[int, str]:
    """A number among the processes of this data folder, held like a turn: whoever gets it takes up what its last
    holder left unfinished.
    """
    with translated():
        folder = instance.settings.data_dir / TURNS
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for number in range(PROCESSES):
            handle = os.open(folder / f"process-{number}", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                fcntl.lockf(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(handle)
                continue
            return handle, f"{socket.gethostname()}-{number}"
    raise StorageUnavailable(N_("Too many processes of MesInfos use this data folder."))


def _launch(instance: Instance, executor: str) -> None:
    engine = logging.getLogger("dbos")
    if not engine.handlers:
        engine.addHandler(logging.NullHandler())  # else the engine adds one of its own, past our redaction
    DBOS(config=_configuration(instance, executor))
    with translated():
        DBOS.launch()
        DBOS.register_queue(QUEUE, worker_concurrency=AT_ONCE, polling_interval_sec=0.5)


def _configuration(instance: Instance, executor: str) -> DBOSConfig:
    settings = instance.settings
    url = settings.database_url
    if instance.database.is_sqlite:
        path = settings.data_dir / "jobs.db"
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        url = URL.create("sqlite", database=str(path)).render_as_string(hide_password=False)
    return {
        "name": "mesinfos",
        "system_database_url": url,
        "application_version": VERSION,
        "executor_id": executor,
        "serializer": DBOSPortableJSONSerializer(),  # the default, pickle, would run what a thief of the file put there
        "log_level": "WARNING",
        "enable_otlp": False,
        "dbos_system_schema": "mesinfos_jobs",
        "sys_db_pool_size": 8,
    }


def _forget_finished() -> None:
    before = (datetime.now(UTC) - KEPT).isoformat()
    with translated():
        old = DBOS.list_workflows(
            name=WORKFLOW, completed_before=before, limit=500, load_input=False, load_output=False
        )
        if old:
            DBOS.delete_workflows([job.workflow_id for job in old])
