"""Products as the fold of what orders name."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mesinfos.errors import NotFound
from mesinfos.model.merchant import Merchant
from mesinfos.model.purchase import Item, Order
from mesinfos.model.values import Kind, OrderStatus
from mesinfos.relations.orders import fold_orders
from mesinfos.relations.products import fold_products, product, products, variants
from tests.cast import ACME, ZETA
from tests.relations.observed import euros, reading_of, saw

AMAZON = Merchant("Amazon", "amazon.fr", Kind.MARKETPLACE)
PHONE = "Apple iPhone 15 128 Go Noir"


def bought(*items: Item | str, merchant: Merchant = ACME, day: int = 0, number: str = "", **more: object):
    """An observation of an order of these items."""
    listed = tuple(Item(item) if isinstance(item, str) else item for item in items)
    name = number or f"{merchant.domain}-{day}-{listed[0].name[:9]}-{listed[0].sku}"
    return saw(Order(name, items=listed, total=euros("10"), **more), day, merchant)


def folded(*seen):
    """The products of these orders."""
    return fold_products(fold_orders(seen))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Eau minérale Evian 1,5 L", "EVIAN eau minerale 1.5l"),
        ("Eau minérale Evian 1,5 L", "Evian – Eau Minérale, 150 cl"),
        (PHONE, "iPhone 15 Apple (128GB) – Black"),
        ("Matelas mémoire de forme 140 x 190 cm", "MATELAS MEMOIRE DE FORME 1,40x1,90 m"),
        ("Lot de 6 verres à vin cristal", "Verres à vin cristal - 6 pièces"),
        ("T-shirt col rond coton, taille M", "Tshirt Col Rond Coton M"),
        ("Café Lavazza® Crema en grains 1 kg", "Lavazza Crema café en grains 1000 g"),
        ("Disque dur Seagate Portable 2 To", "Seagate Portable disque dur 2000 Go"),
    ],
)
def test_a_name_spelt_otherwise_is_one_product(one: str, other: str):
    """Capitals, accents, units, marks and the order of words say nothing, at two merchants too."""
    (view,) = folded(bought(one), bought(other, merchant=ZETA, day=3))
    assert view.times == 2
    assert [merchant.domain for merchant in view.merchants] == [ZETA.domain, ACME.domain]


@pytest.mark.parametrize(
    ("one", "other", "related"),
    [
        (PHONE, "Apple iPhone 15 256 Go Noir", True),
        (PHONE, "Apple iPhone 15 128 Go Bleu", True),
        (PHONE, "Apple iPhone 14 128 Go Noir", False),
        ("T-shirt col rond coton M", "T-shirt col rond coton L", True),
        ("Eau minérale Evian 1,5 L", "Eau minérale Evian 50 cl", True),
        ("Lot de 6 verres à vin", "Lot de 12 verres à vin", False),
        ("Café moulu avec caféine 250 g", "Café moulu sans caféine 250 g", False),
        ("Vis inox 4x40 mm", "Vis inox 4x50 mm", True),
        ("Harry Potter tome 1", "Harry Potter tome 2", False),
    ],
)
def test_another_size_or_model_is_another_product(one: str, other: str, related: bool):
    """Sizes, colours and capacities are products of one family; other models are strangers."""
    reading = reading_of(bought(one), bought(other, day=1))
    first, second = products(reading)
    assert [view.id for view in variants(reading, first)] == ([second.id] if related else [])
    assert product(reading, second.id) is second


def test_a_gtin_names_a_product_everywhere():
    """One GTIN in two forms is one product, whatever the names; two GTINs under one name are two."""
    one = Item("Lampe", gtin="4006381333931")
    (view,) = folded(bought(one), bought(Item("Stehlampe", gtin="04006381333931"), merchant=ZETA, day=1))
    assert view.gtin == "04006381333931"
    assert len(folded(bought(one), bought(Item("Lampe", gtin="036000291452"), day=1))) == 2


def test_a_wrong_gtin_is_no_mark():
    """A number whose check digit is wrong identifies nothing; the name does."""
    assert len(folded(bought(Item("Lampe rouge", gtin="4006381333932")), bought("Lampe rouge", day=1))) == 1
    assert len(folded(bought(Item("A", gtin="4006381333932")), bought(Item("B", gtin="4006381333932"), day=1))) == 2


def test_a_sellers_number_counts_at_that_seller():
    """A SKU is one product at its merchant and says nothing at another; an ASIN stands in a link."""
    first, second = Item("Lampe laiton", sku="L-1"), Item("Lampe en laiton poli", sku="l-1")
    assert len(folded(bought(first), bought(second, day=1))) == 1
    assert len(folded(bought(first), bought(second, merchant=ZETA, day=1))) == 2
    link = Item("Câble court", url="https://www.amazon.fr/dp/B0CHX1W1XY?x=1")
    other = Item("Câble USB-C", url="https://www.amazon.fr/gp/product/B0CHX1W1XY")
    assert len(folded(bought(link, merchant=AMAZON), bought(other, merchant=AMAZON, day=1))) == 1


def test_an_asin_is_one_number_at_every_amazon():
    """Where a mail tells the ASIN without a link, it is the number of that link, in another country too."""
    there = Merchant("Amazon", "amazon.de", Kind.MARKETPLACE)
    link = Item("Câble court", url="https://www.amazon.fr/dp/B0CHX1W1XY")
    told = Item("Kabel kurz", sku="B0CHX1W1XY")
    assert len(folded(bought(link, merchant=AMAZON), bought(told, merchant=there, day=1))) == 1
    assert len(folded(bought(link, merchant=AMAZON), bought(told, day=1))) == 2


def test_a_book_at_amazon_is_the_book_elsewhere():
    """Amazon's number of a book is its ISBN, hence its GTIN."""
    here = Item("Der Schwarm", url="https://www.amazon.de/dp/2070360024")
    (view,) = folded(bought(here, merchant=AMAZON), bought(Item("Der Schwarm: Roman", gtin="9782070360024"), day=1))
    assert view.category == "Media"


