"""`mesinfos sync`: read what is new, now."""

from contextlib import ExitStack
from typing import Annotated

import msgspec
import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from mesinfos.cli import show
from mesinfos.cli.frame import language, tell
from mesinfos.cli.house import JsonOption, PersonOption, instance, opened, whose
from mesinfos.errors import N_, InvalidInput, MesInfosError
from mesinfos.sync import Progress as Reached
from mesinfos.sync import Summary, run_sync
from mesinfos.vault.instance import Instance
from mesinfos.vault.openvault import OpenVault
from mesinfos.vault.sources import WHILE_UNLOCKED, Source, get_source, list_sources
from mesinfos.vault.vaults import Person
from mesinfos.wording import number, say

app = typer.Typer()

PHASES = {
    "connect": N_("Connecting"),
    "headers": N_("Looking at who wrote"),
    "read": N_("Reading"),
    "done": N_("Done"),
}


@app.command(help=N_("Reads what is new in a source, or in all of them, now."))
def _sync(
    source_id: Annotated[str, typer.Argument(metavar="[ID]", help=N_("The source; all of them if left out."))] = "",
    person: PersonOption = "",
    json: JsonOption = False,
) -> None:
    with instance() as house, ExitStack() as held:
        owner = whose(house, person)
        sources = _wanted(house, owner.vault_id, source_id)
        vault = _vault_for(house, owner, sources)
        if vault is not None:
            held.callback(vault.close)
        failures = [failure for source in sources if (failure := _one(house, source, vault, json=json))]
    if failures and len(sources) == 1:
        raise failures[0]
    if failures:
        sentence = N_("{failed} of {all} sources could not be read. The first: {sentence}")
        first = say(failures[0], language())
        raise MesInfosError(sentence, failed=len(failures), all=len(sources), sentence=first)


def _wanted(house: Instance, vault_id: str, source_id: str) -> list[Source]:
    if source_id:
        return [get_source(house, vault_id, source_id)]
    found = [source for source in list_sources(house, vault_id) if source.state != "paused"]
    if not found:
        raise InvalidInput(
            N_("There is no source to read."),
            next_step=N_("Connect one: `mesinfos source add imap host=… username=…`."),
        )
    return found


def _vault_for(house: Instance, owner: Person, sources: list[Source]) -> OpenVault | None:
    """The open vault if a source needs it: all others are read while it is locked, and ask no passphrase."""
    return opened(house, owner) if any(source.mode == WHILE_UNLOCKED for source in sources) else None


def _one(house: Instance, source: Source, vault: OpenVault | None, *, json: bool) -> MesInfosError | None:
    bar = _Bar(source)
    try:
        with bar:
            summary = run_sync(house, source.vault_id, source.source_id, vault, bar.reached)
    except MesInfosError as error:
        return error
    if json:
        show.json_line(summary)
    else:
        _tell(source, summary)
    return None


class _Bar:
    """A progress bar on a terminal, nothing elsewhere."""

    def __init__(self, source: Source) -> None:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        console = show.console(stderr=True)
        self._progress = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
        self._label = show.harmless(source.label)
        self._task: TaskID | None = None

    def __enter__(self) -> None:
        self._progress.start()
        self._task = self._progress.add_task(self._label, total=None)

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def reached(self, now: Reached) -> None:
        """Show how far the sync is."""
        if self._task is not None:
            words = f"{self._label}: {tell(PHASES[now.phase])}"
            self._progress.update(self._task, description=words, completed=now.seen, total=now.total or None)


FOUND = {
    "messages": N_("messages"),
    "orders": N_("orders"),
    "parcels": N_("parcels"),
    "offers": N_("offers"),
    "invoices": N_("invoices"),
    "bookings": N_("bookings"),
    "benefits": N_("benefits"),
    "returns": N_("returns"),
    "known": N_("known already"),
    "personal": N_("personal, left where they are"),
    "quarantined": N_("unreadable, kept apart"),
    "rejected": N_("too large, left where they are"),
}


def _tell(source: Source, summary: Summary) -> None:
    counts = msgspec.to_builtins(summary)
    told = [f"{number(counts[name], language())} {tell(words)}" for name, words in FOUND.items() if counts[name]]
    what = ", ".join(told) or tell(N_("nothing new"))
    show.line(
        tell(N_("{source}: {what} ({seconds} s)."), source=source.label, what=what, seconds=round(summary.seconds, 1))
    )
