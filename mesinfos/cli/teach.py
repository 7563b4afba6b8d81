"""`mesinfos doubts`, `correct`, `rule`: what is to be confirmed, putting a mail right, and taking that back."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

import msgspec
import typer

from mesinfos.cli import show
from mesinfos.cli.frame import language, tell
from mesinfos.cli.house import JsonOption, PersonOption, unlocked
from mesinfos.errors import N_, InvalidInput
from mesinfos.model.rule import Kind, Reach, Rule
from mesinfos.model.values import Category, Money
from mesinfos.relations.doubts import doubts
from mesinfos.relations.effects import Effect
from mesinfos.relations.reading import read
from mesinfos.teach import Said, preview, rule_of, teach, withdraw
from mesinfos.wording import day, money
from web.taught import CHANGE, KIND, REACH, says
from web.words import CATEGORY

app = typer.Typer(rich_markup_mode=None)
group = typer.Typer(name="rule", no_args_is_help=True, help=N_("What you put right, and taking it back."))
app.add_typer(group)

Mail = Annotated[str, typer.Argument(metavar="MESSAGE", help=N_("The record of the mail, as `messages --json` says."))]
ReachOption = Annotated[
    Reach, typer.Option("--reach", help=N_("For this mail, for those on the same template, or for all of the sender."))
]
KindOption = Annotated[Kind, typer.Option("--kind", help=N_("What number, total and date belong to."))]
About = Annotated[str, typer.Option("--about", help=N_("The number of what is meant, if the mail tells several."))]
Right = Annotated[bool, typer.Option("--right", help=N_("It was read well."))]
Absent = Annotated[bool, typer.Option("--not", "--not-an-order", help=N_("The mail holds nothing of that kind."))]
MerchantName = Annotated[str, typer.Option("--merchant", help=N_("Whose mail it is: a name or a domain."))]
CategoryOption = Annotated[Category | None, typer.Option("--category", help=N_("Which kind of mail it is."))]
Total = Annotated[str, typer.Option("--total", metavar="AMOUNT", help=N_("The right total, such as “59.90 EUR”."))]
Number = Annotated[str, typer.Option("--number", help=N_("The right number."))]
DayOption = Annotated[datetime | None, typer.Option("--date", formats=["%Y-%m-%d"], help=N_("The right day."))]
Dry = Annotated[bool, typer.Option("--preview", help=N_("Show which mails change, and keep nothing."))]
RuleId = Annotated[str, typer.Argument(metavar="RULE", help=N_("The rule, as `rule list` shows it."))]


@app.command("doubts", help=N_("What is to be confirmed, the newest first."))
def _doubts(person: PersonOption = "", json: JsonOption = False) -> None:
    with unlocked(person) as vault:
        found = doubts(read(vault))
    if json:
        for one in found:
            show.json_line(one)
    elif not found:
        show.line(tell(N_("Nothing to confirm")))
    else:
        headings = (N_("Date"), N_("Merchant"), N_("What"), N_("Number"), N_("Total"), N_("Why"), N_("Message"))
        show.table(headings, [_doubt_row(one) for one in found])


@app.command("correct", help=N_("Puts right how a mail was read; shows which mails change."))
def _correct(  # noqa: PLR0913, PLR0917  one option for each thing that can be said
    mail: Mail,
    reach: ReachOption = Reach.MAIL,
    kind: KindOption = Kind.ORDER,
    about: About = "",
    right: Right = False,
    absent: Absent = False,
    merchant: MerchantName = "",
    category: CategoryOption = None,
    total: Total = "",
    number: Number = "",
    date: DayOption = None,
    dry: Dry = False,
    person: PersonOption = "",
    json: JsonOption = False,
) -> None:
    said = Said(
        mail,
        reach,
        kind,
        about,
        right,
        absent,
        merchant,
        category,
        _money(total),
        number,
        date.date() if date else None,
    )
    with unlocked(person) as vault:
        reading = read(vault)
        rule = rule_of(vault, reading, said)
        changed = preview(vault, reading, mail, rule)
        rule_id = "" if dry else teach(vault, reading, mail, rule)
    _answer(changed, rule_id, json=json)


@group.command("list", help=N_("Every rule in force, the newest first."))
def _list(person: PersonOption = "", json: JsonOption = False) -> None:
    with unlocked(person) as vault:
        reading = read(vault)
        lessons = reading.lessons()
        counts = dict.fromkeys((one.rule_id for one in lessons.all), 0)
        for seen in reading.messages:
            for one in lessons.of(seen):
                counts[one.rule_id] += 1
    if json:
        for one in reversed(lessons.all):
            show.json_line(one._asdict() | {"mails": counts[one.rule_id]})
        return
    headings = (N_("Rule"), N_("Sender"), N_("What you say"), N_("For which mail?"), N_("Messages"))
    show.table(headings, [_rule_row(one.rule_id, one.rule, counts[one.rule_id]) for one in reversed(lessons.all)])


@group.command("remove", help=N_("Ends a rule; what it changed is again as it was read."))
def _remove(rule_id: RuleId, person: PersonOption = "") -> None:
    with unlocked(person) as vault:
        withdraw(vault, read(vault), rule_id)
    show.line(tell(N_("The rule is gone; what it changed is again as it was read.")))


def _answer(changed: Sequence[Effect], rule_id: str, *, json: bool) -> None:
    if json:
        for one in changed:
            changes = [change._asdict() for change in one.changes]
            show.json_line({"record_id": one.mail.record_id, "changes": msgspec.to_builtins(changes), "rule": rule_id})
        return
    rows = [
        (one.mail.message.subject, tell(CHANGE[change.what]), _value(change.before), _value(change.after))
        for one in changed
        for change in one.changes
    ]
    show.table((N_("Subject"), N_("What"), N_("Before"), N_("After")), rows)
    if rule_id:
        show.line(tell(N_("Kept as rule {rule}. Take it back: `mesinfos rule remove {rule}`."), rule=rule_id))
    else:
        show.line(tell(N_("Nothing was kept.")))


def _money(text: str) -> Money | None:
    value, _, currency = text.strip().partition(" ")
    if not value:
        return None
    try:
        amount = Decimal(value.replace(",", "."))
    except InvalidOperation:
        raise InvalidInput(N_("An amount like 59.90 EUR is needed here."), field="total") from None
    if not amount.is_finite() or amount < 0:
        raise InvalidInput(N_("An amount like 59.90 EUR is needed here."), field="total")
    return Money(amount, currency.strip().upper() or "EUR")


def _doubt_row(one: Any) -> Sequence[object]:
    name = one.merchant.name if one.merchant else "–"
    total = money(one.total, language()) if one.total else ""
    return day(one.at, language(), "short"), name, tell(KIND[one.kind]), one.number, total, tell(one.why), one.mail


def _rule_row(rule_id: str, rule: Rule, mails: int) -> Sequence[object]:
    said = ((tell(name), _value(value), f"← {place}" if place else "") for name, value, place in says(rule))
    lines = [" ".join(filter(None, parts)) for parts in said]
    return rule_id, rule.sender, "; ".join(lines), tell(REACH[rule.reach]), mails


def _value(value: Any) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, Category):
        return tell(CATEGORY[value].text)
    if isinstance(value, Money):
        return money(value, language())
    return value if isinstance(value, str) else day(value, language(), "short")
