"""One consent: given in two steps, seen as the merchant sees it, changed in two, taken back in one."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from mesinfos.consent.compare import Comparison, compare
from mesinfos.consent.describe import FIELD_LABELS, confide
from mesinfos.consent.explain import Explanation, explain, explained
from mesinfos.consent.journal import entries
from mesinfos.consent.ledger import Held, State, add_grant, get_grant, resume, revoke, suspend
from mesinfos.consent.outbox import change, fill_past, refresh
from mesinfos.errors import N_, InvalidInput, NotFound
from mesinfos.vault.openvault import OpenVault
from web.dashboard.listing import cut, number
from web.dashboard.sharing.asking import FIELDS, ask, begun, draft_of, filled, kept
from web.dashboard.sharing.given import given_by
from web.dashboard.sharing.receipts import proofs, webhook_of
from web.dashboard.sharing.would import download, payload
from web.deps import Form, Here, Mine, Shown
from web.render import go, look, page, wrong

router = APIRouter(prefix="/consents")
FIRST = 20
EXAMPLES = 3


@router.get("/new")
def blank(request: Request, reading: Shown, merchant: str = "", preset: str = "", family: str = "") -> Response:
    """The form of a new consent: with a preset's answers, or the least of a family of data, or with nothing ticked."""
    known = next((one.merchant.name for one in reading.merchants() if one.id == merchant), "")
    return ask(request, reading, begun(preset, merchant, known, family), merchant=merchant)


@router.post("/preview")
def look_first(request: Request, vault: Mine, reading: Shown, form: Form) -> Response:
    """The first step: the sentence, the exact bytes the merchant would read today, and why these."""
    try:
        planned = draft_of(vault.vault_id, reading, form)
        webhook_of(vault, form, planned)
    except InvalidInput as error:
        return ask(request, reading, form, wrong=wrong(request, error, FIELDS), status=422)
    if form["back"]:
        return ask(request, reading, form)
    told = explain(vault, planned, reading, EXAMPLES)
    if form["as"] == "json":
        return download(payload(planned, told), f"mesinfos-{planned.domain}.json")
    return page(
        request,
        "consents/preview.html",
        grant=planned,
        sentence=confide(planned, look(request).language),
        kept=[*kept(form), ("grant_id", planned.grant_id)],
        hidden=told.hidden,
        **_shows(told),
    )


@router.post("")
def give(request: Request, vault: Mine, reading: Shown, form: Form) -> Response:
    """The second step: sign the very draft that was seen; the token is shown here and nowhere else."""
    try:
        planned = draft_of(vault.vault_id, reading, form)
        signed, token = add_grant(vault, planned, webhook_of(vault, form, planned))
    except InvalidInput as error:
        return ask(request, reading, form, wrong=wrong(request, error, FIELDS), status=422)
    fill_past(vault, signed, reading)
    base = request.app.state.site.instance.settings.base_url
    return page(
        request,
        "consents/token.html",
        status=201,
        grant=signed,
        token=token,
        address=f"{base}/api/v1/disclosures",
        sentence=confide(signed, look(request).language),
    )


@router.get("/{grant_id}")
def consent(request: Request, vault: Mine, reading: Shown, grant_id: str) -> Response:
    """One consent: its sentence, what its merchant sees now and why, and when it looked."""
    held = get_grant(vault, grant_id)
    told = explained(vault, held.grant, reading, EXAMPLES) if held.state is State.LIVE else None
    few = cut(told.contents if told else [], number(request), 10)
    return page(
        request,
        "consents/consent.html",
        held=held,
        grant=held.grant,
        sentence=confide(held.grant, look(request).language),
        lines=entries(vault, limit=20, subject=grant_id),
        given_back=given_by(reading, held.grant.domain),
        cut=few,
        records=told.records((few.number - 1) * 10, 10) if told else [],
        hidden=told.hidden if told else [],
        **proofs(vault, reading, held.grant),
    )


