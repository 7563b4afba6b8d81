"""The second gate's degrees: years, benefits and bookings, and goods that are sensitive."""

from datetime import date
from typing import Any

import pytest

from mesinfos.catalogue import ProductCategory
from mesinfos.consent.fields import SENSITIVE_GOODS, Field, Scope
from mesinfos.consent.project import project
from mesinfos.model.merchant import Merchant
from mesinfos.model.provenance import Provenance
from mesinfos.model.purchase import Item
from mesinfos.model.values import BookingStatus, Kind
from tests.cast import ZETA
from tests.consent.makers import a_benefit, a_booking, a_grant, a_thing, an_order

ACME_PARTY = {"@type": "Organization", "name": "Acme", "url": "https://acme.example/"}
SHOP = {"@type": "Organization", "additionalType": "shop"}


def shown(*fields: Field, **changes: Any) -> dict[str, Any]:
    """What a grant of these fields leaves of the order (or of `fact`)."""
    return project(a_grant(fields=fields), a_thing(**changes))


def test_an_order_is_dated_by_day_month_or_year() -> None:
    """Each degree says less than the one before, and none of them more than it names."""
    fact = an_order(date=date(987, 6, 5))
    degrees = (Field.ORDER_DATE, Field.ORDER_MONTH, Field.ORDER_YEAR)
    assert [shown(field, fact=fact)["orderDate"] for field in degrees] == ["0987-06-05", "0987-06", "0987"]
    assert [shown(field, fact=an_order(date=None)) for field in degrees] == [{}, {}, {}]


def test_a_benefit_shows_where_one_stands() -> None:
    """Programme, tier, points and expiry; never the card's number, the voucher's code or its worth."""
    assert shown(Field.BENEFITS, Field.MERCHANT, fact=a_benefit()) == {
        "@type": "ProgramMembership",
        "programName": "Club Acme",
        "program": {"@type": "MemberProgram", "hasTiers": {"@type": "MemberProgramTier", "name": "Argent"}},
        "membershipPointsEarned": 1240,
        "validThrough": "2027-01-31",
        "hostingOrganization": ACME_PARTY,
    }
    assert shown(Field.BENEFITS, Field.SECTOR, fact=a_benefit())["hostingOrganization"] == SHOP


def test_a_benefit_of_little_shows_little() -> None:
    """Nothing is invented; no points are not the same as none known."""
    bare = a_benefit(programme="", points=None, tier="", expires=None)
    assert shown(Field.BENEFITS, Field.MERCHANT, fact=bare) == {}
    assert shown(Field.BENEFITS, fact=a_benefit(programme="", points=0, tier="", expires=None)) == {
        "@type": "ProgramMembership",
        "membershipPointsEarned": 0,
    }


@pytest.mark.parametrize("name", ["programme", "tier"])
@pytest.mark.parametrize("text", ["Carte 9250017734", "Club MERCI-77X", "CARTEX", "Bon MERCIX", "Or 2"])
def test_a_code_in_a_name_hides_the_name(name: str, text: str) -> None:
    """A programme or a tier that could hold a card number or a voucher code is not shown at all."""
    fact = a_benefit(**{"number": "CARTEX", "voucher": "MERCIX", name: text})
    left = shown(Field.BENEFITS, fact=fact)
    assert text not in str(left)
    assert ("programName" if name == "programme" else "program") not in left
    plain = shown(Field.BENEFITS, fact=a_benefit(**{"number": "", "voucher": "", name: "Or blanc"}))
    assert "Or blanc" in str(plain)


def test_a_booking_by_day_shows_kind_state_and_days() -> None:
    """Neither reference, name, place, hour nor price."""
    assert shown(Field.BOOKING_DAY, Field.MERCHANT, fact=a_booking()) == {
        "@type": "Reservation",
        "reservationStatus": "https://schema.org/ReservationConfirmed",
        "additionalType": "https://schema.org/LodgingReservation",
        "reservationFor": {"@type": "Event", "startDate": "2026-12-04", "endDate": "2026-12-07"},
        "provider": ACME_PARTY,
    }
    assert "provider" not in shown(Field.BOOKING_DAY, fact=a_booking())


@pytest.mark.parametrize("place", ["schema.org Reservation", "schema.org RQXF77", "LodgingReservations", "labels", ""])
def test_a_kind_of_booking_comes_from_a_closed_list(place: str) -> None:
    """Whatever else a mail's markup says it is, is not shown."""
    for provenance in (Provenance("markup", 0.9, place), None):
        fact = a_booking(provenance=provenance, end=None, status=BookingStatus.CANCELLED)
        assert shown(Field.BOOKING_DAY, fact=fact) == {
            "@type": "Reservation",
            "reservationStatus": "https://schema.org/ReservationCancelled",
            "reservationFor": {"@type": "Event", "startDate": "2026-12-04"},
        }


@pytest.mark.parametrize(
    "kind",
    [
        *("BoatReservation", "BusReservation", "EventReservation", "FlightReservation", "FoodEstablishmentReservation"),
        *("LodgingReservation", "RentalCarReservation", "TaxiReservation", "TrainReservation"),
    ],
)
def test_each_of_the_nine_kinds_is_said(kind: str) -> None:
    """As schema.org sorts what is booked."""
    fact = a_booking(provenance=Provenance("markup", 0.9, f"schema.org {kind}"))
    assert shown(Field.BOOKING_DAY, fact=fact)["additionalType"] == f"https://schema.org/{kind}"


def test_a_booking_without_days_shows_its_state() -> None:
    """An end without a start is shown as one."""
    assert "reservationFor" not in shown(Field.BOOKING_DAY, fact=a_booking(start=None, end=None))
    assert shown(Field.BOOKING_DAY, fact=a_booking(start=None))["reservationFor"] == {
        "@type": "Event",
        "endDate": "2026-12-07",
    }


def test_a_booking_by_month_shows_month_and_sector_only() -> None:
    """Not even with the merchant's name granted beside: the name would tell what was booked."""
    for party in ((), (Field.SECTOR,), (Field.MERCHANT,)):
        assert shown(Field.BOOKING_MONTH, *party, fact=a_booking()) == {
            "@type": "Reservation",
            "reservationFor": {"@type": "Event", "startDate": "2026-12"},
            "provider": SHOP,
        }
    assert shown(Field.BOOKING_MONTH, fact=a_booking(start=None)) == {}
    assert "provider" not in shown(Field.BOOKING_MONTH, fact=a_booking(), merchant=None)


@pytest.mark.parametrize("goods", SENSITIVE_GOODS)
def test_naming_sensitive_goods_brings_those_back(goods: ProductCategory) -> None:
    """A named category is shown of other merchants too, and no other sensitive one with it."""
    items = tuple(Item(f"Article {one}", category=one) for one in SENSITIVE_GOODS)
    thing = a_thing(an_order(items=items), merchant=ZETA)
    for field, expected in ((Field.ITEM_CATEGORIES, str(goods)), (Field.ITEM_NAMES, f"Article {goods}")):
        grant = a_grant(fields=(field,), scope=Scope.ALL, goods=(goods,))
        lines = [
            next(iter(set(line["orderedItem"].values()) - {"Product"})) for line in project(grant, thing)["orderedItem"]
        ]
        assert lines == [expected]


def test_goods_of_nobody_are_not_the_merchants_own() -> None:
    """Where no merchant is known, nothing counts as named."""
    fact = an_order(items=(Item("Chapelet", category=ProductCategory.RELIGIOUS),))
    for merchant in (None, Merchant("?", "", Kind.SHOP)):
        assert shown(Field.ITEM_NAMES, fact=fact, merchant=merchant) == {}
