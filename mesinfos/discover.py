"""Finds the installed connectors by entry point, checks what they say of themselves, and describes their forms.

    available()                          every connector that can be used, by name
    load("imap")                         one of them; UnknownConnector says why when it cannot be used
    form_fields(module)                  its form, for the pages and the command line
    parse_settings(module, values)       its settings from typed text; InvalidInput names the field

Two packages that offer the same name are an error for both: which one would read your mail must not depend on
the order of a folder.
"""

import tomllib
from collections.abc import Iterable, Mapping
from datetime import date
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any, Literal, cast, get_args, get_origin

from msgspec import Struct
from pydantic import BaseModel, SecretStr, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from mesinfos.connector import ConnectorModule, Manifest, Suggestion
from mesinfos.errors import N_, InvalidInput, UnknownConnector

GROUP = "mesinfos.connectors"
Kind = Literal["text", "secret", "number", "choice", "date", "file"]
RULES = (
    "read-only",
    "same-connect",
    "errors-on-fields",
    "secrets-hidden",
    "resumes",
    "source-changed",
    "size-caps",
    "headers-first",
    "hostile-source",
    "real-source-tested",
    "texts-translatable",
    "suggests-settings",
    "push",
    "renews-tokens",
)
"""The rules of docs/connectors.md; a connector's quality.toml says of each whether it holds."""


class FormField(Struct, frozen=True):
    """One field as a page or a prompt shows it; `label` and `help` are texts for translation."""

    name: str
    type: Kind
    label: str
    help: str = ""
    required: bool = False
    default: str = ""
    choices: tuple[str, ...] = ()
    advanced: bool = False


class Problem(Struct, frozen=True):
    """An installed connector that cannot be used."""

    name: str
    error: UnknownConnector


def available() -> list[ConnectorModule]:
    """The connectors that can be used, in the order of their names; the others are in `problems`."""
    return [found for _, found in _survey() if not isinstance(found, UnknownConnector)]


def problems() -> list[Problem]:
    """The installed connectors that cannot be used, and why."""
    return [Problem(name, found) for name, found in _survey() if isinstance(found, UnknownConnector)]


def load(name: str) -> ConnectorModule:
    """The connector of that name; raises UnknownConnector when there is none, two, or a broken one."""
    entries = list(entry_points(group=GROUP, name=name))
    if not entries:
        raise UnknownConnector(N_("No connector is named {name}."), name=name)
    if len(entries) > 1:
        raise UnknownConnector(
            N_("Several installed packages offer a connector named {name}: {packages}."),
            next_step=N_("Uninstall all but one of them."),
            name=name,
            packages=", ".join(sorted(_package(entry) for entry in entries)),
        )
    return _loaded(entries[0])


def form_fields(module: ConnectorModule) -> list[FormField]:
    """The fields a person fills in, in the form's order; those that the house fills in are left out."""
    fields = module.Settings.model_fields.items()
    return [_form_field(name, info) for name, info in fields if not _extra(info).get("house")]


def parse_settings(
    module: ConnectorModule, values: Mapping[str, str], house: Mapping[str, object] | None = None
) -> BaseModel:
    """The settings from what was typed; raises InvalidInput with `field` set. Empty text means the field's default.

    `house` holds what the operator decides and no person can type: of it, a connector gets what its form marks as
    house fields (`private_hosts`, `max_bytes`, `inside`), and the rest is not its business.
    """
    known = {field.name for field in form_fields(module)}
    if unknown := sorted(set(values) - known):
        raise InvalidInput(N_("{connector} has no setting {name}."), field=unknown[0], **_names(module, unknown[0]))
    typed: dict[str, object] = {name: value for name, value in values.items() if value.strip()}
    of_the_house = {name for name, info in module.Settings.model_fields.items() if _extra(info).get("house")}
    given = {name: value for name, value in (house or {}).items() if name in of_the_house}
    try:
        return module.Settings.model_validate(typed | given)
    except ValidationError as refused:
        problem = _explained(refused.errors(include_url=False, include_input=False)[0])
    raise problem  # outside of `except`: pydantic's own error would show what was typed, secrets included


def suggest(address: str) -> list[tuple[str, Suggestion]]:
    """What the connectors know about an address: connector name and suggestion."""
    found = [(module.MANIFEST.name, getattr(module, "suggest", _nothing)(address)) for module in available()]
    return [(name, suggestion) for name, suggestion in found if suggestion is not None]


