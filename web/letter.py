"""A mail's own HTML made fit to be looked at: nothing in it runs, and nothing in it asks anybody for anything.

Three layers, each of which holds alone (check W1): what is built here (nh3 last, over whatever came before), the
document's own content policy, and the sandboxed frame around it. Style sheets go; of style attributes what only
paints and measures stays. Pictures that lie elsewhere stay as their words, unless their person had them loaded
(`web/pictures.py`): then they stand in the page as data, like those that the mail itself carries.
"""

import re
from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256
from types import MappingProxyType
from typing import NamedTuple
from urllib.parse import urlsplit

import nh3
from selectolax.lexbor import LexborHTMLParser, LexborNode

LONGEST = 1 << 20  # characters of HTML; the longest real mail has half of it
DEEPEST = 400  # elements within each other; parsers take the square of it, real mails have some sixty
MOST_DATA = 32 << 20  # characters of loaded pictures in one page: a mail may name one picture a thousand times
SANDBOX = "allow-popups allow-popups-to-escape-sandbox"
_PAPER = (
    "html{background:#fff;color:#1b1b1b;font:16px/1.5 system-ui,sans-serif;color-scheme:light}"
    "body{margin:12px;overflow-wrap:anywhere}img{max-width:100%;height:auto}table{max-width:100%}"
)
_HASH = b64encode(sha256(_PAPER.encode()).digest()).decode()
POLICY = (
    f"default-src 'none'; style-src-elem 'sha256-{_HASH}'; style-src-attr 'unsafe-inline'; img-src data:; "
    f"base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox {SANDBOX}"
)
"""The frame's own policy. Style attributes are all that is inline in it; nothing can be fetched by any of them."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_TAGS = _words(
    "a abbr address b big blockquote br caption center code col colgroup dd del div dl dt em font h1 h2 h3 h4 "
    "h5 h6 hr i img ins kbd li ol p pre q s samp small span strike strong sub sup table tbody td tfoot th "
    "thead tr tt u ul"
)
_EMPTIED = _words(
    "script style head title svg math template noscript noembed noframes iframe frameset object embed applet "
    "audio video canvas select textarea xmp plaintext listing"
)
_ANYWHERE = _words(
    "align valign bgcolor color width height border cellpadding cellspacing colspan rowspan dir lang title "
    "style face size"
)
_PAINT = re.compile(
    r"color|background(?:-color)?|font(?:-(?:family|size|style|variant|weight))?|text-(?:align|decoration|indent|transform)"
    r"|line-height|letter-spacing|(?:padding|margin|border)(?:-(?:top|right|bottom|left))?(?:-(?:width|style|color))?"
    r"|border(?:-(?:top|bottom)-(?:left|right))?-radius|border-(?:collapse|spacing)|(?:min-|max-)?(?:width|height)"
    r"|display|vertical-align|white-space|word-break|table-layout|direction|float|clear|opacity|overflow"
)
_VALUE = re.compile(r"[\w\s#.,%()!+/-]{1,200}")
_CALLS = re.compile(r"([\w-]*)\s*\(")
_DATA = re.compile(r"data:image/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/]+={0,2}")
_LINK = re.compile(r"(?:https?://|mailto:|tel:)[^\s\\]{1,2000}", re.IGNORECASE)
_REMOTE = re.compile(r"\s*(?:https?:)?//", re.IGNORECASE)
_STYLED = re.compile(r"(?:url\s*\(|@import)[\s'\"]*(?:https?:)?//", re.IGNORECASE)
_TRACKING = re.compile(
    r"utm_\w+|gclid|dclid|fbclid|msclkid|yclid|igshid|mc_[ce]id|_hs(?:enc|mi)|mkt_tok|vero_id", re.IGNORECASE
)
_SIGN = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_CLOSING = _words("area base br col embed hr img input link meta source wbr p li td th tr tbody dd dt option")
"""Elements that hold nothing, or end by themselves where the next begins."""
_HIDDEN = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
_TINY = re.compile(
    r"(?:^|;)\s*(?:(?:max-)?(?:width|height)\s*:\s*[01](?:px)?\s*(?:!|;|$)|display\s*:\s*none)", re.IGNORECASE
)


class Letter(NamedTuple):
    """A mail's page made safe, and what was left out of it."""

    html: str
    pictures: tuple[str, ...]
    """The addresses of pictures that lie elsewhere, each once."""
    pixels: int
    """Pictures nobody can see, there to tell that the mail was opened; never asked for."""
    others: int
    """Backgrounds, style sheets and other things that lie elsewhere."""
    hosts: tuple[str, ...]
    """Where its links lead."""

    @property
    def keepers(self) -> tuple[str, ...]:
        """The hosts at which its pictures lie."""
        return tuple(dict.fromkeys(filter(None, map(host_of, self.pictures))))


def letter(html: str, loaded: Mapping[str, str] = MappingProxyType({})) -> Letter:
    """Make a mail's HTML safe; nothing of one that is nested too deeply. `loaded` are pictures as data, by address."""
    if _is_too_deep(html[:LONGEST]):
        return Letter("", (), 0, 0, ())
    tree = LexborHTMLParser(html[:LONGEST])
    others = _others(tree)
    found, pixels = _pictures(tree, loaded)
    hosts = _links(tree)
    return Letter(_clean(tree.body.html or "" if tree.body else ""), found, pixels, others, hosts)


