"""Bodies that no honest program sends: refused with the place named, never half kept, never a failure of ours."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mesinfos.consent.deposit import MOST
from mesinfos.relations.reading import read
from tests.api.client import bearer
from tests.api.deposited import amount, costs, depositing, invoice, membership, order, warranty
from tests.api.test_deposits import push
from tests.campaign.i8 import NO_AMOUNT, NO_DAY
from web.api import deposits
from web.api.body import DEPTH, LARGEST, OBJECTS, Body, read_body
from web.api.limits import Misshapen, Pace

ODD_AMOUNTS = (
    *NO_AMOUNT,
    *("", " 5", "5 ", "-1", "+1", "1e3", "1E3", "1.", ".5", "1,5", "1.2345", "9999999999", "0x1F", "1_000", "NaN"),
    *("Infinity", "-0", "١٢", "1\u00a0000", "1\n", "12.50.30", "None", "true", "½", "1/2", "  ", "\x00", "1.5\u200b"),
    *(True, False, None, [], {}, [5], {"value": 5}, -1, -0.01, 10**9, 10**17, 0.1234),
)
ODD_DAYS = (
    *NO_DAY,
    *("", "2026-02-30", "1889-01-01", "9999-12-31", "2026-11-12T10:00:00", "2026-11-12T25:00:00Z", "20261112"),
    *("2026-W46-4", "2026-316", "12 Nov 2026", "2026-11-12 ", " 2026-11-12", "٢٠٢٦-١١-١٢", "0000-01-01", "2026-11-1"),
    *("-2026-11-12", "2026-11-12Z", "2026-11-12T10:00:00+99:00", "today", 20261112, 1.5, None, True, [], {}),
)
ODD_CURRENCIES = ("", "eur", "EURO", "€", "XXX", "XTS", "XAU", "BTC", "FRF", "DEM", "EU", "ЕUR", "EUR ", None, 978, [])
ODD_TEXTS = (
    *(
        "",
        " ",
        "\x00",
        "a\x00b",
        "\ud800",
        "a\u202eb",
        "a\u2066b",
        "\u2028",
        "a\nb",
        "\t",
        "\x7f",
        "\x85",
        "\ufeffa",
        "a ",
    ),
    *(" a", "…", "---", "\u200b", "x" * 301, "\ue000", "\ufffe", "a\x1b[31m", None, 5, [], {}, True),
)
ODD_NUMBERS = ("", " ", "#1", "A\n1", "A" * 65, "Ａ１", "A\x00", "é", "-1", "1-", "a|b", "<b>", None, 7, [], {})


def refused(body: Any) -> list[dict[str, str]]:
    """The faults of a body that must be refused."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    with pytest.raises(Misshapen) as caught:
        read_body(raw)
    errors: list[dict[str, str]] = caught.value.members["errors"]
    assert errors
    assert all(one.keys() == {"pointer", "detail"} and one["pointer"].startswith("#") for one in errors)
    return errors


@pytest.mark.parametrize("value", ODD_AMOUNTS, ids=repr)
def test_an_odd_amount_is_refused_where_it_stands(value) -> None:
    """No amount is guessed: what a mail's reader may try, a statement must say exactly."""
    told = refused(order(**costs(value)))
    assert {one["pointer"] for one in told} == {"#/partOfInvoice/totalPaymentDue/value"}
    refused(invoice(totalPaymentDue=amount(value)))


@pytest.mark.parametrize(("value", "currency"), [("1.5", "JPY"), ("1.234", "EUR"), ("0.01", "KRW"), ("1.001", "CHF")])
def test_more_decimals_than_the_currency_has_are_refused(value, currency) -> None:
    """No currency has thousandths that it does not have."""
    refused(order(**costs(value, currency)))
    assert read_body(json.dumps(order(**costs("1.234", "KWD"))).encode())


@pytest.mark.parametrize("value", ODD_CURRENCIES, ids=repr)
def test_an_odd_currency_is_refused(value) -> None:
    """Metals, tests, money of the past, look-alike letters: none is tender."""
    assert refused(order(**costs("5", value)))[0]["pointer"] == "#/partOfInvoice/totalPaymentDue/currency"


@pytest.mark.parametrize("value", ODD_DAYS, ids=repr)
def test_an_odd_day_is_refused(value) -> None:
    """A day that no calendar has, a time without offset, a day to come for what has happened."""
    assert refused(order(orderDate=value) | {"orderDate": value})[0]["pointer"] == "#/orderDate"
    refused(warranty(validFrom=value))


