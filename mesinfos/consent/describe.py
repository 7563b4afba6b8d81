"""A grant as one sentence: the same on the page, in the receipt, in the journal and in the API.

The sentence is put together from phrases, each translated whole, so that every language keeps its own grammar:
"Fnac may see the month and the sector of your purchases everywhere since …, until …, to make you
offers; it keeps what it reads 30 days at most." It leaves out nothing that the grant says, but for the names of the
merchants that are left out: whom a person hides is nobody's to know, so `confide` says them to the person alone. Two
grants that promise different things never read the same to the person.
"""

from datetime import date

from babel.lists import format_list

from mesinfos.consent.fields import OPENS, Deposit, Field, Purpose, Scope, Terms, Topic
from mesinfos.consent.grant import EARLIEST, Grant
from mesinfos.errors import N_
from mesinfos.model.values import Kind
from mesinfos.wording import LANGUAGES, day, ngettext, translate

NO_BREAK = "\N{NO-BREAK SPACE}"

FIELD_LABELS: dict[Field, str] = {
    Field.ORDER_DATE: N_("the date"),
    Field.ORDER_MONTH: N_("the month"),
    Field.ORDER_YEAR: N_("the year"),
    Field.ORDER_STATUS: N_("the status"),
    Field.ORDER_TOTAL: N_("the exact amount"),
    Field.ORDER_BRACKET: N_("the price bracket"),
    Field.ITEM_NAMES: N_("the names of the items"),
    Field.ITEM_CATEGORIES: N_("the categories of the items"),
    Field.PARCELS: N_("the progress of your parcels"),
    Field.MESSAGE_CATEGORIES: N_("the category and the month of each mail you receive"),
    Field.MESSAGE_COUNTS: N_("how many mails of each category you receive a month"),
    Field.BENEFITS: N_("the name, tier, points and expiry of your loyalty programmes"),
    Field.BOOKING_DAY: N_("the kind, state and days of your bookings"),
    Field.BOOKING_MONTH: N_("the month and sector of your bookings"),
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
    Kind.SHOP: N_("shops"),
    Kind.MARKETPLACE: N_("marketplaces"),
    Kind.CARRIER: N_("carriers"),
    Kind.TRAVEL: N_("travel"),
    Kind.LEISURE: N_("leisure and culture"),
    Kind.TELECOM: N_("telecoms"),
    Kind.ENERGY: N_("energy"),
    Kind.FOOD: N_("food"),
    Kind.SERVICE: N_("services"),
}

DEPOSIT_LABELS: dict[Deposit, str] = {
    Deposit.ORDERS: N_("your orders"),
    Deposit.INVOICES: N_("your invoices"),
    Deposit.WARRANTIES: N_("your warranties"),
    Deposit.BENEFITS: N_("your loyalty benefits"),
}

BARE = N_("it may not analyse, track or profile you, nor pass anything on")
ANALYSE = N_("it may analyse what it reads, but not track or profile you, nor pass anything on")
TRACK = N_("it may analyse what it reads and track you, but not profile you, nor pass anything on")
PROFILE = N_("it may analyse what it reads, track and profile you, but pass nothing on")
SHARE = N_("it may analyse what it reads, track and profile you, and pass on what names nobody")
TERMS_LABELS: dict[Terms, str] = {
    Terms.SD_BASE: BARE,
    Terms.SD_BASE_A: ANALYSE,
    Terms.SD_BASE_AT: TRACK,
    Terms.SD_BASE_ATP: PROFILE,
    Terms.SD_BASE_ATP_S3P: SHARE,
    Terms.SD_BASE_DP: BARE,
    Terms.SD_BASE_A_DP: ANALYSE,
    Terms.SD_BASE_AT_DP: TRACK,
    Terms.SD_BASE_ATP_DP: PROFILE,
    Terms.SD_BASE_ATP_S3P_DP: SHARE,
    Terms.PDC_INTENT: N_("it answers what you look for"),
}
"""What each agreement of the roster lets the merchant do; those that end in -DP also owe you a copy of your data."""


