"""The laws of every fold: arrival order and repetition say nothing, nobody touches another's things."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mesinfos.relations.invoices import fold_invoices
from mesinfos.relations.offers import fold_benefits, fold_bookings, fold_offers
from mesinfos.relations.orders import fold_orders
from mesinfos.relations.parcels import fold_parcels
from mesinfos.relations.returns import fold_returns
from mesinfos.relations.warranties import fold_warranties
from tests.cast import ACME
from tests.relations.observed import COLIS, observations

FOLDS = [fold_orders, fold_parcels, fold_invoices, fold_offers, fold_bookings, fold_benefits, fold_returns]
FOLDS += [fold_warranties]


@pytest.mark.parametrize("fold", FOLDS)
@settings(max_examples=60, deadline=None)
@given(st.data())
def test_order_of_arrival_says_nothing(fold, data):
    """Whatever the order in which mails are read, the person sees the same."""
    seen = data.draw(st.lists(observations, max_size=12))
    assert fold(data.draw(st.permutations(seen))) == fold(seen)


@pytest.mark.parametrize("fold", FOLDS)
@settings(max_examples=60, deadline=None)
@given(st.data())
def test_hearing_it_twice_says_nothing(fold, data):
    """The same observations again, all or some of them, change nothing."""
    seen = data.draw(st.lists(observations, min_size=1, max_size=10))
    again = data.draw(st.lists(st.sampled_from(seen), max_size=10))
    assert fold(seen + again) == fold(seen)


@settings(max_examples=150, deadline=None)
@given(st.lists(observations, max_size=10), st.lists(observations, max_size=6))
def test_what_nobody_proved_touches_nothing_real(seen, others):
    """Unverified observations, whatever they claim, leave every verified order and parcel exactly as it was."""
    proved = [one for one in seen if one.verified]
    claimed = [one for one in others if not one.verified]
    for fold in (fold_orders, fold_parcels):
        before = [view for view in fold(proved) if view.verified]
        assert [view for view in fold(proved + claimed) if view.verified] == before


@settings(max_examples=150, deadline=None)
@given(st.lists(observations, max_size=10), st.lists(observations, max_size=6))
def test_no_merchant_touches_anothers_orders(seen, others):
    """Even a proved merchant cannot change the orders and parcels of another one; only a carrier moves parcels."""
    acme = [one for one in seen if one.verified and one.merchant == ACME and one.message != "m2"]
    rest = [one for one in others if one.merchant not in {ACME, COLIS} and one.message != "m1"]
    for fold in (fold_orders, fold_parcels):
        mine = {view.id: view for view in fold(acme)}
        assert {view.id: view for view in fold(acme + rest) if view.id in mine} == mine
