"""Jobs: one by one, by the clock, stopped, parked, and taken up after a kill."""

import os
import signal
import subprocess
import sys
import time

import pytest

from mesinfos import jobs as module
from mesinfos.errors import Busy, Locked, NotFound
from mesinfos.jobs import Jobs
from mesinfos.syncing.schedule import is_due, tidy_after_the_dead
from mesinfos.vault.runs import start_run
from mesinfos.vault.sources import get_source, set_state
from tests.conftest import move_in
from tests.syncing.conftest import Desk
from tests.syncing.letters import expected_orders, mixed, write_mbox

PATIENCE = 60.0  # seconds; the machine may be busy


@pytest.fixture
def instance(sqlite_instance):
    """The engine is tried on SQLite; one test below takes PostgreSQL."""
    return sqlite_instance


@pytest.fixture
def desk(alice):
    """Alice's vault, and a clock that starts nothing by itself."""
    alice.instance.settings = alice.instance.settings.model_copy(update={"workers": 0, "sync_minutes": 0})
    return Desk(alice)


@pytest.fixture
def jobs(desk):
    """Running jobs."""
    running = Jobs(desk.instance)
    running.start()
    yield running
    running.stop()


def wait_for(done):
    """Look until it is so."""
    until = time.monotonic() + PATIENCE
    while not done():
        assert time.monotonic() < until
        time.sleep(0.05)


def ended(jobs, source, outcome="done"):
    """Whether the newest run of the source ended so."""
    run = jobs.progress(source.vault_id, source.source_id)
    return run is not None and run.outcome == outcome


def state_of(desk, source):
    """The source's state now."""
    return get_source(desk.instance, desk.vault_id, source.source_id).state


def set_to(desk, source, state):
    """Write a state."""
    with desk.instance.database.write(desk.vault_id) as conn:
        set_state(desk.instance, conn, desk.vault_id, source.source_id, state)


def test_a_job_reads_a_source(desk, jobs, tmp_path):
    """Whoever asks gets an id at once, and the run tells the rest."""
    source = desk.archive(write_mbox(tmp_path / "a.mbox", mixed(30)))
    assert jobs.sync_now(desk.vault_id, source.source_id).startswith(source.source_id)
    wait_for(lambda: ended(jobs, source))
    assert desk.order_numbers() == sorted(expected_orders(30))
    assert jobs.progress(desk.vault_id, source.source_id).found["new"] == 27


def test_an_unknown_source_is_not_found(desk, jobs):
    """There is nothing to read."""
    with pytest.raises(NotFound):
        jobs.sync_now(desk.vault_id, "nothing")


def test_a_source_is_read_once_at_a_time(desk, jobs, tmp_path):
    """A second wish while the first is waited for or under way is refused."""
    source = desk.archive(write_mbox(tmp_path / "a.mbox", mixed(250)))
    jobs.sync_now(desk.vault_id, source.source_id)
    with pytest.raises(Busy):
        jobs.sync_now(desk.vault_id, source.source_id)
    wait_for(lambda: ended(jobs, source))


def test_a_cancelled_sync_keeps_what_it_stored(desk, jobs, tmp_path):
    """Cancelled between two batches; the next one goes on."""
    source = desk.archive(write_mbox(tmp_path / "a.mbox", mixed(600)))
    jobs.sync_now(desk.vault_id, source.source_id)
    wait_for(lambda: (run := jobs.progress(desk.vault_id, source.source_id)) is not None and run.seen)
    assert jobs.cancel(desk.vault_id, source.source_id)
    wait_for(lambda: jobs.progress(desk.vault_id, source.source_id).outcome)
    jobs.sync_now(desk.vault_id, source.source_id)
    wait_for(lambda: ended(jobs, source))
    assert desk.order_numbers() == sorted(expected_orders(600))


def test_nothing_to_cancel_is_said(desk, jobs, tmp_path):
    """Cancelling what does not run does nothing."""
    source = desk.archive(write_mbox(tmp_path / "a.mbox", mixed(3)))
    assert not jobs.cancel(desk.vault_id, source.source_id)


def test_a_paused_source_is_left_alone_until_it_is_resumed(desk, jobs, tmp_path):
    """The clock does not start it; resuming reads at once."""
    source = desk.archive(write_mbox(tmp_path / "a.mbox", mixed(5)))
    jobs.pause(desk.vault_id, source.source_id)
    assert state_of(desk, source) == "paused"
    desk.instance.settings = desk.instance.settings.model_copy(update={"sync_minutes": 15})
    jobs._tick()
    assert jobs.progress(desk.vault_id, source.source_id) is None
    jobs.resume(desk.vault_id, source.source_id)
    wait_for(lambda: ended(jobs, source))


