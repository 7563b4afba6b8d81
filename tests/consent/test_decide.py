"""The first gate."""

from datetime import date

import msgspec
import pytest

from mesinfos.consent import decide as gate
from mesinfos.consent.decide import Allowed, Refused, decide
from mesinfos.consent.fields import Field, Scope
from mesinfos.model.values import Kind
from tests.campaign import a2
from tests.cast import ACME, ZETA
from tests.consent.makers import CLINIC, TODAY, a_grant, a_parcel, a_thing, an_order


def test_gate_and_oracle_agree() -> None:
    """Over thousands of combinations, an oracle written apart gives the same answer and the same reason (A2)."""
    outcome = a2.run(6000)
    assert outcome.ok, outcome.happened
    assert outcome.tries >= 5000


def test_every_reason_occurs() -> None:
    """The combinations that are tried reach every refusal there is, and Allowed."""
    reasons = {decide(*one) for one in list(a2.combinations())[::7]}
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
