"""Batches in other processes: order kept, one bad mail costs itself, nothing secret goes along."""

import io
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import Future
from pathlib import Path
from threading import Thread

import pytest
from msgspec.msgpack import decode, encode

from mesinfos.ingest import worker
from mesinfos.ingest import workers as workers_module
from mesinfos.ingest.context import Context
from mesinfos.ingest.frames import AT, BATCH, READY, RESULT, SETUP, MailIn, read_frame, write_frame
from mesinfos.ingest.pipeline import recognise
from mesinfos.ingest.workers import KILLED, Workers
from mesinfos.model.facts import Facts


def mails(count: int, size: int = 0) -> list[MailIn]:
    """That many small mails, each with its own subject."""
    return [(f"From: shop@acme.example\nSubject: Order {n}\n\n{'x ' * size}".encode(), None) for n in range(count)]


def test_answers_equal_those_read_here_in_order() -> None:
    """Two processes and none give the same facts, larger than a pipe holds."""
    batch = mails(40, 5_000)
    with Workers(2) as workers:
        answers = [workers.submit(batch) for _ in range(3)]
        expected = Workers(0).submit(batch).result()
        assert all(answer.result(60) == expected for answer in answers)
    assert [facts.message.subject for facts in expected if facts.message][:2] == ["Order 0", "Order 1"]


def test_a_killed_worker_costs_the_mail_it_was_at() -> None:
    """The process is killed at a mail that keeps it busy; the others of the batch are read all the same."""
    huge = b"From: shop@acme.example\nContent-Type: text/html\n\n" + b"<table><tr><td>" * 60_000
    with Workers(1) as workers:
        workers.submit(mails(1)).result(60)
        answer = workers.submit([*mails(2), (huge, None), *mails(1)])
        Thread(target=_kill_child_soon, daemon=True).start()
        facts = answer.result(120)
    assert len(facts) == 4
    assert sum(one.error == KILLED for one in facts) <= 1
    assert sum(not one.error for one in facts) >= 3


def _kill_child_soon() -> None:
    time.sleep(0.05)
    listed = subprocess.run(
        ["ps", "--ppid", str(os.getpid()), "-o", "pid=,args="], capture_output=True, text=True, check=False
    )
    for line in listed.stdout.splitlines():
        pid, _, command = line.strip().partition(" ")
        if "mesinfos.ingest.worker" in command:
            os.kill(int(pid), signal.SIGKILL)


def test_a_stuck_worker_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that answers nothing more is replaced after the time allowed, and its mail quarantined."""
    stuck = tmp_path / "stuck.py"
    stuck.write_text(
        "import sys, time\n"
        "from mesinfos.ingest import worker\n"
        "def read(raw, context, mail):\n"
        "    while b'Order 1' in raw: time.sleep(1)\n"
        "    return worker._read(raw, context, mail)\n"
        "worker.limit()\n"
        "worker.warm()\n"
        "worker.serve(sys.stdin.buffer, sys.stdout.buffer, read)\n"
    )
    launcher = tmp_path / "python"
    launcher.write_text(f"#!/bin/sh\nexec {sys.executable} {stuck}\n")
    launcher.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(launcher))
    with Workers(1, patience=1.5) as workers:
        facts = workers.submit(mails(3)).result(120)
    assert [one.error for one in facts] == ["", KILLED, ""]


@pytest.mark.parametrize(
    "script", ["exit 1", "echo nonsense; exec sleep 60", "echo short; exec sleep 60", "exec sleep 60", None]
)
def test_a_worker_that_cannot_start_is_said_to(
    script: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It dies, babbles, says nothing or is not there: every batch has an error, after three starts in all."""
    launcher = tmp_path / "python"
    if script is not None:
        launcher.write_text(f"#!/bin/sh\necho >> {tmp_path}/started\n{script}\n")
        launcher.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(launcher))
    monkeypatch.setattr("mesinfos.ingest.workers.START_PATIENCE", 0.3)
    with Workers(1) as workers:
        answers: list[Future[list[Facts]]] = [workers.submit(mails(50, 5_000)) for _ in range(40)]
        assert all("cannot be started" in str(answer.exception(60)) for answer in answers)
    if script is not None:
        assert len((tmp_path / "started").read_text().splitlines()) == workers_module.STARTS


def test_a_context_set_anew_counts_from_then_on() -> None:
    """The same processes read with it: nothing is started for it."""
    raw = b"Authentication-Results: mx.maison.example; dmarc=pass header.from=acme.example\nFrom: a@acme.example\n\n"
    with Workers(1) as workers:
        before = workers.submit([(raw, None)])
        workers.context = Context(authserv_ids=("mx.maison.example",))
        after = workers.submit([(raw, None)])
        assert [answer.result(60)[0].sender.verified for answer in (before, after)] == [False, True]


def test_a_worker_inherits_nothing(tmp_path: Path) -> None:
    """Its environment holds no variable of ours, and it may write no file."""
    code = "import os, mesinfos.ingest.worker as w; w.limit(); print(sorted(os.environ)); "
    code += "f = open('x', 'w'); f.write('y' * 10); f.close()"
    done = subprocess.run(
        [sys.executable, "-IBc", code], capture_output=True, text=True, check=False, cwd=tmp_path, env={}
    )
    assert "MESINFOS" not in done.stdout
    assert "File too large" in done.stderr


def test_serving_names_each_mail_before_it_reads_it() -> None:
    """The frames of one batch: where it is, twice, then the answers; context first."""
    source, sink = io.BytesIO(), io.BytesIO()
    write_frame(source, SETUP, encode(Context(own_addresses=("alice@maison.example",))))
    write_frame(source, BATCH, encode(mails(2)))
    source.seek(0)
    worker.serve(source, sink, lambda raw, context, mail: recognise(raw, context, mail[1]))
    sink.seek(0)
    frames = [frame for _ in range(5) if (frame := read_frame(sink))]
    assert [frame.kind for frame in frames] == [READY, AT, AT, RESULT]
    assert len(decode(frames[3].payload)) == 2


def test_a_slow_mail_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    """The alarm ends a reader that takes longer than it may."""

    def slow(*_arguments: object) -> Facts:
        while True:
            time.sleep(0.01)

    monkeypatch.setattr(worker, "recognise", slow)
    monkeypatch.setattr(worker, "SECONDS", 0.05)
    before = signal.signal(signal.SIGALRM, worker._alarm)
    try:
        assert worker._read(b"", Context(), (b"", None)).error == worker.TOO_SLOW
    finally:
        signal.signal(signal.SIGALRM, before)
