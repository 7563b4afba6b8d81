"""Marks of merchants: only of whom a mail proved by its own domain, legible in every theme, one file of our own."""

import re
from pathlib import Path

import pytest

from mesinfos.directory import by_domain
from mesinfos.directory.logos import logo_of, logos
from mesinfos.ingest.pipeline import recognise
from mesinfos.model.merchant import Merchant
from mesinfos.model.values import Category
from scripts.hatch_build import LARGEST, LEGIBLE, PLATES, contrast, ink
from tests.ingest.test_identify import ALICE, mail
from tests.web.furnish import Furnisher
from web.logos import SHEET, logo

PROVED = "mx.maison.example; dkim=pass header.d={0}; dmarc=pass header.from={0}"
STATIC = Path(__file__).parents[2] / "web/static"


def mark(sender: str, proved: str = "") -> str:
    """The mark beside the merchant of a mail from that sender, proved for a domain or not."""
    head = {"Authentication_Results": PROVED.format(proved)} if proved else {}
    return logo(recognise(mail(sender, List_Unsubscribe="<https://x.example/u>", **head), ALICE).merchant)


@pytest.mark.parametrize(
    ("sender", "proved", "shown"),
    [
        ("Fnac <no-reply@mail.fnac.com>", "mail.fnac.com", "fnac"),
        ("PayPal <service@paypal.fr>", "paypal.fr", "paypal"),
        ("Fnac <no-reply@mail.fnac.com>", "", ""),
        ("Fnac <news@fnac-mailing.com>", "fnac-mailing.com", ""),
        ("Fnac <fnac@mail.mailchimp.com>", "mail.mailchimp.com", ""),
        ("Fnac <no-reply@fnac.com.zeta.example>", "zeta.example", ""),
        ("PayPal <service@paypa1.com>", "paypa1.com", ""),
        ("Zeta <bonjour@zeta.example>", "zeta.example", ""),
    ],
)
def test_a_mark_is_for_whoever_proved_its_own_domain(sender, proved, shown):
    """A brand's own domain, proved, wears its mark; unproved, carried by others or dressed as the brand wears none."""
    assert mark(sender, proved) == shown


def test_each_mark_is_drawn_and_is_of_a_known_brand():
    """Every line of the table names a brand entered by hand by its main domain, and a drawing that was built."""
    sheet = (STATIC / SHEET).read_text("utf-8")
    assert set(re.findall(r'<symbol id="(\w+)"', sheet)) == set(logos().values())
    for domain, name in logos().items():
        brand = by_domain(domain)
        assert brand is not None, domain
        assert (brand.main, brand.known, logo_of(domain)) == (domain, True, name)


def test_the_sheet_is_one_small_file_of_drawings():
    """Paths and nothing else: no script, no style, no address; less than 150 KB."""
    sheet = (STATIC / SHEET).read_text("utf-8")
    assert len(sheet) < LARGEST
    assert set(re.findall(r"<(\w+)", sheet)) == {"svg", "symbol", "path"}
    assert "http" not in sheet.replace("http://www.w3.org/2000/svg", "")


@pytest.mark.parametrize("colour", ["#FFFFFF", "#000000", "#E1A925", "#0046BE", "#CC0000", "#7F7F7F"])
def test_a_mark_is_legible_on_both_plates(colour):
    """Where the brand's colour does not stand out by 3 to 1, the mark has the colour of the text."""
    used = re.findall(r"#\w{6}|currentColor", ink(colour))
    shown = dict(zip(PLATES, used * (2 // len(used)), strict=True))
    for theme, plate in PLATES.items():
        assert shown[theme] == "currentColor" or contrast(shown[theme], plate) >= LEGIBLE
        assert (shown[theme] == "currentColor") == (contrast(colour, plate) < LEGIBLE)


def test_plates_are_what_the_style_sheet_says():
    """The colours that marks were measured against are those they stand on."""
    sheet = (STATIC / "css/pictures.css").read_text("utf-8")
    assert f"background: light-dark({PLATES['light']}, {PLATES['dark']})" in sheet


def test_lists_and_pages_wear_the_mark(home, alices):
    """The merchant's row, its page and its mails show it from one address of ours, kept for ever by its stamp."""
    furnisher = Furnisher(home.vault_of(alices), "marks")
    fnac = Merchant("Fnac", "fnac.com")
    sure = furnisher.mail(fnac, "Votre commande", Category.ORDERS, 0)
    furnisher.mail(Merchant("Ikea", "ikea.com", confidence=0.88), "Une idée", Category.PROMO, 0)
    furnisher.move_in()
    addresses = set()
    for path in ("/merchants", "/merchants/fnac.com", "/messages", "/", "/search?q=fnac"):
        found = re.findall(r'href="(/static/vendor/logos\.svg\?v=[0-9a-f]{12})#(\w+)"', alices.get(path).text)
        assert {name for _, name in found} == {"fnac"}, path
        addresses |= {address for address, _ in found}
    (address,) = addresses
    answer = alices.get(address)
    assert answer.headers["content-type"].startswith("image/svg+xml")
    assert "immutable" in answer.headers["cache-control"]
    assert sure
