"""Grant Management for OAuth 2.0 (OpenID, draft 03): a client looks at its grant, or gives it back.

The grant's own access token opens it, and no other grant; whatever else is asked for is not there.
"""

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response

from mesinfos.consent import ledger, tokens
from mesinfos.consent.details import granted
from mesinfos.errors import N_, NoGrant, NotFound
from mesinfos.vault.tables import moment
from web.api.credential import Credential, Shown
from web.api.oauth.authority import Authority, Here
from web.api.oauth.metadata import SCOPES
from web.api.oauth.refusals import NO_STORE

router = APIRouter(prefix="/api/oauth/grants", tags=["oauth"])


@router.get("/{grant_id}", summary="Look at a grant")
def query(here: Here, shown: Credential, grant_id: str) -> Response:
    """What was granted, since when and until when."""
    own = _own(here, shown, grant_id)
    grant = own.live.grant
    told = {
        "scopes": [{"scope": " ".join(SCOPES), "resource": [here.resource]}],
        "claims": [],
        "authorization_details": granted(grant, here.resource),
        "created_at": moment(own.created_at).isoformat(),
        "last_updated_at": grant.made_at.isoformat(),
        "expires_at": grant.until.isoformat(),
    }
    return JSONResponse(told, headers=NO_STORE)


@router.delete("/{grant_id}", status_code=204, summary="Give a grant back")
def give_back(here: Here, shown: Credential, grant_id: str) -> Response:
    """The grant, its tokens and all that could be read by it end at once."""
    own = _own(here, shown, grant_id)
    ledger.revoke(here.instance, own.vault_id, own.live.grant.grant_id, by_merchant=True)
    return Response(status_code=204, headers=NO_STORE)


def _own(here: Authority, shown: Shown, grant_id: str) -> tokens.Held:
    """The grant of the access token shown, when it is the one asked for; raises NoGrant, ProofRefused or NotFound."""
    if shown.proof is None:
        raise NoGrant(N_("This token opens no grant."))
    held = tokens.holder(here.instance, shown.token, shown.proof)
    if held.live.grant.grant_id != grant_id:
        raise NotFound(N_("There is no grant of this id."))
    return held
