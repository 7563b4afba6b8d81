"""`mesinfos init`: a vault for a person."""

from typing import Annotated

import typer

from mesinfos.cli import show
from mesinfos.cli.frame import language, tell
from mesinfos.cli.house import instance, passphrase
from mesinfos.errors import N_
from mesinfos.vault.vaults import create_vault

app = typer.Typer()


@app.command(help=N_("Makes a vault for a person, and prints its recovery key: the only time it is shown."))
def _init(
    person: Annotated[str, typer.Option("--person", metavar="NAME", help=N_("The owner's name."))],
    speaks: Annotated[str, typer.Option("--language", metavar="fr|en", help=N_("The owner's language."))] = "",
) -> None:
    with instance() as house:
        secret = passphrase(tell(N_("Choose a passphrase")), twice=True)
        vault, recovery = create_vault(house, person, secret, speaks or language())
        vault.close()
    show.line(tell(N_("{name} has a vault now."), name=person))
    show.line(tell(N_("Recovery key, shown this once. Print it and keep it away from this machine:")))
    show.line()
    show.line(f"    {recovery}")
    show.line()
    show.line(tell(N_("Next: `mesinfos source add imap host=… username=…`, or `mesinfos serve` and the browser.")))
