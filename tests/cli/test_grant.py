"""Grants on the command line: examples to begin from, limits as options, and a change seen before it is signed."""

import pytest

from mesinfos.consent.presets import PRESETS
from tests.syncing.letters import expected_orders, mixed, write_mbox


@pytest.fixture
def furnished(shell, tmp_path):
    """A shell whose person keeps some mail of Acme."""
    archive = write_mbox(tmp_path / "mail.mbox", mixed(20))
    shell.said("source", "add", "mbox", f"path={archive}")
    shell.said("sync")
    return shell


def given(shell, *options: str) -> dict[str, object]:
    """Give a grant to Acme and return it as the list shows it."""
    shell.said("grant", "add", "acme.example", *options)
    return shell.lines("grant", "list")[0]


def test_every_preset_can_be_given(furnished):
    """Each example is listed, and gives a grant of its fields, terms and volume."""
    listed = furnished.said("grant", "presets")
    for preset in PRESETS:
        assert preset.name in listed
        furnished.said("grant", "add", "acme.example", "--preset", preset.name)
    found = [held["grant"] for held in reversed(furnished.lines("grant", "list"))]
    assert [grant.get("terms", "") for grant in found] == [preset.terms for preset in PRESETS]
    assert [sorted(grant.get("fields", [])) for grant in found] == [sorted(preset.fields) for preset in PRESETS]
    assert [grant.get("volume", 0) for grant in found] == [preset.volume for preset in PRESETS]
    assert "no preset" in furnished.refused("grant", "add", "acme.example", "--preset", "everything")


def test_options_complete_and_change_a_preset(furnished):
    """What is said beside a preset stands in its place; every limit has an option."""
    options = ("--preset", "offers", "--exclude", "zeta.example", "--goods", "Mature", "--through", "2030-01-01")
    options += ("--retention", "0", "--volume", "7", "--terms", "SD-BASE", "--deposit", "orders")
    grant = given(furnished, *options)["grant"]
    assert (grant["excluded"], grant["goods"], grant["through"]) == (["zeta.example"], ["Mature"], "2030-01-01")
    assert (grant.get("retention", 0), grant["volume"], grant["terms"]) == (0, 7, "SD-BASE")
    assert grant["deposits"] == ["orders"]
    assert "--purpose" in furnished.refused("grant", "add", "acme.example", "--field", "order.month")


def test_a_change_is_shown_then_signed(furnished):
    """Without --sign nothing changes; with it the merchant reads the new terms, and what is not said stays."""
    held = given(
        furnished, "--field", "order.total", "--field", "order.month", "--purpose", "warranty", "--volume", "9"
    )
    grant_id, orders = held["grant"]["grant_id"], len(expected_orders(20))
    asked = ("grant", "change", grant_id, "--field", "order.year", "--exclude", "zeta.example")
    shown = furnished.said(*asked)
    assert "Gains: the year." in shown
    assert "Loses: the month, the exact amount." in shown
    assert f"0 gained, 0 lost, {orders} changed, 0 as before" in shown
    assert furnished.lines("grant", "show", grant_id)[0]["grant"] == held["grant"]
    assert "in force" in furnished.said(*asked, "--sign")
    grant = furnished.lines("grant", "show", grant_id)[0]["grant"]
    assert (grant["fields"], grant["volume"], grant["excluded"]) == (["order.year"], 9, ["zeta.example"])
    assert "orderDate" in furnished.said("grant", "preview", grant_id)
    furnished.said("grant", "change", grant_id, "--without", "excluded", "--scope", "all", "--sign")
    grant = furnished.lines("grant", "show", grant_id)[0]["grant"]
    assert ("excluded" in grant, grant["scope"]) == (False, "all")
