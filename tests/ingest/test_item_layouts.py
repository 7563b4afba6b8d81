"""Layouts of orders as shops print them: over several lines, in columns of spaces, without prices."""

from decimal import Decimal

from tests.ingest.mails import read

Found = list[tuple[str, int, Decimal | None]]


def items(text: str, subject: str = "Order confirmation 104512") -> Found:
    (order,) = read(subject, text).orders
    return [(item.name, item.quantity, item.price) for item in order.items]


def test_the_line_above_a_variant_with_count_and_price_names_the_thing() -> None:
    """A sum without a known label proves that the prices are those of lines, and is no thing itself."""
    text = "Rose 'Graham Thomas'\n4 litre pot x 2 £50.00\nFoxglove\n9cm pot x 3 £12.00\nPlants: £62.00\nTotal: £66.95"
    assert items(text) == [("Rose 'Graham Thomas'", 2, Decimal("25.00")), ("Foxglove", 3, Decimal("4.00"))]


def test_a_line_that_counts_its_thing_first_needs_none_above() -> None:
    """What stands above it heads a section."""
    assert items("Seedlings\n2 x Tomato 'Sungold' £6.00\nTotal £12.00") == [("Tomato 'Sungold'", 2, Decimal("6.00"))]


def test_what_every_block_says_names_none() -> None:
    """Positions are counted above the names; the count stands between unit price and line price."""
    text = (
        "Position 1\nAlpine ladder\nPrice £40.00 Units 3 £120.00\n"
        "Position 2\nFolding saw\nPrice £15.00 Units 2 £30.00\nTotal £150.00"
    )
    assert items(text) == [("Alpine ladder", 3, Decimal("40.00")), ("Folding saw", 2, Decimal("15.00"))]


def test_the_sum_of_a_line_ends_no_order() -> None:
    """A "Subtotal" beside a price is that of the line."""
    text = (
        "Bath sheet\nProduct code 8382 Quantity 3 Price £18.00 Subtotal £54.00\n"
        "Hand towel\nProduct code 8390 Quantity 1 Price £9.00 Subtotal £9.00\nTotal £63.00"
    )
    assert items(text) == [("Bath sheet", 3, Decimal("18.00")), ("Hand towel", 1, Decimal("9.00"))]


def test_amounts_in_brackets_beside_a_price_are_no_prices() -> None:
    """Fees that the price holds, or that come on top of it."""
    text = "Circle seat\n2 x £30.00 (plus £3.60 fee each) £67.20\nTotal £67.20"
    assert items(text) == [("Circle seat", 2, Decimal("30.00"))]


def test_things_in_a_parcel_need_no_price_and_those_of_another_parcel_do_not_count() -> None:
    """A heading that ends with a number's noun awaits a number, not the name below it."""
    text = "Dans ce colis :\nNappe en lin\nQuantité : 2\nExpédié séparément :\nBuffet en chêne\nQuantité : 1"
    assert items(text, "Votre commande 104512 a été expédiée") == [("Nappe en lin", 2, None)]


def test_counted_things_above_the_sums_are_bought_and_priced_ones_below_are_not() -> None:
    """What is recommended below an order has a price of its own."""
    text = (
        "Order 104512 has shipped\nSalmon kibble 3 kg\nQty: 2\nClay litter\nQty: 1\nSubtotal $84.95\nTotal $84.95\n"
        "Fan favourites\nFeather teaser $5.98"
    )
    assert items(text) == [("Salmon kibble 3 kg", 2, None), ("Clay litter", 1, None)]


def test_pieces_are_counted_before_a_name() -> None:
    """The words "2 szt." begin a line of a Polish parcel; a size counts nothing."""
    text = "Zawartość paczki:\n1 szt. Krem do rąk 75 ml\n2 szt. Mydło lawendowe\n240 x 220 cm\nProdukty: 49,98 zł"
    found = items(text, "Twoje zamówienie 104512 zostało wysłane")
    assert found == [("Krem do rąk 75 ml", 1, None), ("Mydło lawendowe", 2, None)]


def test_a_header_may_have_columns_of_the_shop() -> None:
    """Most of its words are known."""
    text = "Article Réf. Taille Qté Prix unitaire Total\nHousse de couette\n350214 1 59,99 € 59,99 €\nTotal 59,99 €"
    assert items(text, "Confirmation de commande 104512") == [("Housse de couette", 1, Decimal("59.99"))]


def test_counts_stand_where_the_header_says() -> None:
    """A figure between a name and its price may else belong to the name."""
    text = "Article Qté Prix\nCarnet Les Lilas 2 14,00 €\nAffiche Monet 1 9,00 €\nLivraison 4,00 €\nTotal 27,00 €"
    found = items(text, "Confirmation de commande 104512")
    assert found == [("Carnet Les Lilas", 2, Decimal("7.00")), ("Affiche Monet", 1, Decimal("9.00"))]


