"""The directory: brands by domain and by name, and roles."""

from pathlib import Path

import pytest

from mesinfos.directory import (
    brand_in,
    by_domain,
    by_name,
    carrier,
    is_freemail,
    is_mailing_house,
    is_marketplace,
    is_payment,
    is_relay,
    known_labels,
    label_of,
    name_key,
    registrable,
)  # fmt: skip
from mesinfos.model.values import Kind

FOLDER = Path(__file__).parents[2] / "mesinfos" / "directory"


@pytest.mark.parametrize(
    ("host", "domain"),
    [("mail.fnac.com", "fnac.com"), ("a.b.amazon.co.uk", "amazon.co.uk"), ("shop.myshopify.com", "shop.myshopify.com"),
     ("x@News.Fnac.COM.", "fnac.com"), ("localhost", "localhost"), ("", ""), ("a b.com", ""), ("x" * 300, "")],
)  # fmt: skip
def test_registrable_domains(host: str, domain: str) -> None:
    """What somebody registered, with shops on a shop builder kept apart."""
    assert registrable(host) == domain


def test_brands_are_found_by_any_of_their_domains() -> None:
    """The name a person uses, the kind, and the organisation's own domain."""
    brand = by_domain("bounce.lyftmail.com")
    assert brand is not None
    assert (brand.name, brand.kind, brand.main, brand.known) == ("Lyft", Kind.TRAVEL, "lyft.com", True)
    assert by_domain("no-such-organisation.example") is None


def test_lists_fill_in_what_nobody_entered_by_hand() -> None:
    """Chains come from the open list, with their countries."""
    brand = by_domain("action.com")
    assert brand is not None
    assert (brand.name, brand.known) == ("Action", False)
    assert "fr" in brand.countries


def test_names_are_found_whatever_their_spelling() -> None:
    """Case, accents and punctuation do not matter; nothing else is forgiven."""
    assert by_name("FNAC") == by_domain("fnac.com")
    assert by_name("showroomprive") == by_domain("showroomprive.com")
    assert by_name("Marks and Spencer") == by_name("M&S")
    assert by_name("Fnac Marseille") is None
    assert name_key("Île-de-France") == "iledefrance"


def test_a_brand_is_seen_in_a_short_text() -> None:
    """The longest known name; words in small letters are no names."""
    found = brand_in("Your Capital One Travel booking")
    assert found is not None
    assert found.name == "Capital One Travel"
    assert brand_in("the next target is orange") is None


def test_roles() -> None:
    """Who carries mail for whom."""
    assert is_mailing_house("mail12.atl.mcsv.net")
    assert is_payment("stripe.com")
    assert is_relay("allegromail.pl")
    assert is_freemail("bob@gmail.com")
    assert is_marketplace("amazon.fr")
    assert not is_marketplace("fnac.com")
    assert (found := carrier("chronopost.fr")) is not None
    assert found.name == "Chronopost"
    assert carrier("GLS") is not None
    assert carrier("fnac.com") is None


def test_what_forgers_imitate_is_known_by_label() -> None:
    """The name part of each main domain."""
    assert known_labels()["paypal"].name == "PayPal"
    assert label_of("amazon.co.uk") == "amazon"


def test_the_file_stays_small_and_says_where_it_is_from() -> None:
    """Two megabytes at most, with its attribution beside it."""
    assert (FOLDER / "brands.tsv.zst").stat().st_size < 2 << 20
    assert "name-suggestion-index" in (FOLDER / "ATTRIBUTION.md").read_text("utf-8")
