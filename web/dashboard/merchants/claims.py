"""Rights asked of a merchant: the letter, the day it was sent, the month it has to answer, and what comes after."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from mesinfos.choose import choose, choose_all
from mesinfos.errors import N_, NotFound
from mesinfos.model.choice import Choice, DataRight, Topic
from mesinfos.relations.claims import Claim, claims
from mesinfos.relations.deadlines import country_of
from mesinfos.relations.reading import Reading
from mesinfos.vault.sources import list_sources
from mesinfos.wording import LANGUAGES
from web.claimed import authority, letter
from web.dashboard.merchants.merchants import tab
from web.dashboard.shown import today
from web.deps import Here, Mine, Shown
from web.render import go, look, page

router = APIRouter(prefix="/merchants/{merchant_id}/rights")


@router.get("")
def rights(request: Request, vault: Mine, reading: Shown, merchant_id: str) -> Response:
    """What may be asked of this merchant, and what was."""
    found = reading.relation(merchant_id)
    asked, day = {one.right: one for one in claims(reading.choices(), found.view.id)}, today()
    values: dict[str, Any] = {"asked": asked, "today": day, "late": any(one.late(day) for one in asked.values())}
    values["authority"] = authority(country_of(reading), look(request).language)
    return tab(request, (vault, reading), found, "/rights", **values)


@router.get("/{right}")
def write(  # noqa: PLR0913, PLR0917  the request's parts
    request: Request, here: Here, vault: Mine, reading: Shown, merchant_id: str, right: DataRight, tongue: str = ""
) -> Response:
    """The letter, to be sent from one's own mailbox or on paper; nothing is sent from here."""
    view = reading.merchant(merchant_id)
    language = tongue if tongue in LANGUAGES else look(request).language
    labels = (source.label for source in list_sources(here.instance, vault.vault_id))
    address = next((label for label in labels if "@" in label), "")
    written = letter(right, request.state.person.name, address, language)
    asked = {one.right: one for one in claims(reading.choices(), view.id)}
    values: dict[str, Any] = {
        "view": view,
        "right": right,
        "letter": written,
        "tongue": language,
        "claim": asked.get(right),
    }
    return page(request, "merchants/letter.html", **values)


@router.post("/{right}/sent")
def sent(request: Request, vault: Mine, reading: Shown, merchant_id: str, right: DataRight) -> Response:
    """Note that the letter left today: the merchant has a month from now."""
    view = reading.merchant(merchant_id)
    undo = choose(vault, reading, Topic.CLAIM, f"{right}@{view.id}", today().isoformat())
    return go(request, f"/merchants/{view.id}/rights", said="claimed", undo=undo)


@router.post("/{right}/answered")
def answered(request: Request, vault: Mine, reading: Shown, merchant_id: str, right: DataRight) -> Response:
    """Note that the answer came today."""
    claim = _open(reading, reading.merchant(merchant_id).id, right)
    subject = f"{claim.right}@{claim.domain}"
    undo = choose_all(vault, reading, [Choice(Topic.CLAIM, subject, claim.sent.isoformat(), today().isoformat())])
    return go(request, f"/merchants/{claim.domain}/rights", said="saved", undo=undo)


def _open(reading: Reading, domain: str, right: DataRight) -> Claim:
    for one in claims(reading.choices(), domain):
        if one.right is right and one.answered is None:
            return one
    raise NotFound(N_("Nothing of that kind was asked of this merchant."))
