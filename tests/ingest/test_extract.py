from datetime import UTC, date, datetime
from decimal import Decimal

from mesinfos.model.merchant import Merchant
from mesinfos.model.values import Kind, OrderStatus
from tests.ingest.mails import read

BANK = Merchant("Banque Horizon", "banquehorizon.fr", Kind.FINANCE)


def test_an_order_tells_its_parts() -> None:
    """Date, seller, payment method, shipping, discount and tax are read where they are labelled."""
    text = (
        "Merci pour votre commande\nNuméro de commande : 104512\nDate de commande : 3 novembre 2026\nVendu par : Maison Pivoine\n"  # noqa: E501  a whole text in one line
        "Mode de paiement : PayPal\nSous-total : 20,00 €\nRemise : -2,00 €\nLivraison : 4,90 €\nTotal TTC : 22,90 €\ndont TVA : 3,82 €"  # noqa: E501  a whole text in one line
    )
    (order,) = read("Confirmation de commande", text).orders
    assert (order.date, order.seller, order.payment_method) == (date(2026, 11, 3), "Maison Pivoine", "PayPal")
    assert (order.shipping, order.discount, order.tax) == (Decimal("4.90"), Decimal("2.00"), Decimal("3.82"))
    assert order.provenance is not None
    assert order.provenance.extractor == "layout"


def test_the_status_follows_what_the_mail_says() -> None:
    """Cancelled, refunded, refused, waited for: each has its status."""
    number = "Bonjour, concernant la commande n° 104512."
    said = {
        "Votre commande a été annulée": OrderStatus.CANCELLED,
        "Votre remboursement a été effectué": OrderStatus.RETURNED,
        "Votre paiement a été refusé": OrderStatus.PROBLEM,
        "Votre commande est en attente de paiement": OrderStatus.PAYMENT_DUE,
        "Votre commande a été livrée": OrderStatus.DELIVERED,
        "Merci pour votre commande": OrderStatus.PROCESSING,
    }
    assert {subject: read(subject, number).orders[0].status for subject in said} == said


def test_there_is_no_order_without_evidence() -> None:
    """Newsletters, codes, notices, carriers' mails and personal letters hold no order."""
    nothing = [
        read(
            "-20 % sur tout",
            "Profitez de notre offre. Pull 89,00 €. Écharpe 39,00 €.",
            headers="List-Unsubscribe: <https://acme.fr/u>\n",
        ),
        read("Votre code de vérification", "Votre code est 739204."),
        read("Nouvelles conditions générales", "Nos conditions d'utilisation évoluent."),
        read("Votre colis arrive", "Votre colis 15505912345678, commande n° 104512", sender="x@dpd.fr"),
        read(
            "Dimanche",
            "Salut Alice, on se voit dimanche ? J'ai payé 20 € au restaurant.",
            sender="bob@example.org",
            merchant=None,
        ),
    ]
    assert [found.orders for found in nothing] == [()] * 5


def test_a_receipt_without_a_number_is_an_order_with_a_total() -> None:
    """A ride has a total and no number; it is counted all the same."""
    (order,) = read("Your ride receipt", "Thanks for riding with us, here is your receipt.\nTotal: $27.98").orders
    assert order.order_number == ""
    assert order.total is not None
    assert order.total.amount == Decimal("27.98")


def test_a_bill_is_an_invoice_and_no_order() -> None:
    """Its number, its amount, and when it is due."""
    text = "Bonjour,\nVotre facture n° F2026-1187734 est disponible.\nMontant à payer : 29,99 €\nDate de prélèvement : 20/12/2026"  # noqa: E501  a whole text in one line
    found = read("Votre facture", text)
    assert found.orders == ()
    (invoice,) = found.invoices
    assert (invoice.number, invoice.due) == ("F2026-1187734", date(2026, 12, 20))
    assert invoice.total is not None
    assert invoice.total.amount == Decimal("29.99")


def test_a_bank_alert_is_a_payment_and_no_order() -> None:
    """What was bought elsewhere is the other merchant's order."""
    found = read(
        "Alerte : paiement par carte", "Un paiement par carte de 42,10 € a été effectué chez LIBRAIRIE.", merchant=BANK
    )
    assert found.orders == ()
    assert [one.total.amount for one in found.invoices if one.total] == [Decimal("42.10")]


def test_a_booking_tells_its_reference_and_its_days() -> None:
    """Local times are kept as they are printed."""
    text = "Your booking is confirmed\nBooking reference: SH-7712\nHotel: Belvedere\nCheck-in: 28 December 2026 (15:00)\nCheck-out: 2 January 2027\nTotal price: €612.50"  # noqa: E501  a whole text in one line
    (booking,) = read("Booking confirmation", text).bookings
    assert (booking.reference, booking.what) == ("SH-7712", "Belvedere")
    assert booking.start == datetime(2026, 12, 28, 15, tzinfo=UTC)
    assert booking.end == datetime(2027, 1, 2, tzinfo=UTC)


def test_an_offer_tells_its_code_its_percentage_and_its_end() -> None:
    """Only in promotions, or where a code is labelled."""
    text = (
        "Profitez de 20 % de réduction avec le code LAINE20, offre valable jusqu'au 12 décembre 2026.\nSe désinscrire"
    )
    (offer,) = read("-20 % sur la collection", text, headers="List-Unsubscribe: <https://acme.fr/u>\n").offers
    assert (offer.code, offer.percent, offer.valid_through) == ("LAINE20", Decimal(20), date(2026, 12, 12))
    assert read("Votre colis est en route", "Votre colis vient d'être expédié, livraison gratuite à 100 %").offers == ()
    (amount,) = read(
        "10 € offerts : profitez-en", "Offre exclusive, profitez de nos promotions", headers="Precedence: bulk\n"
    ).offers
    assert amount.amount is not None
    assert amount.amount.amount == Decimal(10)


def test_points_of_a_programme_are_a_benefit() -> None:
    """Points, tier and card, where they are labelled."""
    (benefit,) = read(
        "Votre relevé de points",
        "Votre solde de points : 1 240 points\nVotre statut : Or\nNuméro de carte : 2900123456789",
    ).benefits
    assert (benefit.programme, benefit.points, benefit.tier, benefit.number) == ("Acme", 1240, "Or", "2900123456789")
    assert read("Votre relevé de points", "Vos points ont expiré").benefits == ()