def test_rows_without_a_currency_are_proved_by_their_own_prices() -> None:
    """A till prints count, name, price and price of the line; amounts with a sign stand in the sums alone."""
    text = (
        "Qté Titre P.U. Total\n1 Le Pays blanc / Lemaire Jeanne 20,00 20,00\n2 Carthages / Binet Luc 22,00 44,00\n"
        "Total à payer 64,00 EUR"
    )
    found = items(text, "Confirmation de commande 104512")
    assert [(count, price) for _, count, price in found] == [(1, Decimal("20.00")), (2, Decimal("22.00"))]
    assert [name.partition(" /")[0] for name, _, _ in found] == ["Le Pays blanc", "Carthages"]


def test_the_first_thing_has_no_more_lines_than_the_others() -> None:
    """What stands above its name belongs to the mail; below a count, lines are options of the thing."""
    text = "Standard parcel\nOak shelf\n£30.00\nBeech stool\n£20.00\nTotal £50.00"
    assert [name for name, _, _ in items(text)] == ["Oak shelf", "Beech stool"]
    text = "2x Pad Thai\nExtra spicy\n£25.00\n1x Summer rolls\n£6.50\nTotal £31.50"
    assert [name for name, _, _ in items(text)] == ["Pad Thai", "Summer rolls"]


def test_what_is_sold_by_weight_costs_what_it_weighs() -> None:
    """The price of a kilogram has a currency, the rest of the row none."""
    text = (
        "Article\tQté\tPrix unit.\tMontant €\nBananes vrac\t1,120 kg\t1,75 €/kg\t1,96\n"
        "Lait demi-écrémé\t6\t0,99\t5,94\nTOTAL A REGLER\t7,90"
    )
    html = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row.split(chr(9)))}</tr>" for row in text.splitlines())
    (order,) = read("Confirmation de commande 104512", html=f"<table>{html}</table>").orders
    found = [(item.name, item.quantity, item.price) for item in order.items]
    assert found == [("Bananes vrac", 1, Decimal("1.96")), ("Lait demi-écrémé", 6, Decimal("0.99"))]


def test_prices_may_stand_above_names() -> None:
    """Price and name by turns, from below a heading: the last name has none below it."""
    text = (
        "Order 104512 is on its way!\n£18.00\nOversized hoodie in ecru\nEcru / Qty 1\n"
        "£26.50\nWide leg jeans\nBlue / Qty 2"
    )
    assert items(text) == [("Oversized hoodie in ecru", 1, Decimal("18.00")), ("Wide leg jeans", 2, Decimal("26.50"))]


def test_a_seller_below_a_name_names_nothing() -> None:
    """Labels are compared without accents."""
    text = (
        "Housse de couette\nVendu par Lin et Cie 350214487 1 59,99 € 59,99 €\n"
        "Lampe à poser\nVendu et expédié par LUMEN 519900318 1 74,90 € 74,90 €\nTotal 134,89 €"
    )
    found = items(text, "Confirmation de commande 104512")
    assert [name for name, _, _ in found] == ["Housse de couette", "Lampe à poser"]


def test_a_name_with_a_colon_is_no_detail_where_the_sum_needs_it() -> None:
    """What looks like a label with its value names a thing when nothing else does and the total says so."""
    text = "Oak shelf\n£30.00\nDune: Part Two on disc\n£20.00\nTotal £50.00"
    assert items(text) == [("Oak shelf", 1, Decimal("30.00")), ("Dune: Part Two on disc", 1, Decimal("20.00"))]
    assert [name for name, _, _ in items("Oak shelf\n£30.00\nColour: light\n£35.00\nTotal £30.00")] == ["Oak shelf"]


def test_columns_of_spaces_are_cells() -> None:
    """A text part prints a table: what stands in a column of its own belongs to no name."""
    text = (
        "Pos   Qty   Part        Description               Unit       Sum\n"
        "  1    10   METAL 4K7   Film resistor 4.7 kOhm    0.09      0.90\n"
        "  2     1   WLC 100     Soldering station        44.95     44.95\nGoods total £45.85"
    )
    assert items(text) == [
        ("Film resistor 4.7 kOhm", 10, Decimal("0.09")),
        ("Soldering station", 1, Decimal("44.95")),
    ]
    text = (
        "Qty   Item                 Price\n  1   Oak shelf            30.00\n"
        "  4   Cotton tote bag       3.50\nTotal £44.00"
    )
    assert items(text) == [("Oak shelf", 1, Decimal("30.00")), ("Cotton tote bag", 4, Decimal("3.50"))]


