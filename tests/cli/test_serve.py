"""`mesinfos serve`: one process that answers, reads by the clock, and goes politely."""

import socket
import subprocess
import sys
import time
import urllib.request

from tests.syncing.letters import mixed, write_mbox


def free_port():
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_it_answers_reads_what_is_due_and_ends(shell, tmp_path):
    """Health answers, a new source is read without being asked, SIGTERM ends with exit code 0."""
    shell.said("source", "add", "mbox", f"path={write_mbox(tmp_path / 'a.mbox', mixed(10))}")
    port = free_port()
    command = [sys.executable, "-m", "mesinfos", "serve", "--port", str(port)]
    process = subprocess.Popen(command, env=shell.environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert f"127.0.0.1:{port}" in process.stdout.readline()
        until = time.monotonic() + 60
        while time.monotonic() < until:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/live", timeout=5) as answer:
                    assert answer.status == 200
                break
            except OSError:
                time.sleep(0.1)
        while time.monotonic() < until and shell.lines("source", "list")[0]["last_success"] is None:
            time.sleep(0.2)
        assert shell.lines("source", "list")[0]["last_success"] is not None
    finally:
        process.terminate()
        _, told = process.communicate(timeout=60)
    assert process.returncode == 0, told
    assert "Traceback" not in told
    assert len(shell.lines("messages")) == 9