def test_a_name_joins_what_bears_a_number():
    """A line without numbers is the numbered product of its name, and none when its seller has two of that name."""
    numbered = Item("Bouilloire inox Alpina 1,7 L", sku="B-1")
    again = Item("Bouilloire inox Alpina 1,7 L", sku="B-2")
    assert len(folded(bought(numbered), bought("bouilloire inox alpina 1.7l", merchant=ZETA, day=1))) == 1
    assert len(folded(bought(numbered), bought(again, day=1), bought(numbered.name, merchant=ZETA, day=2))) == 3


def test_a_common_name_is_its_merchants_own():
    """Two restaurants' pizza is not one product; the same restaurant's is."""
    assert len(folded(bought("Pizza"), bought("Pizza", merchant=ZETA, day=1))) == 2
    assert len(folded(bought("Pizza"), bought("pizza", day=1))) == 1


def test_families_of_common_names_stay_at_their_merchant():
    """Two merchants' kettles are no sizes of one thing; the same merchant's are."""
    reading = reading_of(
        bought("Bouilloire 1 L"), bought("Bouilloire 2 L", day=1), bought("Bouilloire 2 L", merchant=ZETA)
    )
    assert sorted(len(variants(reading, one)) for one in products(reading)) == [0, 1, 1]


def test_a_cut_name_joins_the_one_that_begins_so():
    """A name cut by its shop joins the whole one, but not when the size was cut off, nor at another merchant."""
    whole = "Chaise de bureau ergonomique pivotante avec accoudoirs"
    cut = "Chaise de bureau ergonomique pivot…"
    assert len(folded(bought(whole), bought(cut, day=1))) == 1
    assert folded(bought(cut, day=1), bought(whole))[0].name == whole
    assert len(folded(bought(whole), bought(cut, merchant=ZETA, day=1))) == 2
    assert len(folded(bought("Apple iPhone 15 Pro Max 256 Go"), bought("Apple iPhone 15 Pro M…", day=1))) == 2
    two = bought(f"{whole} relevables", day=2)
    assert len(folded(bought(whole), two, bought(cut, day=1))) == 3


