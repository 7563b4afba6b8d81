"""The grant and its storage law."""

from datetime import UTC, date, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mesinfos.catalogue import ProductCategory
from mesinfos.consent.fields import Deposit, Field, Purpose, Scope, Terms
from mesinfos.consent.grant import Grant, from_bytes, is_domain, latest_until
from mesinfos.errors import InvalidInput, UnreadableGrant
from mesinfos.model.values import Kind
from tests.consent.makers import a_grant

PINNED = (
    b'{"version":1,"grant_id":"abcdefghijklmnopqrstuvwxyz","vault_id":"vault-of-alice","domain":"acme.example",'
    b'"name":"Acme","scope":"listed","since":"2025-01-01","until":"2027-02-20","purpose":"offers",'
    b'"made_at":"2026-11-22T18:00:00Z","fields":["order.month","order.status"],"merchants":["darty.example"],'
    b'"sensitive":["health"]}'
)


def pinned() -> Grant:
    """The grant whose bytes are pinned."""
    return a_grant(scope=Scope.LISTED, merchants=("darty.example",), sensitive=(Kind.HEALTH,))


def test_canonical_bytes_are_pinned() -> None:
    """A stored grant keeps its bytes for ever: its signature is over them."""
    assert pinned().to_bytes() == PINNED
    assert from_bytes(PINNED) == pinned()


def test_closed_lists_are_pinned() -> None:
    """Values of closed lists are added, never renamed or taken away."""
    assert {field.value for field in Field} >= {
        *("order.date", "order.month", "order.status", "order.total", "order.bracket", "item.names"),
        *("item.categories", "parcels", "message.categories", "message.counts", "merchant", "sector"),
        *("order.year", "benefits", "booking.day", "booking.month"),
    }
    assert {scope.value for scope in Scope} >= {"own", "listed", "all"}
    assert {one.value for one in Purpose} >= {"offers", "recommendations", "warranty", "delivery", "statistics"}


def test_members_are_pinned() -> None:
    """Members are appended, never moved: their order is the order of the bytes."""
    assert Grant.__struct_fields__[:22] == (
        *("version", "grant_id", "vault_id", "domain", "name", "scope", "since", "until", "purpose", "made_at"),
        *("key", "fields", "merchants", "sensitive", "goods", "excluded", "through", "retention", "volume", "terms"),
        *("deposits", "client_id"),
    )


FULL = PINNED[:-1] + (
    b',"goods":["Mature"],"excluded":["zeta.example"],"through":"2026-12-31","retention":30,"volume":500,'
    b'"terms":"SD-BASE-A","deposits":["orders"],"client_id":"https://acme.example/client"}'
)


def test_a_full_grant_is_pinned() -> None:
    """The members that came later stand after the others, each with its own word."""
    changes = {"goods": (ProductCategory.MATURE,), "excluded": ("Zeta.example",), "through": date(2026, 12, 31)}
    changes |= {"retention": 30, "volume": 500, "terms": Terms.SD_BASE_A, "deposits": (Deposit.ORDERS,)}
    changes |= {"client_id": "https://acme.example/client"}
    grant = a_grant(scope=Scope.LISTED, merchants=("darty.example",), sensitive=(Kind.HEALTH,), **changes)
    assert grant.to_bytes() == FULL
    assert from_bytes(FULL) == grant


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"version":1', b'"version":2'),
        (b'"version":1', b'"version":true'),
        (b'"order.status"', b'"order.taste"'),
        (b'"purpose":"offers"', b'"purpose":"resale"'),
        (b'"scope":"listed"', b'"scope":"*"'),
        (b'"scope":"listed"', b'"scope":"own"'),
        (b'"sensitive":["health"]', b'"sensitive":["health"],"price":10'),
        (b'"sensitive":["health"]', b'"sensitive":["health"],"volume":0'),
        (b'"sensitive":["health"]', b'"sensitive":["health"],"volume":-1'),
        (b'"sensitive":["health"]', b'"sensitive":["health"],"volume":100001'),
        (b'"sensitive":["health"]', b'"sensitive":["health"],"retention":1097'),
        (b'"sensitive":["health"]', b'"sensitive":["health"],"retention":-1'),
        (b'"sensitive":["health"]', b'"sensitive":["health"],"retention":1.5'),
        (b'"sensitive":["health"]', b'"sensitive":["health"],"through":"2024-12-31"'),
        (b'"sensitive":["health"]', b'"sensitive":["health"],"goods":["Toys & Games"]'),
        (b'"sensitive":["health"]', b'"sensitive":["health"],"excluded":["*"]'),
        (b'"sensitive":["health"]', b'"sensitive":["health"],"excluded":["b.example","a.example"]'),
        (b'"sensitive":["health"]', b'"sensitive":["health"],"terms":"SD-BASE-B"'),
        (b'"sensitive":["health"]', b'"sensitive":["health"],"deposits":["secrets"]'),
        (b'"sensitive":["health"]', b'"sensitive":["health"],"client_id":"https://\\u00e9.example"'),
        (b'"sensitive":["health"]', b'"sensitive":["health"],"volume":1,"retention":1'),
        (b'"sensitive":["health"]', b'"sensitive":["health","health"]'),
        (b'"sensitive":["health"]', b'"sensitive":[]'),
        (b'"name":"Acme"', b'"name": "Acme"'),
        (b'"name":"Acme"', b'"name":"Acme","name":"Acme"'),
        (b'"name":"Acme"', b'"name":"\\u0041cme"'),
        (b'"name":"Acme"', b'"name":""'),
        (b'"order.month","order.status"', b'"order.status","order.month"'),
        (b'"order.month","order.status"', b'"order.date","order.month"'),
        (b'"until":"2027-02-20"', b'"until":"2029-11-23"'),
        (b'"until":"2027-02-20"', b'"until":"2024-02-20"'),
        (b'"since":"2025-01-01"', b'"since":"2027-02-21"'),
        (b'"made_at":"2026-11-22T18:00:00Z"', b'"made_at":"2026-11-22T18:00:00.5Z"'),
        (b'"made_at":"2026-11-22T18:00:00Z"', b'"made_at":"2026-11-22T18:00:00"'),
        (b'"made_at":"2026-11-22T18:00:00Z"', b'"made_at":"2026-11-22T19:00:00+01:00"'),
        (b'"merchants":["darty.example"]', b'"merchants":["*"]'),
        (b'"domain":"acme.example"', b'"domain":"Acme.example"'),
        (b'"grant_id":"abcdefghijklmnopqrstuvwxyz"', b'"grant_id":"../../../etc/passwd/abcdef"'),
        (b'"fields":', b'"key":"YWJj","fields":'),
        (b'{"version"', b'[{"version"'),
        (b"}", b""),
        (b"Acme", b"\xff\xfe"),
    ],
)
def test_anything_else_is_unreadable(old: bytes, new: bytes) -> None:
    """An unknown word, a second way to write the same, a limit beyond the law: all make a grant unreadable."""
    assert PINNED.replace(old, new) != PINNED
    with pytest.raises(UnreadableGrant):
        from_bytes(PINNED.replace(old, new))


