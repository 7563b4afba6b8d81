"""The person puts something right: one more observation, which wins, and from which like mails are read from now on.

    a correction of one mail ─▶ a rule, with the place where each value stands ─▶ preview ─▶ a sealed record

A rule is stored as every observation is, and never changed; what ends it is one more record. What merchants may read
follows at once, for the vault is open.
"""

import datetime as dt

from msgspec import Struct

from mesinfos.directory import by_domain, by_name
from mesinfos.errors import N_, InvalidInput, NotFound
from mesinfos.ingest import places
from mesinfos.model.merchant import Merchant
from mesinfos.model.rule import Kind, Place, Reach, Rule, Withdrawn
from mesinfos.model.values import Category, Money
from mesinfos.relations.effects import Effect, effects
from mesinfos.relations.likeness import sender_of
from mesinfos.relations.reading import Reading
from mesinfos.relations.replay import body_of
from mesinfos.relations.rules import Taught
from mesinfos.relations.search import named
from mesinfos.said import follow, keep
from mesinfos.vault.openvault import OpenVault

DRAFT = "draft"  # the id of a rule that is not kept yet


class Said(Struct, frozen=True):
    """What a person says of one mail; what is empty was not spoken of."""

    mail: str
    reach: Reach = Reach.MAIL
    kind: Kind = Kind.ORDER
    about: str = ""
    right: bool = False
    absent: bool = False
    merchant: str = ""
    category: Category | None = None
    total: Money | None = None
    number: str = ""
    date: dt.date | None = None

    def empty(self) -> bool:
        """Whether nothing was said."""
        values = (self.right, self.absent, self.merchant, self.category, self.total, self.number, self.date)
        return not any(values)


def rule_of(vault: OpenVault, reading: Reading, said: Said) -> Rule:
    """The rule that a correction makes; raises InvalidInput when nothing was said, NotFound for no such mail."""
    if said.empty():
        raise InvalidInput(N_("Say what is not right: nothing was changed."))
    seen = reading.message(said.mail)
    total_at, number_at, date_at = _places(vault, reading, said)
    return Rule(
        reach=said.reach,
        sender=sender_of(seen.message),
        subject=seen.message.subject,
        template=seen.message.template,
        proved=seen.observation.verified,
        kind=said.kind,
        about=said.about,
        right=said.right,
        absent=said.absent,
        merchant=merchant_named(reading, said.merchant, seen.observation.merchant) if said.merchant else None,
        category=said.category,
        total=said.total,
        total_at=total_at,
        number=said.number,
        number_at=number_at,
        date=said.date,
        date_at=date_at,
    )


def preview(vault: OpenVault, reading: Reading, mail: str, rule: Rule) -> list[Effect]:
    """Which mails would read otherwise, and how; nothing is kept."""
    with vault.instance.database.read(vault.vault_id) as conn:
        then = reading.rehearse(vault, conn, Taught(DRAFT, mail, rule))
    return effects(*reading.shown(), then)


def teach(vault: OpenVault, reading: Reading, mail: str, rule: Rule) -> str:
    """Keep a rule, show the vault through it, and bring disclosures up to date; returns the rule's id."""
    rule_id = keep(vault, [rule], mail, rule.sender)[0]
    follow(vault, reading)
    return rule_id


def withdraw(vault: OpenVault, reading: Reading, rule_id: str) -> None:
    """End a rule: everything is again as it was read. Raises NotFound."""
    found = next((one for one in reading.lessons().all if one.rule_id == rule_id), None)
    if found is None:
        raise NotFound(N_("There is no such rule in this vault."))
    keep(vault, [Withdrawn(rule_id)], found.mail)
    follow(vault, reading)


def merchant_named(reading: Reading, text: str, now: Merchant | None) -> Merchant:
    """The merchant that a person means by a name or a domain; another name for the same one when nobody is called so.

    Raises InvalidInput for a mail without merchant and a name that nobody has.
    """
    wanted = text.strip()
    for view in named(reading, wanted):
        return Merchant(view.merchant.name, view.id, view.merchant.kind)
    brand = by_domain(wanted.lower()) or by_name(wanted)
    if brand is not None:
        return Merchant(brand.name, brand.main, brand.kind)
    if now is None:
        raise InvalidInput(N_("Nobody is known by that name; give its domain, such as fnac.com."), field="merchant")
    return Merchant(wanted, now.domain, now.kind)


def _places(vault: OpenVault, reading: Reading, said: Said) -> tuple[Place | None, Place | None, Place | None]:
    """Where the right values stand, when they do: there, like mails will be read."""
    if said.reach is Reach.MAIL or not (said.total or said.number or said.date):
        return None, None, None
    with vault.instance.database.read(vault.vault_id) as conn:
        body = body_of(vault, conn, said.mail)
    if body is None:
        return None, None, None
    sheet = places.sheet_of(reading.message(said.mail).message, body)
    total = places.of_value(places.totals(sheet), said.total) if said.total else None
    number = places.of_value(places.numbers(sheet), said.number) if said.number else None
    day = places.of_value(places.days(sheet), said.date) if said.date else None
    return _labelled(total), _labelled(number), _labelled(day)


def _labelled(spot: places.Spot | None) -> Place | None:
    """A place that words name; a value without any stands nowhere that could be found again."""
    return spot.place if spot and spot.place.label else None
