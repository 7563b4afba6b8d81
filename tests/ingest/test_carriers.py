import re
from pathlib import Path

import msgspec
import pytest

from mesinfos.ingest.carriers import CARRIERS, Carrier, by_domain, by_host, by_name, by_number, named_in, normal
from mesinfos.ingest.carriers.checks import Checksum, passes
from mesinfos.ingest.words import fold

FOLDER = Path(__file__).parents[2] / "mesinfos/ingest/carriers/couriers"
ASKED = {
    "La Poste", "Colissimo", "Chronopost", "Mondial Relay", "Relais Colis", "DPD", "GLS", "DHL", "Hermes", "PostNL",
    "bpost", "Correos", "InPost", "Poczta Polska", "Royal Mail", "Evri", "Yodel", "An Post", "Swiss Post",
    "Österreichische Post", "PostNord", "Bring", "Posti", "Packeta", "SEUR", "MRW", "Nacex", "CTT", "CTT Expresso",
    "Correos Express", "BRT", "SDA", "Poste Italiane", "Fastway", "Australia Post", "Canada Post", "Purolator",
    "Yamato", "Sagawa", "Japan Post", "CJ Logistics", "SF Express", "Cainiao", "YunExpress", "CDEK", "Russian Post",
    "Nova Poshta", "Ukrposhta", "Correios", "Delhivery", "Blue Dart", "India Post", "Colis Privé", "Vinted Go",
    "Geodis", "Amazon Logistics",
}  # fmt: skip


@pytest.mark.parametrize("carrier", CARRIERS, ids=lambda carrier: carrier.courier_code)
def test_a_carriers_file_holds_against_its_own_test_numbers(carrier: Carrier) -> None:
    """Each form takes its valid numbers, with their check digits, and refuses the invalid ones."""
    for form in carrier.tracking_numbers:
        for number in map(normal, form.test_numbers.valid):
            assert form.pattern.fullmatch(number), (form.id, number)
            assert form.checked(number) is not False, (form.id, number)
            assert carrier.fits(number)
        for number in map(normal, form.test_numbers.invalid):
            assert not form.pattern.fullmatch(number) or form.checked(number) is False, (form.id, number)


@pytest.mark.parametrize("carrier", CARRIERS, ids=lambda carrier: carrier.courier_code)
def test_a_carriers_file_is_whole(carrier: Carrier) -> None:
    """Named as its file, a way to be recognised, forms with the groups of the format, a place for the number."""
    assert (FOLDER / f"{carrier.courier_code}.json").exists()
    assert carrier.tracking_numbers
    assert carrier.mesinfos.names or carrier.mesinfos.domains
    assert {*carrier.mesinfos.strong} <= {form.id for form in carrier.tracking_numbers}
    assert len({form.id for form in carrier.tracking_numbers}) == len(carrier.tracking_numbers)
    for form in carrier.tracking_numbers:
        assert form.test_numbers.valid
        assert form.test_numbers.invalid
        groups = form.pattern.groupindex.keys()
        assert "SerialNumber" in groups
        assert form.validation.checksum is None or "CheckDigit" in groups
        assert not form.tracking_url or form.tracking_url.count("%s") == 1
    assert all(name == fold(name) for name in carrier.mesinfos.names)


def test_the_files_are_in_the_format_of_their_source() -> None:
    """Beside the keys of tracking_number_data there is one object of ours, and no key of ours elsewhere."""
    of_form = {
        "name", "id", "regex", "validation", "tracking_url", "test_numbers", "additional", "partners", "description"
    }  # fmt: skip
    for file in FOLDER.glob("*.json"):
        told = msgspec.json.decode(file.read_bytes())
        assert told.keys() == {"name", "courier_code", "tracking_numbers", "mesinfos"}
        for form in told["tracking_numbers"]:
            assert form.keys() <= of_form
            assert form["validation"].keys() <= {"checksum", "serial_number_format"}
            assert "?P<" not in "".join(form["regex"])
    assert {file.stem for file in FOLDER.iterdir()} == {carrier.courier_code for carrier in CARRIERS}


def test_the_carriers_that_were_asked_for_are_there() -> None:
    """Those of the fourteen languages and of world trade; no two share a domain by mistake."""
    assert {carrier.name for carrier in CARRIERS} >= ASKED
    assert len(CARRIERS) > 120


@pytest.mark.parametrize(
    ("checksum", "serial", "check"),
    [
        (Checksum("s10"), "47312482", "9"),
        (Checksum("s10"), "12345678", "5"),
        (Checksum("mod10", evens_multiplier=1, odds_multiplier=2), "999AA1012345678", "4"),
        (Checksum("mod10", evens_multiplier=3, odds_multiplier=1), "007393800054929", "7"),
        (Checksum("mod10", evens_multiplier=3, odds_multiplier=1, reverse=True), "629104150021", "3"),
        (Checksum("mod7"), "331881002", "5"),
        (Checksum("luhn"), "7992739871", "3"),
        (Checksum("mod_37_36"), "A12425GABC1234002", "M"),
        (Checksum("mod_37_36"), "008182709980000020033350276", "C"),
        (
            Checksum(
                "sum_product_with_weightings_and_modulo",
                weightings=(3, 1, 7, 3, 1, 7, 3, 1, 7, 3, 1),
                modulo1=11,
                modulo2=10,
            ),
            "98657878885",
            "5",
        ),
    ],
)
def test_check_digits_follow_the_published_examples(checksum: Checksum, serial: str, check: str) -> None:
    """UPU S10, UPS, Canada Post, GS1, DHL Express, ISO/IEC 7812 and 7064 (a GRid's), DPD's label, FedEx."""
    assert passes(checksum, serial, check)
    assert not passes(checksum, serial, "0" if check != "0" else "1")


def test_the_carriers_are_known_by_domain_host_name_and_number() -> None:
    """Subdomains count; look-alikes do not; digits alone tell nothing."""

    def name(found: Carrier | None) -> str:
        return found.name if found else ""

    assert name(by_domain("mail.notif.chronopost.fr")) == "Chronopost"
    assert name(by_domain("chronopost.fr.evil.example")) == ""
    assert name(by_host("www.laposte.fr")) == "La Poste"
    assert name(by_name("mondial relay")) == "Mondial Relay"
    assert name(by_name(fold("Нова пошта"))) == "Nova Poshta"
    assert [one.name for one in named_in("expedie par chronopost puis dhl")] == ["Chronopost", "DHL"]
    assert name(by_number("1Z999AA10123456784")) == "UPS"
    assert name(by_number("1Z999AA10123456785")) == ""
    assert name(by_number("12345678901")) == ""
    assert name(by_number("008182709980000020033350276C")) == "DPD"
    assert name(by_number("RR123456785FI")) == "Posti"
    assert name(by_number("RR123456784FI")) == ""
    assert name(by_number("RR123456785ZZ")) == ""


def test_words_of_everyday_name_no_carrier() -> None:
    """What ordinary sentences hold is not taken for a carrier that is called so."""
    said = fold(
        "We bring your parcel speedy and ready for pickup, die Sendung kommt mit der Posten, le colis en relais, "
        "het meest verkochte, box now, ruch, posti"
    )
    assert [one.name for one in named_in(re.sub(r"ruch|posti", "", said))] == []
