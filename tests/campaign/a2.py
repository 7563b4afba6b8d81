"""A2: the first gate against an independent oracle, over every combination of what it looks at."""

from collections.abc import Iterator
from datetime import date
from itertools import islice, product
from math import prod
from typing import Any

import msgspec

from mesinfos.consent import decide as gate
from mesinfos.consent.fields import Field, Scope
from mesinfos.consent.grant import Grant
from mesinfos.consent.things import Thing
from mesinfos.model.merchant import Merchant
from mesinfos.model.values import Kind
from tests.campaign import Outcome
from tests.cast import ACME, ZETA
from tests.consent.makers import (
    CLINIC,
    DARTY,
    a_benefit,
    a_booking,
    a_grant,
    a_message,
    a_parcel,
    a_thing,
    an_order,
)
from tests.consent.oracle import may_see

FULL = 1_000_000
"""More than there are: all of them."""

SINCE, UNTIL = date(2026, 1, 10), date(2027, 3, 31)
FIELDS: tuple[tuple[Field, ...], ...] = (
    (Field.ORDER_MONTH, Field.SECTOR),
    (Field.PARCELS,),
    (Field.MESSAGE_COUNTS,),
    (Field.ITEM_NAMES, Field.MERCHANT, Field.PARCELS),
    (Field.ORDER_YEAR, Field.BENEFITS, Field.BOOKING_DAY),
    (Field.BOOKING_MONTH,),
    (Field.MERCHANT,),
    (),
)
SCOPES: tuple[tuple[Scope, tuple[str, ...]], ...] = (
    (Scope.OWN, ()),
    (Scope.LISTED, (CLINIC.domain, DARTY.domain)),
    (Scope.LISTED, (ACME.domain,)),
    (Scope.LISTED, ()),
    (Scope.ALL, ()),
)
NAMED: tuple[tuple[Kind, ...], ...] = ((), (Kind.HEALTH,), (Kind.FINANCE, Kind.UNKNOWN))
EXCLUDED: tuple[tuple[str, ...], ...] = ((), (ZETA.domain,), (ACME.domain, CLINIC.domain))
THROUGHS = (None, date(2026, 5, 31))
MERCHANTS: tuple[Merchant | None, ...] = (
    *(ACME, ZETA, DARTY, CLINIC, None, Merchant("?", "petit.example", Kind.UNKNOWN)),
    *(Merchant("Acme santé", ACME.domain, Kind.HEALTH), Merchant("Sans domaine", "", Kind.SHOP)),
)
DAYS = (None, date(2026, 1, 9), SINCE, date(2026, 5, 31), date(2026, 6, 1))
FACTS = (an_order(), a_parcel(), a_message(), a_benefit(), a_booking())
TODAYS = (SINCE, UNTIL, date(2027, 4, 1))


def combinations() -> Iterator[tuple[Grant, Thing, date]]:
    """Every grant × thing × day, in an order that a short run samples evenly."""
    grants = [made(*answers) for answers in product(FIELDS, SCOPES, NAMED, EXCLUDED, THROUGHS)]
    things = [
        msgspec.structs.replace(a_thing(fact), merchant=merchant, day=day, verified=verified)
        for fact, merchant, day, verified in product(FACTS, MERCHANTS, DAYS, (True, False))
    ]
    return ((grant, thing, today) for today, thing, grant in product(TODAYS, things, grants))


def made(
    fields: tuple[Field, ...],
    scope: tuple[Scope, tuple[str, ...]],
    named: tuple[Kind, ...],
    excluded: tuple[str, ...],
    through: date | None,
) -> Grant:
    """A grant as it could stand in the database, the empty ones too, which no form would make."""
    changes: dict[str, Any] = {"fields": tuple(sorted(fields)), "scope": scope[0], "merchants": scope[1]}
    changes |= {"excluded": tuple(sorted(excluded)), "through": through}
    return msgspec.structs.replace(a_grant(since=SINCE, until=UNTIL), sensitive=named, **changes)


def plain(thing: Thing) -> dict[str, object]:
    """What the oracle is told about a thing."""
    merchant = thing.merchant
    topic = type(thing.fact).__name__.lower()
    known = {"domain": merchant.domain, "kind": merchant.kind.value} if merchant else {"domain": "", "kind": "unknown"}
    day = thing.day.isoformat() if thing.day else None
    return {**known, "topic": topic, "verified": thing.verified, "day": day}


def agrees(grant: Grant, thing: Thing, today: date) -> bool:
    """Whether gate and oracle give the same answer, the reason included."""
    expected = may_see(msgspec.to_builtins(grant) | defaults(grant), plain(thing), today.isoformat())
    answer = gate.decide(grant, thing, today)
    if isinstance(answer, gate.Allowed):
        return expected == ""
    return bool(expected) and answer is getattr(gate, expected)


def defaults(grant: Grant) -> dict[str, object]:
    """What is left out of a grant's plain form when it is empty."""
    lists = {name: list(getattr(grant, name)) for name in ("fields", "merchants", "sensitive", "excluded")}
    return lists | {"through": grant.through.isoformat() if grant.through else None}


def run(tries: int) -> Outcome:
    """Compare `tries` combinations, or all when there are fewer."""
    lists = (TODAYS, FACTS, MERCHANTS, DAYS, FIELDS, SCOPES, NAMED, EXCLUDED, THROUGHS)
    total = 2 * prod(map(len, lists))
    step = max(1, total // tries)
    tried = wrong = 0
    for one in islice(combinations(), 0, None, step):
        tried, wrong = tried + 1, wrong + (not agrees(*one))
    return Outcome(tried, "0 differences", f"{wrong} differences", wrong == 0 and tried >= 1)
