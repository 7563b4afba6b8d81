"""The sentence a person reads."""

from datetime import date

import msgspec
import pytest

from mesinfos.consent.describe import FIELD_LABELS, PURPOSE_LABELS, SCOPE_LABELS, SECTOR_LABELS, describe
from mesinfos.consent.fields import DPV, PURPOSE_IRIS, SENSITIVE, Field, Purpose, Scope
from mesinfos.model.values import Kind
from tests.consent.makers import a_grant

NB = "\N{NO-BREAK SPACE}"


def test_one_sentence_says_all() -> None:
    """Who, what, where, since when, until when, what for."""
    grant = a_grant(fields=(Field.ORDER_MONTH, Field.ITEM_CATEGORIES), scope=Scope.ALL, name="Fnac")
    assert describe(grant, "en") == (
        "Fnac may see the month and the categories of the items of your purchases everywhere "
        f"since January{NB}1,{NB}2025, until February{NB}20,{NB}2027, to make you offers."
    )


def test_parcels_mails_and_sectors_are_said() -> None:
    """Each topic is said in its own words, and so is every sensitive sector that is included."""
    fields = (Field.ORDER_TOTAL, Field.PARCELS, Field.MESSAGE_COUNTS)
    grant = a_grant(fields=fields, scope=Scope.ALL, sensitive=(Kind.HEALTH, Kind.SHOP), purpose=Purpose.STATISTICS)
    sentence = describe(grant, "en")
    assert "the exact amount of your purchases, the progress of your parcels, and how many mails" in sentence
    assert ", including health and shop, until" in sentence


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
    assert set(SECTOR_LABELS) == SENSITIVE


def test_purposes_are_terms_of_the_vocabulary() -> None:
    """Every purpose stands for terms of DPV 2.3; the terms we use are pinned here."""
    known = {
        *("PersonalisedBenefits", "DirectMarketing", "ProvideProductRecommendations", "CustomerCare"),
        *("CustomerClaimsManagement", "DeliveryOfGoods", "ServiceUsageAnalytics"),
    }
    assert {iri.removeprefix(DPV) for iris in PURPOSE_IRIS.values() for iri in iris} <= known
