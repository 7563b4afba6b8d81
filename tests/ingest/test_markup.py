from datetime import date
from decimal import Decimal

from mesinfos.model.values import OrderStatus, ParcelStatus
from tests.ingest.mails import read

ORDER = """{"@context":"http://schema.org","@type":"Order","orderNumber":"77-1","orderStatus":"http://schema.org/OrderInTransit",
"orderDate":"2026-11-20T10:00","merchant":{"@type":"Organization","name":"Acme"},
"price":"1 234,50","priceCurrency":"EUR",
"acceptedOffer":[{"@type":"Offer","itemOffered":{"@type":"Product","name":"Tea &amp; pot",
"image":"https://acme.fr/i.jpg"},"price":"12.50","eligibleQuantity":{"value":"2"}}]}"""


def ld(*blocks: str) -> str:
    return "<p>Hello</p>" + "".join(f'<script type="application/ld+json">{block}</script>' for block in blocks)


def test_a_declared_order_is_taken_whole() -> None:
    """Number, date, status, seller, items, price on the order (Gmail's form)."""
    (order,) = read("Hello", html=ld(ORDER)).orders
    assert (order.order_number, order.date, order.status) == ("77-1", date(2026, 11, 20), OrderStatus.IN_TRANSIT)
    assert order.total is not None
    assert (order.total.amount, order.total.currency) == (Decimal("1234.50"), "EUR")
    (item,) = order.items
    assert (item.name, item.quantity, item.price, item.image) == (
        "Tea & pot",
        2,
        Decimal("12.50"),
        "https://acme.fr/i.jpg",
    )


def test_a_picture_may_be_an_object_of_its_own() -> None:
    """An ImageObject, alone or the first of several, gives its own address; its caption is none."""
    for image in (
        '{"@type":"ImageObject","name":"The pot","url":"https://acme.fr/o.jpg"}',
        '[{"@type":"ImageObject","contentUrl":"https://acme.fr/o.jpg"},"https://acme.fr/b.jpg"]',
        '["https://acme.fr/o.jpg","https://acme.fr/b.jpg"]',
    ):
        (order,) = read("Hello", html=ld(ORDER.replace('"https://acme.fr/i.jpg"', image))).orders
        assert [item.image for item in order.items] == ["https://acme.fr/o.jpg"]


def test_arrays_graphs_trailing_commas_and_comments_are_forgiven() -> None:
    """What senders really write is read; nonsense is passed over."""
    found = read(
        "Hello", html=ld("[" + ORDER + ",]", '{"@graph":[' + ORDER.replace("77-1", "77-2") + "]}", "{not json", "42")
    )
    assert [order.order_number for order in found.orders] == ["77-1", "77-2"]


def test_a_declared_parcel_brings_its_order() -> None:
    """ParcelDelivery nests the order that it belongs to."""
    parcel = """{"@type":"ParcelDelivery","trackingNumber":"6A 1234","carrier":{"name":"Colissimo"},"trackingUrl":"https://x.example/1",
    "expectedArrivalUntil":"2026-11-30","deliveryStatus":"http://schema.org/OrderDelivered","partOfOrder":{"@type":"Order","orderNumber":"77-3"}}"""
    found = read("Hello", html=ld(parcel))
    (one,) = found.parcels
    assert (one.carrier, one.tracking_number, one.order_number, one.status) == (
        "Colissimo",
        "6A1234",
        "77-3",
        ParcelStatus.DELIVERED,
    )
    assert one.expected_until == date(2026, 11, 30)
    assert found.orders[0].order_number == "77-3"


def test_invoices_offers_and_reservations_are_read() -> None:
    """The other declared kinds, each in its place."""
    invoice = '{"@type":"Invoice","accountId":"A-9","totalPaymentDue":{"@type":"PriceSpecification","price":29.99,"priceCurrency":"EUR"},"paymentDueDate":"2026-12-01"}'  # noqa: E501  a whole text in one line
    offer = '{"@type":"DiscountOffer","description":"-20 %","discountCode":"TEA20","availabilityEnds":"2026-12-02T00:00:00Z"}'  # noqa: E501  a whole text in one line
    event = '{"@type":["EventReservation"],"reservationNumber":"E1","reservationFor":{"@type":"Event","name":"Concert","startDate":"2026-12-24 20:00","location":{"name":"Hall"}},"totalPrice":"20","priceCurrency":"EUR"}'  # noqa: E501  a whole text in one line
    found = read("Hello", html=ld(invoice, offer, event))
    assert [(one.number, one.due) for one in found.invoices] == [("A-9", date(2026, 12, 1))]
    assert [(one.code, one.valid_through) for one in found.offers] == [("TEA20", date(2026, 12, 2))]
    assert [(one.reference, one.what, one.where) for one in found.bookings] == [("E1", "Concert", "Hall")]


def test_microdata_with_unquoted_attributes_is_read() -> None:
    """Itemprop without quotes, values in content, href or text."""
    html = (
        "<div itemscope itemtype=http://schema.org/Order><meta itemprop=orderNumber content=88-2>"
        "<link itemprop=orderStatus href=http://schema.org/OrderProcessing>"
        "<div itemprop=acceptedOffer itemscope itemtype=http://schema.org/Offer><div itemprop=itemOffered itemscope "
        "itemtype=http://schema.org/Product><span itemprop=name>Blue cup</span></div><span itemprop=price>4.50</span></div>"  # noqa: E501  a whole text in one line
        "<meta itemprop=priceCurrency content=GBP><meta itemprop=price content=9.00></div>"
    )
    (order,) = read("Hello", html=html).orders
    assert (order.order_number, order.items[0].name, order.items[0].price) == ("88-2", "Blue cup", Decimal("4.50"))
    assert order.total is not None
    assert order.total.currency == "GBP"


def test_empty_markup_declares_nothing() -> None:
    """Types without content give no facts."""
    found = read(
        "Hello",
        html=ld(
            '{"@type":"Order"}',
            '{"@type":"ParcelDelivery"}',
            '{"@type":"DiscountOffer"}',
            '{"@type":"FoodReservation"}',
        ),
    )
    assert (found.orders, found.parcels, found.offers, found.bookings) == ((), (), (), ())
