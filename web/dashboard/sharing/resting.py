"""Suspend all of a merchant's consents with one press, and put them in force again with another."""

from collections.abc import Sequence

from fastapi import APIRouter, Request
from fastapi.responses import Response

from mesinfos.consent.ledger import Held, State, list_grants, resume, suspend
from mesinfos.consent.outbox import refresh
from mesinfos.relations.reading import Reading
from mesinfos.vault.openvault import OpenVault
from web.deps import Form, Mine, Shown
from web.render import go, inside

router = APIRouter(prefix="/merchants/{merchant_id}")


def consents_of(vault: OpenVault, reading: Reading, merchant_id: str) -> Sequence[Held]:
    """Every consent given to a merchant, or to an address that is shown under it, the newest first."""
    domains = {merchant_id, *reading.joins().under(merchant_id)}
    return [held for held in list_grants(vault) if held.grant.domain in domains]


@router.post("/suspend")
def stop(request: Request, vault: Mine, reading: Shown, merchant_id: str, form: Form) -> Response:
    """At once, no question asked; nothing that was granted is lost."""
    view = reading.merchant(merchant_id)
    live = [one.grant.grant_id for one in consents_of(vault, reading, view.id) if one.state is State.LIVE]
    suspend(vault.instance, vault.vault_id, live)
    return go(request, inside(form["back"], f"/merchants/{view.id}"), said="suspended")


@router.post("/resume")
def go_on(request: Request, vault: Mine, reading: Shown, merchant_id: str, form: Form) -> Response:
    """All that rest are in force again, and what came meanwhile is laid out."""
    view = reading.merchant(merchant_id)
    for one in consents_of(vault, reading, view.id):
        if one.state is State.SUSPENDED:
            resume(vault, one.grant.grant_id)
    refresh(vault, reading)
    return go(request, inside(form["back"], f"/merchants/{view.id}"), said="resumed")
