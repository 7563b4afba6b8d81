from decimal import Decimal

import pytest

from mesinfos.ingest.extractors.amounts import amounts, number


@pytest.mark.parametrize(
    ("text", "value", "currency"),
    [
        ("24,90 €", "24.90", "EUR"),
        ("1 234,56 EUR", "1234.56", "EUR"),
        ("€ 1.234,56", "1234.56", "EUR"),
        ("1.234,- €", "1234", "EUR"),
        ("12€34", "12.34", "EUR"),
        ("5,00 Euro", "5.00", "EUR"),
        ("$1,296.80", "1296.80", "USD"),
        ("US$469.04", "469.04", "USD"),
        ("44.95 USD", "44.95", "USD"),
        ("CAD 756.16", "756.16", "CAD"),
        ("$200.00 MN", "200.00", "MXN"),
        ("£11.99", "11.99", "GBP"),
        ("CHF 12.–", "12", "CHF"),
        ("1'234.50 CHF", "1234.50", "CHF"),
        ("R$ 1.299,00", "1299.00", "BRL"),
        ("59,99 zł", "59.99", "PLN"),
        ("3,980円", "3980", "JPY"),
        ("A$20.00", "20.00", "AUD"),
        ("12 kr", "12", "SEK"),
        ("-EUR 0,65", "-0.65", "EUR"),
        ("-$300.00", "-300.00", "USD"),
        ("- 5,00 €", "-5.00", "EUR"),
        ("Moka 3 tazze - € 24,90", "24.90", "EUR"),
        ("0,00 €", "0.00", "EUR"),
    ],
)
def test_an_amount_is_read_with_its_currency(text: str, value: str, currency: str) -> None:
    """Symbols and codes before or after, decimal point or comma, thousands of any kind, signs: all as printed."""
    (found,) = amounts(text)
    assert (found.value, found.currency) == (Decimal(value), currency)


@pytest.mark.parametrize("text", ["Order 123-456 for 2 items", "10 ft cable", "12.11.2026", "", "total"])
def test_a_number_without_currency_is_no_amount(text: str) -> None:
    """Numbers, feet and dates are not money."""
    assert amounts(text) == ()


def test_only_the_number_beside_the_sign_is_money() -> None:
    """Counts and card digits in front of a price stay out."""
    assert [str(one.value) for one in amounts("3 articles 24,90 €")] == ["24.90"]
    assert [str(one.value) for one in amounts("Visa *1234 $13.05")] == ["13.05"]


def test_a_label_may_vouch_for_a_bare_number() -> None:
    """With `bare`, a number with cents counts, and says that it is unsure."""
    (found,) = amounts("Total 12,34", bare=True)
    assert (found.value, found.currency, found.sure) == (Decimal("12.34"), "", False)
    assert amounts("Total 12", bare=True) == ()


def test_the_country_decides_what_a_dollar_is() -> None:
    """The signs "$" and "kr" mean what the sender's country means."""
    assert amounts("$5.00", "ca")[0].currency == "CAD"
    assert amounts("50 kr", "no")[0].currency == "NOK"
    assert amounts("12.345 Ft", "hu")[0].currency == "HUF"


def test_a_leading_zero_never_makes_thousands() -> None:
    """0.125 is an eighth, 1.125 is more than a thousand."""
    assert number("0.125") == Decimal("0.125")
    assert number("1.125") == Decimal(1125)


def test_the_last_of_equal_marks_may_part_the_cents() -> None:
    """Thousands and cents behind the same mark: two digits after the last one are cents, three are thousands."""
    assert str(number("48.999.90")) == "48999.90"
    assert str(number("1.234.567")) == "1234567"
