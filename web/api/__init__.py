"""What merchants may ask, and give back; every answer comes out of `mesinfos.consent`."""

from fastapi import APIRouter

from web.api import deposits, disclosures

router = APIRouter()
router.include_router(disclosures.router)
router.include_router(deposits.router)

__all__ = ["router"]
