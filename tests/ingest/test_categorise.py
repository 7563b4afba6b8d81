import pytest

from mesinfos.ingest.categorise import categorise
from mesinfos.ingest.extract import Found
from mesinfos.ingest.parse import parse
from mesinfos.model.merchant import Merchant
from mesinfos.model.values import Category, Kind
from tests.ingest.mails import SHOP, raw, sort

BULK = "List-Unsubscribe: <https://acme.fr/u>\n"


@pytest.mark.parametrize(
    ("subject", "text", "category"),
    [
        ("Confirmation de commande", "Merci pour votre commande n° 104512. Total : 20,00 €", "orders"),
        ("Bestellbestätigung", "Vielen Dank für Ihre Bestellung. Bestellnummer: 2026-55871", "orders"),
        ("Your booking is confirmed", "Booking reference: AB12CD. Check-in: 3 December 2026", "orders"),
        ("Confirmación de pedido", "Hola, gracias por tu compra. Pedido nº 300045127", "orders"),
        ("Votre commande a été expédiée", "Votre colis est en route. Numéro de suivi : XY123456789FR", "delivery"),
        ("Ihr Paket kommt heute", "Ihre Sendung ist in Zustellung.", "delivery"),
        ("Il tuo pacco è in consegna", "La tua spedizione sarà consegnata oggi.", "delivery"),
        ("Je pakket is onderweg", "We bezorgen je pakket vandaag.", "delivery"),
        ("Votre facture est disponible", "Facture n° F2026-11, montant à payer : 29,99 €", "billing"),
        ("Your payment receipt", "We received your payment of $20.00. Thank you.", "billing"),
        ("Sua fatura de novembro", "Olá, a sua fatura está disponível. Valor a pagar: 30,00 €", "billing"),
        ("Votre retour a bien été reçu", "Votre remboursement de 24,90 € sera effectué.", "after_sales"),
        ("Wie zufrieden sind Sie?", "Bewerten Sie Ihren Einkauf bei uns.", "after_sales"),
        ("Votre code de vérification", "Votre code est 739204, valable 10 minutes.", "account"),
        ("Reset your password", "Click below to choose a new password for your account.", "account"),
        ("Willkommen bei Acme", "Bitte bestätigen Sie Ihre E-Mail-Adresse.", "account"),
        (
            "Changes to our Terms of Service",
            "We are updating our terms of use and our privacy policy.",
            "notifications",
        ),
        ("Maintenance programmée", "Nous vous informons d'une interruption de service dimanche.", "notifications"),
        ("-50 % : dernière chance", "Profitez de nos soldes, jusqu'à dimanche. Voir en ligne", "promo"),
        ("Nur heute: 15 % Rabatt", "Jetzt shoppen und sparen. Abmelden", "promo"),
    ],
)
def test_a_mail_is_sorted_by_what_it_says(subject: str, text: str, category: str) -> None:
    """Seven languages, seven categories, each with at least one reason."""
    verdict = sort(subject, text)
    assert verdict.category.value == category
    assert verdict.reasons
    assert 0 < verdict.confidence < 1


def test_a_report_of_a_mail_server_is_no_delivery() -> None:
    """The words "Delivery Status Notification" speak of a mail, not of a parcel."""
    text = "Your message could not be delivered. Action: failed"
    assert (
        sort("Delivery Status Notification (Failure)", text, sender="MAILER-DAEMON@example.net").category
        is Category.NOTIFICATIONS
    )


def test_a_code_for_a_parcel_is_a_delivery_and_a_code_for_a_login_is_not() -> None:
    """The carrier makes the difference."""
    parcel = sort(
        "Votre code de retrait", "Votre colis est disponible. Code de retrait : 482915", sender="x@mondialrelay.fr"
    )
    login = sort("Votre code de connexion", "Code à usage unique : 482915")
    assert (parcel.category, login.category) == (Category.DELIVERY, Category.ACCOUNT)


def test_a_survey_after_a_delivery_is_after_sales_even_from_a_list() -> None:
    """It speaks of a delivery, and asks for an opinion."""
    text = "Votre commande n° 104512 a été livrée. Donnez votre avis sur votre achat."
    assert sort("Donnez votre avis", text, headers=BULK).category is Category.AFTER_SALES


def test_a_newsletter_with_prices_is_a_promotion() -> None:
    """Many prices, no total, sent to a list."""
    text = "Pull 89,00 €\nÉcharpe 39,00 €\nBonnet 25,00 €\nGants 19,00 €"
    verdict = sort("Nos envies de la semaine", text, headers=BULK)
    assert verdict.category is Category.PROMO
    assert "many prices and no total" in verdict.reasons


def test_nothing_to_go_by_gives_other_to_a_person_and_a_notice_to_a_merchant() -> None:
    """Without any evidence a merchant's single mail is a notice, its bulk mail a promotion, a person's neither."""
    assert sort("Hey", "xyz", merchant=None, sender="bob@example.org").category is Category.OTHER
    assert sort("Hey", "xyz").category is Category.NOTIFICATIONS
    assert sort("Hey", "xyz", headers=BULK).category is Category.PROMO


def test_the_kind_of_organisation_weighs_a_little() -> None:
    """A bank mostly writes about money."""
    bank = Merchant("Banque Horizon", "banquehorizon.fr", Kind.FINANCE)
    verdict = sort("Information", "Bonjour, votre paiement de 20,00 € chez un commerçant.", merchant=bank)
    assert verdict.category is Category.BILLING
    assert "what this kind of organisation mostly writes" in verdict.reasons


def test_a_verdict_needs_no_earlier_extraction() -> None:
    """An empty finding is filled in first."""
    mail = parse(raw("Votre facture est disponible", "Facture n° F2026-11, montant à payer : 29,99 €"))
    assert categorise(mail, SHOP, Found()).category is Category.BILLING