@router.get("/{grant_id}/change")
def other_terms(request: Request, vault: Mine, reading: Shown, grant_id: str) -> Response:
    """The form of a consent in force, as it was answered."""
    old = _live(vault, grant_id).grant
    return ask(request, reading, filled(old), old=old)


@router.post("/{grant_id}/difference")
def what_changes(request: Request, vault: Mine, reading: Shown, form: Form, grant_id: str) -> Response:
    """The first step of a change: what the merchant gains and loses, before anything is signed."""
    old = _live(vault, grant_id).grant
    try:
        planned = draft_of(vault.vault_id, reading, form, old)
    except InvalidInput as error:
        return ask(request, reading, form, old=old, wrong=wrong(request, error, FIELDS), status=422)
    if form["back"]:
        return ask(request, reading, form, old=old)
    found = compare(vault, old, planned, reading)
    if form["as"] == "json":
        sides = payload(old, found.before), payload(planned, found.after)
        return download(b'{"before":%b,"after":%b}' % sides, f"mesinfos-{old.domain}-change.json")
    language = look(request).language
    return page(
        request,
        "consents/difference.html",
        grant=old,
        before=confide(old, language),
        after=confide(planned, language),
        kept=kept(form),
        **_differs(found),
    )


@router.post("/{grant_id}/change")
def sign_change(request: Request, vault: Mine, reading: Shown, form: Form, grant_id: str) -> Response:
    """The second step: sign the other terms; what they no longer give is gone with the signature."""
    old = _live(vault, grant_id).grant
    try:
        change(vault, grant_id, draft_of(vault.vault_id, reading, form, old), reading)
    except InvalidInput as error:
        return ask(request, reading, form, old=old, wrong=wrong(request, error, FIELDS), status=422)
    return go(request, f"/consents/{grant_id}", said="saved")


@router.post("/{grant_id}/revoke")
def take_back(request: Request, here: Here, vault: Mine, grant_id: str) -> Response:
    """One press, at once, no question asked."""
    revoke(here.instance, vault.vault_id, grant_id)
    return go(request, "/consents", said="revoked")


@router.post("/{grant_id}/suspend")
def rest(request: Request, here: Here, vault: Mine, grant_id: str) -> Response:
    """One press, at once: nothing is read under it until it is resumed."""
    held = get_grant(vault, grant_id)
    suspend(here.instance, vault.vault_id, [held.grant.grant_id])
    return go(request, f"/consents/{grant_id}", said="suspended")


@router.post("/{grant_id}/resume")
def put_back(request: Request, vault: Mine, reading: Shown, grant_id: str) -> Response:
    """Put a consent in force again that its person, or a restored backup, had suspended."""
    resume(vault, grant_id)
    refresh(vault, reading)
    return go(request, f"/consents/{grant_id}", said="resumed")


def _live(vault: OpenVault, grant_id: str) -> Held:
    held = get_grant(vault, grant_id)
    if held.state is not State.LIVE:
        raise NotFound(N_("There is no live grant of this id."))
    return held


def _shows(told: Explanation) -> dict[str, Any]:
    """The first records as the merchant gets them, explained, and how many there are."""
    return {"records": told.records(0, FIRST), "total": len(told.contents)}


def _differs(found: Comparison) -> dict[str, Any]:
    """A comparison as the page shows it: numbers, and a few of each, explained."""
    was, now = found.before.record, found.after.record
    return {
        "fields": [(N_("It would also see"), found.gained_fields), (N_("It would no longer see"), found.lost_fields)],
        "labels": FIELD_LABELS,
        "numbers": {"gained": len(found.gained), "lost": len(found.lost), "changed": len(found.changed)},
        "unchanged": found.kept,
        "gained": [now(one) for one in found.gained[:EXAMPLES]],
        "lost": [was(one) for one in found.lost[:EXAMPLES]],
        "changed": [(was(one), now(other)) for one, other in found.changed[:EXAMPLES]],
    }
