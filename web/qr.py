"""A QR code as SVG inside the page: no picture to fetch, no style, black on white in every theme, for cameras."""

import segno
from markupsafe import Markup


def qr(text: str) -> Markup:
    """The code of a text, as wide as its place; whoever cannot see it needs the text beside it."""
    made = segno.make(text, error="m", micro=False)
    drawn = made.svg_inline(border=4, dark="#000", light="#fff", svgclass="qr", lineclass=None, omitsize=True)
    return Markup(drawn)  # noqa: S704  drawn by segno of modules, the text itself is not in it
