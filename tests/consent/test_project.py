"""The second gate."""

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from mesinfos.catalogue import ProductCategory
from mesinfos.consent.fields import DEGREES, OPENS, Field, Scope, Topic, bracket
from mesinfos.consent.project import project, unhidden
from mesinfos.model.merchant import Merchant
from mesinfos.model.purchase import Item
from mesinfos.model.values import Kind, Money
from tests.cast import ZETA
from tests.consent.makers import (
    EVERYTHING_COARSE,
    EVERYTHING_FINE,
    HIDDEN,
    a_benefit,
    a_booking,
    a_grant,
    a_message,
    a_parcel,
    a_thing,
    an_order,
)


def shown(*fields: Field, **changes: Any) -> dict[str, Any]:
    """What a grant of these fields leaves of the order (or of `fact`)."""
    return project(a_grant(fields=fields), a_thing(**changes))


def test_fine_fields_show_all_that_can_be_granted() -> None:
    """The finest grant of an order: day, status, amount, names, merchant; no number, no address, no payment."""
    assert shown(*EVERYTHING_FINE) == {
        "@type": "Order",
        "orderDate": "2026-11-02",
        "orderStatus": "https://schema.org/OrderInTransit",
        "partOfInvoice": {
            "@type": "Invoice",
            "totalPaymentDue": {"@type": "MonetaryAmount", "currency": "EUR", "value": "59.97"},
        },
        "orderedItem": [
            {"@type": "OrderItem", "orderQuantity": 1, "orderedItem": {"@type": "Product", "name": "Casque audio"}},
            {"@type": "OrderItem", "orderQuantity": 2, "orderedItem": {"@type": "Product", "name": "Câble"}},
        ],
        "seller": {"@type": "Organization", "name": "Acme", "url": "https://acme.example/"},
    }


def test_coarse_fields_show_no_day_amount_or_name() -> None:
    """Month, bracket, category and sector stand where day, amount, names and merchant would."""
    assert shown(*EVERYTHING_COARSE) == {
        "@type": "Order",
        "orderDate": "2026-11",
        "orderStatus": "https://schema.org/OrderInTransit",
        "partOfInvoice": {
            "@type": "Invoice",
            "totalPaymentDue": {
                "@type": "MonetaryAmount",
                "currency": "EUR",
                "minValue": "50",
                "maxValue": "100",
            },
        },
        "orderedItem": [{"@type": "OrderItem", "orderedItem": {"@type": "Product", "category": "Electronics"}}],
        "seller": {"@type": "Organization", "additionalType": "shop"},
    }


PHARMACY = an_order(
    items=(
        Item("Lampe", category="Home & Garden"),
        Item("Doliprane 1000 mg", category="Health & Beauty"),
        Item("Chapelet", category="Religious & Ceremonial"),
        Item("Tarte du jour", category="Tartes & entremets"),
    )
)


def categories(left: dict[str, Any]) -> list[str]:
    """The categories in a payload."""
    return [line["orderedItem"]["category"] for line in left.get("orderedItem", ())]


def test_categories_are_names_of_the_taxonomy() -> None:
    """The merchant's own relation shows every category once, and no word that a shop made up."""
    left = shown(Field.ITEM_CATEGORIES, fact=PHARMACY)
    assert categories(left) == ["Health & Beauty", "Home & Garden", "Religious & Ceremonial"]


def test_categories_tell_nothing_by_their_order() -> None:
    """They come in the order of their names, each once, whatever was bought first."""
    known = [one.value for one in ProductCategory]
    fact = an_order(items=tuple(Item(f"Article {one}", category=one) for one in reversed(known + known)))
    assert categories(shown(Field.ITEM_CATEGORIES, fact=fact)) == sorted(known)


