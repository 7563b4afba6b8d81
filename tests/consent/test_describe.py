"""The sentence a person reads."""

import re
from datetime import date
from typing import Any

import msgspec
import pytest
from hypothesis import assume, given, settings
from hypothesis.strategies import sampled_from

from mesinfos.catalogue import ProductCategory
from mesinfos.consent.describe import (
    DEPOSIT_LABELS,
    FIELD_LABELS,
    PURPOSE_LABELS,
    SCOPE_LABELS,
    SECTOR_LABELS,
    TERMS_LABELS,
    confide,
    describe,
    sentences,
)
from mesinfos.consent.fields import DPV, OPENS, PURPOSE_IRIS, SENSITIVE, Deposit, Field, Purpose, Scope, Terms
from mesinfos.consent.grant import EARLIEST, Grant
from mesinfos.errors import InvalidInput
from mesinfos.model.values import Kind
from tests.consent.anygrant import answers
from tests.consent.makers import a_grant

NB = "\N{NO-BREAK SPACE}"
THIN = "\N{NARROW NO-BREAK SPACE}"


def test_one_sentence_says_all() -> None:
    """Who, what, where, since when, until when, what for."""
    grant = a_grant(fields=(Field.ORDER_MONTH, Field.ITEM_CATEGORIES), scope=Scope.ALL, name="Fnac")
    assert describe(grant, "en") == (
        "Fnac may see the month and the categories of the items of your purchases everywhere "
        f"since January{NB}1,{NB}2025, until February{NB}20,{NB}2027, to make you offers."
    )


def test_data_without_a_first_day_is_said_to_be_of_any_age() -> None:
    """The day that stands for no first day is never said, in neither language; a last day of the data is."""
    grant = a_grant(fields=(Field.ORDER_MONTH,), scope=Scope.ALL, since=EARLIEST)
    assert "everywhere, however old, until February" in describe(grant, "en")
    assert "partout, quelle qu’en soit l’ancienneté, jusqu’au 20" in describe(grant, "fr")
    ended = msgspec.structs.replace(grant, through=date(2026, 6, 30))
    assert f"everywhere, dated June{NB}30,{NB}2026 at the latest, until February" in describe(ended, "en")
    assert f"partout, datant au plus tard du 30{NB}juin{NB}2026, jusqu’au 20" in describe(ended, "fr")
    assert not any("1990" in said for one in (grant, ended) for said in sentences(one).values())


def test_parcels_mails_and_sectors_are_said() -> None:
    """Each topic is said in its own words, and so is every sensitive sector that is included."""
    fields = (Field.ORDER_TOTAL, Field.PARCELS, Field.MESSAGE_COUNTS)
    grant = a_grant(fields=fields, scope=Scope.ALL, sensitive=(Kind.HEALTH, Kind.SHOP), purpose=Purpose.STATISTICS)
    sentence = describe(grant, "en")
    assert "the exact amount of your purchases, the progress of your parcels, and how many mails" in sentence
    assert ", including health and shops, until" in sentence


def test_own_and_listed_scopes_are_said() -> None:
    """The sentence names the merchants whose data is meant."""
    assert " at Acme only since " in describe(a_grant(), "en")
    listed = a_grant(scope=Scope.LISTED, merchants=("darty.example", "but.example"))
    assert " at but.example and darty.example since " in describe(listed, "en")


def test_an_empty_grant_is_said_to_show_nothing() -> None:
    """Neither no fields, nor fields that open nothing, nor an empty list of merchants is made to sound like more."""
    for changes in ({"fields": ()}, {"fields": (Field.SECTOR,)}, {"scope": Scope.LISTED}):
        assert describe(msgspec.structs.replace(a_grant(), **changes), "en") == "Acme may see nothing."


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("purpose", Purpose)
def test_every_grant_can_be_said(language: str, purpose: Purpose) -> None:
    """No combination of the closed lists is without words."""
    for field in Field:
        grant = a_grant(fields=(Field.ORDER_STATUS, field), purpose=purpose, until=date(2027, 2, 20))
        sentence = describe(grant, language)
        assert sentence.startswith("Acme ")
        assert "{" not in sentence
        assert f"20{NB}f" in sentence or f"February{NB}20" in sentence


def test_every_word_of_the_lists_has_a_label() -> None:
    """A field, scope, purpose or sensitive sector without words could not be asked for."""
    assert set(FIELD_LABELS) == set(Field)
    assert set(SCOPE_LABELS) == set(Scope)
    assert set(PURPOSE_LABELS) == set(Purpose) == set(PURPOSE_IRIS)
    assert set(SECTOR_LABELS) == set(Kind) >= SENSITIVE
    assert set(DEPOSIT_LABELS) == set(Deposit)
    assert set(TERMS_LABELS) == set(Terms) - {Terms.NONE}


def test_purposes_are_terms_of_the_vocabulary() -> None:
    """Every purpose stands for terms of DPV 2.3; the terms we use are pinned here."""
    known = {
        *("PersonalisedBenefits", "DirectMarketing", "ProvideProductRecommendations", "CustomerCare"),
        *("CustomerClaimsManagement", "DeliveryOfGoods", "ServiceUsageAnalytics"),
    }
    assert {iri.removeprefix(DPV) for iris in PURPOSE_IRIS.values() for iri in iris} <= known


EVERYTHING = {
    "fields": (Field.ORDER_YEAR, Field.BENEFITS, Field.BOOKING_MONTH),
    "scope": Scope.ALL,
    "sensitive": (Kind.HEALTH,),
    "goods": (ProductCategory.MATURE,),
    "excluded": ("darty.example", "but.example"),
    "through": date(2026, 6, 30),
    "retention": 30,
    "volume": 1000,
    "terms": Terms.SD_BASE_A_DP,
    "deposits": (Deposit.ORDERS, Deposit.WARRANTIES),
}


