from datetime import date

import pytest

from mesinfos.ingest.extractors.parcel import status_of
from mesinfos.ingest.lexicon.source import CODES, table
from mesinfos.model.merchant import Merchant
from mesinfos.model.values import ParcelStatus
from tests.ingest.mails import read, sheet


@pytest.mark.parametrize(
    ("sender", "text", "carrier", "number"),
    [
        (
            "x@notif-colissimo-laposte.info",
            "Votre colis n° 6A 12345 678901 est en route.",
            "Colissimo",
            "6A12345678901",
        ),
        ("x@dpd.fr", "Votre colis 15505912345678 sera livré demain.", "DPD", "15505912345678"),
        (
            "noreply@gls-group.eu",
            "Ihre Sendung 90346692444 ist unterwegs und wird Ihnen zugestellt.",
            "GLS",
            "90346692444",
        ),
        ("x@ups.com", "Tracking Number: 1Z2345YY0678901234\nYour package is on its way.", "UPS", "1Z2345YY0678901234"),
        (
            "shop@acme.fr",
            "Suivi Mondial Relay\nNuméro de suivi : 12345678\nVotre colis est en route.",
            "Mondial Relay",
            "12345678",
        ),
        ("shop@acme.fr", "Versand durch: DHL\nSendungsnummer: 00340434161094042557", "DHL", "00340434161094042557"),
        (
            "shop@acme.fr",
            "Spedito con il corriere SDA, numero di tracciabilità è 350C20177729F.",
            "SDA",
            "350C20177729F",
        ),
        ("shop@acme.fr", "Your parcel is on its way.\nTracking number: ZZ-8812-7734-1", "", "ZZ881277341"),
        ("shop@acme.fr", "https://www.fedex.com/fedextrack/?trknbr=286548999999", "FedEx", "286548999999"),
        (
            "shop@acme.fr",
            "https://t.acme.fr/c?u=https%3A%2F%2Ftools.usps.com%2Fgo%2FTrackConfirmAction%3FtLabels%3D9400111899223197428490",
            "USPS",
            "9400111899223197428490",
        ),
    ],
)
def test_a_parcel_is_told_by_its_carriers_context(sender: str, text: str, carrier: str, number: str) -> None:
    """The sender, a name or a label beside the number, or the link's host; spaces inside are dropped."""
    found = read("Votre colis", text, sender=sender, merchant=Merchant("Shop", sender.split("@")[1]))
    assert [(one.carrier, one.tracking_number) for one in found.parcels] == [(carrier, number)]


@pytest.mark.parametrize(
    "text", ["Ref 12345678901", "Call 33184203310", "Votre commande n° 90346692444", "IBAN FR7612345678901234567890123"]
)
def test_digits_alone_never_make_a_parcel(text: str) -> None:
    """A number of a carrier's form in another context is no parcel."""
    assert read("Bonjour", text).parcels == ()


def test_a_pickup_notice_tells_where_until_when_and_the_code() -> None:
    """Place, deadline and code are read where they are labelled."""
    text = "Votre colis n° 6A12345678901 est disponible.\nPoint de retrait : Tabac du Marché\nCode de retrait : 482915\nÀ retirer avant le : 19/12/2026"  # noqa: E501  a whole text in one line
    (parcel,) = read("Votre colis vous attend", text, sender="x@laposte.fr").parcels
    assert parcel.status is ParcelStatus.PICKUP_AVAILABLE
    assert (parcel.pickup_place, parcel.pickup_code, parcel.pickup_until) == (
        "Tabac du Marché",
        "482915",
        date(2026, 12, 19),
    )


@pytest.mark.parametrize(
    ("subject", "status"),
    [
        ("Your package has been delivered", ParcelStatus.DELIVERED),
        ("Your package is out for delivery", ParcelStatus.OUT_FOR_DELIVERY),
        ("Your package is running late", ParcelStatus.LATE),
        ("Sorry we missed you", ParcelStatus.PROBLEM),
        ("Your parcel is being returned to the sender", ParcelStatus.RETURNED),
        ("Your order has shipped", ParcelStatus.IN_TRANSIT),
        ("Label created for your parcel", ParcelStatus.ANNOUNCED),
    ],
)
def test_the_status_is_what_the_subject_says(subject: str, status: ParcelStatus) -> None:
    """The subject decides before the body."""
    (parcel,) = read(
        subject, "Hello, this is about your parcel.\nTracking number: 1Z2345YY0678901234", sender="x@ups.com"
    ).parcels
    assert parcel.status is status


def test_the_expected_days_stay_a_range() -> None:
    """Two days printed are two days kept, and a delivered parcel expects nothing."""
    text = "Numéro de suivi : XY123456789FR (Chronopost)\nLivraison prévue entre le 28 novembre et le 2 décembre"
    (parcel,) = read("Votre commande a été expédiée", text).parcels
    assert (parcel.expected_from, parcel.expected_until) == (date(2026, 11, 28), date(2026, 12, 2))


def test_several_parcels_of_one_mail_are_all_told() -> None:
    """Each number once, those cut from a longer one left out."""
    text = "Tracking ID\n286548999999\nTracking ID\n286548999979\nMaster tracking number\n286548999989"
    found = read("Your packages are out for delivery", text, sender="TrackingUpdates@fedex.com")
    assert {one.tracking_number for one in found.parcels} == {"286548999999", "286548999979", "286548999989"}
    assert found.orders == ()


def test_a_number_named_beside_another_carrier_is_its_own_carriers() -> None:
    """A footer may name DHL; 1Z… with its check digit is a number of UPS all the same."""
    text = "Wir versenden mit DHL.\nTracking number: 1Z999AA10123456784"
    (parcel,) = read("Ihre Bestellung wurde versandt", text).parcels
    assert (parcel.carrier, parcel.tracking_url) == ("UPS", "https://www.ups.com/track?tracknum=1Z999AA10123456784")


def test_a_right_check_digit_makes_a_parcel_surer() -> None:
    """The same mail with the digit that the number asks for, and with another."""
    said = "Your parcel is on its way."
    (right,) = read("Your parcel", f"{said} 1Z999AA10123456784", sender="x@ups.com").parcels
    (wrong,) = read("Your parcel", f"{said} 1Z999AA10123456785", sender="x@ups.com").parcels
    assert right.provenance is not None
    assert wrong.provenance is not None
    assert right.provenance.confidence > wrong.provenance.confidence


@pytest.mark.parametrize("code", CODES)
def test_every_phrase_of_a_status_says_that_status(code: str) -> None:
    """In a subject of its own: "will be delivered today" holds "delivered", and says something else."""
    wrong = []
    for status, phrases in table(code)["parcel"].items():
        for phrase in phrases:
            one = sheet(subject=phrase)
            one.__dict__["language"] = code
            wrong += [] if status_of(one) == status else [phrase]
    assert wrong == []
