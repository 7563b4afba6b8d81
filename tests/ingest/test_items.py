from decimal import Decimal

from tests.ingest.mails import read


def items(
    text: str = "", html: str = "", subject: str = "Confirmation de commande n° 104512"
) -> list[tuple[str, int, Decimal | None]]:
    (order,) = read(subject, text, html).orders
    return [(item.name, item.quantity, item.price) for item in order.items]


def test_items_stand_above_their_prices() -> None:
    """Name, quantity and price on lines of their own; what follows the total is not bought."""
    text = "Articles commandés\nThéière en grès\nQuantité : 2\n39,90 €\nTasse\n18,50 €\nTotal\n98,30 €\nVous aimerez aussi\nBouilloire\n59,00 €"  # noqa: E501  a whole text in one line
    assert items(text) == [("Théière en grès", 2, Decimal("39.90")), ("Tasse", 1, Decimal("18.50"))]


def test_items_share_a_row_with_position_quantity_and_both_prices() -> None:
    """The unit price is the one whose multiple stands beside it."""
    html = (
        "<table><tr><th>Pos.</th><th>Article</th><th>Quantité</th><th>Prix</th><th>Total</th></tr>"
        "<tr><td>1</td><td>Perceuse 18 V</td><td>1</td><td>129,00 €</td><td>129,00 €</td></tr>"
        "<tr><td>2</td><td>Jeu d'embouts</td><td>3</td><td>9,95 €</td><td>29,85 €</td></tr></table>"
        "<p>Total : 158,85 €</p>"
    )
    assert items(html=html) == [("Perceuse 18 V", 1, Decimal("129.00")), ("Jeu d'embouts", 3, Decimal("9.95"))]


def test_a_line_price_is_divided_when_the_sum_says_so() -> None:
    """2 × 8.50 printed as 17.00: the sum of the lines meets the total."""
    text = "Order summary\nEarl Grey loose leaf x 2\n£17.00\nKettle x 1\n£42.50\nTotal £59.50"
    assert items(text, subject="Order #10482 confirmed") == [
        ("Earl Grey loose leaf", 2, Decimal("8.50")),
        ("Kettle", 1, Decimal("42.50")),
    ]


def test_the_lower_of_two_prices_was_paid() -> None:
    """The other one was struck through."""
    html = "<table><tr><td>Écharpe en laine</td><td>39,00 € 31,20 €</td></tr></table><p>Total : 31,20 €</p>"
    assert items(html=html) == [("Écharpe en laine", 1, Decimal("31.20"))]


def test_discounts_fees_and_buttons_are_no_items() -> None:
    """Negative lines, shipping, tax and calls to act stay out."""
    text = "Voir ma commande\nThéière en grès\n39,90 €\nRemise\n-5,00 €\nLivraison\n4,90 €\nTotal\n39,80 €"
    assert items(text) == [("Théière en grès", 1, Decimal("39.90"))]


def test_items_without_prices_are_read_from_counted_lines_or_the_subject() -> None:
    """A shipping notice names what is on its way."""
    shipped = read(
        "Votre commande 104512 a été expédiée", "Elle contient :\n1 x Antivol pliant\n2 x Chambre à air 700x25"
    )
    assert [(item.name, item.quantity) for item in shipped.orders[0].items] == [
        ("Antivol pliant", 1),
        ("Chambre à air 700x25", 2),
    ]
    quoted = read(
        'Shipped: "Wireless trackball mouse..."',
        "Your package is on its way.\nOrder #123-1234567\nWireless trackball mouse with thumb control",
    )
    assert [item.name for item in quoted.orders[0].items] == ["Wireless trackball mouse with thumb control"]


def test_a_cut_name_is_made_whole_from_the_picture_and_keeps_its_address() -> None:
    """The alt text of the picture says the whole name."""
    html = (
        '<table><tr><td><img src="https://acme.fr/p.jpg" alt="Bathroom faucet brushed nickel, one handle"></td>'
        '<td><a href="https://acme.fr/p/1">Bathroom faucet brushed...</a></td><td>24,29 €</td></tr></table><p>Total : 24,29 €</p>'  # noqa: E501  a whole text in one line
    )
    (order,) = read("Confirmation de commande n° 104512", html=html).orders
    (item,) = order.items
    assert (item.name, item.image, item.url) == (
        "Bathroom faucet brushed nickel, one handle", "https://acme.fr/p.jpg", "https://acme.fr/p/1",
    )  # fmt: skip