def test_every_limit_is_said_in_english() -> None:
    """Fields, whose, exclusions, what is sensitive, period, end, purpose, retention, volume, terms and deposits."""
    assert describe(a_grant(**EVERYTHING), "en") == (
        "Acme may see the year of your purchases, the name, tier, points and expiry of your loyalty programmes, and "
        f"the month and sector of your bookings everywhere from January{NB}1,{NB}2025 to June{NB}30,{NB}2026, except "
        "at merchants you leave out, including health and goods of “Mature”, until "
        f"February{NB}20,{NB}2027, to make you offers; it keeps what it reads 30 days at most; it reads 1,000 records "
        "a day at most; under your terms SD-BASE-A-DP, it may analyse what it reads, but not track or profile you, nor "
        "pass anything on, and it owes you a copy of your data; it may give back your orders and your warranties."
    )


def test_every_limit_is_said_in_french() -> None:
    """The same, as French is written: no-break spaces before semicolons, in guillemets, numbers and dates."""
    said = (
        "Acme peut voir l’année de vos achats, le nom, le niveau, les points et l’échéance de vos programmes de "
        "fidélité et le mois et le secteur de vos réservations partout du 1er~janvier~2025 au 30~juin~2026, sauf chez "
        "des marchands que vous écartez, y compris santé et articles de «~Adulte~», jusqu’au 20~février~2027, "
        "pour vous faire des offres_; il garde ce qu’il lit 30~jours au plus_; il lit 1_000~enregistrements par jour "
        "au plus_; selon vos conditions SD-BASE-A-DP, il peut analyser ce qu’il lit, mais ni vous suivre, ni vous "
        "profiler, ni rien transmettre, et il vous doit une copie de vos données_; il peut vous rendre vos commandes "
        "et vos garanties."
    )
    assert describe(a_grant(**EVERYTHING), "fr") == said.replace("~", NB).replace("_", THIN)


def test_deposits_alone_are_said() -> None:
    """A grant that only lets a merchant give back says that it sees nothing, until when and what for."""
    grant = a_grant(fields=(), deposits=(Deposit.INVOICES,), purpose=Purpose.WARRANTY)
    assert describe(grant, "en") == (
        f"Acme may see nothing; it may give back your invoices until February{NB}20,{NB}2027, for warranty and "
        "after-sales service."
    )


def test_who_is_left_out_is_said_to_the_person_alone() -> None:
    """The sentence says that some are, in general words; the person's own text names them after it."""
    grant = a_grant(excluded=("darty.example", "but.example"))
    for language, said in (
        ("en", "Left out, without Acme learning which: but.example and darty.example."),
        ("fr", f"Écartés (Acme ne sait pas lesquels){NB}: but.example et darty.example."),
    ):
        assert not any(domain in describe(grant, language) for domain in grant.excluded)
        assert confide(grant, language) == f"{describe(grant, language)} {said}"
    nothing = msgspec.structs.replace(grant, fields=())
    assert confide(nothing, "en") == describe(nothing, "en")


def test_one_is_not_many() -> None:
    """One day and one record are said as one."""
    assert "reads 1 day at most; it reads 1 record a day" in describe(a_grant(retention=1, volume=1), "en")
    one = describe(a_grant(retention=1, volume=1), "fr")
    assert f"lit 1{NB}jour au plus{THIN}; il lit 1{NB}enregistrement par jour" in one


MEMBERS = (
    *("fields", "scope", "merchants", "sensitive", "goods", "excluded", "since", "through", "until", "purpose"),
    *("retention", "volume", "terms", "deposits"),
)

BADLY_JOINED = re.compile(r"[{}]|\s{2}|\.\.|\s[,.]| [;:?!»]|« ")
BADLY_FRENCH = re.compile(r"\w'\w|\w[;:?!»]|«\w|\d (?:jour|enregistrement|[^\W\d_]+\W\d{4})")
"""What shows in a sentence that was put together badly, and what French typography forbids in a line."""


@settings(max_examples=150)
@given(answers=answers())
def test_any_grant_is_one_well_written_sentence(answers: dict[str, Any]) -> None:
    """In both languages, whatever is granted: one sentence, with every domain it may say in it, and well spaced."""
    grant = a_grant(**answers)
    for language, said in sentences(grant).items():
        assert said.startswith("Acme ")
        assert said.endswith(".")
        assert not BADLY_JOINED.search(said), said
        assert language != "fr" or not BADLY_FRENCH.search(said), said
        if "may see nothing" not in said and "ne peut rien voir" not in said:
            assert all(domain in said for domain in grant.merchants)
        assert grant.terms in said


@settings(max_examples=150)
@given(one=answers(), other=answers(), name=sampled_from(MEMBERS))
def test_grants_that_differ_read_differently(one: dict[str, Any], other: dict[str, Any], name: str) -> None:
    """Take one answer from another grant: unless it is the same, the person reads another text, in both languages."""
    names = {"scope", "merchants"} if name in {"scope", "merchants"} else {name}
    first, second = _given(one), _given(one | {key: other[key] for key in names})
    assume(first and second and first != second)
    assume(_opens(first) and _opens(second))
    for language in ("fr", "en"):
        assert confide(first, language) != confide(second, language)
        assert (describe(first, language) != describe(second, language)) or (name == "excluded")


def _given(answers: dict[str, Any]) -> Grant | None:
    try:
        return a_grant(**answers)
    except InvalidInput:
        return None


def _opens(grant: Grant) -> bool:
    """Whether something of the person's is shown: else the limits of what is shown say nothing."""
    return any(field in opening for opening in OPENS.values() for field in grant.fields)
