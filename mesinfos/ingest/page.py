"""The HTML part of a mail as a person sees it: lines, rows of cells, links, images; hidden text left out.

One lexbor pass. Before it, breaks are marked in the source with characters that HTML counts as spaces (row: newline,
cell: tab, block: form feed), so that one call gives the whole text with its layout, six times faster than a walk.
"""

import re
from collections import Counter
from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser, LexborNode

from mesinfos.ingest.links import target_of
from mesinfos.ingest.words import clean

MAX_HTML = 3 << 20
BEGINNING = 18  # characters of a name that tell it from others
MAX_TAGS, FEW_TAGS = 100_000, 4_000
_NAME = re.compile(r"<(/?[a-zA-Z][a-zA-Z0-9]{0,20})")
_LEFT_OPEN = frozenset((
    "area", "base", "br", "col", "hr", "img", "input", "link", "meta", "wbr",
    "p", "li", "td", "th", "tr", "tbody", "thead", "dd", "dt", "option",
))  # fmt: skip
_DROPPED = ["style", "script", "title", "noscript", "template"]
_UNSEEN = re.compile(f"<(?:{'|'.join(_DROPPED)})\\b")
_ROW = re.compile(r"<(?=/?t(?:r|able)\b|hr\b)")
_CELL = re.compile(r"<(?=t[dh]\b)")
_BLOCK = re.compile(r"<(?=/?(?:p|div|br|li|ul|ol|h[1-6]|center|blockquote|section|article|header|footer|dd|dt|pre)\b)")
_FLOATING = re.compile(r"<(?=span\b[^<>]{0,300} floats\b)")  # a value set at the other end of its line
_TAG = re.compile(r"</?[A-Z]+")
_JSON_LD = re.compile(r"<script\b[^<>]{0,200}?application/ld\+json[^<>]{0,200}>", re.IGNORECASE)
_SCRIPT_END = re.compile(r"</script", re.IGNORECASE)
MAX_JSON_LD = 500_000  # characters of one block
_FLOATS, _KEEPS = " floats", " keeps"  # attributes that stand for a style
_KEEPING = re.compile(r"pre-(?:wrap|line)")
_HIDING = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all")
_MAY_HIDE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hid|mso-hide|(?:max-height|font-size|opacity)\s*:\s*0")
_ZERO = re.compile(
    r"(?:font-size|opacity|max-height)\s*+:\s*+0++(?:\.0++)?\s*+(?:px|em|pt|%)?\s*+(?:!important\s*+)?(?:;|$)"
)


class Link:
    """A link: where it leads (out of the click tracker when its query names the target), and its text."""

    __slots__ = ("_node", "href")

    def __init__(self, href: str, node: LexborNode) -> None:
        self.href = target_of(href)
        self._node = node

    @property
    def text(self) -> str:
        """What stands in the link; read from the page when asked, for few of a newsletter's links ever are."""
        return " ".join(clean(self._node.text()).split())


class Image(NamedTuple):
    """A picture: its address and what it says when it is not shown."""

    src: str
    alt: str


class Page:
    """One HTML part. `lines` and `rows` hold what is visible; a row's short cells share a line, divided by tabs."""

    def __init__(self, html: str) -> None:
        self.html = _bounded(html[:MAX_HTML])

    @cached_property
    def tree(self) -> LexborHTMLParser:
        """The tree without head, hidden parts, scripts and styles; layout marks stand as spaces in its text."""
        html = _marked(_visible_source(self.html))
        tree = LexborHTMLParser(html)
        if _UNSEEN.search(html):
            tree.strip_tags(_DROPPED)
        if " hides style=" in html:
            _drop_hidden(tree)
        if "<sup" in html:
            _open_superscripts(tree)
        return tree

    @cached_property
    def whole(self) -> LexborHTMLParser:
        """The tree as sent, hidden parts too: for microdata, which senders hide. Parsed again: ask only when needed."""
        return LexborHTMLParser(self.html)

    @cached_property
    def _cells(self) -> list[list[list[str]]]:
        body = self.tree.body if self.html else None
        text = clean(body.text()) if body is not None else ""
        found = []
        for row in text.split("\n"):
            if row and not row.isspace():
                cells = [blocks for cell in row.split("\t") if cell and (blocks := _blocks(cell))]
                if cells:
                    found.append(cells)
        return found

    @cached_property
    def rows(self) -> list[list[str]]:
        """Leaf rows: the text of each cell that holds any, its blocks joined by a space."""
        return [[" ".join(cell) for cell in row] for row in self._cells]

    @cached_property
    def lines(self) -> list[str]:
        """Every readable line from top to bottom; cells of one line each stand together, divided by a tab."""
        lines: list[str] = []
        for row in self._cells:
            if len(row) == 1:
                lines += row[0]
            elif max(map(len, row)) == 1:
                lines.append("\t".join([cell[0] for cell in row]))
            else:
                lines += [line for cell in row for line in cell]
        return lines

    @cached_property
    def _leading(self) -> list[LexborNode]:
        """Links and pictures, found in one walk: each walk costs half as much as the parsing."""
        return self.tree.css("a[href],img[src]") if self.html else []

    @cached_property
    def links(self) -> list[Link]:
        """Every link that leads somewhere, in order."""
        found = (((node.attributes.get("href") or "").strip(), node) for node in self._leading if node.tag == "a")
        return [Link(href, node) for href, node in found if href and href[0] != "#"]

    @cached_property
    def images(self) -> list[Image]:
        """Every picture with an address, in order; tracking pixels too, for they name hosts."""
        attributes = (node.attributes for node in self._leading if node.tag == "img")
        return [Image(at.get("src") or "", " ".join(clean(at.get("alt") or "").split())) for at in attributes]

    @cached_property
    def shown(self) -> frozenset[str]:
        """How pictures and links name what they show, cut to their beginnings."""
        texts = (*(image.alt for image in self.images[:200]), *(link.text for link in self.links[:200]))
        return frozenset(text[:BEGINNING] for text in texts if len(text) > 7)

    @cached_property
    def json_ld(self) -> list[str]:
        """The JSON-LD blocks as written, unparsed."""
        return list(_scripts(self.html)) if "ld+json" in self.html else []


