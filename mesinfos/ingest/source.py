"""The source of a page cut down to what is read of it, before a parser sees it: text, links, pictures and breaks.

Four tags of five in a mail are frames: table in table, each with a style. Of these only the break stays, as a character
that HTML counts as a space (row: newline, cell: tab, block: form feed); so the parser reads a third of the page, and
one call gives the whole text with its layout.
"""

import re
from collections import Counter
from contextlib import suppress
from functools import lru_cache

MAX_TAGS, FEW_TAGS = 100_000, 4_000
MAX_KNOWN = 8_000  # tags kept in mind, of this length at most: senders repeat theirs mail after mail
MAX_KNOWN_LENGTH = 400
MAX_STYLE = 2_000  # characters of it that are looked at
_NAME = re.compile(r"<(/?[a-zA-Z][a-zA-Z0-9]{0,20})")
_VOID = frozenset(("area", "base", "br", "col", "hr", "img", "input", "link", "meta", "wbr"))  # elements without an end
_LEFT_OPEN = _VOID | {"p", "li", "td", "th", "tr", "tbody", "thead", "dd", "dt", "option"}
_TAG = re.compile(r"<([^<>]*)>")
_STRAY = re.compile(r"<(?!(?:a|img)\s)")  # a sign that begins no tag; of those two one may hold signs in its texts
_BLOCKS = (
    "p", "div", "br", "li", "ul", "ol", "dl", "center", "blockquote", "section", "article", "header", "footer",
    "dd", "dt", "pre", "h1", "h2", "h3", "h4", "h5", "h6",
)  # fmt: skip
_ROWS, _CELLS = ("tr", "table", "hr"), ("td", "th")
_SILENT = (
    "tbody", "thead", "tfoot", "caption", "col", "colgroup", "span", "font", "b", "strong", "i", "em", "u",
    "small", "big", "s", "strike", "del", "ins", "label", "nobr", "wbr", "abbr", "address", "main", "figure", "form",
    "body", "html", "head", "meta", "link", "button", "sub", "time", "nowrap", "o:p",
    "!doctype", "![if", "![endif]", "![endif]--",
)  # fmt: skip
_BREAKS = {
    **dict.fromkeys((*_SILENT, *(f"/{name}" for name in (*_SILENT, *_CELLS))), ""),
    **dict.fromkeys((*_BLOCKS, *(f"/{name}" for name in _BLOCKS)), "\f"),
    **dict.fromkeys((*_ROWS, *(f"/{name}" for name in _ROWS)), "\n"),
    **dict.fromkeys(_CELLS, "\t"),
    **{name: f"<{name}>" for name in ("sup", "/sup", "/a")},
}
DROPPED = ("style", "script", "title", "noscript", "template")
_WHOLE = frozenset(  # what the parser reads
    ("a", "img", "map", "/map", "area", *DROPPED, *(f"/{name}" for name in DROPPED)),
)
_ADDRESSED = ("a ", "img ")  # hardly one twice the same
_KEEPING = re.compile(r"pre-(?:wrap|line)")
_STYLE = re.compile(r"\sstyle\s*=\s*(?:\"([^\"]*)\"?|'([^']*)'?)", re.IGNORECASE)
_HIDING = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all", re.IGNORECASE)
_ZERO = re.compile(
    r"(?:font-size|opacity|max-height)\s*+:\s*+0++(?:\.0++)?\s*+(?:px|em|pt|%)?\s*+(?:!important\s*+)?(?:;|$)",
    re.IGNORECASE,
)
_HIDDEN = "\0"  # what a tag becomes whose style may hide its element
_ODD = "\1"  # before a tag that is none of these
_KEEPS = "\2"  # before one in which a line end is a break
_ENDED_BY_THE_NEXT = frozenset(("p", "td", "th", "tr"))
_FRAMES = frozenset(("/td", "/th", "/tr", "/table", "/body", "/html"))
_CENTS = re.compile(r"(?<=\d) *<sup>\s*(\d{1,9})\s*</sup>")


class _Tags(dict[str, str]):
    """What each tag of a source becomes: a break, nothing, or itself without its style."""

    def __init__(self, breaks: dict[str, str], *, floats: bool = False) -> None:
        super().__init__()
        self._breaks = breaks
        self._floats = floats

    def __missing__(self, tag: str) -> str:
        if tag.startswith(_ADDRESSED):
            return f"<{tag}>" if "style" not in tag else self._read(tag)
        becomes = self._read(tag)
        if len(tag) < MAX_KNOWN_LENGTH:
            if len(self) > MAX_KNOWN:
                self.clear()
            self[tag] = becomes
        return becomes

    def _read(self, tag: str) -> str:
        bare, style = undressed(tag)
        return _HIDDEN if style and hides(style[:MAX_STYLE]) else self.shown(bare, style)

    def shown(self, tag: str, style: str) -> str:
        """What a tag becomes whose element is seen."""
        name = name_of(tag)
        becomes = f"<{name}{tag[len(name) :]}>" if name in _WHOLE else self._breaks.get(name)
        if becomes is None or (becomes[:1] != "<" and tag.count('"') % 2):  # a sign in a quotation is no end of a tag
            return f"{_ODD}{becomes or ''}<{tag}>"
        if name == "pre" or ("pre-" in style and _KEEPING.search(style)):
            return _KEEPS + becomes
        return "\t" if self._floats and name == "span" and "float:" in style else becomes


