"""Running a command and measuring it: wall and CPU seconds, and the largest memory of it and its children."""

import os
import re
import socket
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

import httpx

TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")
EVERY = 0.05  # seconds between two looks at memory


class Run(NamedTuple):
    """What one command cost: `cpu` of it and its children, `peak` in MB (shared pages counted in each process)."""

    wall: float
    cpu: float
    peak: float
    output: str


def run(command: Sequence[str], environ: Mapping[str, str] | None = None, *, check: bool = True) -> Run:
    """Run to the end; raises CalledProcessError with the command's own complaint."""
    before = os.times()
    begun = time.perf_counter()
    with subprocess.Popen(
        command, env={**os.environ, **(environ or {})}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        memory = Memory(process.pid)
        output, complaint = process.communicate()
        wall = time.perf_counter() - begun
    after = os.times()
    peak = memory.stop()
    if check and process.returncode:
        raise RuntimeError(f"{command[0]} failed ({process.returncode}): {complaint[-800:]}")
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return Run(wall, cpu, peak, output)


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def wait_for(address: str, process: "subprocess.Popen[bytes]") -> None:
    """Wait until a server that was just started answers; raises RuntimeError when it ends or takes a minute."""
    until = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < until:
        try:
            if httpx.get(address).is_success:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise RuntimeError(f"{process.args!r} does not answer")


class Memory:
    """Looks at a process and its descendants until stopped."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._peak = 0.0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def stop(self) -> float:
        """The largest sum seen, in MB."""
        self._ended.set()
        self._thread.join()
        return self._peak

    def _watch(self) -> None:
        while not self._ended.wait(EVERY):
            self._peak = max(self._peak, sum(map(_resident, family(self._pid))) / 1e6)


def family(pid: int) -> list[int]:
    """A process and all below it."""
    found, waiting = [], [pid]
    while waiting:
        one = waiting.pop()
        found.append(one)
        for path in Path(f"/proc/{one}/task").glob("*/children"):
            try:
                waiting += [int(child) for child in path.read_text("ascii").split()]
            except OSError:  # it ended while we looked
                continue
    return found


def cpu_of(pid: int) -> float:
    """CPU seconds that a process used until now, in the steps of its clock: usually 10 ms."""
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def peak(pid: int) -> float:
    """The most memory that a process ever had, in MB."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text("utf-8"))
    return int(found[1]) / 1000 if found else 0.0


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1]) * PAGE
    except (OSError, IndexError):
        return 0


def spread(values: Sequence[float]) -> str:
    """Median (least-most), as every figure is given."""
    low, high = min(values), max(values)
    digits = 3 if median(values) < 1 else 2 if median(values) < 100 else 0
    return f"{median(values):.{digits}f} ({low:.{digits}f}-{high:.{digits}f})"


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which this share of the values lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
