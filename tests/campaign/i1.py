"""I1: 100,000 mutated mails through the real worker process: no crash, none over two seconds, the child stays small.

Each is read, or quarantined with its reason; "could not be read", which is how the pipeline answers an error of its
own, is no reason. `tests/campaign/fuzz.py` breeds more of them by coverage.
"""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from time import monotonic

from mesinfos.ingest.pipeline import UNREADABLE
from mesinfos.ingest.worker import TOO_SLOW
from mesinfos.ingest.workers import KILLED, Workers
from mesinfos.model.facts import Facts
from tests.campaign import Outcome
from tests.campaign.mutants import mutants

FULL = 100_000
BATCH = 100
MEGABYTES = 256
BROKEN = {UNREADABLE: "raised", KILLED: "crashed", TOO_SLOW: "over 2 s"}


def _batches(tries: int) -> Iterator[list[bytes]]:
    made = mutants(tries)
    while batch := list(islice(made, BATCH)):
        yield batch


def _children() -> list[Path]:
    me = Path("/proc/self").resolve()
    ids = "".join(task.read_text("ascii") for task in me.glob("task/*/children")).split()
    commands = {Path("/proc", number): Path("/proc", number, "cmdline") for number in ids}
    return [path for path, command in commands.items() if b"mesinfos.ingest.worker" in command.read_bytes()]


def peak() -> int:
    """Megabytes that the largest of our workers has held at most."""
    told = [re.search(r"^VmHWM:\s+(\d+) kB", (path / "status").read_text(), re.MULTILINE) for path in _children()]
    return max((int(one[1]) >> 10 for one in told if one), default=0)


def answered(facts: Facts) -> str:
    """What became of a mail, in a word; empty when nobody can tell."""
    if facts.error:
        return BROKEN.get(facts.error, "quarantined")
    return "personal" if facts.personal else "read" if facts.message else ""


def run(tries: int) -> Outcome:
    """Read that many mutants, and tell which of them broke something."""
    counts: Counter[str] = Counter()
    broken: list[int] = []
    highest, slowest = 0, 0.0
    with Workers(1) as workers:
        for batch in _batches(tries):
            begun = monotonic()
            results = workers.submit([(raw, None) for raw in batch]).result(600)
            slowest = max(slowest, (monotonic() - begun) / len(batch))
            highest = max(highest, peak())
            words = [answered(facts) for facts in results]
            broken += [sum(counts.values()) + at for at, word in enumerate(words) if word in {"", *BROKEN.values()}]
            counts.update(words)
    happened = f"{dict(counts)}, mutants {broken[:20]}, peak {highest} MB, slowest batch {slowest * 1000:.1f} ms a mail"
    ok = not broken and 0 < highest < MEGABYTES and sum(counts.values()) == tries
    return Outcome(tries, f"each read or quarantined with a reason, child under {MEGABYTES} MB", happened, ok=ok)
