"""From a consent's form to a draft, and back: one form gives a consent, changes one, and is filled in by a preset."""

from datetime import timedelta
from typing import Any

from fastapi import Request
from fastapi.responses import Response

from mesinfos.consent.fields import Deposit, Field, Purpose, Scope, Terms
from mesinfos.consent.grant import EARLIEST, Grant, draft
from mesinfos.consent.presets import PRESETS, preset
from mesinfos.relations.reading import Reading
from web.dashboard.answers import count_of, day_of, one_of
from web.dashboard.sharing import offered
from web.dashboard.sharing.families import BACK, family
from web.dashboard.shown import today
from web.deps import Typed
from web.render import page

LISTS = ("field", "sensitive", "goods", "deposit")
ANSWERS = (
    *("domain", "name", "webhook", "scope", "merchants", "excluded", "since", "through", "until", "purpose"),
    *("retention", "volume", "terms"),
)
FIELDS = (*ANSWERS, "fields", "goods", "grant_id")
"""What a refusal may be about, for `render.wrong`."""


def draft_of(vault_id: str, reading: Reading, form: Typed, old: Grant | None = None) -> Grant:
    """What the form says, as a grant not yet signed; raises InvalidInput on the field at fault.

    With `old`, a change of it: for the same merchant, under the same id.
    """
    domain = old.domain if old else form["domain"].lower()
    return draft(
        vault_id,
        domain=domain,
        name=old.name if old else form["name"] or _name(reading, domain) or domain,
        fields=tuple(Field(one) for one in ticked(form)),
        scope=one_of(Scope, form["scope"], "scope"),
        since=day_of(form["since"], "since"),
        through=day_of(form["through"], "through") if form["through"] else None,
        until=day_of(form["until"], "until"),
        purpose=one_of(Purpose, form["purpose"], "purpose"),
        merchants=_domains(form["merchants"]) if form["scope"] == Scope.LISTED else (),
        excluded=_domains(form["excluded"]),
        sensitive=tuple(kind for kind in offered.SENSITIVE if kind in form.all("sensitive")),
        goods=tuple(one for one in offered.GOODS if one in form.all("goods")),
        retention=count_of(form["retention"], "retention"),
        volume=count_of(form["volume"], "volume"),
        terms=one_of(Terms, form["terms"], "terms"),
        deposits=tuple(one for one in Deposit if one in form.all("deposit")),
        client_id=old.client_id if old else "",
        grant_id=old.grant_id if old else form["grant_id"],
    )


def form_of(answers: dict[str, Any], domain: str = "", name: str = "") -> Typed:
    """A form filled in with the answers of a grant, of a preset, or of none."""
    lists = {"field": answers.get("fields", ()), "deposit": answers.get("deposits", ())}
    lists |= {name: answers.get(name, ()) for name in ("sensitive", "goods")}
    pairs = [(name, str(one)) for name, some in lists.items() for one in some]
    pairs += [(name, " ".join(answers.get(name, ()))) for name in ("merchants", "excluded")]
    single = ("scope", "purpose", "terms", "since", "through", "until", "retention", "volume")
    pairs += [(name, str(answers.get(name) or "")) for name in single]
    return Typed.of([*pairs, ("domain", domain), ("name", name)])


def filled(grant: Grant) -> Typed:
    """The form that would give this grant."""
    return form_of({name: getattr(grant, name) for name in grant.__struct_fields__}, grant.domain, grant.name)


def begun(chosen: str, domain: str, name: str, wish: str = "") -> Typed:
    """A new form: with a preset's answers, or the least of the family that is wished for, or with nothing ticked.

    Empty means nothing.
    """
    blank = {"scope": Scope.OWN, "purpose": Purpose.OFFERS, "until": today() + timedelta(days=182)}
    blank |= {"since": today().replace(month=1, day=1)}
    if found := family(wish):
        blank |= {"fields": found.least, "deposits": tuple(Deposit) if found.name == BACK else ()}
    return form_of(preset(chosen).answers(today()) if chosen else blank, domain, name)


def ticked(form: Typed) -> set[str]:
    """The fields chosen: boxes, and the degree of each thing."""
    chosen = set(form.all("field")) | {form[f"degree{place}"] for place in range(len(offered.DEGREES))}
    return chosen & {str(field) for field in Field}


def kept(form: Typed) -> list[tuple[str, str]]:
    """Everything a form said, for the hidden fields of the next step."""
    pairs = [(name, form[name]) for name in ANSWERS] + [("field", one) for one in sorted(ticked(form))]
    return pairs + [(name, one) for name in LISTS[1:] for one in form.all(name)]


def ask(
    request: Request, reading: Reading, form: Typed, *, old: Grant | None = None, status: int = 200, **values: Any
) -> Response:
    """The page with the form, as it was filled in."""
    return page(
        request,
        "consents/form.html",
        status=status,
        typed=form,
        old=old,
        ticked=ticked(form),
        offered=offered,
        earliest=EARLIEST.isoformat(),
        presets=() if old else PRESETS,
        merchants=reading.merchants(),
        **values,
    )


def _domains(text: str) -> tuple[str, ...]:
    return tuple(text.replace(",", " ").split())


def _name(reading: Reading, domain: str) -> str:
    return next((one.merchant.name for one in reading.merchants() if one.id == domain), "")
