"""`mesinfos journal`: every access, grant and refusal, and whether the chain is whole."""

from typing import Annotated

import typer

from mesinfos.cli import show
from mesinfos.cli.frame import language, tell
from mesinfos.cli.house import JsonOption, PersonOption, unlocked
from mesinfos.consent.journal import Entry, entries
from mesinfos.consent.witness import verify
from mesinfos.errors import N_, Tampered
from mesinfos.vault.openvault import OpenVault
from mesinfos.wording import moment, translate

app = typer.Typer()


@app.command(
    "journal", help=N_("What happened in a vault, the newest first; with --verify, whether all of it is there.")
)
def _journal(
    person: PersonOption = "",
    json: JsonOption = False,
    limit: Annotated[int, typer.Option("--limit", min=1, help=N_("At most so many lines."))] = 100,
    check: Annotated[bool, typer.Option("--verify", help=N_("Walk the chain and compare its checkpoint."))] = False,
) -> None:
    with unlocked(person) as vault:
        if check:
            _verify(vault)
            return
        found = entries(vault, limit)
    if json:
        for entry in found:
            show.json_line(entry._asdict() | {"hash": entry.hash.hex()})
        return
    show.table((N_("When"), N_("What"), N_("About"), N_("Details")), [_row(entry) for entry in found])


def _verify(vault: OpenVault) -> None:
    problems = verify(vault)
    if problems:
        raise Tampered(
            N_("The journal is not whole: {problems}"),
            problems=" ".join(translate(one, language()) for one in problems),
        )
    show.line(tell(N_("The journal is whole.")))


def _row(entry: Entry) -> tuple[str, ...]:
    if entry.details is None:
        said = tell(N_("erased or unreadable"))
    else:
        said = ", ".join(f"{key}={_short(value)}" for key, value in entry.details.items())
    return moment(entry.at, language()), entry.action, entry.subject, said


def _short(value: object) -> str:
    return ";".join(map(str, value)) if isinstance(value, list) else str(value)
