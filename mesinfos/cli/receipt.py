"""`mesinfos receipt`: the proofs of consents, listed, saved, and verified without network or vault."""

from pathlib import Path
from typing import Annotated

import typer

from mesinfos.cli import show
from mesinfos.cli.frame import language, tell
from mesinfos.cli.house import JsonOption, PersonOption, unlocked
from mesinfos.consent.archive import list_receipts, receipt_file
from mesinfos.consent.ledger import list_grants
from mesinfos.consent.receipt import Proved, verify
from mesinfos.errors import N_
from mesinfos.wording import moment

HELP = N_("Proofs of what was granted, changed, taken back or refused.")
app = typer.Typer(rich_markup_mode=None)
group = typer.Typer(name="receipt", no_args_is_help=True, help=HELP)
app.add_typer(group)

FileArgument = Annotated[Path, typer.Argument(metavar="FILE", help=N_("The receipt's file, yours or the merchant's."))]
KeyOption = Annotated[str, typer.Option("--key", help=N_("The instance's fingerprint, as its consent pages show it."))]


@group.command("verify", help=N_("Whether a receipt is whole and signed; needs neither network nor passphrase."))
def _verify(file: FileArgument, key: KeyOption = "", json: JsonOption = False) -> None:
    proved = verify(file.read_bytes(), key)
    if json:
        show.json_line(_plain(proved, pinned=bool(key)))
        return
    for line in _said(proved):
        show.line(line)
    if not key:
        show.line(
            tell(N_("Compare the fingerprint with the one on the consent page: anybody can sign with a key of his."))
        )


@group.command("list", help=N_("The receipts of every grant, or of one."))
def _list(
    grant_id: Annotated[str, typer.Option("--grant", help=N_("Of this grant only."))] = "", person: PersonOption = ""
) -> None:
    with unlocked(person) as vault:
        names = {held.grant.grant_id: held.grant.domain for held in list_grants(vault)}
        wanted = [grant_id] if grant_id else list(names)
        found = [(one, names.get(one, "")) for one in wanted]
        rows = [
            (stored.receipt_id, name, str(stored.event), moment(stored.at, language()))
            for one, name in found
            for stored in list_receipts(vault, one)
        ]
    show.table((N_("Receipt"), N_("Merchant"), N_("What"), N_("When")), rows)


@group.command("save", help=N_("Writes a receipt to a file: byte for byte what the merchant can read too."))
def _save(
    receipt_id: Annotated[str, typer.Argument(metavar="ID", help=N_("The receipt, as `receipt list` shows it."))],
    file: Annotated[Path, typer.Argument(metavar="FILE", help=N_("Where to."))],
    person: PersonOption = "",
) -> None:
    with unlocked(person) as vault:
        file.write_bytes(receipt_file(vault, receipt_id))
    show.line(tell(N_("Saved. Verify it with: mesinfos receipt verify {file}"), file=file))


def _said(proved: Proved) -> list[str]:
    record = proved.receipt["dpv:hasRecordOfActivity"]
    sentences = {one["@language"]: one["@value"] for one in record["dct:description"]}
    signed = (
        N_("Signed by the instance and by the person.") if len(proved.signers) > 1 else N_("Signed by the instance.")
    )
    values = {"event": proved.receipt["mi:event"], "at": proved.receipt["dct:created"]["@value"]}
    return [
        tell(N_("The receipt is whole: {event}, {at}."), **values),
        sentences.get(language(), sentences["en"]),
        tell(signed),
        tell(N_("Fingerprint of the instance: {key}"), key=proved.instance),
    ]


def _plain(proved: Proved, *, pinned: bool) -> dict[str, object]:
    record = proved.receipt["dpv:hasRecordOfActivity"]
    return {
        "valid": True,
        "event": proved.receipt["mi:event"],
        "at": proved.receipt["dct:created"]["@value"],
        "grant_id": record["mi:grantId"],
        "merchant": record["dpv:hasEntity"]["id"],
        "instance": proved.instance,
        "signers": list(proved.signers),
        "fingerprint_compared": pinned,
    }
