"""The HTML part of a mail as a person sees it: lines, rows of cells, links, images; hidden text left out.

One lexbor pass. Before it, breaks are marked in the source with characters that HTML counts as spaces (row: newline,
cell: tab, block: form feed), so that one call gives the whole text with its layout, six times faster than a walk.
"""

import re
from functools import cached_property
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser, LexborNode

from mesinfos.ingest.links import target_of
from mesinfos.ingest.words import clean

MAX_HTML = 3 << 20
_ROW = re.compile(r"<(?=/?(?:tr|table|hr)\b)", re.IGNORECASE)
_CELL = re.compile(r"<(?=t[dh]\b)", re.IGNORECASE)
_BLOCK = re.compile(r"<(?=/?(?:p|div|br|li|ul|ol|h[1-6]|center|blockquote|section|article|header|footer|dd|dt|pre)\b)", re.I)  # fmt: skip
_SPACES = str.maketrans("\n\r\t\f\v", "     ")
_KEPT_LINES = str.maketrans("\n\r\t\f\v", "\f    ")
_JSON_LD = re.compile(r"<script[^>]{0,200}?application/ld\+json[^>]{0,200}>(.{0,500000}?)</script", re.S | re.I)
_HIDES = re.compile(r"(?i)display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all|opacity\s*:\s*0\s*[;\"']|font-size\s*:\s*0|max-height\s*:\s*0")  # fmt: skip
_HIDDEN = ", ".join(
    f'[style*="{rule}" i]'
    for rule in ("display:none", "display: none", "visibility:hidden", "visibility: hidden", "mso-hide:all",
                 "mso-hide: all", "max-height:0", "max-height: 0")
)  # fmt: skip
_TINY = '[style*="font-size:0" i], [style*="font-size: 0" i], [style*="opacity:0" i], [style*="opacity: 0" i]'
_ZERO = re.compile(r"(?i)(?:font-size|opacity|max-height)\s*:\s*0+(?:\.0+)?\s*(?:px|em|pt|%)?\s*(?:!important\s*)?(?:;|$)")
_OUTLOOK = re.compile(r"<!--\[if[^\]]{0,80}\]>.*?<!\[endif\]-->", re.S | re.I)
_SPACE_RUN = re.compile(r" {2,}")


class Link(NamedTuple):
    """A link: where it leads (out of the click tracker when its query names the target), its text, as written."""

    href: str
    text: str
    raw: str


class Image(NamedTuple):
    """A picture: its address and what it says when it is not shown."""

    src: str
    alt: str


class Page:
    """One HTML part. `lines` and `rows` hold what is visible; a row's short cells share a line, divided by tabs."""

    def __init__(self, html: str) -> None:
        self.html = html[:MAX_HTML]

    @cached_property
    def tree(self) -> LexborHTMLParser:
        """The tree without hidden parts, scripts and styles; layout marks stand as spaces in its text."""
        return _tidy(LexborHTMLParser(_marked(self.html)))

    @cached_property
    def whole(self) -> LexborHTMLParser:
        """The tree as sent, hidden parts too: for microdata, which senders hide. Parsed again: ask only when needed."""
        return LexborHTMLParser(self.html)

    @cached_property
    def _cells(self) -> list[list[list[str]]]:
        body = self.tree.body if self.html else None
        text = clean(body.text()) if body is not None else ""
        rows = (row for row in text.split("\n") if row and not row.isspace())
        return [cells for row in rows if (cells := [_blocks(cell) for cell in row.split("\t")]) and any(cells)]

    @cached_property
    def rows(self) -> list[list[str]]:
        """Leaf rows: the text of each cell that holds any, its blocks joined by a space."""
        return [[" ".join(cell) for cell in row if cell] for row in self._cells]

    @cached_property
    def lines(self) -> list[str]:
        """Every readable line from top to bottom; cells of one line each stand together, divided by a tab."""
        lines: list[str] = []
        for row in self._cells:
            filled = [cell for cell in row if cell]
            if all(len(cell) == 1 for cell in filled):
                lines.append("\t".join(cell[0] for cell in filled))
            else:
                lines += [line for cell in filled for line in cell]
        return lines

    @cached_property
    def links(self) -> list[Link]:
        """Every link that leads somewhere, in order."""
        nodes = self.tree.css("a[href]") if self.html else []
        return [link for node in nodes if (link := _link(node)) is not None]

    @cached_property
    def images(self) -> list[Image]:
        """Every picture with an address, in order; tracking pixels too, for they name hosts."""
        nodes = self.tree.css("img[src]") if self.html else []
        attributes = (node.attributes for node in nodes)
        return [Image(at.get("src") or "", " ".join(clean(at.get("alt") or "").split())) for at in attributes]

    @cached_property
    def json_ld(self) -> list[str]:
        """The JSON-LD blocks as written, unparsed."""
        return _JSON_LD.findall(self.html) if "ld+json" in self.html else []


def text_lines(text: str) -> list[str]:
    """The readable lines of a text part: invisible characters gone, runs of spaces one space, no empty line."""
    stripped = (_SPACE_RUN.sub(" ", line.replace("\t", " ")).strip() for line in clean(text).split("\n"))
    return [line for line in stripped if line]


def _marked(html: str) -> str:
    keep = "<pre" in html or "pre-wrap" in html or "pre-line" in html
    html = html.translate(_KEPT_LINES) if keep else html.translate(_SPACES)
    html = _ROW.sub("\n<", html)
    return _BLOCK.sub("\f<", _CELL.sub("\t<", html))


def _blocks(cell: str) -> list[str]:
    return [" ".join(block.split()) for block in cell.split("\f") if block and not block.isspace()]


def _link(node: LexborNode) -> Link | None:
    href = (node.attributes.get("href") or "").strip()
    if not href or href[0] == "#":
        return None
    return Link(target_of(href), " ".join(clean(node.text()).split()), href)


def _tidy(tree: LexborHTMLParser) -> LexborHTMLParser:
    html = tree.html or ""
    tree.strip_tags(["style", "script", "title", "noscript", "template"])
    if _HIDES.search(html):
        _drop_hidden(tree)
    if "<sup" in html:
        _open_superscripts(tree)
    return tree


def _drop_hidden(tree: LexborHTMLParser) -> None:
    for node in tree.css(_HIDDEN):
        style = node.attributes.get("style") or ""
        if "max-height" in style and not _ZERO.search(style) and "none" not in style and "hidden" not in style:
            continue
        if node.tag not in {"body", "html"}:
            node.decompose()
    for node in tree.css(_TINY):
        # A zero font on a frame is a spacing trick, its inner elements set their own; on a leaf it hides the text.
        if _ZERO.search(node.attributes.get("style") or "") and node.child is not None and not node.css_first("*[style]"):
            node.decompose()


def _open_superscripts(tree: LexborHTMLParser) -> None:
    for node in tree.css("sup"):
        text = node.text().strip()
        before = node.prev.text() if node.prev is not None else ""
        if text.isdecimal() and before.rstrip()[-1:].isdecimal():
            node.replace_with("." + text if len(text) == 2 else " ")