@pytest.mark.parametrize("field", [Field.ITEM_CATEGORIES, Field.ITEM_NAMES])
def test_sensitive_goods_stay_off_unless_named(field: Field) -> None:
    """What tells of health, sex life or belief is hidden at merchants that the grant does not name."""
    elsewhere = a_thing(PHARMACY, merchant=ZETA)
    text = json.dumps(project(a_grant(fields=(field,), scope=Scope.ALL), elsewhere))
    assert "Home & Garden" in text or "Lampe" in text
    assert not any(word in text for word in ("Health", "Doliprane", "Religious", "Chapelet"))
    sector = json.dumps(project(a_grant(fields=(field,), scope=Scope.ALL, sensitive=(Kind.HEALTH,)), elsewhere))
    assert "Health" in sector or "Doliprane" in sector
    assert "Religious" not in sector
    assert "Chapelet" not in sector
    listed = a_grant(fields=(field,), scope=Scope.LISTED, merchants=(ZETA.domain,))
    assert len(project(listed, elsewhere)["orderedItem"]) == (3 if field is Field.ITEM_CATEGORIES else 4)


def test_what_is_hidden_can_be_counted() -> None:
    """The page says that something of an order is left out: two of the pharmacy's four lines, at another merchant."""
    left = unhidden(a_grant(scope=Scope.ALL), a_thing(PHARMACY, merchant=ZETA), PHARMACY.items)
    assert left == (PHARMACY.items[0], PHARMACY.items[3])


def test_a_parcel_never_shows_its_number_or_code() -> None:
    """Carrier, state and expected days; neither number, link, pick-up place nor code."""
    assert shown(Field.PARCELS, fact=a_parcel()) == {
        "@type": "ParcelDelivery",
        "deliveryStatus": "in_transit",
        "provider": {"@type": "Organization", "name": "Colissimo"},
        "expectedArrivalFrom": "2026-11-24",
        "expectedArrivalUntil": "2026-11-25",
    }


def test_a_parcel_names_who_sold_what_is_in_it() -> None:
    """By the role that schema.org has for it."""
    seller = {"@type": "Organization", "name": "Acme", "url": "https://acme.example/"}
    assert shown(Field.PARCELS, Field.MERCHANT, fact=a_parcel())["seller"] == seller


def test_a_message_shows_category_and_month() -> None:
    """Never subject, snippet, address or day."""
    mail = shown(Field.MESSAGE_CATEGORIES, Field.MERCHANT, fact=a_message())
    sender = {"@type": "Organization", "name": "Acme", "url": "https://acme.example/"}
    assert mail == {"@type": "EmailMessage", "genre": "promo", "dateReceived": "2026-11", "sender": sender}


def test_an_undated_message_is_not_shown() -> None:
    """By either of the fields that open mails; both show the same of one."""
    for field in (Field.MESSAGE_CATEGORIES, Field.MESSAGE_COUNTS):
        dated = a_thing(a_message())
        assert project(a_grant(fields=(field,)), dated)["genre"] == "promo"
        assert project(a_grant(fields=(field,)), replace(dated, day=None)) == {}


def test_what_is_not_there_is_not_shown() -> None:
    """No date, total, items, carrier or merchant known: nothing is invented."""
    order = a_thing(an_order(date=None, total=None, items=(Item("Sac"),)), merchant=None)
    assert project(a_grant(fields=EVERYTHING_COARSE), order) == {
        "@type": "Order",
        "orderStatus": "https://schema.org/OrderInTransit",
    }
    assert "seller" not in shown(Field.ORDER_STATUS, Field.MERCHANT, merchant=None)
    bare = a_thing(a_parcel(carrier="", expected_from=None, expected_until=None))
    assert project(a_grant(fields=(Field.PARCELS,)), bare) == {
        "@type": "ParcelDelivery",
        "deliveryStatus": "in_transit",
    }


def test_a_negative_amount_has_no_bracket() -> None:
    """A refund fits no bracket, so nothing of it is shown."""
    assert "partOfInvoice" not in shown(Field.ORDER_BRACKET, fact=an_order(total=Money(Decimal(-5), "EUR")))


FACTS = {
    Topic.ORDER: an_order(),
    Topic.PARCEL: a_parcel(),
    Topic.MESSAGE: a_message(),
    Topic.BENEFIT: a_benefit(),
    Topic.BOOKING: a_booking(),
}