def test_the_only_thing_of_a_seller_costs_what_he_gets() -> None:
    """A price that is the sum of a part as well proves more things with it than without."""
    text = (
        "Novel\nQty: 1\n£21.90\nHeadphones\nQty: 1\n£79.99\nUSB cable\nQty: 2\n£8.50\n"
        "Subtotal Acme £101.89\nSubtotal Cables4U £8.50\nTotal £110.39"
    )
    assert items(text)[2:] == [("USB cable", 2, Decimal("4.25"))]


def test_a_count_stands_before_its_price_and_a_state_below_a_number() -> None:
    """A count and a unit price: "3 @ £8.50", "6 x 0.99" beside that of all six; "New" below a number."""
    text = "Glass bauble\n3 @ £8.50\n£25.50\nOak board\n1 @ £32.00\n£32.00\nSubtotal £57.50"
    assert items(text) == [("Glass bauble", 3, Decimal("8.50")), ("Oak board", 1, Decimal("32.00"))]
    text = (
        "Atlas of the sea\nISBN 9788808537812\nNew\n1\n£19.35\n"
        "Pocket dictionary\nISBN 9788835045106\nUsed\n2\n£11.00\nSubtotal £41.35"
    )
    assert items(text) == [("Atlas of the sea", 1, Decimal("19.35")), ("Pocket dictionary", 2, Decimal("11.00"))]


def test_a_till_gives_one_price_beside_rows_with_two() -> None:
    """Rows right above and below such as prove themselves are things as well; a gift costs nothing."""
    text = "1 OAK FRAME 129,00\n2 LENS UNIF 58,00 116,00\n1 HARD CASE 0,00\n----\nSubtotal 245,00\nTotal EUR 245,00"
    assert items(text) == [
        ("OAK FRAME", 1, Decimal("129.00")),
        ("LENS UNIF", 2, Decimal("58.00")),
        ("HARD CASE", 1, Decimal("0.00")),
    ]


def test_a_gift_in_a_row_with_count_and_price_is_a_thing() -> None:
    """Bars part the columns of a text; what looks like a label names the row that has a count and a price."""
    text = "| Whey | x2 | £19.99 | £39.98 |\n| Present: Shaker 500 ml | x1 | £0.00 | £0.00 |\nSubtotal | £39.98 |"
    assert items(text) == [("Whey", 2, Decimal("19.99")), ("Present: Shaker 500 ml", 1, Decimal("0.00"))]


def test_what_leads_on_to_a_price_is_no_name() -> None:
    """The word before it, below the heading of what was refunded; the refund proves it."""
    text = "Refunded item\nThe cookbook of salt (Paperback)\nQty 1 at GBP 4.29\nItem refund £4.29"
    assert items(text, "We've refunded your order 104512") == [("The cookbook of salt (Paperback)", 1, Decimal("4.29"))]
    assert items("1 Olive oil 5 litres at £62.00\nTotal £62.00") == [("Olive oil 5 litres", 1, Decimal("62.00"))]


def test_the_cells_of_the_page_part_what_a_text_runs_together() -> None:
    """The number of the article stands in a column of its own there."""
    rows = ["1\tMETAL 4,70K\tFilm resistor, 1%\t£0.90", "1\tWLC 100\tSoldering station, analogue\t£44.95"]
    html = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row.split(chr(9)))}</tr>" for row in rows)
    text = "\n".join(rows).replace("\t", " ") + "\nTotal £45.85"
    (order,) = read("Order confirmation 104512", text, html=f"<table>{html}</table>").orders
    assert [item.name for item in order.items] == ["Film resistor, 1%", "Soldering station, analogue"]


def test_lines_below_a_name_name_nothing() -> None:
    """A measure, the number of the article, when it comes, how the price counts: the name stands above them."""
    text = (
        "Thank you for your order.\nBrut 'Lake' - White Court\n0.75 l - boxed\n3 x £21.50\n£64.50\n"
        "Barolo 2018 - Cascina\n0.75 l\n1 x £38.00\n£38.00\nSubtotal £102.50"
    )
    assert [name for name, _, _ in items(text)] == ["Brut 'Lake' - White Court", "Barolo 2018 - Cascina"]
    text = (
        "1 x Atlas of Lyon\nEAN: 9782072864490\nShipped at once £8.60\n"
        "2x Grinding disc 125 mm\nart. 5218837 • £6.49 each\n£12.98\nTotal £21.58"
    )
    assert items(text) == [("Atlas of Lyon", 1, Decimal("8.60")), ("Grinding disc 125 mm", 2, Decimal("6.49"))]


def test_a_gift_has_its_word_in_place_of_a_price() -> None:
    """What is free costs nothing and is bought all the same; the label of a day is no thing."""
    text = (
        "Received in our store\n01.07.2024\nMountain tyre\nQuantity: 2\n£48.99 each\n"
        "Water bottle\nQuantity: 1\nFREE (£0.00)\nSubtotal £97.98"
    )
    assert items(text) == [("Mountain tyre", 2, Decimal("48.99")), ("Water bottle", 1, Decimal("0.00"))]
