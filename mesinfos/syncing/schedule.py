"""Which sources are due, and a thread that looks at the clock."""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

from mesinfos.errors import MesInfosError
from mesinfos.logs import get_logger
from mesinfos.syncing.turn import is_free
from mesinfos.vault.instance import Instance
from mesinfos.vault.runs import end_run, last_run
from mesinfos.vault.sources import Source, list_sources, set_state
from mesinfos.vault.vaults import list_persons

RESTING = ("paused", "reconnect")
"""States the clock leaves alone: a person must act first, and a wrong password tried again locks accounts."""
TICK = 30.0  # seconds between two looks at the clock

log = get_logger("mesinfos.jobs")


def all_sources(instance: Instance) -> Iterator[Source]:
    """Every source of everybody."""
    for person in list_persons(instance):
        yield from list_sources(instance, person.vault_id)


def is_due(instance: Instance, source: Source, now: datetime | None = None) -> bool:
    """True when the clock should start this source: it may run, does not, and began last before the set minutes."""
    minutes = instance.settings.sync_minutes
    if not minutes or source.state in RESTING:
        return False
    with instance.database.read(source.vault_id) as conn:
        last = last_run(instance, conn, source.vault_id, source.source_id)
    if last is None or last.outcome in {"interrupted", "stopped"}:
        return True
    return (now or datetime.now(UTC)) - last.started_at >= timedelta(minutes=minutes)


def tidy_after_the_dead(instance: Instance) -> int:
    """End the runs whose process died, so that no page shows them as running; returns how many."""
    count = 0
    for source in all_sources(instance):
        if source.state == "running" and is_free(instance, source.vault_id, source.source_id):
            with instance.database.write(source.vault_id) as conn:
                last = last_run(instance, conn, source.vault_id, source.source_id)
                if last and not last.outcome:
                    end_run(instance, conn, last, "interrupted")
                set_state(instance, conn, source.vault_id, source.source_id, "waiting")
            count += 1
    return count


class Clock:
    """Calls `tick` again and again until stopped; a failing tick is logged, and the next one comes."""

    def __init__(self, tick: Callable[[], None], seconds: float = TICK) -> None:
        self._tick, self._seconds = tick, seconds
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="clock", daemon=True)

    def start(self) -> None:
        """Begin now."""
        self._thread.start()

    def stop(self) -> None:
        """End, and wait for a tick under way."""
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join(TICK)

    def _run(self) -> None:
        while not self._ended.is_set():
            try:
                self._tick()
            except MesInfosError as error:  # a full disk, a database that restarts: the next tick may find it well
                log.warning("the clock could not start what is due", exc_info=error)
            self._ended.wait(self._seconds)
