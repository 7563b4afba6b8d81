"""`mesinfos journal`: every access, grant and refusal, and whether the chain is whole."""

from pathlib import Path
from typing import Annotated

import typer

from mesinfos.cli import show
from mesinfos.cli.frame import language, tell
from mesinfos.cli.house import JsonOption, PersonOption, unlocked
from mesinfos.consent import offline
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
    file: Annotated[
        Path | None,
        typer.Option(
            "--file", exists=True, dir_okay=False, help=N_("Check a downloaded journal (JSON Lines), offline.")
        ),
    ] = None,
) -> None:
    if file is not None:
        _check_file(file, json=json)
        return
    with unlocked(person) as vault:
        if check:
            _verify(vault)
            return
        found = entries(vault, limit)
    if json:
        for entry in found:
            show.json_line(entry._asdict() | {name: getattr(entry, name).hex() for name in ("hash", "prev", "digest")})
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


def _check_file(file: Path, *, json: bool) -> None:
    with file.open("rb") as rows:
        found = offline.check(rows)
    if found.wrong:
        raise Tampered(
            N_("This file is not what the journal said: lines {lines} were changed or do not follow each other."),
            lines=", ".join(map(str, found.wrong[:20])),
        )
    if json:
        show.json_line(found._asdict())
        return
    show.line(
        tell(
            N_("{lines} lines, from {first} to {last}, are as they were written; {missing} between them are left out."),
            lines=found.lines,
            first=found.first,
            last=found.last,
            missing=found.missing,
        )
    )
    show.line(tell(N_("The last hash is {hash}: the “journal_head” that merchants were given."), hash=found.head))


def _row(entry: Entry) -> tuple[str, ...]:
    if entry.details is None:
        said = tell(N_("erased or unreadable"))
    else:
        said = ", ".join(f"{key}={_short(value)}" for key, value in entry.details.items())
    return moment(entry.at, language()), entry.action, entry.subject, said


def _short(value: object) -> str:
    return ";".join(map(str, value)) if isinstance(value, list) else str(value)
