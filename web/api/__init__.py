"""What merchants may ask; every answer comes out of `mesinfos.consent`."""

from fastapi import APIRouter

from web.api import deposits, disclosures, receipts

router = APIRouter()
router.include_router(disclosures.router)
router.include_router(deposits.router)
router.include_router(receipts.router)

__all__ = ["router"]
