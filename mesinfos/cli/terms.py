"""The terms of a grant as options of the command line: a preset, changed and completed by what is said beside it."""

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any

import typer

from mesinfos.catalogue import ProductCategory
from mesinfos.consent.fields import Deposit, Field, Purpose, Scope, Terms
from mesinfos.consent.grant import EARLIEST, Grant
from mesinfos.consent.presets import preset
from mesinfos.errors import N_, InvalidInput
from mesinfos.model.values import Kind

DAY = ["%Y-%m-%d"]
PresetOption = Annotated[str, typer.Option("--preset", help=N_("Begin from an example: see `mesinfos grant presets`."))]
Fields = Annotated[
    list[Field] | None,
    typer.Option("--field", help=N_("What it may see; repeat for more. Nothing is included by itself.")),
]
ScopeOption = Annotated[
    Scope | None, typer.Option("--scope", help=N_("Data of this merchant, of those listed, or of all."))
]
Merchants = Annotated[list[str] | None, typer.Option("--merchant", help=N_("A merchant's domain, for --scope listed."))]
Excluded = Annotated[list[str] | None, typer.Option("--exclude", help=N_("A merchant's domain to leave out."))]
Sensitive = Annotated[list[Kind] | None, typer.Option("--sensitive", help=N_("A sensitive sector to include."))]
Goods = Annotated[
    list[ProductCategory] | None, typer.Option("--goods", help=N_("A sensitive category of products to include."))
]
PurposeOption = Annotated[Purpose | None, typer.Option("--purpose", help=N_("What for."))]
Since = Annotated[datetime | None, typer.Option("--since", formats=DAY, help=N_("First day of the data."))]
Through = Annotated[datetime | None, typer.Option("--through", formats=DAY, help=N_("Last day of the data."))]
Until = Annotated[datetime | None, typer.Option("--until", formats=DAY, help=N_("Last day of the grant."))]
Retention = Annotated[int | None, typer.Option("--retention", help=N_("Days it may keep what it reads; 0: no limit."))]
Volume = Annotated[int | None, typer.Option("--volume", help=N_("Records it may read a day; 0: no limit."))]
TermsOption = Annotated[Terms | None, typer.Option("--terms", help=N_("An agreement of the IEEE 7012 roster."))]
Deposits = Annotated[
    list[Deposit] | None, typer.Option("--deposit", help=N_("What it may give back; repeat for more."))
]


class Limit(StrEnum):
    """What a change can take out of a grant altogether."""

    SENSITIVE = "sensitive"
    GOODS = "goods"
    EXCLUDED = "excluded"
    DEPOSITS = "deposits"
    THROUGH = "through"


Without = Annotated[list[Limit] | None, typer.Option("--without", help=N_("What to take out altogether."))]


def changed(grant: Grant, answers: dict[str, Any], without: list[Limit]) -> dict[str, Any]:
    """The answers of a grant, with other ones in their place; a list of merchants stays with its scope."""
    kept = {name: getattr(grant, name) for name in grant.__struct_fields__ if name not in _OF_ITSELF}
    kept |= {str(name): None if name is Limit.THROUGH else () for name in without}
    if answers.get("scope", Scope.LISTED) is not Scope.LISTED:
        kept["merchants"] = ()
    return kept | answers


_OF_ITSELF = frozenset({"version", "vault_id", "made_at", "key", "grant_id"})


def begun(name: str) -> dict[str, Any]:
    """The answers that nobody has to give, or those of a preset."""
    today = datetime.now(UTC).date()
    if name:
        return preset(name).answers(today)
    return {"fields": (), "scope": Scope.OWN, "since": EARLIEST, "until": today + timedelta(days=365)}


def said(**options: Any) -> dict[str, Any]:
    """The options that were given, as answers; what was not said is not among them."""
    days = {name: value.date() for name, value in options.items() if isinstance(value, datetime)}
    lists = {name: tuple(value) for name, value in options.items() if isinstance(value, list) and value}
    rest = {name: value for name, value in options.items() if isinstance(value, str | int) and name not in days}
    return rest | days | lists


def whole(answers: dict[str, Any]) -> dict[str, Any]:
    """The answers, when none that must be given is missing."""
    if "purpose" not in answers:
        raise InvalidInput(N_("Say what for with --purpose, or begin from a --preset."), field="purpose")
    return answers
