"""The HTML part of a mail as a person sees it: lines, rows of cells, links, images; hidden text left out.

The parser reads what `source` leaves, in which breaks stand as characters: one call gives the whole text with its
layout, six times faster than a walk.
"""

import re
from collections.abc import Iterator
from functools import cached_property

from selectolax.lexbor import LexborHTMLParser, LexborNode

from mesinfos.ingest.links import target_of
from mesinfos.ingest.source import DROPPED, bounded, reduced
from mesinfos.ingest.words import clean

MAX_HTML = 3 << 20
_UNSEEN = re.compile(f"<(?:{'|'.join(DROPPED)})\\b")
BEGINNING = 18  # characters of a name that tell it from others
_JSON_LD = re.compile(r"<script\b[^<>]{0,200}?application/ld\+json[^<>]{0,200}>", re.IGNORECASE)
_SCRIPT_END = re.compile(r"</script", re.IGNORECASE)
MAX_JSON_LD = 500_000  # characters of one block


class Link:
    """A link: where it leads (out of the click tracker when its query names the target), and its text."""

    __slots__ = ("_node", "href")

    def __init__(self, href: str, node: LexborNode) -> None:
        self.href = target_of(href)
        self._node = node

    @property
    def text(self) -> str:
        """What stands in the link; read from the page when asked, for few of a newsletter's links ever are."""
        return _on_one_line(clean(self._node.text()))


class Image:
    """A picture: its address, and what it says when it is not shown."""

    __slots__ = ("_alt", "src")

    def __init__(self, src: str, alt: str) -> None:
        self.src = src
        self._alt = alt

    @property
    def alt(self) -> str:
        """On one line; cleaned when asked, for of most mails only the hosts of pictures are."""
        return _on_one_line(clean(self._alt))


class Page:
    """One HTML part. `lines` and `rows` hold what is visible; a row's short cells share a line, divided by tabs."""

    def __init__(self, html: str) -> None:
        self.html = html[:MAX_HTML]

    @cached_property
    def tree(self) -> LexborHTMLParser:
        """The tree without head, hidden parts, scripts and styles; layout marks stand as spaces in its text."""
        html = reduced(self.html)
        tree = LexborHTMLParser(html)
        if _UNSEEN.search(html):
            tree.strip_tags(list(DROPPED))
        return tree

    @cached_property
    def whole(self) -> LexborHTMLParser:
        """The tree as sent, hidden parts too: for microdata, which senders hide. Parsed again: ask only when needed."""
        return LexborHTMLParser(bounded(self.html))

    @cached_property
    def _cells(self) -> list[list[list[str]]]:
        body = self.tree.body if self.html else None
        text = clean(body.text()) if body is not None else ""
        found = []
        for row in text.split("\n"):
            if row and not row.isspace():
                cells = [
                    blocks for cell in row.split("\t") if cell and not cell.isspace() and (blocks := _blocks(cell))
                ]
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
    def links(self) -> list[Link]:
        """Every link that leads somewhere, in order."""
        nodes = self.tree.tags("a") if self.html else ()
        found = (((node.attributes.get("href") or "").strip(), node) for node in nodes)
        return [Link(href, node) for href, node in found if href and href[0] != "#"]

    @cached_property
    def images(self) -> list[Image]:
        """Every picture with an address, in order; tracking pixels too, for they name hosts."""
        attributes = (node.attributes for node in (self.tree.tags("img") if self.html else ()))
        return [Image(src, at.get("alt") or "") for at in attributes if (src := at.get("src")) is not None]

    @cached_property
    def shown(self) -> frozenset[str]:
        """How pictures and links name what they show, cut to their beginnings."""
        texts = (*(image.alt for image in self.images[:200]), *(link.text for link in self.links[:200]))
        return frozenset(text[:BEGINNING] for text in texts if len(text) > 7)

    @cached_property
    def json_ld(self) -> list[str]:
        """The JSON-LD blocks as written, unparsed."""
        return list(_scripts(self.html)) if "ld+json" in self.html else []


def _scripts(html: str) -> Iterator[str]:
    """Each JSON-LD script, begun after the end of the one before: a page full of beginnings is passed through once."""
    done = 0
    while (begin := _JSON_LD.search(html, done)) and (end := _SCRIPT_END.search(html, begin.end())):
        if end.start() - begin.end() <= MAX_JSON_LD:
            yield html[begin.end() : end.start()]
        done = end.end()


def text_lines(text: str) -> list[str]:
    """The readable lines of a text part: invisible characters gone, runs of spaces one space, no empty line."""
    lines = (
        _in_columns(line) if "   " in line or " | " in line else _on_one_line(line)
        for line in clean(text).split("\n")
        if line
    )
    return [line for line in lines if line]


def _in_columns(line: str) -> str:
    """The row of a table printed in columns, a tab between its cells as in a page's; a label with its value is none."""
    if "   " not in line and " | " not in line:
        return _on_one_line(line)
    cells = [cell for cell in line.replace("\t", "  ").replace(" | ", "  ").split("  ") if cell.strip()]
    return "\t".join(map(_on_one_line, cells)) if len(cells) > 2 else _on_one_line(line)


def _blocks(cell: str) -> list[str]:
    return [line for block in cell.split("\f") if block and (line := _on_one_line(block))]


def _on_one_line(text: str) -> str:
    """Every run of spaces one space; most texts have none, and are not taken apart."""
    text = text.strip()
    return text if "  " not in text and text.isprintable() else " ".join(text.split())
