"""What a merchant's mail says, as blocks, and how it looks as text and as HTML.

The HTML is what real shops send: nested tables, a style block, a hidden preheader, a tracking pixel. Text and
HTML say the same, as half of the real ones do.
"""

from collections.abc import Sequence
from datetime import datetime
from html import escape
from typing import Any

from msgspec import Struct, json

from mesinfos.demo.shops import Shop, phrases

STYLE = (
    "body{margin:0;padding:0;background:#f4f4f2}table{border-collapse:collapse}img{border:0;display:block}"
    ".preheader{display:none!important;max-height:0;overflow:hidden;opacity:0}"
    "@media(max-width:600px){.wrap{width:100%!important}.cell{padding:12px!important}}"
)


class Facts(Struct, frozen=True):
    """Labels and their values, a line each."""

    pairs: tuple[tuple[str, str], ...]


class Goods(Struct, frozen=True):
    """What was bought: name, quantity and price a row, then labelled sums."""

    head: tuple[str, str, str]
    rows: tuple[tuple[str, str, str], ...]
    sums: tuple[tuple[str, str], ...]


class Attached(Struct, frozen=True):
    """A PDF that goes with the letter."""

    filename: str
    content: bytes


class Letter(Struct, frozen=True):
    """One mail before it has headers. `bulk` letters carry List-Unsubscribe; `forged` ones come from elsewhere."""

    shop: Shop
    kind: str
    at: datetime
    subject: str
    title: str
    lines: tuple[str, ...]
    button: str
    link: str
    blocks: tuple[Facts | Goods, ...] = ()
    attached: Attached | None = None
    markup: dict[str, Any] | None = None
    bulk: bool = False
    forged: bool = False

    @property
    def words(self) -> dict[str, str]:
        """The plain words of this merchant's language."""
        return phrases(self.shop.language)[""]


def write(shop: Shop, kind: str, at: datetime, ref: str, *blocks: Facts | Goods, **fields: str) -> Letter:
    """The letter of this kind, its phrases filled in; `ref` ends the address of its button."""
    said = phrases(shop.language)[kind]
    fields = {"shop": shop.name, "theme": shop.theme} | fields
    return Letter(
        shop=shop,
        kind=kind,
        at=at,
        subject=said["subject"].format(**fields),
        title=said["title"].format(**fields),
        lines=tuple(line.format(**fields) for line in said["lines"]),
        button=said["button"],
        link=f"https://www.{shop.domain}/{kind}/{ref}",
        blocks=blocks,
        bulk=kind in {"promo", "news"},
    )


def as_text(letter: Letter, person: str) -> str:
    """The text part."""
    words = letter.words
    parts = [words["hello"].format(person=person), *letter.lines]
    parts += ["\n".join(_text_rows(block)) for block in letter.blocks]
    parts += [f"{letter.button} : {letter.link}", f"{words['sign'].format(shop=letter.shop.name)}"]
    parts.append("-- \n" + words["legal"].format(shop=letter.shop.name))
    return "\n\n".join(parts) + "\n"


def as_html(letter: Letter, person: str, decor: str = "", style: str = "") -> str:
    """The HTML part; `decor` and `style` are what shops put around the news."""
    shop, words = letter.shop, letter.words
    said = "".join(f'<p style="margin:0 0 12px">{escape(line)}</p>' for line in letter.lines)
    ld = f'<script type="application/ld+json">{json.encode(letter.markup).decode()}</script>' if letter.markup else ""
    blocks = "".join(_html_block(block) for block in letter.blocks)
    return f"""<!DOCTYPE html>
<html lang="{shop.language}"><head><meta charset="utf-8"><title>{escape(letter.subject)}</title>
<style>{STYLE}{style}</style>{ld}</head><body>
<div class="preheader" style="display:none">{escape(letter.title)}&zwnj;&nbsp;&zwnj;&nbsp;&zwnj;&nbsp;</div>
<table role="presentation" width="100%"><tr><td align="center">
<table role="presentation" class="wrap" width="600" style="background:#ffffff">
<tr><td class="cell" style="padding:24px;background:{shop.colour}"><a href="https://www.{shop.domain}/" \
style="color:#ffffff;font:bold 22px Georgia,serif;text-decoration:none">{escape(shop.name)}</a></td></tr>
<tr><td class="cell" style="padding:24px;font:15px/22px Arial,sans-serif;color:#222222">
<h1 style="font:24px Georgia,serif">{escape(letter.title)}</h1>
<p style="margin:0 0 12px">{escape(words["hello"].format(person=person))}</p>{said}{blocks}
<table role="presentation"><tr><td style="background:{shop.colour};padding:12px 24px">\
<a href="{letter.link}" style="color:#ffffff">{escape(letter.button)}</a></td></tr></table>
<p style="margin:24px 0 0">{escape(words["sign"].format(shop=shop.name))}</p></td></tr>
{decor}<tr><td class="cell" style="padding:24px;font:11px/16px Arial;color:#777777">\
{escape(words["legal"].format(shop=shop.name))}{_unsubscribe(letter)}</td></tr>
</table></td></tr></table>
<img src="https://www.{shop.domain}/open.gif?m={letter.at:%Y%m%d%H%M%S}" width="1" height="1" alt="">
</body></html>
"""


def _unsubscribe(letter: Letter) -> str:
    if not letter.bulk:
        return ""
    return f'<br><a href="https://www.{letter.shop.domain}/unsubscribe">{escape(letter.words["unsubscribe"])}</a>'


def _text_rows(block: Facts | Goods) -> Sequence[str]:
    if isinstance(block, Facts):
        return [f"{label} : {value}" for label, value in block.pairs]
    goods = [f"{quantity} x {name}    {price}" for name, quantity, price in block.rows]
    return goods + [f"{label} : {value}" for label, value in block.sums]


def _html_block(block: Facts | Goods) -> str:
    if isinstance(block, Facts):
        rows = "".join(_row((escape(label), f"<strong>{escape(value)}</strong>")) for label, value in block.pairs)
    else:
        head = "".join(f'<th align="left" style="padding:6px">{escape(name)}</th>' for name in block.head)
        rows = f"<tr>{head}</tr>" + "".join(_row(tuple(map(escape, row))) for row in block.rows)
        rows += "".join(_row((escape(label), "", f"<strong>{escape(value)}</strong>")) for label, value in block.sums)
    return f'<table role="presentation" width="100%" style="margin:12px 0;border-top:1px solid #dddddd">{rows}</table>'


def _row(cells: Sequence[str]) -> str:
    return "<tr>" + "".join(f'<td style="padding:6px">{cell}</td>' for cell in cells) + "</tr>"
