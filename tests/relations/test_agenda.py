"""Days to come, as calendars tell them."""

from datetime import date, timedelta

from mesinfos.model.choice import Choice, Manner, State, Topic
from mesinfos.model.purchase import Benefit, Offer, Parcel, Warranty
from mesinfos.relations.agenda import Kind, events
from tests.cast import ACME
from tests.relations.observed import reading_of, saw

DAY = date(2026, 3, 2)
SOON, PAST = DAY + timedelta(days=3), DAY - timedelta(days=1)


def told(kind: Kind, *observations):
    """The last days that an agenda tells of one kind."""
    return [one.last for one in events(reading_of(*observations), DAY, (kind,))]


def test_what_merchants_end_is_told_until_its_day():
    """Offers, vouchers and merchants' own warranties, each until its last day and no longer."""
    for ends, days in ((SOON, [SOON]), (DAY, [DAY]), (PAST, [])):
        assert told(Kind.OFFERS, saw(Offer("Soldes", valid_through=ends))) == days
        assert told(Kind.OFFERS, saw(Benefit("Carte", voucher="BON10", expires=ends))) == days
        assert told(Kind.WARRANTIES, saw(Warranty("Bouilloire", ends=ends))) == days


def test_advertising_that_was_put_aside_is_in_no_calendar():
    """Whoever wants no more offers of a merchant does not read of their end either."""
    hidden = saw(Choice(Topic.CELL, f"promo@{ACME.domain}", Manner.HIDE), 1)
    assert told(Kind.OFFERS, saw(Offer("Soldes", valid_through=SOON)), hidden) == []


def test_a_parcel_that_its_person_has_is_not_to_come():
    """The person's word ends it, whatever the last mail said."""
    parcel = saw(Parcel("Colis Vert", "6A1", expected_until=SOON))
    (view,) = reading_of(parcel).parcels()
    assert told(Kind.PARCELS, parcel) == [SOON]
    assert told(Kind.PARCELS, parcel, saw(Choice(Topic.STATE, view.id, State.RECEIVED), 1)) == []
