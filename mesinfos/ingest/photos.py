"""A picture somebody gave, made into what the vault keeps: decoded, upright, no larger than needed, and nothing beside.

Nothing of the file survives but its pixels: what a camera writes next to them (the place, the hour, the owner's name,
a first picture before it was cropped) goes. Runs where bytes may do harm: in a process of its own (`apart.py`).
"""

from contextlib import suppress
from io import BytesIO

from PIL import Image, ImageCms, ImageOps
from PIL.ImageCms import PyCMSError

from mesinfos.errors import N_, Unparseable
from mesinfos.model.photo import Photo
from mesinfos.pictures import FORMATS, MOST_PIXELS

SIDE, SMALL = 1600, 320  # pixels of the longer side: to look at, and in a list
MOST_OF_JPEG = 64_000_000
"""A telephone's largest photo has fifty million: a JPEG is read at half or a quarter of its size at once."""

NO_PICTURE = N_("This file is no picture that MesInfos can read. Choose a JPEG, PNG, WebP or GIF.")
TOO_MANY = N_("This picture has too many pixels. Choose a smaller one.")
BROKEN = N_("This picture is damaged and cannot be read to its end. Choose another one.")


def prepared(content: bytes) -> tuple[Photo, Photo]:
    """The photo to keep and its thumbnail; raises Unparseable, saying what to do."""
    with _opened(content) as found:
        try:
            upright = _plain(found)
        except Exception:  # noqa: BLE001  Pillow raises whatever hostile bytes make it raise
            raise Unparseable(BROKEN) from None
    return _photo(upright, SIDE, 82), _photo(upright, SMALL, 76)


def _opened(content: bytes) -> Image.Image:
    """The picture, of which only the head was read."""
    try:
        found = Image.open(BytesIO(content), formats=tuple(FORMATS))
    except Image.DecompressionBombError:
        raise Unparseable(TOO_MANY) from None
    except Exception:  # noqa: BLE001  same
        raise Unparseable(NO_PICTURE) from None
    if found.width * found.height > (MOST_OF_JPEG if found.format == "JPEG" else MOST_PIXELS):
        found.close()
        raise Unparseable(TOO_MANY)
    return found


def _plain(found: Image.Image) -> Image.Image:
    """Its first frame, small enough, upright, in the colours of the web, on white where it was transparent."""
    found.draft("RGB", (SIDE, SIDE))
    found.load()
    found.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
    upright = _on_white(ImageOps.exif_transpose(found))
    with suppress(PyCMSError, OSError, ValueError):  # a profile that is none: its colours are taken as they are
        profile = ImageCms.ImageCmsProfile(BytesIO(found.info["icc_profile"])) if "icc_profile" in found.info else None
        if profile is not None:
            web = ImageCms.createProfile("sRGB")
            ImageCms.profileToProfile(upright, profile, web, inPlace=True)
    return upright


def _on_white(found: Image.Image) -> Image.Image:
    if found.mode.startswith("I"):  # sixteen bits of grey: `convert` would cut them off at 255
        return found.point(lambda grey: grey / 256).convert("L").convert("RGB")
    if not found.has_transparency_data:
        return found.convert("RGB")
    layer = found.convert("RGBA")
    ground = Image.new("RGBA", layer.size, "white")
    return Image.alpha_composite(ground, layer).convert("RGB")


def _photo(upright: Image.Image, side: int, quality: int) -> Photo:
    made, stream = upright.copy(), BytesIO()
    made.info = {}  # else Pillow would write what it knows of the file next to the pixels
    made.thumbnail((side, side), Image.Resampling.LANCZOS)
    made.save(stream, "WEBP", quality=quality, method=4)
    return Photo(stream.getvalue(), made.width, made.height)