def test_a_locked_source_parks_until_its_vault_opens(desk, jobs, tmp_path):
    """The source waits; opening the vault starts what waited."""
    source = desk.archive(write_mbox(tmp_path / "a.mbox", mixed(5)), mode="while_unlocked")
    with pytest.raises(Locked):
        jobs.sync_now(desk.vault_id, source.source_id)
    assert state_of(desk, source) == "waiting"
    jobs.vault_opened(desk.vault)
    wait_for(lambda: ended(jobs, source))
    jobs.vault_closed(desk.vault_id)
    with pytest.raises(Locked):
        jobs.sync_now(desk.vault_id, source.source_id)


def test_the_clock_starts_what_is_due(desk, jobs, tmp_path):
    """A source that was never read is due; one just read is not, and one that needs a person never."""
    source = desk.archive(write_mbox(tmp_path / "a.mbox", mixed(5)))
    assert not is_due(desk.instance, source)
    desk.instance.settings = desk.instance.settings.model_copy(update={"sync_minutes": 15})
    assert is_due(desk.instance, source)
    jobs._tick()
    wait_for(lambda: ended(jobs, source))
    assert not is_due(desk.instance, get_source(desk.instance, desk.vault_id, source.source_id))
    set_to(desk, source, "reconnect")
    assert not is_due(desk.instance, get_source(desk.instance, desk.vault_id, source.source_id))


def test_a_failure_is_an_outcome(desk, jobs, tmp_path):
    """A job whose source is gone ends; the engine never sees the error's words."""
    source = desk.archive(write_mbox(tmp_path / "secret-name.mbox", mixed(5)))
    (tmp_path / "secret-name.mbox").unlink()
    jobs.sync_now(desk.vault_id, source.source_id)
    wait_for(lambda: ended(jobs, source, "failed"))
    jobs.stop()
    assert b"secret-name" not in (desk.instance.settings.data_dir / "jobs.db").read_bytes()


def test_jobs_start_once_and_stop_twice(desk, jobs):
    """The engine is one per process."""
    with pytest.raises(Busy):
        Jobs(desk.instance).start()
    jobs.stop()
    jobs.stop()
    assert module._current is None


def test_the_runs_of_the_dead_are_ended_at_start(desk, tmp_path):
    """A row that says running, and nobody who reads: the next start puts it right."""
    source = desk.archive(write_mbox(tmp_path / "a.mbox", mixed(3)))
    with desk.instance.database.write(desk.vault_id) as conn:
        set_state(desk.instance, conn, desk.vault_id, source.source_id, "running")
        start_run(desk.instance, conn, desk.vault_id, source.source_id)
    assert tidy_after_the_dead(desk.instance) == 1
    assert state_of(desk, source) == "waiting"
    assert tidy_after_the_dead(desk.instance) == 0


def test_jobs_run_on_postgres(postgres_instance, household, tmp_path):
    """The engine keeps its tables in the same database, in a schema of its own."""
    vault = move_in(postgres_instance, household, "Alice")
    postgres_instance.settings = postgres_instance.settings.model_copy(update={"workers": 0, "sync_minutes": 0})
    desk, jobs = Desk(vault), Jobs(postgres_instance)
    jobs.start()
    try:
        source = desk.archive(write_mbox(tmp_path / "a.mbox", mixed(30)))
        jobs.sync_now(desk.vault_id, source.source_id)
        wait_for(lambda: ended(jobs, source))
    finally:
        jobs.stop()
    assert desk.order_numbers() == sorted(expected_orders(30))


def test_a_killed_worker_is_taken_up_at_the_next_start(desk, tmp_path):
    """`kill -9` in the middle of a sync: a new worker goes on where it was, and nothing is twice."""
    source = desk.archive(write_mbox(tmp_path / "a.mbox", mixed(900)))
    environ = os.environ | {"MESINFOS_DATA_DIR": str(desk.instance.settings.data_dir), "MESINFOS_WORKERS": "1"}
    command = [sys.executable, "-m", "mesinfos", "worker"]
    watcher = Jobs(desk.instance)
    first = subprocess.Popen(command, env=environ, stderr=subprocess.DEVNULL)
    wait_for(lambda: (run := watcher.progress(desk.vault_id, source.source_id)) is not None and run.seen)
    first.send_signal(signal.SIGKILL)
    first.wait()
    assert not ended(watcher, source)
    second = subprocess.Popen(command, env=environ, stderr=subprocess.DEVNULL)
    wait_for(lambda: ended(watcher, source))
    second.terminate()
    assert second.wait(30) == 0
    assert desk.order_numbers() == sorted(expected_orders(900))