@pytest.mark.parametrize("topic", Topic)
def test_without_a_field_of_the_topic_nothing_is_left(topic: Topic) -> None:
    """Even if the first gate were broken, this one shows nothing that no field opens."""
    others = tuple(field for field in EVERYTHING_FINE if field not in OPENS[topic])
    assert project(a_grant(fields=others), a_thing(FACTS[topic])) == {}


def one_of_each(chosen: set[Field]) -> tuple[Field, ...]:
    """The choice without coarse fields whose fine one is chosen too, and with one field that opens a topic."""
    coarse = {one for degrees in DEGREES for one in sorted(chosen & set(degrees), key=degrees.index)[1:]}
    return (Field.ORDER_STATUS, *sorted(chosen - coarse))


def leaves(value: object) -> set[str]:
    """Every text in a JSON value, keys included."""
    if isinstance(value, dict):
        return set(value) | {leaf for inner in value.values() for leaf in leaves(inner)}
    if isinstance(value, list):
        return {leaf for inner in value for leaf in leaves(inner)}
    return {str(value)}


@settings(max_examples=80)
@given(
    chosen=st.sets(st.sampled_from(Field)),
    more=st.sets(st.sampled_from(Field)),
    topic=st.sampled_from(Topic),
)
def test_fewer_fields_never_show_more(chosen: set[Field], more: set[Field], topic: Topic) -> None:
    """Taking fields away only takes away: what a part of the fields shows, all of them show too."""
    wide = one_of_each(chosen | more)
    narrow = tuple(field for field in wide if field in chosen or field is Field.ORDER_STATUS)
    thing = a_thing(FACTS[topic])
    assert leaves(project(a_grant(fields=narrow), thing)) <= leaves(project(a_grant(fields=wide), thing))


@settings(max_examples=80)
@given(chosen=st.sets(st.sampled_from(Field)), topic=st.sampled_from(Topic))
def test_secrets_have_no_field(chosen: set[Field], topic: Topic) -> None:
    """Numbers, codes, addresses, subjects and means of payment come out whatever is granted: never."""
    text = json.dumps(project(a_grant(fields=one_of_each(chosen), scope=Scope.ALL), a_thing(FACTS[topic])))
    assert [secret for secret in HIDDEN if secret in text] == []


@pytest.mark.parametrize(
    ("amount", "interval"),
    [
        ("0", ("0", "20")),
        ("19.99", ("0", "20")),
        ("20", ("20", "50")),
        ("99.999", ("50", "100")),
        ("100", ("100", "200")),
        ("999.99", ("500", "1000")),
        ("1000", ("1000", None)),
        ("87000", ("1000", None)),
        ("-0.01", None),
    ],
)
def test_brackets_are_closed_below_and_open_above(amount: str, interval: tuple[str, str | None] | None) -> None:
    """0-20-50-100-200-500-1000-max: a bound belongs to the bracket above it."""
    found = bracket(Money(Decimal(amount), "EUR"))
    assert (found and tuple(None if end is None else str(end) for end in found)) == interval


def test_a_big_amount_has_no_upper_bound() -> None:
    """Above 1,000 a merchant learns only that."""
    order = an_order(total=Money(Decimal("1E+4"), "EUR"))
    amount = shown(Field.ORDER_BRACKET, fact=order)["partOfInvoice"]["totalPaymentDue"]
    assert amount == {"@type": "MonetaryAmount", "currency": "EUR", "minValue": "1000"}
    exact = shown(Field.ORDER_TOTAL, fact=order)["partOfInvoice"]["totalPaymentDue"]
    assert exact["value"] == "10000"


def test_the_sector_hides_the_name() -> None:
    """A sector is shown without the merchant's name or domain."""
    thing = a_thing(merchant=Merchant("Petit Bazar", "bazar.example", Kind.SHOP))
    text = json.dumps(project(a_grant(fields=(Field.ORDER_MONTH, Field.SECTOR)), thing))
    assert "azar" not in text
