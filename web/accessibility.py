"""The declaration of accessibility (RGAA 4.1.2, WCAG 2.2): what was checked, how, and what is known not to hold."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from web.render import page

router = APIRouter()


@router.get("/accessibility")
def declaration(request: Request) -> Response:
    """The same for everybody; it asks for no vault."""
    return page(request, "accessibility.html")
