"""A picture somebody gave becomes what the vault keeps: its pixels, upright, small enough, and nothing of the file."""

import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image, ImageCms

from mesinfos.errors import MesInfosError, Unparseable
from mesinfos.ingest import apart
from mesinfos.ingest.apart import prepare
from mesinfos.ingest.photos import prepared
from tests.test_pictures import drawn


def shot(kind: str = "JPEG", size: tuple[int, int] = (800, 600), mode: str = "RGB", **more: object) -> bytes:
    """A picture whose left half is red and whose right half is blue, as a file of that kind."""
    made, stream = Image.new(mode, size, "red"), BytesIO()
    made.paste(Image.new(mode, (size[0] // 2, size[1]), "blue"), (size[0] // 2, 0))
    made.save(stream, kind, **more)
    return stream.getvalue()


def opened(content: bytes) -> Image.Image:
    """The pixels of a kept photo."""
    return Image.open(BytesIO(content))


def bomb(side: int = 20_000) -> bytes:
    """A PNG of a few hundred kilobytes that unfolds to 20,000 × 20,000 pixels."""
    head = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    rows = zlib.compress(bytes(side + 1) * side, 9)
    chunks = ((b"IHDR", head), (b"IDAT", rows), (b"IEND", b""))
    body = b"".join(struct.pack(">I", len(d)) + k + d + struct.pack(">I", zlib.crc32(k + d)) for k, d in chunks)
    return b"\x89PNG\r\n\x1a\n" + body


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_a_picture_of_each_kind_becomes_a_small_webp_and_a_thumbnail(kind):
    """At most 1600 pixels to look at and 320 in lists, whatever the kind; a small picture is not made larger."""
    photo, small = prepared(shot(kind, (3000, 1500)))
    assert (photo.width, photo.height, small.width, small.height) == (1600, 800, 320, 160)
    assert [opened(one.content).format for one in (photo, small)] == ["WEBP", "WEBP"]
    assert prepared(shot(kind, (90, 40)))[0].width == 90


def test_nothing_of_the_file_survives_but_its_pixels():
    """Where and when a photo was taken, by whom, its first state and its comment are gone; it stands upright."""
    exif = Image.Exif()
    exif[0x0112], exif[0x013B] = 6, "Alice Martin"
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (48.0, 6.0, 39.0)
    raw = shot(exif=exif.tobytes(), comment=b"near the bakery", size=(800, 600))
    assert b"Alice Martin" in raw
    for one in prepared(raw):
        found = opened(one.content)
        assert not any(word in one.content for word in (b"Alice", b"EXIF", b"bakery", b"ICCP", b"XMP"))
        assert not found.getexif()
        assert found.height > found.width, "turned by 90 degrees"
        red, _, blue = found.convert("RGB").getpixel((found.width // 2, 5))
        assert red > blue, "red, which was on the left, is on top"


def test_colours_of_another_space_are_those_of_the_web():
    """A profile is applied before it is dropped; one that is no profile is only dropped."""
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for profile in (lab, b"no profile at all"):
        found = opened(prepared(shot("PNG", icc_profile=profile))[0].content).convert("RGB")
        assert found.getpixel((10, 10))[0] > 240


def test_what_is_seen_through_stands_on_white():
    """A transparent picture is put on white, which is legible in every theme."""
    stream = BytesIO()
    Image.new("RGBA", (20, 20), (0, 0, 0, 0)).save(stream, "PNG")
    assert opened(prepared(stream.getvalue())[0].content).convert("RGB").getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize(
    ("mode", "colour", "seen"),
    [
        ("I;16", 32768, (128, 128, 128)),
        ("L", 90, (90, 90, 90)),
        ("CMYK", (0, 255, 255, 0), (254, 0, 0)),
        ("P", 0, (0, 0, 0)),
    ],
)
def test_pictures_of_every_mode_are_seen_as_they_were(mode, colour, seen):
    """Grey of eight or sixteen bits, inks of a printer, a palette: each keeps its colours."""
    stream = BytesIO()
    Image.new(mode, (20, 20), colour).save(stream, "JPEG" if mode == "CMYK" else "PNG")
    found = opened(prepared(stream.getvalue())[0].content).convert("RGB").getpixel((9, 9))
    assert all(abs(one - other) < 6 for one, other in zip(found, seen, strict=True)), found


def test_of_a_moving_picture_the_first_frame_is_kept():
    """A GIF of two frames gives its first."""
    frames, stream = [Image.new("RGB", (30, 30), colour) for colour in ("red", "blue")], BytesIO()
    frames[0].save(stream, "GIF", save_all=True, append_images=frames[1:])
    found = opened(prepared(stream.getvalue())[0].content)
    assert found.convert("RGB").getpixel((9, 9))[0] > 200
    assert getattr(found, "n_frames", 1) == 1


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "no picture"),
        (b"GIF89a garbage" * 40, "no picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "no picture"),
        (b"%PDF-1.7 and so on", "no picture"),
        (shot("JPEG")[:2000], "damaged"),
        (shot("PNG", (900, 900))[:400], "damaged"),
        (shot("TIFF"), "no picture"),
        (bomb(), "too many pixels"),
    ],
)
def test_what_is_no_picture_says_so(content, told):
    """Garbage, half a file, other kinds and a bomb of 20,000 × 20,000 pixels are refused, each with what to do."""
    with pytest.raises(Unparseable, match="Choose") as refused:
        prepared(content)
    assert told in str(refused.value)


def test_it_is_done_in_a_process_that_answers_the_same():
    """A process of its own gives the same photos and the same refusals."""
    assert prepare(drawn("JPEG")) == prepared(drawn("JPEG"))
    with pytest.raises(Unparseable, match="too many pixels"):
        prepare(bomb())


@pytest.mark.parametrize("answer", [b"", b"\x00", b"\x81\xa7refused\xa1x"])
def test_a_process_that_dies_or_lies_costs_its_picture_only(answer):
    """What is no answer, or not one of those that may be given, is told as a picture that could not be read."""
    with pytest.raises(MesInfosError) as refused:
        apart._checked(answer)
    assert str(refused.value) == apart.TOO_MUCH
