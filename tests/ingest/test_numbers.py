import pytest

from mesinfos.ingest.extractors.numbers import numbers
from mesinfos.ingest.extractors.orders import order_numbers
from tests.ingest.mails import read, sheet
from tests.ingest.spoken import SPOKEN


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Votre commande n° 104512 est confirmée", "104512"),
        ("Numéro de commande : MP-2048817", "MP-2048817"),
        ("Thank you! Order number: 114-0833187-7581859", "114-0833187-7581859"),
        ("Thanks for your order #1001", "1001"),
        ("Vielen Dank. Bestellnummer: 2026-55871", "2026-55871"),
        ("Gracias. Nº de pedido: 300045127", "300045127"),
        ("Grazie per il tuo ordine\nNumero ordine: 88-10234", "88-10234"),
        ("Bedankt voor je bestelling\nBestelnummer 40077123", "40077123"),
        ("Obrigado. Número da encomenda: 771200", "771200"),
        ("Dziękujemy za zamówienie\nNumer zamówienia: ZX/2026/1234", "ZX/2026/1234"),
        ("Order ID\nMKB829F3Z6", "MKB829F3Z6"),
        ("Record locator\nEIKCON", "EIKCON"),
        ("Booking reference: H-H-G4K8NY7KW4", "H-H-G4K8NY7KW4"),
        ("Nous avons bien reçu votre commande 187 442 906 de ce mardi", "187442906"),
        ("Gracias por comprar\nPedido: XKQWPRVNA Realizado el 06/04/2020", "XKQWPRVNA"),
        ("ご注文ありがとうございます。ご注文番号：250-1234567-7654321 です。", "250-1234567-7654321"),
    ],
)
def test_an_order_number_is_told_by_the_words_before_it(text: str, value: str) -> None:
    """In each language, on the same line or on the line below its label."""
    assert [one.value for one in order_numbers(numbers(sheet(text=text)))] == [value]


@pytest.mark.parametrize(
    "text",
    [
        "Numéro client : 55012347",
        "Customer number: 55012347",
        "Call us: phone 0800 123456",
        "Kundennummer: 771204",
        "Votre commande du 12/11/2026",
        "order total 45.00",
        "Order status: CONFIRMED",
        "Your order\n187 442,90 €",
        "Your order weighs 1200g",
        "TVA FR12345678901",
        "code postal 69002",
        "Votre commande 2026",
        "Numéro de suivi : XY123456789FR",
        "Rechnungsnummer: 8800123456",
    ],
)
def test_other_numbers_never_become_an_order_number(text: str) -> None:
    """Customers, phones, dates, postcodes, taxes, parcels and invoices are told apart."""
    assert order_numbers(numbers(sheet(text=text))) == []


def test_a_table_gives_its_numbers_by_column_and_by_row() -> None:
    """A header above, or the cell to the left, says what a cell numbers."""
    by_row = (
        "<table><tr><td>Numéro client</td><td>55012347</td></tr><tr><td>Commande n°</td><td>AB-7712</td></tr></table>"
    )
    by_column = "<table><tr><th>Order number</th><th>Customer number</th></tr><tr><td>7712001</td><td>55012347</td></tr></table>"  # noqa: E501  a whole text in one line
    assert [one.value for one in order_numbers(numbers(sheet(html=by_row)))] == ["AB-7712"]
    assert [one.value for one in order_numbers(numbers(sheet(html=by_column)))] == ["7712001"]


def test_two_orders_of_one_form_are_both_told() -> None:
    """A mail about two orders gives two; a masked copy of one does not."""
    text = "Merci pour votre commande\nCommande n° 104512\nCommande n° 104513"
    assert [one.order_number for one in read("Vos commandes", text).orders] == ["104512", "104513"]


def test_a_button_gives_the_number_that_the_page_does_not() -> None:
    """When the page names none, the one number in the addresses of its buttons is taken, with less trust."""
    html = (
        '<p>Thank you for your order! It is confirmed.</p><a href="https://acme.fr/o?order_id=88120045">View order</a>'
    )
    (order,) = read("Your order is confirmed", html=html).orders
    assert (order.order_number, order.provenance.confidence if order.provenance else 0) == ("88120045", 0.76)


@pytest.mark.parametrize(
    ("language", "line", "kind", "value"),
    [
        ("tr", "908812345 numaralı siparişiniz kargoya verildi", "order", "908812345"),
        ("tr", "7712900145 nolu faturanız hazır", "invoice", "7712900145"),
        ("hu", "A KB-204518 számú rendelése úton van", "order", "KB-204518"),
    ],
)
def test_some_languages_name_a_number_after_it(language: str, line: str, kind: str, value: str) -> None:
    """The noun follows, inflected, after a word for "numbered"."""
    found = numbers(sheet(text=f"{SPOKEN[language]}\n{line}"))
    assert [(one.kind, one.value) for one in found] == [(kind, value)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (
            "Hartelijk dank voor uw aankoop.\nOrderreferentie: RM/22/0819/30417",
            "RM/22/0819/30417",
        ),
        ("Tack för din beställning.\nBeställningsnr 40077123\nVi skickar den", "40077123"),
    ],
)
def test_a_compound_word_numbers_what_it_begins_with(text: str, value: str) -> None:
    """Dutch and the Nordic languages write the noun and "number" together."""
    assert [one.value for one in order_numbers(numbers(sheet(text=text)))] == [value]


def test_a_label_beside_a_value_goes_before_what_stands_above_it() -> None:
    """Two-column tables have their labels at the left, in every row."""
    html = "<table><tr><td>Versand durch</td><td>GLS</td></tr><tr><td>Bestellnummer</td><td>504199388</td></tr></table>"
    assert [one.value for one in order_numbers(numbers(sheet(html=html)))] == ["504199388"]