def test_defaults_are_not_written() -> None:
    """A member added later with a default leaves the bytes of older grants alone."""
    assert b"sensitive" not in a_grant().to_bytes()
    assert b"key" not in a_grant().to_bytes()


@settings(max_examples=60)
@given(
    fields=st.lists(st.sampled_from([Field.ORDER_MONTH, Field.PARCELS, Field.SECTOR, Field.ITEM_NAMES]), min_size=1),
    name=st.text(min_size=1, max_size=20).filter(lambda text: text.strip() and text.strip().isprintable()),
    until=st.dates(date(2026, 11, 22), date(2029, 11, 22)),
    sensitive=st.lists(st.sampled_from(Kind)),
)
def test_every_grant_reads_back(fields: list[Field], name: str, until: date, sensitive: list[Kind]) -> None:
    """What is written is read back the same."""
    given_fields = (Field.ORDER_STATUS, *fields)
    grant = a_grant(fields=given_fields, name=name, until=until, sensitive=tuple(sensitive))
    assert from_bytes(grant.to_bytes()) == grant


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"fields": ()}, "fields"),
        ({"fields": (Field.MERCHANT,)}, "fields"),
        ({"fields": (Field.ORDER_DATE, Field.ORDER_MONTH)}, "fields"),
        ({"scope": Scope.LISTED}, "merchants"),
        ({"merchants": ("darty.example",)}, "merchants"),
        ({"scope": Scope.LISTED, "merchants": ("Darty & fils",)}, "merchants"),
        ({"until": date(2026, 11, 21)}, "until"),
        ({"until": date(2029, 11, 23)}, "until"),
        ({"since": date(2028, 1, 1)}, "since"),
        ({"fields": (Field.ORDER_MONTH, Field.ORDER_YEAR)}, "fields"),
        ({"fields": (Field.BOOKING_DAY, Field.BOOKING_MONTH)}, "fields"),
        ({"through": date(2024, 12, 31)}, "through"),
        ({"retention": 1097}, "retention"),
        ({"volume": 100_001}, "volume"),
        ({"excluded": ("Darty & fils",)}, "excluded"),
        ({"goods": (ProductCategory.TOYS,)}, "goods"),
        ({"client_id": "é"}, "client_id"),
        ({"name": " "}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"domain": "acme"}, "domain"),
        ({"grant_id": "short"}, "grant_id"),
    ],
)
def test_a_form_learns_which_answer_is_wrong(changes: dict[str, Any], field: str) -> None:
    """A draft that cannot be granted names the field at fault."""
    with pytest.raises(InvalidInput) as problem:
        a_grant(**changes)
    assert problem.value.field == field


def test_a_grant_may_only_take() -> None:
    """A grant that shows nothing but lets the merchant give back is one; one that does neither is not."""
    assert a_grant(fields=(), deposits=(Deposit.ORDERS,)).deposits == (Deposit.ORDERS,)


def test_a_draft_tidies_lists() -> None:
    """Order, doubles and capitals do not make another grant."""
    one = a_grant(scope=Scope.LISTED, merchants=("b.example", "A.example", "a.example"), domain=" ACME.example ")
    assert one.merchants == ("a.example", "b.example")
    assert one.domain == "acme.example"


def test_a_grant_cannot_be_changed() -> None:
    """A grant is a value: nobody widens it in passing."""
    with pytest.raises(AttributeError):
        a_grant().fields = tuple(Field)  # type: ignore[misc]
    with pytest.raises(InvalidInput):
        msgspec.structs.replace(a_grant(), made_at=datetime(2026, 1, 1, 1, 1, 1, 1, tzinfo=UTC))


def test_three_years_from_a_leap_day() -> None:
    """A grant of 29 February may last until 28 February three years on."""
    assert latest_until(date(2028, 2, 29)) == date(2031, 2, 28)


@pytest.mark.parametrize("text", ["fnac.com", "amazon.co.uk", "xn--caf-dma.example", "a-b.example"])
def test_domains_are_recognised(text: str) -> None:
    """A registrable domain in its ASCII form is one."""
    assert is_domain(text)


@pytest.mark.parametrize("text", ["", "fnac", "fnac.com.", "-a.example", "é.example", "a b.example", "A.example", "*"])
def test_other_texts_are_no_domains(text: str) -> None:
    """Nothing else is, above all no wildcard."""
    assert not is_domain(text)
