"""What else a mail tells: returns and refunds, numbers of things, conditions of offers, vouchers."""

from decimal import Decimal

import pytest

from mesinfos.ingest.extractors.identifiers import is_gtin
from mesinfos.ingest.line import json_line
from mesinfos.ingest.pipeline import recognise
from mesinfos.model.values import BookingStatus, Money, ReturnStatus
from tests.ingest.mails import raw, read

ORDER = """Merci pour votre commande.
Numéro de commande : AC44871

Théière émaillée bleue
Réf. : TH-2291
EAN : 3 700123 456780
Quantité : 1
14,50 €

Filtre à café n° 4
Référence article : 55120
Quantité : 2
3,00 €

Total TTC : 20,50 €
Service client : RCS Rennes B 123456789
"""


def test_things_have_numbers():
    """A GTIN by its label and check digit, the seller's number by its words, each below its own thing."""
    (order,) = read("Confirmation de commande", ORDER).orders
    assert [(item.name, item.gtin, item.sku) for item in order.items] == [
        ("Théière émaillée bleue", "3700123456780", "TH-2291"),
        ("Filtre à café n° 4", "", "55120"),
    ]


def test_a_gtin_is_proved_by_its_last_digit():
    """Eight, twelve, thirteen and fourteen digits; a wrong one, a phone or a date is none."""
    assert all(map(is_gtin, ("96385074", "036000291452", "4006381333931", "14006381333938")))
    assert not any(map(is_gtin, ("4006381333932", "0612345678", "20261124", "", "40063813339a1")))


def test_an_address_of_amazon_names_the_thing():
    """The ASIN stands in the link."""
    row = (
        "<tr><td><a href='https://www.amazon.fr/gp/product/B09XYZ1234?ref=x'>Lampe de chevet en bois</a></td>"
        "<td>1</td><td>24,90 €</td></tr>"
    )
    page = f"<p>Numéro de commande : 404-1234567-1234567</p><table>{row}</table><p>Total : 24,90 €</p>"
    (order,) = read("Confirmation de commande", html=page).orders
    assert order.items[0].sku == "B09XYZ1234"


def test_markup_names_numbers_and_cancellations():
    """schema.org's gtin13, sku and reservationStatus."""
    page = """<script type="application/ld+json">[{"@type": "Order", "orderNumber": "A-1",
    "acceptedOffer": {"price": "9", "itemOffered": {"name": "Lampe", "gtin13": "4006381333931", "sku": "LA-7"}}},
    {"@type": "LodgingReservation", "reservationNumber": "QX7", "checkinTime": "2026-12-01",
    "reservationStatus": "http://schema.org/ReservationCancelled"}]</script><p>Merci</p>"""
    found = read("Commande", html=page)
    assert (found.orders[0].items[0].gtin, found.orders[0].items[0].sku) == ("4006381333931", "LA-7")
    assert found.bookings[0].status is BookingStatus.CANCELLED


@pytest.mark.parametrize(
    ("subject", "text", "status", "amount", "number"),
    [
        (
            "Votre remboursement a été effectué",
            "Commande n° AC44871\nMontant remboursé : 24,90 €\nNuméro de retour : R-9931\n",
            ReturnStatus.REFUNDED, "24.90", "R-9931",
        ),
        ("Nous avons bien reçu votre retour", "Commande n° AC44871\n", ReturnStatus.RECEIVED, None, ""),
        ("Votre étiquette de retour", "Commande n° AC44871\nImprimez-la.\n", ReturnStatus.REQUESTED, None, ""),
        (
            "Your refund has been issued", "Order number: AC44871\nWe have refunded $12.50 to your card.\n",
            ReturnStatus.REFUNDED, "12.50", "",
        ),
        (
            "Erstattung für Ihre Bestellung", "Bestellnummer: AC44871\nErstattungsbetrag: 39,95 €\n",
            ReturnStatus.REFUNDED, "39.95", "",
        ),
        (
            "Hemos recibido tu devolución", "Número de pedido: AC44871\n", ReturnStatus.RECEIVED, None, "",
        ),
        ("Il tuo rimborso è stato emesso: rimborso effettuato", "Numero ordine: AC44871\nImporto rimborsato: 8,00 €\n",
            ReturnStatus.REFUNDED, "8.00", ""),
        (
            "Retour ontvangen", "Beste Alice,\nWe hebben je retour ontvangen.\nBestelnummer: AC44871\n",
            ReturnStatus.RECEIVED, None, "",
        ),
    ],
)  # fmt: skip
def test_a_return_is_told(subject, text, status, amount, number):
    """How far it is, of which order, how much comes back."""
    (found,) = read(subject, text).returns
    assert (found.status, found.order_number, found.number) == (status, "AC44871", number)
    assert (str(found.amount.amount) if found.amount else None) == amount
    assert str(found.date) == "2026-11-25"


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("Confirmation de commande", ORDER + "Vous avez 30 jours pour changer d'avis.\n"),
        ("Votre commande est livrée", "Commande n° AC44871\nDès que nous aurons reçu votre retour, tout ira bien.\n"),
        ("Donnez votre avis", "Commande n° AC44871\nQue pensez-vous de votre achat ?\n"),
        ("Soldes", "-20 % sur tout. Retours gratuits.\n"),
    ],
)
def test_no_return_where_none_is_told(subject, text):
    """Rights, what has not happened and advertisement are no returns."""
    assert read(subject, text).returns == ()