@pytest.mark.parametrize("value", ODD_TEXTS, ids=ascii)
def test_an_odd_text_is_refused(value) -> None:
    """Controls, marks that turn the reading round, halves of pairs, nothing at all: no name of a product."""
    product = {"@type": "Product", "name": value}
    assert refused(warranty(itemOffered=product))[0]["pointer"] == "#/itemOffered/name"
    refused(membership(programName=value))


@pytest.mark.parametrize("value", ODD_NUMBERS, ids=ascii)
def test_an_odd_number_is_refused(value) -> None:
    """An order number names the order; it is plain, or it is none."""
    assert refused(order() | {"orderNumber": value})[0]["pointer"] == "#/orderNumber"


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        *(b"null", b"[]", b"7"),
        b'"Order"',
        *(b"[7]", b"[[]]", b"{}"),
        b'{"@type": ["Order"]}',
        b'{"@type": "order"}',
        b'{"@type": "Person", "name": "Alice"}',
        b"NaN",
        b'{"@type": "Invoice", "totalPaymentDue": NaN}',
        b'{"@type": "Order", "@type": "Invoice"}',
        b'{"@type": "Order", "orderNumber": 1e400}',
        b'{"@type": "Order", "orderNumber": ' + b"9" * 5000 + b"}",
        b"\xff\xfe{\x00}\x00",
        b"\xef\xbb\xbf{}",
        b"{" * 100_000,
        b"[" * 200_000 + b"]" * 50_000,
        b'{"a":' * 20_000 + b"1" + b"}" * 20_000,
        b'{"@type": "Order",}',
        b"{'@type': 'Order'}",
        b'{"@type": "Order"} {}',
        b"<order/>",
    ],
    ids=lambda raw: repr(raw[:24]),
)
def test_what_is_no_body_is_refused(raw) -> None:
    """Not JSON, not an object, nested without end, numbers without end: one sentence each, at once."""
    refused(raw)


