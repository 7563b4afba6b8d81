"""What a browser needs to put MesInfos beside the apps of a device (W3C Web App Manifest). It knows no vault."""

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from web.render import look, static_at

router = APIRouter()
SIZES = ("192", "512")
COLOUR, PAPER = "#0d5c57", "#f6f5f1"  # as in tokens.css


@router.get("/manifest.webmanifest")
def manifest(request: Request) -> JSONResponse:
    """Name, icons and where it begins; the same for everybody, so that it says nothing of who lives here."""
    seen = look(request)
    icons = [
        {"src": static_at(seen.root, f"icons/{size}.png"), "sizes": f"{size}x{size}", "type": "image/png"} | purpose
        for size in SIZES
        for purpose in ({"purpose": "any"}, {"purpose": "maskable"})
    ]
    told = {"name": "MesInfos", "short_name": "MesInfos", "lang": seen.language, "id": f"{seen.root}/"}
    told |= {"start_url": f"{seen.root}/", "scope": f"{seen.root}/", "display": "standalone"}
    return JSONResponse(
        told | {"theme_color": COLOUR, "background_color": PAPER, "icons": icons},
        media_type="application/manifest+json",
    )
