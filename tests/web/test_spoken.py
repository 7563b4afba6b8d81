"""Values of a disclosure as a person says them."""

import pytest

from mesinfos.consent.aspects import AS_BRACKET, SHOWN
from web.spoken import spoken


@pytest.mark.parametrize(
    ("value", "rule", "french"),
    [
        ("2026-08-09", SHOWN, "9 août 2026"),
        ("2026-10", SHOWN, "octobre 2026"),
        ("2026", SHOWN, "2026"),
        ("EUR · 59.90", SHOWN, "59,90\xa0€"),
        ("EUR · 100 · 200", AS_BRACKET, "de 100,00\xa0€ à 200,00\xa0€"),
        ("EUR · 1000", AS_BRACKET, "1\u202f000,00\xa0€ ou plus"),
        ("59.90 EUR", "", "59,90\xa0€"),
        ("OrderPaymentDue", SHOWN, "À payer"),
        ("shop", SHOWN, "Boutique"),
        ("Acme · https://acme.example/", SHOWN, "Acme, acme.example"),
        ("1 · Carnet pointillé · 2 · Chaise pliante", SHOWN, "Carnet pointillé, 2 × Chaise pliante"),
        ("2026-99", "", "2026-99"),
        ("12 RUE", "", "12 RUE"),
        ("what nobody · foresaw", SHOWN, "what nobody, foresaw"),
    ],
)
def test_values_are_said_in_words(value: str, rule: str, french: str) -> None:
    """Days, months, amounts, brackets, states, sectors and counted things; anything else stays as it is."""
    assert spoken(value, rule, "fr") == french
