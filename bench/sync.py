"""A whole mailbox, from the server to what a person can ask: MesInfos against mbsync with an indexer, in turn."""

import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import msgspec

from bench.corpus import corpus, shape
from bench.measure import Run, run, spread
from bench.peers import again, download, index_mu, index_notmuch
from mesinfos.settings import Settings
from mesinfos.vault.instance import open_instance
from mesinfos.vault.sources import add_source
from mesinfos.vault.vaults import create_vault
from tests.servers.dovecot import Dovecot

USER, PASSWORD = "alice", "a password for the bench"


class Round(NamedTuple):
    """One turn of each."""

    ours: Run
    ours_again: Run
    mbsync: Run
    mbsync_again: Run
    mu: Run
    notmuch: Run


def settings_for(folder: Path, port: int = 8000) -> Settings:
    """An instance of its own in this folder."""
    values = {"data_dir": folder, "database_url": "", "instance_key_file": None, "sync_minutes": 0, "workers": 2}
    return Settings.model_validate(values | {"base_url": f"http://127.0.0.1:{port}"})


def environ_for(folder: Path) -> dict[str, str]:
    """The same instance, for a command."""
    return {"MESINFOS_DATA_DIR": str(folder), "MESINFOS_SYNC_MINUTES": "0", "MESINFOS_LANGUAGE": "en"}


@contextmanager
def served(mails: int) -> Iterator[Dovecot]:
    """A Dovecot that holds the corpus, read once so that its own index files exist."""
    with Dovecot() as server:
        server.add_user(USER, PASSWORD)
        box = corpus(mails)
        print("mailbox:", ", ".join(f"{name} {value}" for name, value in shape(box).items()))
        server.deliver(USER, [(raw, at) for at, raw in box])
        del box
        with scratch() as folder:
            download(server, USER, PASSWORD, folder)
        yield server


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder that is gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="mesinfos-bench-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def ours(server: Dovecot, folder: Path) -> tuple[Run, Run]:
    """`mesinfos sync` into an empty vault, then once more with nothing new."""
    instance = open_instance(settings_for(folder))
    vault, _ = create_vault(instance, "Alice", "a passphrase for the bench", "en")
    values = {"host": server.host, "port": str(server.port), "username": USER, "password": PASSWORD, "security": "none"}
    source = add_source(vault, "imap", "bench", values)
    instance.close()
    command = [sys.executable, "-m", "mesinfos", "sync", source.source_id, "--json"]
    return run(command, environ_for(folder)), run(command, environ_for(folder))


def one_round(server: Dovecot) -> Round:
    """Everybody once, on an empty destination."""
    with scratch() as folder:
        first, second = ours(server, folder)
    with scratch() as folder:
        fetched = download(server, USER, PASSWORD, folder)
        nothing = again(folder)
        return Round(first, second, fetched, nothing, index_mu(folder), index_notmuch(folder))


def bench(mails: int, rounds: int) -> None:
    """Print the rounds' figures and ratios."""
    with served(mails) as server:
        turns = [one_round(server) for _ in range(rounds)]
    print(f"\nsync of {mails} mails, {rounds} interleaved rounds: median (least-most)")
    _line("mesinfos sync", [turn.ours for turn in turns], mails)
    _line("mbsync", [turn.mbsync for turn in turns], mails)
    _line("mbsync + mu index", [_sum(turn.mbsync, turn.mu) for turn in turns], mails)
    _line("mbsync + notmuch new", [_sum(turn.mbsync, turn.notmuch) for turn in turns], mails)
    for name in ("mu", "notmuch"):
        pairs = [(turn.ours, _sum(turn.mbsync, getattr(turn, name))) for turn in turns]
        wall, cpu = (
            [getattr(mine, what) / getattr(theirs, what) for mine, theirs in pairs] for what in ("wall", "cpu")
        )
        print(f"  ratio to mbsync + {name}: wall {spread(wall)}, CPU {spread(cpu)}")
    told = [msgspec.json.decode(turn.ours.output.strip().splitlines()[-1]) for turn in turns]
    print("  recognised:", {name: value for name, value in told[-1].items() if isinstance(value, int) and value})
    inside = [msgspec.json.decode(turn.ours_again.output.strip().splitlines()[-1])["seconds"] for turn in turns]
    commands = spread([turn.ours_again.wall for turn in turns]), spread([turn.mbsync_again.wall for turn in turns])
    print(f"  nothing new: {spread(inside)} s with login; whole command {commands[0]} s, mbsync {commands[1]} s")


def _sum(first: Run, second: Run) -> Run:
    return Run(first.wall + second.wall, first.cpu + second.cpu, max(first.peak, second.peak), "")


def _line(name: str, runs: list[Run], mails: int) -> None:
    wall = [one.wall for one in runs]
    rate = spread([mails / seconds for seconds in wall])
    cpu, peak = spread([one.cpu for one in runs]), max(one.peak for one in runs)
    print(f"  {name:22} wall {spread(wall)} s, CPU {cpu} s, {rate} mails/s, {peak:.0f} MB at most")
