"""Any grant that a person could give, for hypothesis: every member of every closed list, alone and together."""

from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from mesinfos.consent.fields import DEGREES, SENSITIVE_GOODS, Deposit, Field, Purpose, Scope, Terms
from mesinfos.consent.grant import EARLIEST
from mesinfos.model.values import Kind
from tests.cast import ACME, ZETA
from tests.consent.makers import CLINIC, DARTY, NOW

DOMAINS = (ACME.domain, ZETA.domain, CLINIC.domain, DARTY.domain)
SINGLE = tuple(field for field in Field if not any(field in degrees for degrees in DEGREES))


MADE = NOW.date()


@st.composite
def answers(draw: st.DrawFn, first: date = date(2024, 1, 1), made: date = MADE) -> dict[str, Any]:
    """The questions of a grant answered somehow, as `makers.a_grant` and `makers.promise` take them."""
    degrees = {field for field in (draw(st.sampled_from((None, *one))) for one in DEGREES) if field}
    fields = degrees | draw(st.sets(st.sampled_from(SINGLE)))
    scope = draw(st.sampled_from(Scope))
    since = draw(st.just(EARLIEST) | st.dates(first, NOW.date()))
    deposits = draw(st.sets(st.sampled_from(Deposit)))
    if not fields - {Field.MERCHANT, Field.SECTOR} and not deposits:
        fields |= {Field.ORDER_STATUS}
    return {
        "fields": tuple(fields),
        "scope": scope,
        "merchants": tuple(draw(st.sets(st.sampled_from(DOMAINS), min_size=1))) if scope is Scope.LISTED else (),
        "sensitive": tuple(draw(st.sets(st.sampled_from(Kind)))),
        "goods": tuple(draw(st.sets(st.sampled_from(sorted(SENSITIVE_GOODS))))),
        "excluded": tuple(draw(st.sets(st.sampled_from(DOMAINS), max_size=2))),
        "since": since,
        "through": draw(st.none() | st.dates(since, NOW.date() + timedelta(days=60))),
        "until": draw(st.dates(made + timedelta(days=9), made + timedelta(days=900))),
        "purpose": draw(st.sampled_from(Purpose)),
        "retention": draw(st.sampled_from((0, 1, 30, 1096))),
        "volume": draw(st.sampled_from((0, 1, 100, 100_000))),
        "terms": draw(st.sampled_from(Terms)),
        "deposits": tuple(deposits),
    }
