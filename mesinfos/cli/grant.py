"""`mesinfos grant`: what a merchant may read, what it reads exactly, other terms for it, and taking it back."""

from typing import Annotated

import typer

from mesinfos.cli import show, terms
from mesinfos.cli.frame import language, tell
from mesinfos.cli.house import JsonOption, PersonOption, instance, unlocked, whose
from mesinfos.consent.compare import Comparison, compare
from mesinfos.consent.describe import FIELD_LABELS, confide
from mesinfos.consent.grant import Grant, draft
from mesinfos.consent.ledger import Held, add_grant, get_grant, list_grants, resume, revoke
from mesinfos.consent.outbox import change, fill_past, preview
from mesinfos.consent.presets import PRESETS
from mesinfos.consent.webhooks import checked_address
from mesinfos.directory.brands import by_domain
from mesinfos.errors import N_, InvalidInput
from mesinfos.relations.reading import Reading, read
from mesinfos.vault.openvault import OpenVault
from mesinfos.wording import day, translate

HELP = N_("What a merchant may read, and taking it back.")
app = typer.Typer(rich_markup_mode=None)
group = typer.Typer(name="grant", no_args_is_help=True, help=HELP)
app.add_typer(group)

GrantId = Annotated[str, typer.Argument(metavar="ID", help=N_("The grant, as `grant list` shows it."))]
MerchantArgument = Annotated[str, typer.Argument(metavar="DOMAIN", help=N_("The merchant's domain, such as fnac.com."))]
WebhookOption = Annotated[str, typer.Option("--webhook", help=N_("Where the merchant wants to be told of changes."))]
NameOption = Annotated[str, typer.Option("--name", help=N_("The merchant's name, if it is not known here."))]


@group.command("add", help=N_("Lets a merchant read some fields; prints its token, the only time it is shown."))
def _add(  # noqa: PLR0913, PLR0917  one argument for each question of the promise
    domain: MerchantArgument,
    preset: terms.PresetOption = "",
    fields: terms.Fields = None,
    purpose: terms.PurposeOption = None,
    scope: terms.ScopeOption = None,
    merchants: terms.Merchants = None,
    excluded: terms.Excluded = None,
    sensitive: terms.Sensitive = None,
    goods: terms.Goods = None,
    since: terms.Since = None,
    through: terms.Through = None,
    until: terms.Until = None,
    retention: terms.Retention = None,
    volume: terms.Volume = None,
    roster: terms.TermsOption = None,
    deposits: terms.Deposits = None,
    name: NameOption = "",
    webhook: WebhookOption = "",
    dry: Annotated[bool, typer.Option("--preview", help=N_("Show the exact bytes, and give nothing."))] = False,
    person: PersonOption = "",
) -> None:
    said = terms.said(fields=fields, purpose=purpose, scope=scope, merchants=merchants, excluded=excluded)
    said |= terms.said(sensitive=sensitive, goods=goods, since=since, through=through, until=until)
    said |= terms.said(retention=retention, volume=volume, terms=roster, deposits=deposits)
    answers = terms.whole(terms.begun(preset) | said)
    with unlocked(person) as vault:
        reading = read(vault)
        wanted = draft(vault.vault_id, domain=domain, name=name or _name(reading, domain), **answers)
        if dry:
            _show_bytes(vault, wanted, reading)
            return
        address = checked_address(webhook, wanted.domain, vault.instance.settings.outbound_hosts)
        given, token = add_grant(vault, wanted, address)
        count = fill_past(vault, given, reading)
    show.line(confide(given, language()))
    show.line(tell(N_("Grant {grant}: {count} disclosures."), grant=given.grant_id, count=count))
    show.line(tell(N_("Token for the merchant, shown this once:")))
    show.line(f"    {token}")


@group.command("change", help=N_("Other terms for a grant in force; what is not said stays. Shows first what changes."))
def _change(  # noqa: PLR0913, PLR0917  one argument for each question of the promise
    grant_id: GrantId,
    fields: terms.Fields = None,
    purpose: terms.PurposeOption = None,
    scope: terms.ScopeOption = None,
    merchants: terms.Merchants = None,
    excluded: terms.Excluded = None,
    sensitive: terms.Sensitive = None,
    goods: terms.Goods = None,
    since: terms.Since = None,
    through: terms.Through = None,
    until: terms.Until = None,
    retention: terms.Retention = None,
    volume: terms.Volume = None,
    roster: terms.TermsOption = None,
    deposits: terms.Deposits = None,
    without: terms.Without = None,
    sign: Annotated[bool, typer.Option("--sign", help=N_("Sign the change; without it, it is only shown."))] = False,
    person: PersonOption = "",
) -> None:
    said = terms.said(fields=fields, purpose=purpose, scope=scope, merchants=merchants, excluded=excluded)
    said |= terms.said(sensitive=sensitive, goods=goods, since=since, through=through, until=until)
    said |= terms.said(retention=retention, volume=volume, terms=roster, deposits=deposits)
    with unlocked(person) as vault:
        reading, old = read(vault), get_grant(vault, grant_id).grant
        wanted = draft(vault.vault_id, **terms.changed(old, said, without or []))
        show.line(confide(wanted, language()))
        _show_difference(compare(vault, old, wanted, reading))
        if sign:
            change(vault, grant_id, wanted, reading)
    show.line(tell(N_("Signed, and in force.") if sign else N_("Nothing is changed yet; --sign signs it.")))


@group.command("presets", help=N_("Examples to begin from."))
def _presets() -> None:
    show.table((N_("Preset"), N_("What it is"), N_("Terms")), [(one.name, tell(one.why), one.terms) for one in PRESETS])


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
    show.line(confide(held.grant, language()))
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


def _show_difference(found: Comparison) -> None:
    for words, fields in ((N_("Gains: {fields}."), found.gained_fields), (N_("Loses: {fields}."), found.lost_fields)):
        if fields:
            show.line(tell(words, fields=", ".join(translate(FIELD_LABELS[field], language()) for field in fields)))
    counts = {"gained": len(found.gained), "lost": len(found.lost), "changed": len(found.changed), "kept": found.kept}
    show.line(tell(N_("Records: {gained} gained, {lost} lost, {changed} changed, {kept} as before."), **counts))


def _plain(held: Held) -> dict[str, object]:
    return held._asdict() | {"sentence": confide(held.grant, language())}
