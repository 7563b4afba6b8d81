"""The promise, attacked: small runs of the campaign."""

import pytest

from tests.campaign import a1, a3, a4, a13


@pytest.mark.parametrize(("check", "tries"), [(a1, 300), (a3, 2), (a4, 120), (a13, 60)], ids=["A1", "A3", "A4", "A13"])
def test_the_promise_holds(check, tries) -> None:
    """Sabotaged rules, withdrawals under load, a thief with the token, any change: each reads what it was granted."""
    outcome = check.run(tries)
    assert outcome.ok, outcome.happened
