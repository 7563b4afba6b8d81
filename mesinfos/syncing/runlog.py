"""What a sync leaves for people to see: its run, the state of its source, and a sentence when it failed."""

from contextlib import suppress
from typing import Any

from msgspec.structs import replace
from sqlalchemy import Connection

from mesinfos.errors import N_, CredentialsRejected, Locked, MesInfosError, Unreachable, VaultError
from mesinfos.logs import get_logger
from mesinfos.syncing.tally import Tally
from mesinfos.vault.instance import Instance
from mesinfos.vault.records import hold_vault
from mesinfos.vault.runs import end_run, last_run, start_run, update_run
from mesinfos.vault.sources import Source, get_source, set_state
from mesinfos.vault.vaults import find_person
from mesinfos.wording import say

log = get_logger("mesinfos.sync")


class Stopped(MesInfosError):
    """Somebody asked this sync to stop; what was stored stays."""

    def __init__(self) -> None:
        super().__init__(N_("Stopped. The next sync goes on from here."))


class RunLog:
    """The run of one sync, from `begin` to `end`."""

    def __init__(self, instance: Instance, source: Source) -> None:
        self._instance, self._source = instance, source
        self._place = (source.vault_id, source.source_id)
        with instance.database.write(source.vault_id) as conn:
            before = last_run(instance, conn, *self._place)
            if before and not before.outcome:  # its process died: else the turn were not ours
                end_run(instance, conn, before, "interrupted")
            set_state(instance, conn, *self._place, "running")
            self._run = start_run(instance, conn, *self._place, "connect")

    @property
    def run_id(self) -> str:
        """Under which the progress can be watched."""
        return self._run.run_id

    def save(self, conn: Connection, tally: Tally) -> None:
        """The progress, in the transaction of a batch."""
        now: dict[str, Any] = {"phase": tally.phase, "seen": tally.seen, "total": tally.total}
        now |= {"found": dict(tally.found), "left": dict(tally.left), "until": hold_vault(conn, self._place[0])}
        self._run = update_run(self._instance, conn, self._run, **now)

    def end(self, tally: Tally, error: BaseException | None) -> None:
        """How it ended; what cannot be written now (a full disk) is put right by the next sync."""
        outcome, state, sentence = self._verdict(error)
        with suppress(VaultError):
            if self._is_paused():
                state = "paused"
            with self._instance.database.write(self._source.vault_id) as conn:
                set_state(self._instance, conn, *self._place, state, sentence)
                end_run(self._instance, conn, replace(self._run, phase=tally.phase), outcome, sentence)
        log.info("sync ended", source=self._place[1], outcome=outcome, seen=tally.seen, seconds=round(tally.seconds, 3))

    def _is_paused(self) -> bool:
        """A pause outlives the sync it came before or during."""
        return "paused" in {self._source.state, get_source(self._instance, *self._place).state}

    def _verdict(self, error: BaseException | None) -> tuple[str, str, str]:
        """Outcome of the run, state of the source, and what its owner reads."""
        if error is None:
            return "done", "idle", ""
        told = _told(error)
        if not isinstance(error, MesInfosError) and not isinstance(told, Stopped):
            log.error("sync failed", source=self._place[1], exc_info=error)
        sentence = say(told, find_person(self._instance, self._place[0]).language)
        match told:
            case Stopped():
                return "stopped", "waiting", sentence
            case CredentialsRejected():
                return "failed", "reconnect", sentence
            case Unreachable() | Locked() | VaultError():
                return "failed", "waiting", sentence
        return "failed", "error", sentence


def _told(error: BaseException) -> MesInfosError:
    if isinstance(error, GeneratorExit | KeyboardInterrupt):
        return Stopped()
    if isinstance(error, MesInfosError):
        return error
    return MesInfosError(N_("The sync was interrupted by a fault of MesInfos; the next one goes on from there."))
