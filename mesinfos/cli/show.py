"""How commands answer: tables for people, JSON lines for programs, nothing that a mail could use against a terminal."""

import re
import sys
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from mesinfos.cli.frame import tell

# C0 and C1 controls, and marks that turn the direction of a line: a subject must not move a cursor or hide a word.
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
WIDE = 200  # columns where no terminal says how wide it is


def line(text: str = "") -> None:
    """One line for people."""
    sys.stdout.write(harmless(text) + "\n")


def json_line(value: Any) -> None:
    """One value as JSON, on one line."""
    sys.stdout.write(msgspec.json.encode(value).decode() + "\n")


def raw(content: bytes) -> None:
    """Exact bytes and a line end, for what must be seen as a merchant gets it."""
    sys.stdout.flush()
    sys.stdout.buffer.write(content + b"\n")
    sys.stdout.buffer.flush()


def harmless(text: str) -> str:
    """The text without anything that a terminal would obey."""
    return _UNPRINTABLE.sub(" ", text)


def table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Rows below headings, which are marked texts; numbers stand on the right."""
    found = [[_cell(value) for value in row] for row in rows]
    if not found:
        return
    shown = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for heading in headings:
        shown.add_column(Text(tell(heading)), overflow="fold")
    for row in found:
        shown.add_row(*row)
    console().print(shown)


def console(*, stderr: bool = False) -> Console:
    """Where tables and progress go; as wide as the terminal, or wide enough for a file."""
    stream = sys.stderr if stderr else sys.stdout
    return Console(file=stream, width=None if stream.isatty() else WIDE, highlight=False, markup=False)


def _cell(value: object) -> Text:
    number = isinstance(value, int | float)
    return Text(harmless("" if value is None else str(value)), justify="right" if number else "left")


def warn(text: str) -> None:
    """A sentence on standard error, beside an answer that stands."""
    sys.stderr.write(harmless(text) + "\n")
