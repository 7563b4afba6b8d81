"""The command line: which commands there are, and in which module each one lives."""

import sys
from collections.abc import Mapping
from typing import ClassVar

import typer
from typer.main import get_command

from mesinfos.cli.frame import LazyGroup, run, translated
from mesinfos.errors import N_

HELP = N_("Your own side of every merchant relationship: collect, recognise, keep, decide, show.")


class Commands(LazyGroup):
    """Every command of MesInfos."""

    modules: ClassVar[Mapping[str, str]] = {
        "serve": "mesinfos.cli.serve",
        "demo": "mesinfos.cli.demo",
        "merchant-demo": "mesinfos.cli.merchant",
        "init": "mesinfos.cli.init",
        "source": "mesinfos.cli.source",
        "sync": "mesinfos.cli.sync",
        "recognise": "mesinfos.cli.recognise",
        "merchants": "mesinfos.cli.relations",
        "orders": "mesinfos.cli.relations",
        "products": "mesinfos.cli.relations",
        "parcels": "mesinfos.cli.relations",
        "offers": "mesinfos.cli.relations",
        "messages": "mesinfos.cli.relations",
        "doubts": "mesinfos.cli.teach",
        "correct": "mesinfos.cli.teach",
        "rule": "mesinfos.cli.teach",
        "grant": "mesinfos.cli.grant",
        "journal": "mesinfos.cli.journal",
        "receipt": "mesinfos.cli.receipt",
        "export": "mesinfos.cli.rights",
        "erase": "mesinfos.cli.rights",
        "backup": "mesinfos.cli.rights",
        "restore": "mesinfos.cli.rights",
        "doctor": "mesinfos.cli.doctor",
        "worker": "mesinfos.cli.serve",
    }


app = typer.Typer(cls=Commands, help=HELP, no_args_is_help=True, add_completion=False, rich_markup_mode=None)


@app.callback()
def _start() -> None:
    """Nothing is common to all commands."""


def main() -> None:
    """The entry point of the command `mesinfos`."""
    sys.exit(run(translated(get_command(app)), sys.argv[1:]))


if __name__ == "__main__":
    main()
