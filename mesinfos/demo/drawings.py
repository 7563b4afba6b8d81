"""Photos for the sample household: drawn here from a few shapes each, so that nothing is asked of anybody."""

import tomllib
from collections.abc import Callable, Sequence
from functools import cache
from importlib.resources import files
from io import BytesIO

from msgspec import Struct, convert
from PIL import Image, ImageDraw, ImageFilter

SIDE, FINER = 420, 2
"""Pixels of a drawing, and how many times finer it is drawn."""

_Pen = ImageDraw.ImageDraw
_Shape = Callable[[_Pen, Sequence[float], str], None]


class Thing(Struct, frozen=True):
    """One drawing: the colour of its ground, and its shapes, the back ones first."""

    ground: str
    shapes: list[str]


def drawn_things() -> frozenset[str]:
    """The names of the things that can be drawn."""
    return frozenset(_things())


def drawing(name: str) -> bytes:
    """A thing as a picture, as a camera's file would come."""
    thing, stream = _things()[name], BytesIO()
    side = SIDE * FINER
    made = Image.new("RGB", (side, side), thing.ground)
    _shadow(made)
    pen = ImageDraw.Draw(made)
    for shape in thing.shapes:
        kind, *numbers, colour = shape.split()
        _DRAW[kind](pen, [float(one) for one in numbers], colour)
    made.resize((SIDE, SIDE), Image.Resampling.LANCZOS).save(stream, "JPEG", quality=90)
    return stream.getvalue()


@cache
def _things() -> dict[str, Thing]:
    told = tomllib.loads((files("mesinfos.demo") / "drawings.toml").read_text("utf-8"))
    return convert(told, dict[str, Thing])


def _shadow(made: Image.Image) -> None:
    """A soft one on the ground, below what stands there."""
    mask = Image.new("L", (100, 100))
    ImageDraw.Draw(mask).ellipse((18, 74, 82, 88), fill=70)
    soft = mask.filter(ImageFilter.GaussianBlur(4)).resize(made.size, Image.Resampling.BICUBIC)
    made.paste("#2a2622", mask=soft)


def _scaled(numbers: Sequence[float]) -> list[float]:
    return [one * SIDE * FINER / 100 for one in numbers]


def _rounded(radius: float) -> _Shape:
    def draw(pen: _Pen, numbers: Sequence[float], colour: str) -> None:
        pen.rounded_rectangle(_scaled(numbers), _scaled([radius])[0], colour)

    return draw


def _oval(pen: _Pen, numbers: Sequence[float], colour: str) -> None:
    pen.ellipse(_scaled(numbers), colour)


def _area(pen: _Pen, numbers: Sequence[float], colour: str) -> None:
    pen.polygon(_scaled(numbers), colour)


def _line(pen: _Pen, numbers: Sequence[float], colour: str) -> None:
    width, *points = _scaled(numbers)
    pen.line(points, colour, round(width), "curve")


def _arc(pen: _Pen, numbers: Sequence[float], colour: str) -> None:
    width, *place = _scaled(numbers[:5])
    pen.arc(place, numbers[5], numbers[6], colour, round(width))


_DRAW: dict[str, _Shape] = {
    "oval": _oval,
    "box": _rounded(1),
    "round": _rounded(8),
    "area": _area,
    "line": _line,
    "arc": _arc,
}