def document(made: Letter, language: str = "") -> str:
    """The whole document of the frame, on white paper whatever the theme."""
    lang = f' lang="{language}"' if re.fullmatch(r"[a-z]{2,3}", language) else ""
    return (
        f'<!doctype html><html{lang}><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>–</title><style>{_PAPER}</style></head><body>{made.html}</body></html>"
    )


def _is_too_deep(html: str) -> bool:
    """Told by the signs alone, before any parser sees it: parsers take the square of the depth, that is hours."""
    depth = 0
    for found in _SIGN.finditer(html):
        if found[2].lower() not in _CLOSING:
            depth = max(depth + (-1 if found[1] else 1), 0)
            if depth > DEEPEST:
                return True
    return False


def _others(tree: LexborHTMLParser) -> int:
    sheets = sum(len(_STYLED.findall(node.text())) for node in tree.css("style"))
    inline = sum(len(_STYLED.findall(node.attributes.get("style") or "")) for node in tree.css("[style]"))
    named = sum(
        bool(_REMOTE.match(node.attributes.get(name) or ""))
        for name, where in (("background", "[background]"), ("href", "link[href]"), ("data", "object[data]"))
        for node in tree.css(where)
    )
    sources = "iframe[src],embed[src],video[src],audio[src],source[src],input[src],frame[src],video[poster]"
    return sheets + inline + named + len(tree.css(sources))


def _pictures(tree: LexborHTMLParser, loaded: Mapping[str, str]) -> tuple[tuple[str, ...], int]:
    """Leave each remote picture its words, or what was loaded of it; take out those that nobody can see."""
    found: dict[str, None] = {}
    pixels, room = _out_of_sight(tree), MOST_DATA
    for node in tree.css("img"):
        source = _remote(node)
        if not source:
            continue
        if _is_pixel(node):
            pixels += 1
            node.decompose()
            continue
        found[source] = None
        data = loaded.get(source, "")
        room -= len(data)
        node.attrs["src"] = data if room >= 0 else ""
    return tuple(found), pixels


def _out_of_sight(tree: LexborHTMLParser) -> int:
    """Take out remote pictures within what is not shown; how many there were."""
    taken = 0
    for box in tree.css("[style]:not(img)"):
        if _HIDDEN.search(box.attributes.get("style") or ""):
            for node in box.css("img"):
                if _remote(node):
                    node.decompose()
                    taken += 1
    return taken


def _remote(node: LexborNode) -> str:
    """The address of a picture that lies elsewhere; "" for one that does not."""
    source = (node.attributes.get("src") or "").strip()
    if not _REMOTE.match(source):
        return ""
    return f"https:{source}" if source.startswith("//") else source


def _is_pixel(node: LexborNode) -> bool:
    sizes = [(node.attributes.get(name) or "").strip().removesuffix("px") for name in ("width", "height")]
    return bool({"0", "1"} & set(sizes)) or bool(_TINY.search(node.attributes.get("style") or ""))


def _links(tree: LexborHTMLParser) -> tuple[str, ...]:
    """Say at each link where it leads, without what only tells who clicked; return the hosts."""
    hosts: dict[str, None] = {}
    for node in tree.css("a[href]"):
        address = untracked((node.attributes.get("href") or "").strip())
        node.attrs["href"] = address
        host = host_of(address)
        node.attrs["title"] = host or address[:200]
        if host:
            hosts[host] = None
    return tuple(hosts)


def host_of(address: str) -> str:
    """The host of a web address; "" for what is none."""
    try:
        return (urlsplit(address).hostname or "") if _REMOTE.match(address) else ""
    except ValueError:  # brackets that hold no address
        return ""


def untracked(address: str) -> str:
    """An address without the parameters that only tell which mailing it stood in; the rest stays as written."""
    head, question, tail = address.partition("?")
    query, hash_, anchor = tail.partition("#")
    kept = [pair for pair in query.split("&") if not _TRACKING.fullmatch(pair.partition("=")[0])]
    if not question or "#" in head or len(kept) == query.count("&") + 1:
        return address
    return head + ("?" + "&".join(kept) if kept else "") + hash_ + anchor


def _clean(html: str) -> str:
    return nh3.clean(
        html,
        tags=set(_TAGS),
        clean_content_tags=set(_EMPTIED),
        attributes={"*": set(_ANYWHERE), "a": {"href"}, "img": {"src", "alt"}},
        attribute_filter=_attribute,
        url_schemes={"http", "https", "mailto", "tel", "data"},
        link_rel="noopener noreferrer",
        set_tag_attribute_values={"a": {"target": "_blank"}},
    )


def _attribute(tag: str, name: str, value: str) -> str | None:
    if name == "href":
        return value if _LINK.fullmatch(value.strip()) else None
    if name == "src":
        return value if tag == "img" and _DATA.fullmatch(value) else None
    return painted(value) or None if name == "style" else value


def painted(style: str) -> str:
    """What of a style attribute only paints and measures, without a name or a sign that could ask for anything."""
    kept = []
    for declaration in style[:4000].replace('"', "").replace("'", "").split(";"):
        name, _, value = (part.strip() for part in declaration.partition(":"))
        calls = set(_CALLS.findall(value.lower()))
        if _PAINT.fullmatch(name.lower()) and _VALUE.fullmatch(value) and calls <= {"rgb", "rgba", "hsl", "hsla"}:
            kept.append(f"{name.lower()}:{value}")
    return ";".join(kept)
