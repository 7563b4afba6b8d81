"""The directory: brands by domain and by name, and roles."""

from pathlib import Path

import pytest
from tldextract import TLDExtract

from mesinfos.directory import (
    brand_in,
    by_domain,
    by_name,
    carrier,
    domains,
    is_freemail,
    is_mailing_house,
    is_marketplace,
    is_payment,
    is_relay,
    is_shared,
    known_labels,
    label_of,
    name_key,
    registrable,
)  # fmt: skip
from mesinfos.directory.brands import Lines
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


def test_the_suffix_list_is_read_as_its_library_reads_it() -> None:
    """Every rule of the list, wildcards and exceptions too, with labels before it, in both spellings."""
    extract = TLDExtract(cache_dir=None, suffix_list_urls=(), include_psl_private_domains=True)
    names = [rule.lstrip("!").replace("*", "any") for rule in sorted(domains._rules())[::7]]
    names += [name.encode("idna").decode() for name in names if not name.isascii()] + ["www.ck", "b.ck", "xn--zz!.com"]
    for host in [f"{before}{name}" for name in names for before in ("", "shop.", "www.shop.")]:
        known = extract.extract_str(host)
        expected = known.top_domain_under_public_suffix or (host if known.suffix else ".".join(host.split(".")[-2:]))
        assert registrable(host) == expected
    assert [registrable(host) for host in ("10.0.0.1", "a..com", "a.b.unlisted")] == [
        "10.0.0.1",
        "a..com",
        "b.unlisted",
    ]


def test_lines_are_found_by_halving() -> None:
    """First, last, none, and what only begins alike."""
    lines = Lines("a\t1\nab\t2\nb\t\né\t4".encode())
    assert [lines.get(key) for key in ("a", "ab", "b", "é", "", "aa", "abc", "z", "\ud800")] == [
        "1",
        "2",
        "",
        "4",
        *[None] * 5,
    ]
    assert Lines(b"").get("a") is None
    assert list(lines)[-1] == ("é", "4")


def test_brands_are_found_by_any_of_their_domains() -> None:
    """The name a person uses, the kind, and the organisation's own domain."""
    brand = by_domain("bounce.lyftmail.com")
    assert brand is not None
    assert (brand.name, brand.kind, brand.main, brand.known) == ("Lyft", Kind.TRAVEL, "lyft.com", True)
    assert by_domain("no-such-organisation.example") is None


def test_lists_fill_in_what_nobody_entered_by_hand() -> None:
    """Chains come from the open list, with their countries."""
    brand = by_domain("maxizoo.fr")
    assert brand is not None
    assert (brand.name, brand.known) == ("Maxi Zoo", False)
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


def test_names_that_others_share_tell_nothing_alone() -> None:
    """A first name, a place or a word of many firms is no brand to imitate; in the brand's own capitals it is."""
    assert [is_shared(name) for name in ("Costa", "Nicolas", "Tim", "TIM", "Fnac")] == [True, True, True, False, False]
    assert known_labels().get("costa") is None
    assert brand_in("Les vins de Nicolas") is None
    assert len(known_labels()) == len(list(known_labels())) > 1_000


def test_houses_firms_and_brands_of_twenty_languages_are_known() -> None:
    """Hundreds that send for others, and the names that people use in their own script."""
    hosts = ("x@sendibt3.com", "mail.copernica.com", "bounce.anpdm.com", "e.mindbox.ru", "cuenote.jp")
    assert all(is_mailing_house(host) for host in hosts)
    assert is_payment("notification.intuit.com")
    names = (
        "ヤマト運輸",
        "네이버",
        "淘宝网",
        "Почта России",
        "Нова пошта",
        "Česká pošta",
        "ΔΕΗ",
        "Åhléns",
    )
    found = [by_name(name) for name in names]
    assert [brand.name for brand in found if brand] == [
        "Yamato", "Naver", "Taobao", "Russian Post", "Nova Poshta", "Česká pošta", "DEI", "Åhléns",
    ]  # fmt: skip
