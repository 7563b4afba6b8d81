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


def test_prices_below_their_label_and_details_make_a_block() -> None:
    """Reference, colour, size and quantity belong to the name above them; the brand above a name is no name."""
    text = (
        "MAISON LUMEN\nSérum éclat vitamine C\nRéf. : GJQ512\nTeinte : 07\nQuantité : 2\nPrix : 49,99 € 39,99 €\n"
        "CILIA\nCoffret mini mascara\nQuantité : 1\nPrix : 12,00 €\nTotal articles : 91,98 €\nTotal : 91,98 €"
    )
    assert items(text) == [
        ("Sérum éclat vitamine C", 2, Decimal("39.99")),
        ("Coffret mini mascara", 1, Decimal("12.00")),
    ]


def test_prices_without_a_sign_count_where_the_mail_has_no_others() -> None:
    """Swiss shops write 1'249.– and 39.90, and the currency beside the total alone."""
    html = (
        "<table><tr><td>1x</td></tr><tr><td>Robot aspirateur R9</td></tr><tr><td>1'249.–</td></tr>"
        "<tr><td>2x</td></tr><tr><td>Sacs à poussière</td></tr><tr><td>39.80</td></tr><tr><td>19.90/pièce</td></tr>"
        "<tr><td>Total CHF</td><td>1'288.80</td></tr></table>"
    )
    assert items(html=html) == [
        ("Robot aspirateur R9", 1, Decimal(1249)),
        ("Sacs à poussière", 2, Decimal("19.90")),
    ]


def test_weighed_goods_cost_what_they_weigh() -> None:
    """A price by weight is no price of the thing."""
    html = (
        "<table><tr><td>Bananes vrac</td><td>1,120 kg</td><td>1,75 €/kg</td><td>1,96 €</td></tr>"
        "<tr><td>Lait 1 L</td><td>6</td><td>0,99 €</td><td>5,94 €</td></tr></table><p>Total : 7,90 €</p>"
    )
    assert items(html=html) == [("Bananes vrac", 1, Decimal("1.96")), ("Lait 1 L", 6, Decimal("0.99"))]


def test_two_orders_in_one_mail_keep_their_own_things() -> None:
    """Each order has what stands below its number."""
    text = (
        "Your orders from two shops\nYour order number is: 3274410982\nPlacemats, set of 4\nQuantity: 1\n£36.00\n"
        "Postage: £4.00\nOrder total: £40.00\nYour order number is: 3274410983\nBrass hook\nQuantity: 3\n"
        "Item price: £6.10\nOrder total: £18.30"
    )
    first, second = read("Your orders are confirmed", text).orders
    assert [(one.order_number, str(one.total.amount)) for one in (first, second) if one.total] == [
        ("3274410982", "40.00"),
        ("3274410983", "18.30"),
    ]
    assert [(item.name, item.quantity) for item in (*first.items, *second.items)] == [
        ("Placemats, set of 4", 1),
        ("Brass hook", 3),
    ]


def test_an_order_number_with_a_dash_is_no_item() -> None:
    """A line that numbers the order names nothing that was bought, wherever the dash of the number stands."""
    text = "Merci\nNuméro de commande : A-44871\n\nThéière bleue\nQuantité : 1\n14,50 €\n\nTotal TTC : 14,50 €\n"
    assert [item.name for item in read("Confirmation de commande", text).orders[0].items] == ["Théière bleue"]
