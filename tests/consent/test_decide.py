"""The first gate."""

from datetime import date
from itertools import islice

import msgspec
import pytest

from mesinfos.consent import decide as gate
from mesinfos.consent.decide import Allowed, Refused, decide
from mesinfos.consent.fields import Field, Scope
from mesinfos.model.values import Kind
from tests.campaign import a2
from tests.cast import ACME, ZETA
from tests.consent.makers import CLINIC, TODAY, a_booking, a_grant, a_parcel, a_thing, an_order


def test_gate_and_oracle_agree() -> None:
    """Over thousands of combinations, an oracle written apart gives the same answer and the same reason (A2)."""
    outcome = a2.run(6000)
    assert outcome.ok, outcome.happened
    assert outcome.tries >= 5000


def test_every_reason_occurs() -> None:
    """The combinations that are tried reach every refusal there is, and Allowed."""
    reasons = {decide(*one) for one in islice(a2.combinations(), 0, None, 37)}
    constants = {value for value in vars(gate).values() if isinstance(value, Refused)}
    assert reasons == constants | {Allowed()}


def test_own_scope_opens_nothing_of_others() -> None:
    """Acme, granted its own relation, is refused what concerns Zeta."""
    assert decide(a_grant(), a_thing(merchant=ACME), TODAY)
    assert decide(a_grant(), a_thing(merchant=ZETA), TODAY) == gate.OTHER_MERCHANT


def test_an_unproved_observation_is_never_shown() -> None:
    """What nothing proves stays with the person, whatever is granted."""
    everything = a_grant(scope=Scope.ALL, sensitive=tuple(Kind))
    assert decide(everything, a_thing(verified=False), TODAY) == gate.UNPROVED


def test_a_truthy_mark_of_proof_is_not_enough() -> None:
    """Only True is true: a damaged mark does not open a thing."""
    assert not decide(a_grant(), msgspec.structs.replace(a_thing(), verified="no"), TODAY)


def test_health_is_shown_to_others_only_when_named() -> None:
    """With all merchants granted, a clinic stays hidden until its sector or its domain is named."""
    clinic = a_thing(merchant=CLINIC)
    assert decide(a_grant(scope=Scope.ALL), clinic, TODAY) == gate.SENSITIVE_SECTOR
    assert decide(a_grant(scope=Scope.ALL, sensitive=(Kind.HEALTH,)), clinic, TODAY)
    assert decide(a_grant(scope=Scope.LISTED, merchants=(CLINIC.domain,)), clinic, TODAY)
    assert decide(a_grant(domain=CLINIC.domain, name="Clinique"), clinic, TODAY)


def test_nobody_in_particular_is_sensitive() -> None:
    """Were the limits asked in another order, a thing of no known merchant would still be refused, and not fail."""
    nobody = a_thing(merchant=None)
    assert gate._is_not_sensitive(a_grant(scope=Scope.ALL), nobody, TODAY) == gate.SENSITIVE_SECTOR
    assert gate._is_in_scope(a_grant(), nobody, TODAY) == gate.OTHER_MERCHANT
    assert gate._is_not_excluded(a_grant(excluded=(ZETA.domain,)), nobody, TODAY) is None


def test_an_excluded_merchant_is_left_out_of_every_scope() -> None:
    """Excluding wins: over all, over a list that names the merchant, and over one's own relation."""
    zeta, out = a_thing(merchant=ZETA), (ZETA.domain,)
    assert decide(a_grant(scope=Scope.ALL, excluded=out), zeta, TODAY) == gate.EXCLUDED
    assert decide(a_grant(scope=Scope.LISTED, merchants=out, excluded=out), zeta, TODAY) == gate.EXCLUDED
    assert decide(a_grant(excluded=(ACME.domain,)), a_thing(), TODAY) == gate.EXCLUDED
    assert decide(a_grant(excluded=out), a_thing(), TODAY)


def test_the_period_of_the_data_includes_both_its_days() -> None:
    """`since` and `through` are the first and the last day of the data."""
    grant = a_grant(since=date(2026, 11, 2), through=date(2026, 11, 4))
    days = [a_thing(an_order(date=date(2026, 11, number))) for number in (1, 2, 4, 5)]
    assert [decide(grant, thing, TODAY) for thing in days] == [gate.TOO_OLD, Allowed(), Allowed(), gate.TOO_NEW]


def test_a_booking_is_dated_by_its_first_day() -> None:
    """A stay to come belongs to the data once its first day does; without that day it waits."""
    grant = a_grant(fields=(Field.BOOKING_DAY,), through=date(2026, 12, 4))
    assert decide(grant, a_thing(a_booking()), TODAY)
    assert (
        decide(msgspec.structs.replace(grant, through=date(2026, 12, 3)), a_thing(a_booking()), TODAY) == gate.TOO_NEW
    )
    assert decide(grant, a_thing(a_booking(start=None)), TODAY) == gate.UNDATED


def test_the_last_day_counts_and_the_next_does_not() -> None:
    """`until` is the last day of the grant."""
    assert decide(a_grant(), a_thing(), date(2027, 2, 20))
    assert decide(a_grant(), a_thing(), date(2027, 2, 21)) == gate.ENDED


def test_an_order_without_date_waits() -> None:
    """A shipping mail may speak of an order from before `since`; alone it is not shown."""
    assert decide(a_grant(), a_thing(an_order(date=None)), TODAY) == gate.UNDATED


@pytest.mark.parametrize("fields", [(Field.ORDER_MONTH,), (Field.MESSAGE_COUNTS, Field.SECTOR)])
def test_a_topic_opens_by_its_own_fields_only(fields: tuple[Field, ...]) -> None:
    """Fields of orders or mails do not open parcels."""
    assert decide(a_grant(fields=fields), a_thing(a_parcel()), TODAY) == gate.NOT_GRANTED


def test_an_answer_can_be_tested_for_truth() -> None:
    """Allowed is true and every refusal is false and has a sentence."""
    assert Allowed()
    assert not gate.ENDED
    assert gate.ENDED.reason.endswith(".")
