"""What commands share: the open instance, whose vault is meant, and its passphrase."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from mesinfos import logs
from mesinfos.cli.frame import tell
from mesinfos.consent import ledger, witness
from mesinfos.errors import N_, InvalidInput
from mesinfos.logs import get_logger
from mesinfos.settings import Settings, load_settings, unknown_variables
from mesinfos.vault.instance import Instance, open_instance
from mesinfos.vault.unlock import OpenVault, unlock
from mesinfos.vault.vaults import Person, find_person, list_persons

PASSPHRASE = "MESINFOS_PASSPHRASE_FILE"  # noqa: S105  the name of a variable

PersonOption = Annotated[str, typer.Option("--person", metavar="NAME", help=N_("Whose vault, if several share."))]
JsonOption = Annotated[bool, typer.Option("--json", help=N_("Answer with JSON, one object a line."))]

CHECKS = (ledger, witness)
"""Rooms that look at a vault when it opens; they do so because they are imported."""

log = get_logger("mesinfos.cli")


def started(*, quiet: bool = True) -> Settings:
    """The settings, with logging as they want it and a warning about each variable that means nothing.

    A `quiet` command speaks for itself, and logs only what is wrong, unless MESINFOS_LOG_LEVEL says otherwise.
    """
    settings = load_settings()
    asked = "log_level" in settings.model_fields_set
    logs.configure(settings.model_copy(update={"log_level": "warning"}) if quiet and not asked else settings)
    for name in unknown_variables():
        log.warning("this variable is unknown to MesInfos: a typing mistake?", variable=name)
    return settings


@contextmanager
def instance(*, quiet: bool = True) -> Iterator[Instance]:
    """The instance that the settings name, for the time of a command."""
    opened = open_instance(started(quiet=quiet))
    try:
        yield opened
    finally:
        opened.close()


@contextmanager
def unlocked(person: str) -> Iterator[OpenVault]:
    """The vault of that person, opened with the passphrase, for the time of a command."""
    with instance() as house:
        vault = opened(house, whose(house, person))
        try:
            yield vault
        finally:
            vault.close()


def whose(house: Instance, name: str = "") -> Person:
    """The person meant: the one named, else the only one; raises InvalidInput or NotFound."""
    if name:
        return find_person(house, name)
    persons = list_persons(house)
    if not persons:
        raise InvalidInput(N_("Nobody has a vault here yet."), next_step=N_("Make one: `mesinfos init --person NAME`."))
    if len(persons) > 1:
        raise InvalidInput(
            N_("Several people have a vault here: {names}."),
            next_step=N_("Say whose is meant with --person NAME."),
            names=", ".join(one.name for one in persons),
        )
    return persons[0]


def opened(house: Instance, person: Person) -> OpenVault:
    """The person's vault, opened; alarms go to standard error. Raises WrongPassphrase."""
    vault = unlock(house, person.vault_id, passphrase(tell(N_("Passphrase of {name}"), name=person.name)))
    for alarm in vault.alarms:
        log.warning("the vault raised an alarm", state=alarm)
    return vault


def passphrase(question: str, *, twice: bool = False) -> str:
    """The passphrase: from the file that MESINFOS_PASSPHRASE_FILE names, else typed, unseen."""
    path = os.environ.get(PASSPHRASE)
    if path:
        return _from_file(path)
    return ask_secret(question, twice=twice)


def ask_secret(question: str, *, twice: bool = False) -> str:
    """A secret, typed unseen; raises InvalidInput where nobody can type."""
    if not sys.stdin.isatty():
        raise InvalidInput(
            N_("There is no terminal to ask “{question}”."),
            next_step=N_("Put the secret into a file: MESINFOS_PASSPHRASE_FILE=file, or KEY=@file for a source."),
            question=question,
        )
    typed = typer.prompt(question, hide_input=True, err=True)
    if twice and typer.prompt(tell(N_("Once more")), hide_input=True, err=True) != typed:
        raise InvalidInput(N_("The two are not the same."))
    return str(typed)


def _from_file(path: str) -> str:
    try:
        return Path(path).read_text("utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError):
        raise InvalidInput(N_("{name} names a file that cannot be read."), name=PASSPHRASE) from None
