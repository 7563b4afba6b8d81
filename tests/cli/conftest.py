"""A command line of its own: each command is a process, as a person types it."""

import json
import os
import shutil
import subprocess
import sys

import pytest

from mesinfos.settings import Settings
from mesinfos.vault.instance import open_instance
from tests.cast import ALICE
from tests.conftest import move_in


class Shell:
    """Runs `mesinfos` on Alice's vault and keeps what it said."""

    def __init__(self, folder):
        self.folder, self.data = folder, folder / "data"
        (folder / "passphrase").write_text(ALICE.passphrase + "\n", "utf-8")
        self.environ = {name: value for name, value in os.environ.items() if not name.startswith("MESINFOS_")}
        self.environ |= {"MESINFOS_DATA_DIR": str(self.data), "MESINFOS_LANGUAGE": "en", "MESINFOS_WORKERS": "0"}
        self.environ["MESINFOS_PASSPHRASE_FILE"] = str(folder / "passphrase")

    def __call__(self, *arguments, **environ):
        """The finished process; nobody is there to type."""
        command = [sys.executable, "-m", "mesinfos", *map(str, arguments)]
        return subprocess.run(
            command,
            env={name: value for name, value in (self.environ | environ).items() if value is not None},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            stdin=subprocess.DEVNULL,
        )

    def said(self, *arguments, **environ):
        """What a command that succeeds says."""
        done = self(*arguments, **environ)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def lines(self, *arguments):
        """The JSON lines of a command that succeeds."""
        return [json.loads(line) for line in self.said(*arguments, "--json").splitlines()]

    def refused(self, *arguments, code=1, **environ):
        """The one sentence of a command that fails."""
        done = self(*arguments, **environ)
        assert done.returncode == code, (done.returncode, done.stdout, done.stderr)
        assert done.stderr.count("\n") == 1, done.stderr
        assert "Traceback" not in done.stderr
        return done.stderr.strip()


@pytest.fixture
def shell(household, tmp_path):
    """A command line with Alice's vault."""
    shutil.copytree(household.folder, tmp_path / "data")
    store = open_instance(Settings(data_dir=tmp_path / "data"))
    move_in(store, household, ALICE.name)
    store.close()
    return Shell(tmp_path)
