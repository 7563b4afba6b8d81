"""What merchants may ask; every answer comes out of `mesinfos.consent`."""

from web.api.disclosures import router

__all__ = ["router"]
