"""What merchants may ask; every answer comes out of `mesinfos.consent`."""

from web.api import deposits, disclosures, receipts
from web.api.oauth import grants, metadata, par, token

ROUTERS = (
    disclosures.router,
    deposits.router,
    receipts.router,
    token.router,
    par.router,
    grants.router,
    metadata.router,
)

__all__ = ["ROUTERS"]
