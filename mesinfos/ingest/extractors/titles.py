"""Which of the lines above a price names the thing: a brand or a heading may stand before it, a variant after it."""

import re
from collections import Counter

from mesinfos.ingest.extractors.blocks import Block
from mesinfos.ingest.extractors.naming import LEADING
from mesinfos.ingest.page import BEGINNING
from mesinfos.ingest.sheet import Sheet
from mesinfos.ingest.words import fold

_FIGURES = re.compile(r"\d+")


def shorten(blocks: list[Block]) -> None:
    """What stands above the first name is no name: a later block tells how many lines one has."""
    first, alike = blocks[0], [block for block in blocks[1:] if block.counted == blocks[0].counted]
    most = max((len(block.names) for block in alike), default=2)
    if len(first.names) > most and not first.below_header and not first.opened:
        first.names = first.names[-most:]
    headed = [block for block in blocks if block.headed]
    for block in headed:
        if len(headed) * 2 <= len(blocks) or (block.counted and len(blocks) == 1):
            block.names = block.names[-1:]  # few of the priced lines have one above: it is the title of a section
    _unrepeat(blocks)


def _unrepeat(blocks: list[Block]) -> None:
    """What most blocks say but for a figure names none of them: "Position 1", "Position 2"."""
    said = Counter(line for block in blocks for line in {_FIGURES.sub("", name) for name in block.names})
    often = {line for line, many in said.items() if many > 1 and many * 2 > len(blocks)}
    for block in blocks if often else ():
        block.names = [name for name in block.names if _FIGURES.sub("", name) not in often] or block.names


def name_of(names: list[str], sheet: Sheet) -> str:
    """Of the lines above a price the one that names the thing; a brand or a heading may stand before it, and its
    variant after it.
    """
    if len(names) < 2:
        return names[0] if names else ""
    names = [one for one in names if not fold(one).startswith(sheet.lexicon.made_by)] or names
    if len(names) < 2:
        return names[0]
    counted = next((one for one in names if LEADING.match(one)), "")
    if counted:
        return counted
    shown = sheet.mail.page.shown
    for one in names:
        if len(one) > 7 and one[:BEGINNING] in shown:
            return one
    first, second = names[0], names[1]
    if second.startswith(first):
        return second
    brand = first.isupper() and not second.isupper()
    short = first.count(" ") < 2 and second.count(" ") > first.count(" ") + 1 and not re.search(r"[\d,:/]", second)
    return second if brand or short else first
