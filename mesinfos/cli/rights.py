"""`mesinfos export|erase|backup|restore`: what is yours, taken along, kept safe, put back, or gone."""

from pathlib import Path
from typing import Annotated

import typer

from mesinfos.cli import show
from mesinfos.cli.frame import language, tell
from mesinfos.cli.house import PersonOption, instance, started, unlocked
from mesinfos.errors import N_, InvalidInput
from mesinfos.rights import Content, backup, erase_vault, export_all, restore
from mesinfos.vault.vaults import find_person
from mesinfos.wording import moment, number

app = typer.Typer()

ArchiveArgument = Annotated[Path, typer.Argument(metavar="FILE", help=N_("The archive."))]


@app.command("export", help=N_("Writes everything of a person into a new folder, in open formats."))
def _export(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help=N_("A new or empty folder."))], person: PersonOption = ""
) -> None:
    with unlocked(person) as vault:
        counts = export_all(vault, folder)
    counted = N_(
        "{records} records and {messages} mails are in {folder}, readable by anybody who can read that folder."
    )
    show.line(tell(counted, records=counts["records"], messages=counts["messages"], folder=folder))


@app.command("erase", help=N_("Deletes everything of a person, for good."))
def _erase(
    person: Annotated[str, typer.Option("--person", metavar="NAME", help=N_("Whose vault; it must be said here."))],
    sure: Annotated[bool, typer.Option("--yes", help=N_("Yes, for good."))] = False,
) -> None:
    with unlocked(person) as vault:
        if not sure:
            raise InvalidInput(
                N_("This deletes everything of {name} for good."),
                next_step=N_("Export it first if you want to keep it; then say --yes."),
                name=find_person(vault.instance, vault.vault_id).name,
            )
        gone = erase_vault(vault.instance, vault.vault_id)
    show.line(
        tell(N_("{count} records are deleted. Backups made before still hold them."), count=gone.get("record", 0))
    )


@app.command("backup", help=N_("Writes everything into one archive; what is sealed stays sealed."))
def _backup(file: ArchiveArgument) -> None:
    with instance() as house:
        content = backup(house, file)
        key = house.settings.key_file
    show.line(_told(content))
    show.line(tell(N_("The instance key {file} is not in it: keep a copy of it elsewhere."), file=key))


@app.command("restore", help=N_("Puts an archive back where nothing is kept yet; every grant waits for its owner."))
def _restore(file: ArchiveArgument) -> None:
    show.line(_told(restore(started(), file)))
    show.line(tell(N_("Every grant is suspended until its owner resumes it: see `mesinfos grant list`.")))


def _told(content: Content) -> str:
    counted = N_("{records} records of {persons} persons, as of {moment}.")
    records, when = number(content.records, language()), moment(content.made_at, language())
    return tell(counted, records=records, persons=content.persons, moment=when)
