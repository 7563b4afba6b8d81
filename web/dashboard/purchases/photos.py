"""Photos of products: given, loaded from where a mail says, replaced, removed; served to their person alone."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from mesinfos.errors import ConnectorError, IngestError, InvalidInput, MesInfosError
from mesinfos.outbound import Reach
from mesinfos.photos import add_photo, load_photo, remove_photo
from mesinfos.relations.photos import opened
from mesinfos.relations.products import product
from mesinfos.relations.reading import Reading
from web.dashboard.purchases.products import one_page
from web.deps import Mine, Shown
from web.render import go, wrong
from web.uploads import Upload

router = APIRouter()

HEADERS = {"Content-Security-Policy": "default-src 'none'; sandbox"}


@router.get("/photos/{photo_id}")
def photo(vault: Mine, photo_id: str) -> Response:
    """A photo at the size to look at."""
    return Response(opened(vault, photo_id).content, media_type="image/webp", headers=HEADERS)


@router.get("/photos/{photo_id}/small")
def thumbnail(vault: Mine, photo_id: str) -> Response:
    """A photo at the size of lists."""
    return Response(opened(vault, photo_id, small=True).content, media_type="image/webp", headers=HEADERS)


@router.post("/products/{product_id}/photo")
def give(request: Request, vault: Mine, reading: Shown, product_id: str, content: Upload) -> Response:
    """Keep the file that was chosen."""
    view = product(reading, product_id)
    try:
        undo = add_photo(vault, reading, view, content)
    except (IngestError, InvalidInput) as no:
        return _again(request, reading, product_id, "photo", no)
    return go(request, f"/products/{view.id}", said="photo-kept", undo=undo)


@router.post("/products/{product_id}/photo/load")
def load(request: Request, vault: Mine, reading: Shown, product_id: str) -> Response:
    """Ask for the picture that the order's mail names; its page said before what whoever keeps it learns."""
    view = product(reading, product_id)
    try:
        undo = load_photo(vault, reading, view, Reach(vault.instance.settings.outbound_hosts))
    except (ConnectorError, IngestError, InvalidInput) as no:
        return _again(request, reading, product_id, "load", no)
    return go(request, f"/products/{view.id}", said="photo-kept", undo=undo)


@router.post("/products/{product_id}/photo/remove")
def remove(request: Request, vault: Mine, reading: Shown, product_id: str) -> Response:
    """Show the product without a photo again."""
    undo = remove_photo(vault, reading, product(reading, product_id))
    return go(request, f"/products/{product_id}", said="photo-removed", undo=undo)


def _again(request: Request, reading: Reading, product_id: str, where: str, no: MesInfosError) -> Response:
    """The product's page with what went wrong beside the field; what was there is still there."""
    (said,) = wrong(request, no).values()
    return one_page(request, reading, product_id, {where: said}, 422)