_IN_TABLES = _Tags(_BREAKS)
# In a page without tables each block is a row, and what floats in it a cell.
_IN_BLOCKS = _Tags(_BREAKS | {name: "\n" for name, mark in _BREAKS.items() if mark == "\f"}, floats=True)


def bounded(html: str) -> str:
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


def reduced(html: str) -> str:
    """Text, links, pictures and breaks of the body; no comment (half of some mails is written for Outlook in these),
    no style, nothing hidden.
    """
    html = bounded(_body(html))
    source = _cut(html.replace("\n", " "), _IN_TABLES)
    blocks = "\t" not in source and "float:" in html
    if blocks or _KEEPS in source:
        html = html.replace("\n", "\f" if _KEEPS in source else " ")
        source = _cut(html, _IN_BLOCKS if blocks else _IN_TABLES).replace(_KEEPS, "")
    return _CENTS.sub(_apart, source) if "<sup>" in source else source


def _body(html: str) -> str:
    """The body without comments and style sheets."""
    start = html.find("<body")
    start = start if start >= 0 else html.find("<BODY")
    html = _without(_without(html[start:] if start >= 0 else html, "<!--", "-->"), "<style", "</style>")
    for char in ("\r", "\t", "\f", _HIDDEN, _ODD, _KEEPS):
        html = html.replace(char, " ")
    return html


def _without(html: str, begin: str, end: str) -> str:
    """The source without what stands between these; by `find`, several times faster than an expression."""
    kept: list[str] = []
    done = 0
    while (start := html.find(begin, done)) >= 0:
        kept.append(html[done:start])
        stop = html.find(end, start + len(begin))
        done = stop + len(end) if stop >= 0 else len(html)
    return "".join([*kept, html[done:]]) if kept else html


def _cut(html: str, known: _Tags) -> str:
    """The source with what its tags become in their place."""
    parts = html.replace(">", "<").split("<")  # text and tag in turn, unless a sign stands in a text
    tags = parts[1::2]
    parts[1::2] = map(known.__getitem__, tags)
    source = "".join(parts)
    if _ODD in source:
        parts = _TAG.split(html)
        tags = parts[1::2]
        parts[::2] = (_STRAY.sub("&lt;", text) if "<" in text else text for text in parts[::2])
        parts[1::2] = (known[tag].lstrip(_ODD) for tag in tags)
        source = "".join(parts)
    return "".join(_seen(parts, tags, known)) if _HIDDEN in source else source


def _seen(parts: list[str], tags: list[str], known: _Tags) -> list[str]:
    """The parts that stand in no hidden element; in place of that the break before it."""
    seen: list[str] = []
    done = 0
    with suppress(ValueError):  # no other
        while True:
            number = parts.index(_HIDDEN, done) // 2
            bare, style = undressed(tags[number])
            mark = known.shown(bare, style).lstrip(_ODD)
            seen += parts[done : 2 * number + 1]
            if hides(style[:MAX_STYLE], frame=not _is_leaf(tags, number)):
                seen.append(mark if mark[:1] != "<" else "")
                done = _end(tags, number)
            else:
                seen.append(mark)
                done = 2 * number + 2
    return seen + parts[done:]


def _is_leaf(tags: list[str], number: int) -> bool:
    """True for text alone: a zero font on a frame is a spacing trick, its inner elements set their own."""
    return number + 1 < len(tags) and name_of(tags[number + 1]) == f"/{name_of(tags[number])}"


def _end(tags: list[str], number: int) -> int:
    """The index, among texts and tags in turn, behind the element that begins here: its end tag, else where the cell
    around it ends, else the end of the page.
    """
    own = name_of(tags[number])
    if own in _VOID:
        return 2 * number + 2
    nested: Counter[str] = Counter()
    for index in range(number, len(tags)):
        name = name_of(tags[index])
        begun = name.lstrip("/")
        nested[begun] += 1 if name == begun else -1
        if name == f"/{own}" and not nested[own]:
            return 2 * index + 2
        if (nested[begun] < 0 and name in _FRAMES) or _next_ends(name, own, nested):
            return 2 * index + 1
    return 2 * len(tags) + 1


def _next_ends(name: str, own: str, nested: Counter[str]) -> bool:
    """Whether an element without an end tag ends at the next of its kind."""
    return name == own and nested[own] > 1 and own in _ENDED_BY_THE_NEXT and not nested["table"]


def undressed(tag: str) -> tuple[str, str]:
    """A tag without its style, and that."""
    before, found, rest = tag.partition(' style="')
    if found:
        style, _, after = rest.partition('"')
        return before + after, style
    match = _STYLE.search(tag) if "style" in tag or "STYLE" in tag else None
    return (tag[: match.start()] + tag[match.end() :], match[1] or match[2] or "") if match else (tag, "")


def name_of(tag: str) -> str:
    """The name of a tag in lower case, with the stroke of an end."""
    first = tag.partition(" ")[0]
    return first if first in _BREAKS or first in _WHOLE else first.lower().rstrip("/") or "/"


@lru_cache(4096)
def hides(style: str, *, frame: bool = False) -> bool:
    """Whether a style hides its element; a zero font on a frame does not."""
    zero = _ZERO.search(style)
    return bool(_HIDING.search(style) or (zero and not (frame and "font-size" in style)))


def _apart(cents: re.Match[str]) -> str:
    return f".{cents[1]}" if len(cents[1]) == 2 else " "
