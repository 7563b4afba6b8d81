"""`make fuzz` (MINUTES=60): mails bred by coverage (atheris), read as the worker reads them; what breaks is kept.

A mail may be refused with a reason; it may not raise, take two seconds of the processor, or give facts that cannot be
handed over. Findings are deduplicated by where they happened and written to `fuzz/`; the fuzzer goes on after each.
Needs `pip install atheris`, which is no part of the lock: it is built for some Pythons and systems only.
"""

import argparse
import sys
import traceback
from pathlib import Path
from random import Random
from time import process_time

import atheris
from msgspec.msgpack import Encoder

with atheris.instrument_imports(include=["mesinfos.ingest", "mesinfos.directory"], enable_loader_override=False):
    from mesinfos.ingest import pipeline
    from mesinfos.ingest.parse import parse

from mesinfos.errors import MesInfosError
from mesinfos.ingest.context import Context
from tests.campaign.mutants import INJURIES, LARGEST, seeds

SECONDS = 2.0
_CONTEXT = Context(authserv_ids=("mx.maison.example",))
_encode = Encoder().encode


class Fuzzer:
    """Offers mails, and keeps one of each kind that broke something."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.found: set[str] = set()

    def offer(self, raw: bytes) -> None:
        """Read one mail; never raises, so that the search goes on."""
        start = process_time()
        try:
            _encode(pipeline._recognise(parse(raw), _CONTEXT, None))
        except MesInfosError:
            pass
        except Exception as problem:  # noqa: BLE001  that is what it looks for
            self.keep(raw, _place(problem), "".join(traceback.format_exception(problem)))
        if process_time() - start > SECONDS:
            self.keep(raw, "slow", f"{process_time() - start:.1f} s")

    def keep(self, raw: bytes, place: str, told: str) -> None:
        """Write the mail and what it did, once for each place."""
        if place not in self.found:
            self.found.add(place)
            self.folder.mkdir(parents=True, exist_ok=True)
            stem = self.folder / place
            stem.with_suffix(".eml").write_bytes(raw)
            stem.with_suffix(".txt").write_text(told, "utf-8", "replace")
            print(f"FOUND {place}", flush=True)


def _place(problem: Exception) -> str:
    frames = [frame for frame in traceback.extract_tb(problem.__traceback__) if "mesinfos" in frame.filename]
    at = f"{Path(frames[-1].filename).stem}-{frames[-1].name}" if frames else "outside"
    return f"{type(problem).__name__}-{at}"


def _breed(raw: bytes, size: int, seed: int) -> bytes:
    """Half of the time an injury that mails suffer, else what the engine thinks of."""
    random = Random(seed)
    if random.random() < 0.5:
        return random.choice(INJURIES)(raw or b"\n", random)[:size]
    return bytes(atheris.Mutate(raw, size))


def _corpus(folder: Path) -> str:
    folder.mkdir(parents=True, exist_ok=True)
    for number, raw in enumerate(seeds()):
        (folder / f"seed-{number:03}").write_bytes(raw[:LARGEST])
    return str(folder)


def main() -> int:
    """Fuzz for as long as was asked; 1 when something was found."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--minutes", type=float, default=60)
    asked.add_argument("--folder", type=Path, default=Path("fuzz"))
    args = asked.parse_args()
    fuzzer = Fuzzer(args.folder / "found")
    options = [f"-max_len={LARGEST}", f"-max_total_time={int(args.minutes * 60)}", "-timeout=60", "-rss_limit_mb=2048"]
    # The alarm is the reader's own (bounds.py), so libFuzzer has to do without it.
    options += ["-handle_alrm=0", "-len_control=0", f"-artifact_prefix={args.folder}/"]
    atheris.Setup([sys.argv[0], *options, _corpus(args.folder / "corpus")], fuzzer.offer, custom_mutator=_breed)
    atheris.Fuzz()
    return int(bool(fuzzer.found))


if __name__ == "__main__":
    sys.exit(main())
