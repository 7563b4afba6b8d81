"""`mesinfos grant`: what a merchant may read, what it reads exactly, and taking it back."""

from datetime import UTC, date, datetime, timedelta
from typing import Annotated

import typer

from mesinfos.cli import show
from mesinfos.cli.frame import language, tell
from mesinfos.cli.house import JsonOption, PersonOption, instance, unlocked, whose
from mesinfos.consent.describe import describe
from mesinfos.consent.fields import Field, Purpose, Scope
from mesinfos.consent.grant import Grant, draft
from mesinfos.consent.ledger import Held, add_grant, get_grant, list_grants, resume, revoke
from mesinfos.consent.outbox import fill_past, preview
from mesinfos.directory.brands import by_domain
from mesinfos.errors import N_, InvalidInput
from mesinfos.model.values import Kind
from mesinfos.relations.reading import Reading, read
from mesinfos.vault.openvault import OpenVault
from mesinfos.wording import day

HELP = N_("What a merchant may read, and taking it back.")
app = typer.Typer(rich_markup_mode=None)
group = typer.Typer(name="grant", no_args_is_help=True, help=HELP)
app.add_typer(group)

GrantId = Annotated[str, typer.Argument(metavar="ID", help=N_("The grant, as `grant list` shows it."))]
MerchantArgument = Annotated[str, typer.Argument(metavar="DOMAIN", help=N_("The merchant's domain, such as fnac.com."))]
Fields = Annotated[
    list[Field], typer.Option("--field", help=N_("What it may see; repeat for more. Nothing is included by itself."))
]
ScopeOption = Annotated[Scope, typer.Option("--scope", help=N_("Data of this merchant, of those listed, or of all."))]
Merchants = Annotated[list[str] | None, typer.Option("--merchant", help=N_("A merchant's domain, for --scope listed."))]
Sensitive = Annotated[list[Kind] | None, typer.Option("--sensitive", help=N_("A sensitive sector to include."))]
PurposeOption = Annotated[Purpose, typer.Option("--purpose", help=N_("What for."))]
Since = Annotated[datetime | None, typer.Option("--since", formats=["%Y-%m-%d"], help=N_("First day of the data."))]
Until = Annotated[datetime | None, typer.Option("--until", formats=["%Y-%m-%d"], help=N_("Last day of the grant."))]
NameOption = Annotated[str, typer.Option("--name", help=N_("The merchant's name, if it is not known here."))]


@group.command("add", help=N_("Lets a merchant read some fields; prints its token, the only time it is shown."))
def _add(  # noqa: PLR0913, PLR0917  one argument for each question of the promise
    domain: MerchantArgument,
    fields: Fields,
    purpose: PurposeOption,
    scope: ScopeOption = Scope.OWN,
    merchants: Merchants = None,
    sensitive: Sensitive = None,
    since: Since = None,
    until: Until = None,
    name: NameOption = "",
    dry: Annotated[bool, typer.Option("--preview", help=N_("Show the exact bytes, and give nothing."))] = False,
    person: PersonOption = "",
) -> None:
    with unlocked(person) as vault:
        reading = read(vault)
        wanted = draft(
            vault.vault_id,
            domain=domain,
            name=name or _name(reading, domain),
            fields=tuple(fields),
            scope=scope,
            since=since.date() if since else date(1990, 1, 1),
            until=until.date() if until else datetime.now(UTC).date() + timedelta(days=365),
            purpose=purpose,
            merchants=tuple(merchants or ()),
            sensitive=tuple(sensitive or ()),
        )
        if dry:
            _show_bytes(vault, wanted, reading)
            return
        given, token = add_grant(vault, wanted)
        count = fill_past(vault, given, reading)
    show.line(describe(given, language()))
    show.line(tell(N_("Grant {grant}: {count} disclosures."), grant=given.grant_id, count=count))
    show.line(tell(N_("Token for the merchant, shown this once:")))
    show.line(f"    {token}")


@group.command("list", help=N_("Every grant, the newest first."))
def _list(person: PersonOption = "", json: JsonOption = False) -> None:
    with unlocked(person) as vault:
        found = list_grants(vault)
    if json:
        for held in found:
            show.json_line(_plain(held))
        return
    headings = (N_("Grant"), N_("Merchant"), N_("State"), N_("Until"), N_("Disclosures"))
    rows = [
        (held.grant.grant_id, held.grant.domain, held.state, day(held.grant.until, language()), held.disclosed)
        for held in found
    ]
    show.table(headings, rows)


@group.command("show", help=N_("One grant, in a sentence."))
def _show(grant_id: GrantId, person: PersonOption = "", json: JsonOption = False) -> None:
    with unlocked(person) as vault:
        held = get_grant(vault, grant_id)
    if json:
        show.json_line(_plain(held))
        return
    show.line(describe(held.grant, language()))
    show.line(tell(N_("State: {state}. Disclosures now: {count}."), state=str(held.state), count=held.disclosed))


@group.command("preview", help=N_("The exact bytes that the merchant of a grant reads, one disclosure a line."))
def _preview(grant_id: GrantId, person: PersonOption = "") -> None:
    with unlocked(person) as vault:
        _show_bytes(vault, get_grant(vault, grant_id).grant, read(vault))


@group.command("revoke", help=N_("Takes a grant back, now; needs no passphrase."))
def _revoke(grant_id: GrantId, person: PersonOption = "") -> None:
    with instance() as house:
        revoke(house, whose(house, person).vault_id, grant_id)
    show.line(tell(N_("Taken back. What the merchant read already cannot be called back.")))


@group.command("resume", help=N_("Puts a grant that a restore suspended in force again."))
def _resume(grant_id: GrantId, person: PersonOption = "") -> None:
    with unlocked(person) as vault:
        resume(vault, grant_id)
        count = fill_past(vault, get_grant(vault, grant_id).grant, read(vault))
    show.line(tell(N_("In force again, with {count} disclosures."), count=count))


def _name(reading: Reading, domain: str) -> str:
    """The merchant's name as the vault or the directory knows it."""
    wanted = domain.strip().lower()
    names = [view.merchant.name for view in reading.merchants() if view.merchant.domain == wanted]
    brand = by_domain(wanted)
    if not names and brand is None:
        raise InvalidInput(N_("Nobody here knows {domain}; give the merchant's name with --name."), domain=domain)
    return names[0] if names else str(brand.name)  # type: ignore[union-attr]


def _show_bytes(vault: OpenVault, grant: Grant, reading: Reading) -> None:
    for content in preview(vault, grant, reading):
        show.raw(content)


def _plain(held: Held) -> dict[str, object]:
    return held._asdict() | {"sentence": describe(held.grant, language())}