def test_depth_and_count_have_limits() -> None:
    """A hundred objects, five hundred things, twelve brackets deep: what is beyond is refused whole."""
    refused([order(orderNumber=f"A-{number}") for number in range(OBJECTS + 1)])
    parcels = [{"@type": "ParcelDelivery", "trackingNumber": f"6A{number}"} for number in range(20)]
    many = [order(orderNumber=f"A-{number}", orderDelivery=parcels) for number in range(MOST // 21 + 1)]
    refused(many)
    assert len(read_body(json.dumps(many[:-1]).encode()).statements) <= MOST
    refused(order(orderDelivery=[*parcels, parcels[0]]))
    nested: Any = "x"
    for _ in range(DEPTH):
        nested = [nested]
    refused(order(seller=nested))


def test_an_unknown_member_is_refused_with_its_path() -> None:
    """Wherever it hides; members that tell too much of a person have no place at all."""
    body = [order(), order(orderNumber="B-1", customer={"@type": "Person", "name": "Alice"})]
    assert refused(body) == [{"pointer": "#/1/customer", "detail": "is not a member of this type"}]
    deep = order()
    deep["orderDelivery"]["deliveryAddress/~x"] = "1 rue du Port"
    assert refused(deep)[0]["pointer"] == "#/orderDelivery/deliveryAddress~1~0x"
    for member in ("paymentMethod", "billingAddress", "type", "context", "id"):
        assert refused(order(**{member: "Order"}))[0]["pointer"] == f"#/{member}"


def test_members_that_belong_together_are_checked_together() -> None:
    """A price without its currency, two ways to tell the lines, a warranty that ends before it begins or never."""
    line = {"@type": "OrderItem", "orderedItem": {"@type": "Product", "name": "Lampe"}}
    offer = order()["acceptedOffer"]
    for body in (
        order(orderedItem=line),
        order(partOfInvoice=None),
        order(acceptedOffer=offer | {"priceCurrency": "CHF"}),
        order(acceptedOffer={name: value for name, value in offer.items() if name != "priceCurrency"}),
        warranty(validThrough="2028-11-11"),
        warranty(durationOfWarranty=None),
        {name: value for name, value in warranty(validThrough="2020-01-01").items() if name != "durationOfWarranty"},
        warranty(durationOfWarranty={"@type": "QuantitativeValue", "value": 99, "unitCode": "ANN"}),
        warranty(itemOffered={"@type": "Product", "name": "Lampe", "gtin": "4006381333932"}),
        order(orderDelivery={"@type": "ParcelDelivery", "trackingUrl": "javascript:alert(1)"}),
        order(orderDelivery={"@type": "ParcelDelivery", "trackingUrl": "https://user:pw@evil.example/"}),
    ):
        refused(body)


def _strings() -> Iterator[str]:
    """Five hundred texts: what people and attackers write where a name belongs."""
    seeds = (
        "Lampe",
        "<script>x</script>",
        "{{7*7}}",
        "' OR 1=1 --",
        "=cmd|x",
        "${jndi:x}",
        "../../etc",
        "%00",
        "𝕏",
        "ﷺ",
    )
    marks = (
        "",
        "\u0301" * 9,
        "🛒",
        "\u200d",
        "\u202e",
        "\x00",
        "\n",
        "\ud83d",
        "'",
        '"',
        "\\",
        "\u00a0",
        "é",
        "中",
        "ا",
    )
    yield from (f"{seed}{mark}{tail}" for seed in seeds for mark in marks for tail in ("", "x", "\u0430", mark))


def test_five_hundred_odd_strings_are_kept_whole_or_refused(client, alice, reading, monkeypatch) -> None:
    """Each as the name of a product, over HTTP: 200 and read back letter for letter, or 422 and not kept."""
    monkeypatch.setattr("web.api.limits.REQUESTS", 10_000)
    monkeypatch.setattr(deposits, "pace", Pace())
    acme, kept, texts = depositing(alice, reading), [], list(dict.fromkeys(_strings()))
    assert len(texts) >= 500
    for start in range(0, len(texts), 20):
        for text in texts[start : start + 20]:
            try:
                read_body(json.dumps(warranty(itemOffered={"@type": "Product", "name": text})).encode())
                kept.append(text)
            except Misshapen:
                continue
    bodies = [
        warranty(itemOffered={"@type": "Product", "name": text}, referencesOrder=_reference(place))
        for place, text in enumerate(kept)
    ]
    for start in range(0, len(bodies), OBJECTS):
        assert push(client, acme.token, bodies[start : start + OBJECTS]).status_code == 200
    assert sorted(one.warranty.product for one in read(alice).warranties()) == sorted(kept)
    for text in [text for text in texts if text not in kept][:40]:
        bad = json.dumps(warranty(itemOffered={"@type": "Product", "name": text})).encode()
        answer = client.request("POST", "/api/v1/deposits", headers=bearer(acme.token), content=bad)
        assert answer.status_code == 422
    assert 100 < len(kept) < len(texts)


def _reference(place: int) -> dict[str, str]:
    return {"@type": "Order", "orderNumber": f"S-{place}"}


def test_nothing_is_kept_of_a_body_with_one_fault(client, alice, reading) -> None:
    """All or nothing: ninety-nine good orders and a bad one leave the vault as it was, and so does a doubled one."""
    acme, before = depositing(alice, reading), len(read(alice))
    good = [order(orderNumber=f"A-{number}") for number in range(99)]
    answer = push(client, acme.token, [*good, order(orderStatus="shipped")])
    assert answer.status_code == 422
    assert push(client, acme.token, [order(), order(**costs("3"))]).status_code == 422
    assert len(read(alice)) == before


def test_a_body_beyond_256_kilobytes_is_not_read(client, alice, reading) -> None:
    """It is refused as soon as it is longer, whatever its headers say."""
    acme = depositing(alice, reading)
    long = b'{"@type": "Order", "x": "' + b"a" * LARGEST + b'"}'
    answer = client.request("POST", "/api/v1/deposits", headers=bearer(acme.token), content=long)
    assert answer.status_code == 413


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=True) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=200)
@given(st.sampled_from([order(), invoice(), warranty(), membership()]), st.data())
def test_any_damage_is_named_or_harmless(body, data) -> None:
    """Whatever replaces a member at any depth, the body is read to statements or refused; nothing else can happen."""
    body = json.loads(json.dumps(body))
    whole = body
    while isinstance(whole, dict) and whole and data.draw(st.booleans()):
        inner = whole[data.draw(st.sampled_from(sorted(whole)))]
        if not isinstance(inner, dict):
            break
        whole = inner
    whole[data.draw(st.sampled_from(sorted(whole)) | st.text(max_size=6))] = data.draw(json_values)
    try:
        assert isinstance(read_body(json.dumps(body).encode()), Body)
    except Misshapen:
        refused(body)


@settings(max_examples=200)
@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(raw) -> None:
    """No bytes make the reader fail in a way of its own."""
    refused(raw)
