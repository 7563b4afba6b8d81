"""MUT: the gates and the keys of grants put wrong in every small way; their fast tests must notice each.

`make campaign IDS=MUT`; it is no part of the suite. A mutant runs in a process of its own, forked from one that has
loaded the libraries, where the module is imported with the wrong source in the place of its file.
"""

import importlib.util
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from pathlib import Path
from types import CodeType

import cryptography.hazmat.primitives.asymmetric.ed25519
import hypothesis
import msgspec
import psycopg
import pytest
import sqlalchemy

from tests.campaign import Outcome
from tests.campaign.altering import Mutant, mutants

ROOT = Path(__file__).parents[2]
SECONDS = 120  # a mutant that never ends is noticed
FULL = 1_000_000  # all of them
WARM = (cryptography, hypothesis, msgspec, psycopg, sqlalchemy)

WATCHED: dict[str, tuple[str, ...]] = {
    "mesinfos/consent/decide.py": ("tests/consent/test_decide.py",),
    "mesinfos/consent/project.py": ("tests/consent/test_project.py", "tests/consent/test_degrees.py"),
    "mesinfos/consent/tokens.py": ("tests/consent/test_tokens.py", "tests/consent/test_token_ends.py"),
    "mesinfos/vault/grantkeys.py": ("tests/vault/test_grantkeys.py",),
    "mesinfos/vault/keys.py": ("tests/vault/test_keys.py",),
}

_NOTHING = "return {}  ->  return None"
EQUIVALENT: dict[str, str] = {
    f"_parcel: {_NOTHING}": "`_whole` makes {} of whatever is empty",
    f"_message: {_NOTHING}": "`_whole` makes {} of whatever is empty",
    f"_benefit: {_NOTHING}": "`_whole` makes {} of whatever is empty",
    f"_month_of: {_NOTHING}": "`_whole` makes {} of whatever is empty",
    "_booking: ''  ->  'x'": "no kind is no kind of the list either way",
    "_parcel: str(parcel.status)  ->  parcel.status": "a StrEnum is the text that JSON gets",
    "_message: str(message.category)  ->  message.category": "a StrEnum is the text that JSON gets",
    "_sector: str(thing.merchant.kind)  ->  thing.merchant.kind": "a StrEnum is the text that JSON gets",
}
"""Mutants that do the same as what they stand for, and why."""


def run(tries: int, only: str = "") -> Outcome:
    """Run each module's tests on each of its mutants; print those that nobody noticed."""
    total, alive, same = 0, [], 0
    for path, tests in WATCHED.items():
        if only not in path:
            continue
        source = (ROOT / path).read_text(encoding="utf-8")
        if not _passes(path, source, tests):
            return Outcome(total, "tests that pass on the code as it is", f"those of {path} fail", ok=False)
        for mutant in list(mutants(source))[: tries - total]:
            total += 1
            if mutant.name in EQUIVALENT:
                same += 1
            elif _passes(path, mutant.source, tests):
                alive.append(_told(path, mutant))
    happened = f"{total - same - len(alive)} noticed, {same} do the same and are named, {len(alive)} survive"
    return Outcome(total, "every mutant noticed by a fast test, or named as equivalent", happened, not alive)


def _told(path: str, mutant: Mutant) -> str:
    line = f"{path}:{mutant.line}: {mutant.name}"
    print(f"     survives: {line}", flush=True)
    return line


class _Instead(SourceFileLoader):
    """Loads a module from a text, as if its file held it."""

    def __init__(self, name: str, path: str, source: str) -> None:
        super().__init__(name, path)
        self._source = source

    def get_code(self, fullname: str) -> CodeType:
        """The text, compiled."""
        return compile(self._source, self.get_filename(fullname), "exec", dont_inherit=True)


class _Finder(MetaPathFinder):
    """Finds one module in a text, and no other."""

    def __init__(self, path: str, source: str) -> None:
        self.name = path.removesuffix(".py").replace("/", ".")
        self._loader = _Instead(self.name, str(ROOT / path), source)

    def find_spec(self, fullname: str, _path: object, _target: object = None) -> ModuleSpec | None:
        """The wrong module's spec."""
        if fullname != self.name:
            return None
        return importlib.util.spec_from_file_location(fullname, self._loader.path, loader=self._loader)


def _passes(path: str, source: str, tests: Sequence[str]) -> bool:
    """Whether the tests pass on this source, in a child of this process."""
    assert not any(name.split(".")[0] == "mesinfos" for name in sys.modules), "must be imported by the children only"
    child = os.fork()
    if child == 0:
        status = 1
        with suppress(BaseException):
            status = _tested(path, source, tests)
        os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def _tested(path: str, source: str, tests: Sequence[str]) -> int:
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(SECONDS)
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 1)
    os.dup2(nothing, 2)
    os.chdir(ROOT)
    sys.meta_path.insert(0, _Finder(path, source))
    options = ("-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:cov", "-o", "addopts=")
    # Hypothesis is loaded before pytest could rewrite its asserts, which is meant.
    options += ("-W", "ignore::pytest.PytestAssertRewriteWarning")
    return int(pytest.main([*options, *tests]))


if __name__ == "__main__":
    told = run(FULL, sys.argv[1] if len(sys.argv) > 1 else "")
    print(told.tries, told.happened)