def test_unproved_orders_touch_no_product():
    """A forged order makes no product and adds no purchase."""
    forged = saw(Order("A-9", items=(Item(PHONE),)), 5, verified=False)
    (view,) = folded(bought(PHONE), forged)
    assert view.times == 1


def test_what_was_sent_back_counts_as_none():
    """A returned order stays in the list of purchases, and neither its price nor its day speaks for the product."""
    kept = bought(Item(PHONE, price=Decimal(800), quantity=2))
    back = bought(Item(PHONE, price=Decimal(700)), day=9, number="B-2", status=OrderStatus.RETURNED)
    (view,) = folded(kept, back)
    assert (view.times, view.quantity, view.last_price) == (1, 2, euros("800"))
    assert [purchase.undone for purchase in view.purchases] == [True, False]
    (only,) = folded(back)
    assert (only.times, only.last_price) == (0, euros("700"))


def test_fees_and_rides_are_no_products():
    """A delivery, a night or a fare in an order is none; goods of a merchant that rather sells journeys are."""
    rail = Merchant("Rail & Rivage", "railrivage.example", Kind.TRAVEL)
    lines = bought("Frais de livraison", "Gastos de envío", "Doppelzimmer, 2 Nächte", PHONE)
    assert [view.name for view in folded(lines, bought("Rennes – Brest", merchant=rail))] == [PHONE]
    (flask,) = folded(bought(Item("Gourde inox", category="Home & Garden"), merchant=rail))
    assert flask.category == "Home & Garden"


def test_an_old_record_gets_its_category_now():
    """What was recognised before categories were read is sorted by its name; what a record says goes before."""
    assert folded(bought("Bouilloire électrique"))[0].category == "Home & Garden"
    assert folded(bought(Item("Bouilloire électrique", category="Hardware")))[0].category == "Hardware"


def test_a_stranger_finds_nothing():
    """An id of no product is not found."""
    with pytest.raises(NotFound):
        product(reading_of(bought(PHONE)), "0" * 24)


NAMES = [
    PHONE,
    "iphone 15 apple 128gb noir",
    "Apple iPhone 15 256 Go Noir",
    "Apple iPhone 15…",
    "Pizza",
    "T-shirt M",
    "",
]
_items = st.builds(
    Item,
    st.sampled_from(NAMES),
    quantity=st.integers(1, 3),
    price=st.sampled_from([None, Decimal("9.90")]),
    gtin=st.sampled_from(["", "", "4006381333931", "036000291452", "bad"]),
    sku=st.sampled_from(["", "", "S-1", "S-2"]),
)
_bought = st.builds(
    saw,
    st.builds(
        Order,
        st.sampled_from(["1", "2", "3"]),
        items=st.lists(_items, max_size=3).map(tuple),
        total=st.just(euros("1")),
    ),
    st.integers(0, 4),
    st.sampled_from([ACME, ZETA]),
    st.just(""),
    st.booleans(),
)


@given(st.lists(_bought, max_size=7), st.randoms(use_true_random=False))
def test_the_fold_is_order_independent_and_idempotent(seen, random):
    """Orders in any order, each any number of times, give the same products; every proved line is in exactly one."""
    orders = fold_orders(seen)
    shuffled = [*orders, *orders]
    random.shuffle(shuffled)
    found = fold_products(orders)
    assert fold_products(shuffled) == found
    wanted = sum(bool(item.name) for view in orders if view.verified for item in view.order.items)
    assert sum(len(view.purchases) for view in found) == wanted
    assert len({view.id for view in found}) == len(found)


@given(st.lists(_bought, max_size=7))
def test_no_product_has_two_gtins(seen):
    """Whatever names and numbers connect, lines with two GTINs never meet."""
    numbers = {}
    for view in fold_orders(seen):
        for item in view.order.items:
            numbers.setdefault((view.id, item.name), set()).add(item.gtin)
    for found in fold_products(fold_orders(seen)):
        told = [numbers[one.order_id, one.name] for one in found.purchases]
        sure = {next(iter(one)) for one in told if len(one) == 1} & {"4006381333931", "036000291452"}
        assert len(sure) <= 1
