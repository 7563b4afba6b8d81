"""The API's page for merchants' developers, made from the OpenAPI document that machines get; it loads nothing else."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from web.render import page

router = APIRouter()


@router.get("/api/docs")
def docs(request: Request) -> Response:
    """Every address of the API: what it takes, what it answers."""
    document = request.app.openapi()
    calls = [
        (method.upper(), path, call) for path, methods in document["paths"].items() for method, call in methods.items()
    ]
    return page(request, "apidocs.html", title=document["info"]["title"], calls=calls)