def _bounded(html: str) -> str:
    """The page, or its beginning. Of elements that are never closed the parser looks through all at each new one; at
    each end without a beginning it copies the text around it, so that a page of these takes megabytes by the hundred.
    """
    tags = html.count("<")
    if tags <= FEW_TAGS:
        return html
    html = html[: len(html) * MAX_TAGS // max(tags, MAX_TAGS)]
    names = Counter(name.lower() for name in _NAME.findall(html))
    left = {name: names[name] - names[f"/{name}"] for name in {name.lstrip("/") for name in names}}
    odd = sum(abs(more) for name, more in left.items() if more < 0 or name not in _LEFT_OPEN)
    return html[: len(html) * FEW_TAGS // (4 * tags)] if odd > FEW_TAGS // 4 else html


def _scripts(html: str) -> Iterator[str]:
    """Each JSON-LD script, begun after the end of the one before: a page full of beginnings is passed through once."""
    done = 0
    while (begin := _JSON_LD.search(html, done)) and (end := _SCRIPT_END.search(html, begin.end())):
        if end.start() - begin.end() <= MAX_JSON_LD:
            yield html[begin.end() : end.start()]
        done = end.end()


def text_lines(text: str) -> list[str]:
    """The readable lines of a text part: invisible characters gone, runs of spaces one space, no empty line."""
    lines = (" ".join(line.split()) for line in clean(text).split("\n") if line)
    return [line for line in lines if line]


def _visible_source(html: str) -> str:
    """Body alone, without comments (half of some mails is written for Outlook in comments) and style blocks."""
    if _TAG.search(html):
        html = _TAG.sub(lambda tag: tag[0].lower(), html)
    start = html.find("<body")
    html = html[start:] if start >= 0 else html
    return _without(_without(html, "<!--", "-->"), "<style", "</style>")


def _without(html: str, begin: str, end: str) -> str:
    """The source without what stands between these; by `find`, several times faster than an expression."""
    kept: list[str] = []
    done = 0
    while (start := html.find(begin, done)) >= 0 and (stop := html.find(end, start + len(begin))) >= 0:
        kept.append(html[done:start])
        done = stop + len(end)
    return "".join([*kept, html[done:]]) if kept else html


def _marked(html: str) -> str:
    source = html.replace("\r", " ").replace("\t", " ").replace("\f", " ")
    html, styles = _styled(source.replace("\n", " "))
    if _KEEPS in styles or "<pre" in html:  # line ends are breaks here
        html, styles = _styled(source.replace("\n", "\f"))
    if _FLOATS in styles and "<td" not in html:  # a page of blocks: each is a row, its floating part a cell
        html = _BLOCK.sub("\n<", _FLOATING.sub("\t<", html))
    html = _ROW.sub("\n<", html)
    return _BLOCK.sub("\f<", _CELL.sub("\t<", html))


def _styled(html: str) -> tuple[str, set[str]]:
    """The source without styles but those that may hide, which get an attribute `hides`; and what all styles became.

    Cutting at each style and judging it once is three times faster than letting the parser read what nobody asks for.
    """
    first, *pieces = html.split(' style="')
    judged: dict[str, str] = {}
    out = [first]
    for piece in pieces:
        value, quote, rest = piece.partition('"')
        kept = judged.get(value)
        if kept is None:
            kept = judged[value] = _kept(value) if quote else f' hides style="{value}"'
        out.append(kept + rest)
    html = "".join(out)
    styles = set(judged.values())
    if "style='" in html:
        styles |= {_KEEPS} if _KEEPING.search(html) else set()
        html = html.replace("style='", "hides style='")
    return html, styles


def _kept(style: str) -> str:
    if _MAY_HIDE.search(style):
        return f' hides style="{style}"'
    return _FLOATS if "float:" in style else _KEEPS if _KEEPING.search(style) else ""


def _blocks(cell: str) -> list[str]:
    if "\f" not in cell:
        words = cell.split()
        return [" ".join(words)] if words else []
    return [" ".join(words) for block in cell.split("\f") if block and (words := block.split())]


def _drop_hidden(tree: LexborHTMLParser) -> None:
    for node in tree.css("[hides]"):
        style = node.attributes.get("style") or ""
        if _HIDING.search(style) or (_ZERO.search(style) and ("font-size" not in style or _is_leaf(node))):
            node.decompose()


def _is_leaf(node: LexborNode) -> bool:
    """True for text alone: a zero font on a frame is a spacing trick, its inner elements set their own."""
    first = node.child
    return first is not None and first.next is None and first.tag == "-text"


def _open_superscripts(tree: LexborHTMLParser) -> None:
    for node in tree.css("sup"):
        text = node.text().strip()
        before = node.prev.text() if node.prev is not None else ""
        if text.isdecimal() and before.rstrip()[-1:].isdecimal():
            node.replace_with("." + text if len(text) == 2 else " ")
