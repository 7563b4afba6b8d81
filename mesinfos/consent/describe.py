"""A grant as one sentence that a person reads: the same on the page, in the receipt and in the API.

The sentence is put together from noun phrases, each translated whole, so that every language keeps its own grammar:
"Fnac may see the month and the sector of your purchases everywhere since …, until …, to make you offers."
"""

from datetime import date

from babel.lists import format_list

from mesinfos.consent.fields import OPENS, Field, Purpose, Scope, Topic
from mesinfos.consent.grant import Grant
from mesinfos.errors import N_
from mesinfos.model.values import Kind
from mesinfos.wording import day, translate

NO_BREAK = "\N{NO-BREAK SPACE}"

FIELD_LABELS: dict[Field, str] = {
    Field.ORDER_DATE: N_("the date"),
    Field.ORDER_MONTH: N_("the month"),
    Field.ORDER_STATUS: N_("the status"),
    Field.ORDER_TOTAL: N_("the exact amount"),
    Field.ORDER_BRACKET: N_("the price bracket"),
    Field.ITEM_NAMES: N_("the names of the items"),
    Field.ITEM_CATEGORIES: N_("the categories of the items"),
    Field.PARCELS: N_("the progress of your parcels"),
    Field.MESSAGE_CATEGORIES: N_("the category and the month of each mail you receive"),
    Field.MESSAGE_COUNTS: N_("how many mails of each category you receive a month"),
    Field.MERCHANT: N_("the merchant’s name"),
    Field.SECTOR: N_("the merchant’s sector"),
}
"""Noun phrases for the sentence, and for the boxes of a form."""

SCOPE_LABELS: dict[Scope, str] = {
    Scope.OWN: N_("at {merchant} only"),
    Scope.LISTED: N_("at {merchants}"),
    Scope.ALL: N_("everywhere"),
}

PURPOSE_LABELS: dict[Purpose, str] = {
    Purpose.OFFERS: N_("to make you offers"),
    Purpose.RECOMMENDATIONS: N_("to recommend products to you"),
    Purpose.WARRANTY: N_("for warranty and after-sales service"),
    Purpose.DELIVERY: N_("to deliver to you"),
    Purpose.STATISTICS: N_("to make statistics of the use of its service"),
}

SECTOR_LABELS: dict[Kind, str] = {
    Kind.HEALTH: N_("health"),
    Kind.FINANCE: N_("bank and insurance"),
    Kind.ADMINISTRATION: N_("administration"),
    Kind.SOCIAL: N_("social networks and dating"),
    Kind.UNKNOWN: N_("merchants of unknown sector"),
}


def describe(grant: Grant, language: str) -> str:
    """The grant in one sentence of `language`, with no-break spaces inside dates."""
    what = _what(grant, language)
    if not what:
        return translate(N_("{merchant} may see nothing."), language, merchant=grant.name)
    sentence = N_("{merchant} may see {what} {where} since {since}{including}, until {until}, {why}.")
    return translate(
        sentence,
        language,
        merchant=grant.name,
        what=what,
        where=_where(grant, language),
        since=_day(grant.since, language),
        including=_including(grant, language),
        until=_day(grant.until, language),
        why=translate(PURPOSE_LABELS[grant.purpose], language),
    )


def _what(grant: Grant, language: str) -> str:
    """The things shown, joined as the language joins a list; a grant that opens nothing has none."""
    if not any(field in opening for opening in OPENS.values() for field in grant.fields):
        return ""
    if grant.scope is Scope.LISTED and not grant.merchants:
        return ""
    of_orders = [field for field in Field if field in grant.fields and field in OPENS[Topic.ORDER]]
    others = [field for field in Field if field in grant.fields and field not in OPENS[Topic.ORDER]]
    parts = [translate(FIELD_LABELS[field], language) for field in others]
    if of_orders:
        shown = _join([translate(FIELD_LABELS[field], language) for field in of_orders], language)
        parts.insert(0, translate(N_("{fields} of your purchases"), language, fields=shown))
    return _join(parts, language)


def _where(grant: Grant, language: str) -> str:
    merchants = _join(list(grant.merchants), language)
    label = SCOPE_LABELS[grant.scope]
    return translate(label, language, merchant=grant.name, merchants=merchants)


def _including(grant: Grant, language: str) -> str:
    if not grant.sensitive:
        return ""
    sectors = [translate(SECTOR_LABELS.get(kind, kind.value), language) for kind in grant.sensitive]
    return translate(N_(", including {sectors}"), language, sectors=_join(sectors, language))


def _join(parts: list[str], language: str) -> str:
    return format_list(parts, locale=language)


def _day(value: date, language: str) -> str:
    return day(value, language).replace(" ", NO_BREAK)