def describe(grant: Grant, language: str) -> str:
    """The grant in one sentence of `language`, which its merchant may read too; no-break spaces inside dates."""
    what = _what(grant, language)
    if not what and not grant.deposits:
        return translate(N_("{merchant} may see nothing."), language, merchant=grant.name)
    if not what:
        sentence = N_("{merchant} may see nothing; it may give back {what} until {until}, {why}{more}.")
        return _said(sentence, grant, language, _join(_deposits(grant, language), language))
    sentence = N_("{merchant} may see {what} {where}{period}{except_}{including}, until {until}, {why}{more}.")
    return _said(sentence, grant, language, what)


def confide(grant: Grant, language: str) -> str:
    """The sentence, followed by who is left out, by name: for the person's own pages, and for nobody else."""
    if not grant.excluded or not _what(grant, language):
        return describe(grant, language)
    named = _join(list(grant.excluded), language)
    left_out = translate(
        N_("Left out, without {merchant} learning which: {merchants}."), language, merchant=grant.name, merchants=named
    )
    return f"{describe(grant, language)} {left_out}"


def sentences(grant: Grant) -> dict[str, str]:
    """The grant in each language, as its merchant may read it."""
    return {language: describe(grant, language) for language in LANGUAGES}


def confidences(grant: Grant) -> dict[str, str]:
    """The grant in each language, as the person alone may read it."""
    return {language: confide(grant, language) for language in LANGUAGES}


def _said(sentence: str, grant: Grant, language: str, what: str) -> str:
    return translate(
        sentence,
        language,
        merchant=grant.name,
        what=what,
        where=_where(grant, language),
        except_=_except(grant, language),
        including=_including(grant, language),
        period=_period(grant, language),
        until=_day(grant.until, language),
        why=translate(PURPOSE_LABELS[grant.purpose], language),
        more="".join(_more(grant, language)),
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


def _except(grant: Grant, language: str) -> str:
    return translate(N_(", except at merchants you leave out"), language) if grant.excluded else ""


def _including(grant: Grant, language: str) -> str:
    named = [translate(SECTOR_LABELS[kind], language) for kind in grant.sensitive]
    named += [
        translate(N_("goods of “{category}”"), language, category=translate(one, language)) for one in grant.goods
    ]
    return translate(N_(", including {sectors}"), language, sectors=_join(named, language)) if named else ""


def _period(grant: Grant, language: str) -> str:
    since = _day(grant.since, language)
    if grant.since == EARLIEST:
        return _however_old(grant, language)
    if grant.through is None:
        return translate(N_(" since {since}"), language, since=since)
    return translate(N_(" from {since} to {through}"), language, since=since, through=_day(grant.through, language))


def _however_old(grant: Grant, language: str) -> str:
    """The period of a grant that names no first day: the day that stands for it would say nothing to a person."""
    if grant.through is None:
        return translate(N_(", however old"), language)
    return translate(N_(", dated {through} at the latest"), language, through=_day(grant.through, language))


def _more(grant: Grant, language: str) -> list[str]:
    """What limits the merchant further, a clause each."""
    clauses = []
    if grant.retention:
        keeps = ngettext(
            "; it keeps what it reads {n} day at most",
            "; it keeps what it reads {n} days at most",
            grant.retention,
            language,
        )
        clauses.append(keeps)
    if grant.volume:
        reads = ngettext(
            "; it reads {n} record a day at most", "; it reads {n} records a day at most", grant.volume, language
        )
        clauses.append(reads)
    if grant.terms:
        under = translate(TERMS_LABELS[grant.terms], language)
        clauses.append(
            translate(N_("; under your terms {terms}, {under}"), language, terms=grant.terms.value, under=under)
        )
    if grant.terms.endswith("-DP"):
        clauses.append(translate(N_(", and it owes you a copy of your data"), language))
    if grant.deposits and _what(grant, language):
        given = _join(_deposits(grant, language), language)
        clauses.append(translate(N_("; it may give back {what}"), language, what=given))
    return clauses


def _deposits(grant: Grant, language: str) -> list[str]:
    return [translate(DEPOSIT_LABELS[one], language) for one in grant.deposits]


def _join(parts: list[str], language: str) -> str:
    return format_list(parts, locale=language)


def _day(value: date, language: str) -> str:
    return day(value, language).replace(" ", NO_BREAK)