def read_quality(folder: Path) -> dict[str, tuple[str, str]]:
    """The quality ledger of a connector: rule → (done | todo | exempt, reason); raises ValueError when malformed."""
    ledger = tomllib.loads((folder / "quality.toml").read_text("utf-8"))
    if set(ledger) != set(RULES):
        raise ValueError(f"rules missing or unknown: {sorted(set(ledger) ^ set(RULES))}")
    return {rule: _judged(rule, ledger[rule]) for rule in RULES}


# ── inside ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _survey() -> Iterable[tuple[str, ConnectorModule | UnknownConnector]]:
    for name in sorted({entry.name for entry in entry_points(group=GROUP)}):
        try:
            yield name, load(name)
        except UnknownConnector as problem:
            yield name, problem


def _loaded(entry: EntryPoint) -> ConnectorModule:
    try:
        module = entry.load()
    except Exception as problem:  # somebody else's package may fail in any way at import
        raise _broken(entry, type(problem).__name__) from problem
    if not isinstance(getattr(module, "MANIFEST", None), Manifest):
        raise _broken(entry, "MANIFEST")
    settings = getattr(module, "Settings", None)
    if not (isinstance(settings, type) and issubclass(settings, BaseModel)):
        raise _broken(entry, "Settings")
    if not callable(getattr(module, "connect", None)):
        raise _broken(entry, "connect")
    if module.MANIFEST.name != entry.name:
        raise _broken(entry, module.MANIFEST.name)
    return cast(ConnectorModule, module)


def _broken(entry: EntryPoint, what: str) -> UnknownConnector:
    return UnknownConnector(
        N_("The connector {name} of {package} does not keep to the contract ({what})."),
        next_step=N_("Update or uninstall that package."),
        name=entry.name,
        package=_package(entry),
        what=what,
    )


def _package(entry: EntryPoint) -> str:
    return entry.dist.name if entry.dist else entry.value


def _form_field(name: str, info: FieldInfo) -> FormField:
    kind, choices = _kind(info.annotation)
    default = "" if info.is_required() or info.default is None or kind == "secret" else str(info.default)
    return FormField(
        name,
        kind,
        info.title or name.replace("_", " ").capitalize(),
        info.description or "",
        required=info.is_required(),
        default=default,
        choices=choices,
        advanced=bool(_extra(info).get("advanced")),
    )


def _kind(annotation: Any) -> tuple[Kind, tuple[str, ...]]:
    inner = [each for each in get_args(annotation) if each is not type(None)]
    if get_origin(annotation) is Literal:
        return "choice", tuple(str(choice) for choice in inner)
    if inner and not isinstance(annotation, type):
        return _kind(inner[0])
    kinds: list[tuple[type, Kind]] = [(SecretStr, "secret"), (int, "number"), (date, "date"), (Path, "file")]
    return next(
        (kind for cls, kind in kinds if isinstance(annotation, type) and issubclass(annotation, cls)), "text"
    ), ()


def _extra(info: FieldInfo) -> dict[str, Any]:
    return info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}


def _explained(error: ErrorDetails) -> InvalidInput:
    """A pydantic error as a sentence about one field."""
    name = str(error["loc"][0]) if error["loc"] else None
    sentences = {
        "missing": N_("This field is needed."),
        "int_parsing": N_("A whole number is needed here."),
        "literal_error": N_("Choose one of these: {expected}."),
        "greater_than_equal": N_("The number must be {ge} or more."),
        "less_than_equal": N_("The number must be {le} or less."),
        "string_too_long": N_("At most {max_length} characters fit here."),
    }
    sentence = sentences.get(error["type"], N_("This value cannot be used."))
    if error["type"].startswith("date"):
        sentence = N_("A day like 2026-01-31 is needed here.")
    return InvalidInput(sentence, field=name, **error.get("ctx", {}))


def _names(module: ConnectorModule, name: str) -> dict[str, str]:
    return {"connector": module.MANIFEST.name, "name": name}


def _nothing(_: str) -> None:
    return None


def _judged(rule: str, verdict: object) -> tuple[str, str]:
    if verdict == "done":
        return "done", ""
    if isinstance(verdict, dict) and verdict.get("status") in {"todo", "exempt"} and verdict.get("reason"):
        return str(verdict["status"]), str(verdict["reason"])
    raise ValueError(f"{rule}: done, or a table with status (todo, exempt) and reason")
