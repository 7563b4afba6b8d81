"""What a browser needs to put MesInfos beside the apps of a device: manifest, worker, and the page without a network.

None of it knows a vault. The worker keeps the offline page and what that page is made of, and nothing else; its version
is a stamp of all of it in the reader's language and theme, so a browser renews the whole when anything changes.
"""

import json
from functools import cache
from hashlib import blake2b

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from web.render import HERE, SHEETS, look, page, static_at, text

router = APIRouter()
SIZES = ("192", "512")
COLOUR, PAPER = "#0d5c57", "#f6f5f1"  # as in tokens.css
KEPT = (*(f"css/{sheet}.css" for sheet in SHEETS), "mesinfos.js", "icons.svg", "favicon.svg", "icons/192.png")
"""Static files that the offline page, and a notice, are made of."""
OFFLINE = "/offline"


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


@router.get(OFFLINE)
def offline(request: Request) -> Response:
    """What the worker shows when no server answers; the same for everybody of one language and theme."""
    return page(request, "offline.html")


@router.get("/sw.js")
def worker(request: Request) -> Response:
    """The service worker (W3C), from the root so that its scope is the whole site."""
    root = look(request).root
    told: dict[str, object] = {"ROOT": root, "OFFLINE": root + OFFLINE, "ICON": static_at(root, "icons/192.png")}
    told |= {"KEPT": [static_at(root, path) for path in KEPT]}
    stamp = blake2b(_script(), digest_size=8)
    stamp.update(text(request, "offline.html").encode() + json.dumps(told).encode())
    told |= {"VERSION": stamp.hexdigest()}
    lines = [f"const {name} = {json.dumps(value)};\n" for name, value in told.items()]
    return Response("".join(lines).encode() + _script(), media_type="text/javascript")


@cache
def _script() -> bytes:
    return (HERE / "static" / "sw.js").read_bytes()
