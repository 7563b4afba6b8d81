"""The first gate: may this merchant be shown something of this thing? Equalities and comparisons, nothing else.

A limit answers None ("not my concern") or a refusal; the first refusal is the answer, and silence of all is the only
way to Allowed. `docs/consent.md` holds the truth table, and an oracle written apart tries every row of it.
"""

from collections.abc import Callable
from datetime import date
from typing import Literal

from msgspec import Struct

from mesinfos.consent.fields import OPENS, SENSITIVE, Scope
from mesinfos.consent.grant import Grant
from mesinfos.consent.things import Thing
from mesinfos.errors import N_
from mesinfos.model.values import Kind


class Allowed(Struct, frozen=True):
    """Yes; what is shown is then for `project` to cut down. True in a test of truth."""

    def __bool__(self) -> Literal[True]:
        return True


class Refused(Struct, frozen=True):
    """No, and why: an English sentence for `wording.translate`. False in a test of truth."""

    reason: str

    def __bool__(self) -> Literal[False]:
        return False


ENDED = Refused(N_("The grant has ended."))
UNPROVED = Refused(N_("Nothing proves who sent this."))
NOBODY = Refused(N_("It is not known which merchant this is about."))
OTHER_MERCHANT = Refused(N_("It is about a merchant that the grant does not name."))
EXCLUDED = Refused(N_("It is about a merchant that the grant leaves out."))
SENSITIVE_SECTOR = Refused(N_("It is about a sensitive sector that the grant does not name."))
UNDATED = Refused(N_("Its date is not known."))
TOO_OLD = Refused(N_("It is older than the data that the grant covers."))
TOO_NEW = Refused(N_("It is more recent than the data that the grant covers."))
NOT_GRANTED = Refused(N_("Nothing of this kind is granted."))


def decide(grant: Grant, thing: Thing, today: date) -> Allowed | Refused:
    """Allowed, or the first reason against it; `today` is the day in UTC. Pure."""
    for limit in LIMITS:
        refusal = limit(grant, thing, today)
        if refusal is not None:
            return refusal
    return Allowed()


def _still_runs(grant: Grant, _thing: Thing, today: date) -> Refused | None:
    return None if today <= grant.until else ENDED


def _is_proved(_grant: Grant, thing: Thing, _today: date) -> Refused | None:
    return None if thing.verified is True else UNPROVED


def _is_known(_grant: Grant, thing: Thing, _today: date) -> Refused | None:
    return None if _domain(thing) else NOBODY


def _is_in_scope(grant: Grant, thing: Thing, _today: date) -> Refused | None:
    if grant.scope is Scope.ALL:
        return None
    if grant.scope is Scope.OWN:
        return None if _domain(thing) == grant.domain else OTHER_MERCHANT
    return None if _domain(thing) in grant.merchants else OTHER_MERCHANT


def _is_not_excluded(grant: Grant, thing: Thing, _today: date) -> Refused | None:
    return EXCLUDED if _domain(thing) in grant.excluded else None


def _is_not_sensitive(grant: Grant, thing: Thing, _today: date) -> Refused | None:
    kind = thing.merchant.kind if thing.merchant else Kind.UNKNOWN
    named = _domain(thing) == grant.domain or _domain(thing) in grant.merchants
    return None if named or kind not in SENSITIVE or kind in grant.sensitive else SENSITIVE_SECTOR


def _domain(thing: Thing) -> str:
    return thing.merchant.domain if thing.merchant else ""


def _is_of_the_period(grant: Grant, thing: Thing, _today: date) -> Refused | None:
    if thing.day is None:
        return UNDATED
    if thing.day < grant.since:
        return TOO_OLD
    return None if grant.through is None or thing.day <= grant.through else TOO_NEW


def _is_granted(grant: Grant, thing: Thing, _today: date) -> Refused | None:
    return None if any(field in OPENS[thing.topic] for field in grant.fields) else NOT_GRANTED


Limit = Callable[[Grant, Thing, date], Refused | None]
LIMITS: tuple[Limit, ...] = (
    _still_runs,
    _is_proved,
    _is_known,
    _is_in_scope,
    _is_not_excluded,
    _is_not_sensitive,
    _is_of_the_period,
    _is_granted,
)
