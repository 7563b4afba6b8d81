import pytest

from mesinfos.ingest.extractors.layout import kind_of_label, labelled_amounts
from mesinfos.ingest.extractors.orders import choose_total
from mesinfos.ingest.lexicon import detect, lexicon_of
from mesinfos.ingest.words import clean, fold
from tests.ingest.mails import read, sheet


def total(text: str = "", html: str = "") -> str:
    one = sheet(text=text, html=html)
    found = choose_total(one, [each for stream in one.streams for each in labelled_amounts(one, stream)])
    return f"{found.money.amount} {found.money.currency}" if found else ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Sous-total : 76,90 €\nLivraison : 4,90 €\nTotal TTC : 81,80 €\ndont TVA : 13,63 €", "81.80 EUR"),
        ("Subtotal £59.50\nShipping £3.95\nTotal £63.45", "63.45 GBP"),
        ("Zwischensumme 158,85 €\nVersandkosten 5,90 €\nGesamtsumme 164,75 €\nenthaltene MwSt. 26,30 €", "164.75 EUR"),
        ("Subtotal\n$11.99\nTax\n$1.06\nVisa •••• 1234\n$13.05", "13.05 USD"),
        ("Totale parziale: 35,90 €\nTotale ordine: 40,80 €", "40.80 EUR"),
        ("Total HT : 100,00 €\nTotal TTC : 120,00 €", "120.00 EUR"),
        ("Order total: $50.00\nGift card: -$50.00\nGrand total: $0.00", "0.00 USD"),
        ("You paid $337.65\nAt the property you'll pay $47.56", "337.65 USD"),
        ("Bedankt voor je bestelling, hieronder vind je het overzicht.\nTe betalen: € 12,50", "12.50 EUR"),
        ("Total savings: $5.00\nTotal: $20.00", "20.00 USD"),
        ("Montant remboursé : 24,90 €", ""),
        ("Total\t12,34\nLivraison 3,00 €", "12.34 EUR"),
        ("Bonjour", ""),
    ],
)
def test_the_right_total_is_taken(text: str, expected: str) -> None:
    """What was paid, over subtotals, taxes, discounts, nets, refunds; a total of zero counts."""
    assert total(text) == expected


def test_a_total_in_a_table_of_orders_counts_but_that_of_item_lines_does_not() -> None:
    """A column headed "Total" in a table of items names the lines' totals."""
    orders = "<table><tr><th>Order</th><th>Order total</th></tr><tr><td>7712001</td><td>12,00 €</td></tr></table>"
    items = "<table><tr><th>Article</th><th>Quantité</th><th>Total TTC</th></tr><tr><td>Tasse</td><td>2</td><td>12,00 €</td></tr></table>"  # noqa: E501  a whole text in one line
    assert total(html=orders) == "12.00 EUR"
    assert total(html=items) == ""


def test_labels_are_told_from_things() -> None:
    """Words decide: "Paid seat" is a thing; "Paid with Visa" is a payment; "Total savings" no total."""
    english = lexicon_of("en")
    assert kind_of_label("paid seat (sfo-dfw)", english) != "paid"
    assert kind_of_label("total savings", english) == "discount"
    assert kind_of_label("visa ending in 4242", english) == "card"
    assert kind_of_label("bike ride total", english) == "grand"
    assert kind_of_label("", english) == ""


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("bonjour, votre commande est en route et sera livree demain par notre transporteur", "fr"),
        ("hello, your order is on its way and will be delivered to you by our carrier", "en"),
        ("ihre bestellung ist unterwegs und wird ihnen von unserem zusteller gebracht", "de"),
        ("ご注文ありがとうございます。商品を発送しました。", "ja"),
        ("주문이 완료되었습니다. 배송이 시작되면 안내해 드립니다.", "ko"),
        ("спасибо за заказ, мы передали его в доставку", "ru"),
        ("xyz 123", ""),
    ],
)
def test_a_language_is_told_by_its_small_words_or_its_script(text: str, language: str) -> None:
    """Enough words of one language decide; nothing decides nothing."""
    assert detect(text) == language


def test_folding_keeps_every_character_at_its_place() -> None:
    """A match in the folded line is a match in the line as written."""
    line = "Numéro n° “Großer Łódź” İstanbul"
    assert len(fold(line)) == len(line)
    assert fold("Été n° É").startswith("ete n° e")
    assert clean("a\u200b\u00adb\u00a0c") == "ab c"


def test_each_amount_of_a_line_has_the_label_before_it() -> None:
    """Text parts write the sums of an order in one line."""
    (order,) = read("Order #104512 confirmed", "Kettle 36.00 EUR\nItems: €36.00 Shipping: €4.50 Total: €40.50").orders
    assert order.total is not None
    assert (str(order.total.amount), str(order.shipping)) == ("40.50", "4.50")
