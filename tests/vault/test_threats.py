"""The checks of the threat model that concern the vault, at small numbers; `make campaign` runs them in full."""

from importlib import import_module

import pytest

SMALL = {"c1": 20, "c2": 8000, "c3": 24, "c4": 2000, "c5": 6, "c6": 25, "c8": 9, "a6": 10, "p1": 40, "p2": 20}
SMALL |= {"d12": 16, "d15": 60}


@pytest.mark.parametrize(("check", "tries"), SMALL.items())
def test_a_check_of_the_threat_model(check, tries):
    """What must be refused is refused, what must be flagged is flagged, and nothing is found where nothing may be."""
    outcome = import_module(f"tests.campaign.{check}").run(tries)
    assert outcome.ok, outcome
