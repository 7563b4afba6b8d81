"""Files that a form brings: taken into memory and nowhere else, and only from a person whose vault is open."""

from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from web.deps import Mine
from web.security import LARGEST_UPLOAD


class _InMemory(MultiPartParser):
    """Never spools to disk: what a person gives must not lie there in clear."""

    spool_max_size = LARGEST_UPLOAD + 1


async def uploaded(request: Request, vault: Mine) -> bytes:
    """The first file of the form that holds something, b"" for none; the guard bounds its size."""
    _ = vault  # asked for first: a stranger's bytes are not read
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        return b""
    try:
        form = await _InMemory(request.headers, request.stream(), max_files=2, max_fields=5).parse()
    except (MultiPartException, KeyError):  # KeyError: it names no boundary
        return b""
    files = [value for _, value in form.multi_items() if isinstance(value, UploadFile)]
    return next(filter(None, [await one.read() for one in files]), b"")


Upload = Annotated[bytes, Depends(uploaded)]
