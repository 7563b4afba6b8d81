"""`mesinfos source`: what is read, from where, with which credentials."""

from pathlib import Path
from typing import Annotated

import typer

from mesinfos.cli import show
from mesinfos.cli.frame import language, tell
from mesinfos.cli.house import JsonOption, PersonOption, ask_secret, instance, opened, started, unlocked, whose
from mesinfos.connector import Checked, ConnectorModule
from mesinfos.consent import journal
from mesinfos.discover import available, form_fields, load, problems
from mesinfos.errors import N_, InvalidInput
from mesinfos.syncing.opening import opened_connector
from mesinfos.vault.sources import (
    ALWAYS_ON,
    WHILE_UNLOCKED,
    add_source,
    get_source,
    list_sources,
    remove_source,
    source_values,
)
from mesinfos.wording import moment, say
from web.words import SOURCE

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help=N_("What is read: mailboxes, archives, exports."))
group = typer.Typer(name="source", no_args_is_help=True, help=N_("What is read: mailboxes, archives, exports."))
app.add_typer(group)

Values = Annotated[
    list[str] | None, typer.Argument(metavar="KEY=VALUE…", help=N_("Its settings; a secret as KEY=@file."))
]
SourceId = Annotated[str, typer.Argument(metavar="ID", help=N_("The source, as `source list` shows it."))]
HOUSE = ("mode", "label")  # keys of every source, whatever its connector


@group.command("add", help=N_("Connects a source: tries it first, then keeps its settings encrypted."))
def _add(
    connector: Annotated[str, typer.Argument(metavar="CONNECTOR", help=N_("imap, mbox or another one installed."))],
    values: Values = None,
    person: PersonOption = "",
) -> None:
    settings, module = started(), load(connector)
    given = _parsed(module, values or [])
    ours = {key: given.pop(key) for key in HOUSE if key in given}
    if ours.get("mode", ALWAYS_ON) not in {ALWAYS_ON, WHILE_UNLOCKED}:
        raise InvalidInput(N_("The mode is always_on or while_unlocked."), field="mode")
    with instance() as house:
        owner = whose(house, person)
        _ask_for_missing(module, given)
        checked = opened_connector(settings, connector, given).check()
        vault = opened(house, owner)
        label = ours.get("label") or _label(module, given)
        source = add_source(vault, connector, label, given, ours.get("mode", ALWAYS_ON))
        with house.database.write(owner.vault_id) as conn:
            details = {"connector": connector, "label": label}
            journal.append(house, conn, owner.vault_id, journal.Action.SOURCE_ADDED, source.source_id, details)
        vault.close()
    _tell_checked(checked)
    show.line(tell(N_("Connected as {source}. Read it now with `mesinfos sync {source}`."), source=source.source_id))


@group.command("list", help=N_("The sources of a person, or the connectors there are."))
def _list_(
    person: PersonOption = "",
    json: JsonOption = False,
    connectors: Annotated[bool, typer.Option("--connectors", help=N_("What could be connected."))] = False,
) -> None:
    if connectors:
        _list_connectors()
        return
    with instance() as house:
        found = list_sources(house, whose(house, person).vault_id)
    if json:
        for source in found:
            show.json_line({name: getattr(source, name) for name in source.__struct_fields__ if name != "cursor"})
        return
    headings = (N_("Source"), N_("Connector"), N_("Label"), N_("Mode"), N_("State"), N_("Last success"), N_("Problem"))
    show.table(
        headings,
        [
            (
                *(source.source_id, source.connector, source.label, source.mode, tell(SOURCE[source.state].text)),
                moment(source.last_success, language()) if source.last_success else "",
                source.last_error,
            )
            for source in found
        ],
    )


@group.command("check", help=N_("Connects as a sync would, looks, and changes nothing."))
def _check(source_id: SourceId, person: PersonOption = "") -> None:
    with instance() as house:
        source = get_source(house, whose(house, person).vault_id, source_id)
        if source.mode == WHILE_UNLOCKED:
            vault = opened(house, whose(house, person))
            values = source_values(house, source, vault)
            vault.close()
        else:
            values = source_values(house, source, None)
        _tell_checked(opened_connector(house.settings, source.connector, values).check())


@group.command("remove", help=N_("Forgets a source and its credentials; what it brought stays."))
def _remove(source_id: SourceId, person: PersonOption = "") -> None:
    with unlocked(person) as vault:
        label = get_source(vault.instance, vault.vault_id, source_id).label
        remove_source(vault.instance, vault.vault_id, source_id)
        with vault.instance.database.write(vault.vault_id) as conn:
            action = journal.Action.SOURCE_REMOVED
            journal.append(vault.instance, conn, vault.vault_id, action, source_id, {"label": label})
    show.line(tell(N_("Forgotten. What it brought stays in the vault.")))


def _list_connectors() -> None:
    started()
    for module in available():
        manifest = module.MANIFEST
        about = manifest.summary.get(language()) or manifest.summary.get("en", "")
        show.line(f"{manifest.name}: {about}")
        for field in form_fields(module):
            needed = tell(N_("needed")) if field.required else field.default
            show.line(f"    {field.name:10} {tell(field.label)} ({needed or '–'}). {tell(field.help)}".rstrip())
    for problem in problems():
        show.line(f"{problem.name}: {say(problem.error, language())}")


def _parsed(module: ConnectorModule, pairs: list[str]) -> dict[str, str]:
    """KEY=VALUE and KEY=@file as a mapping; a key nobody asked for is a mistake, told before anything connects."""
    known = {field.name for field in form_fields(module)} | set(HOUSE)
    given = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals:
            raise InvalidInput(N_("“{pair}” is not KEY=VALUE."), pair=pair)
        if key not in known:
            raise InvalidInput(
                N_("{connector} has no setting {name}. It has: {known}."),
                connector=module.MANIFEST.name,
                name=key,
                known=", ".join(sorted(known)),
                field=key,
            )
        given[key] = _read(key, value[1:]) if value.startswith("@") else value
    return given


def _read(key: str, path: str) -> str:
    try:
        return Path(path).read_text("utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError):
        raise InvalidInput(
            N_("{name} names a file that cannot be read: {path}."), name=key, path=path, field=key
        ) from None


def _ask_for_missing(module: ConnectorModule, given: dict[str, str]) -> None:
    """Ask for what is needed and was not given: required fields, and a password when no secret came at all."""
    fields = form_fields(module)
    secrets = [field for field in fields if field.type == "secret" and not field.advanced]
    for field in fields:
        if field.required and field.type != "secret" and not given.get(field.name):
            raise InvalidInput(N_("The setting {name} is needed."), name=field.name, field=field.name)
    if secrets and not any(given.get(field.name) for field in fields if field.type == "secret"):
        given[secrets[0].name] = ask_secret(tell(secrets[0].label))


def _label(module: ConnectorModule, given: dict[str, str]) -> str:
    named = given.get("username") or Path(given.get("path", "")).name
    return named or module.MANIFEST.title.get(language(), module.MANIFEST.name)


def _tell_checked(checked: Checked) -> None:
    show.line(
        tell(
            N_("It answers: {items} messages in {places}."),
            items=checked.items,
            places=", ".join(checked.places) or "–",
        )
    )
    for note in checked.notes:
        show.line(tell(note))