def test_an_offer_has_conditions():
    """The sentence that limits it is kept with it."""
    text = "Profitez de -15 % avec le code TILLEUL15\nDès 50 € d'achat, hors livres. Non cumulable.\nÀ bientôt\n"
    (offer,) = read("-15 % sur toute la papeterie", text).offers
    assert (offer.code, offer.conditions) == ("TILLEUL15", "Dès 50 € d'achat, hors livres. Non cumulable.")


def test_an_offer_without_conditions_has_none():
    """A word inside another one is no condition."""
    (offer,) = read("-15 % sur tout", "Profitez de -15 % avec le code TILLEUL15\nRendez-vous hors-série\n").offers
    assert not offer.conditions or offer.conditions.startswith("Rendez-vous")


def test_a_voucher_is_a_benefit():
    """What it is worth, its code and its last day; points beside it."""
    text = (
        "Bravo Alice, merci pour votre fidélité.\nVotre chèque fidélité de 10,00 €\nCode : CF10-7781X\n"
        "Valable jusqu'au 31/12/2026\nVos points : 240\n"
    )
    (benefit,) = read("Votre chèque fidélité est arrivé", text).benefits
    assert (benefit.voucher, benefit.amount, benefit.points) == ("CF10-7781X", Money(Decimal("10.00"), "EUR"), 240)
    assert str(benefit.expires) == "2026-12-31"


def test_the_line_of_recognise_tells_all_of_it():
    """Every field of every fact is printed by its own name, what is empty as null."""
    mail = raw("Votre remboursement a été effectué", "Commande n° AC44871\nMontant remboursé : 24,90 €\n")
    told = json_line("a.eml", recognise(mail))
    (back,) = told["returns"]
    assert back == {
        "number": None,
        "order_number": "AC44871",
        "status": "refunded",
        "amount": "24.90",
        "currency": "EUR",
        "date": "2026-11-25",
    }


def test_markup_and_page_tell_one_parcel_and_one_offer():
    """What markup leaves out of a parcel or an offer, the page tells; the fact says which reader gave what."""
    page = """<script type="application/ld+json">[{"@type": "ParcelDelivery", "trackingNumber": "6A12345678901",
    "deliveryStatus": "http://schema.org/OrderPickupAvailable", "carrier": {"name": "Colissimo"}}]</script>
    <p>Votre colis vous attend. Colissimo n° de suivi : 6A12345678901</p><p>Code de retrait : 447120</p>
    <p>À retirer avant le : 30/11/2026</p>"""
    (parcel,) = read("Votre colis est disponible en point relais", html=page).parcels
    assert (parcel.carrier, parcel.pickup_code, str(parcel.pickup_until)) == ("Colissimo", "447120", "2026-11-30")
    assert parcel.provenance.extractor == "markup"
    assert "pickup_code" in parcel.provenance.fields
    shown = """<script type="application/ld+json">{"@type": "DiscountOffer", "description": "Soldes d'hiver",
    "discountCode": "HIVER30"}</script><p>-30 % sur tout avec le code HIVER30</p><p>Offre non cumulable.</p>"""
    (offer,) = read("Soldes : -30 % sur tout", html=shown).offers
    assert (offer.description, offer.code, str(offer.percent)) == ("Soldes d'hiver", "HIVER30", "30")
    assert offer.conditions == "Offre non cumulable."


def test_a_booking_says_what_and_where():
    """The hotel is what is booked, its address where; a label that belongs to the name stays in it."""
    text = (
        "Votre réservation est confirmée.\nNuméro de réservation : QX7-4411\nHôtel du Vieux Moulin\n"
        "Adresse : 3 rue du Pont, Dinan\nArrivée : 04/12/2026\nDépart : 06/12/2026\nMontant total : 189,00 €\n"
    )
    (booking,) = read("Confirmation de réservation", text).bookings
    assert (booking.what, booking.where) == ("Hôtel du Vieux Moulin", "3 rue du Pont, Dinan")
