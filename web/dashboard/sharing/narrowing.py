"""How a person narrows what a merchant asks: less of the same, never anything else.

Each thing asked for can be left out or shown more coarsely; merchants can be left out; the end can come earlier.
Whatever a form says beyond that is not taken.
"""

from datetime import date
from typing import Any, NamedTuple

from mesinfos.consent.describe import DEPOSIT_LABELS, FIELD_LABELS, SECTOR_LABELS
from mesinfos.consent.details import Wanted
from mesinfos.consent.fields import DEGREES, Deposit, Field, Scope
from mesinfos.consent.grant import Grant
from mesinfos.errors import N_, InvalidInput
from mesinfos.model.values import Kind
from web.dashboard.answers import day_of
from web.deps import Typed


class Choice(NamedTuple):
    """One question of the form: its options as (value, text), and the values that are chosen now."""

    name: str
    label: str
    options: tuple[tuple[str, str], ...]
    chosen: tuple[str, ...]


class Choices(NamedTuple):
    """What the form offers: degrees to choose from, boxes to untick, and the two texts."""

    degrees: list[Choice]
    boxes: list[Choice]
    excluded: str
    until: date
    own: bool


def choices(asked: Wanted, draft: Grant) -> Choices:
    """The form for a request, as the draft stands."""
    degrees = [
        Choice(
            f"degree{place}", "", (*((one.value, FIELD_LABELS[one]) for one in options), ("", N_("nothing"))), chosen
        )
        for place, options in enumerate(_degrees(asked))
        if len(options) > 1
        for chosen in [tuple(one.value for one in options if one in draft.fields) or ("",)]
    ]
    single = [options[0] for options in _degrees(asked) if len(options) == 1]
    boxes = [
        _boxes("field", N_("What it may see"), {one: FIELD_LABELS[one] for one in single}, draft.fields),
        _boxes("merchant", N_("About which merchants"), {one: one for one in asked.merchants}, draft.merchants),
        _boxes(
            "sensitive", N_("Sensitive sectors"), {one: SECTOR_LABELS[one] for one in asked.sensitive}, draft.sensitive
        ),
        _boxes("goods", N_("Sensitive goods"), {one: one.value for one in asked.goods}, draft.goods),
        _boxes(
            "deposit", N_("What it may give you"), {one: DEPOSIT_LABELS[one] for one in asked.deposits}, draft.deposits
        ),
    ]
    excluded = " ".join(one for one in draft.excluded if one not in asked.excluded)
    own = asked.scope is Scope.ALL
    return Choices(degrees, [box for box in boxes if box.options], excluded, draft.until, own)


def narrowed(asked: Wanted, form: Typed) -> dict[str, Any]:
    """What the form leaves of the request, as a draft's members; raises InvalidInput on the field at fault."""
    if not form["shown"]:
        return {}
    scope = Scope.OWN if asked.scope is Scope.ALL and form["scope"] == Scope.OWN else asked.scope
    left: dict[str, Any] = {
        "fields": _fields(asked, form),
        "scope": scope,
        "merchants": tuple(one for one in asked.merchants if one in form.all("merchant")),
        "sensitive": tuple(one for one in asked.sensitive if one in form.all("sensitive")),
        "goods": tuple(one for one in asked.goods if one in form.all("goods")),
        "deposits": tuple(one for one in asked.deposits if one in form.all("deposit")),
        "excluded": (*asked.excluded, *form["excluded"].replace(",", " ").split()[:100]),
    }
    return left | ({"until": _until(asked, form["until"])} if form["until"] else {})


def _fields(asked: Wanted, form: Typed) -> tuple[Field, ...]:
    left = []
    for place, options in enumerate(_degrees(asked)):
        wanted = form.all("field") if len(options) == 1 else [form[f"degree{place}"]]
        left += [one for one in options if one in wanted]
    return tuple(left)


def _degrees(asked: Wanted) -> list[tuple[Field, ...]]:
    """Each field asked for, with what is coarser than it."""
    found = []
    for field in Field:
        if field in asked.fields:
            finer = next((degrees for degrees in DEGREES if field in degrees), (field,))
            found.append(finer[finer.index(field) :])
    return found


def _until(asked: Wanted, text: str) -> date:
    day, latest = day_of(text, "until"), asked.latest()
    if day > latest:
        raise InvalidInput(
            N_("The merchant asked for less: {day} at the latest."), field="until", day=latest.isoformat()
        )
    return day


def _boxes(name: str, label: str, options: dict[Any, str], chosen: tuple[Field | Kind | Deposit | str, ...]) -> Choice:
    return Choice(name, label, tuple((str(one), text) for one, text in options.items()), tuple(map(str, chosen)))
