"""`mesinfos recognise`: what is in these files; stores nothing. The JSON is an interface (docs: recognise)."""

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from mesinfos.cli import show
from mesinfos.cli.frame import tell
from mesinfos.cli.house import JsonOption, started
from mesinfos.discover import load, parse_settings
from mesinfos.errors import N_, InvalidInput
from mesinfos.ingest.line import json_line
from mesinfos.ingest.pipeline import Context, recognise

app = typer.Typer()

LARGEST = 200 << 20  # bytes of one file
_HEADERS = re.compile(rb"\A(?:From [^\n]*\n)?(?:[A-Za-z][A-Za-z0-9-]*:[^\n]*\r?\n(?:[ \t][^\n]*\r?\n)*){2}")

Files = Annotated[list[Path], typer.Argument(metavar="FILE…", help=N_("Mails: .eml, .html, .txt or .mbox."))]


@app.command("recognise", help=N_("Says what is in mails, one line each; stores nothing."))
def _recognise(files: Files, json: JsonOption = False) -> None:
    started()
    for path in files:
        for raw, received in mails_in(path):
            told = json_line(path.name, recognise(raw, Context(), received))
            if json:
                show.json_line(told)
            else:
                show.line(_sentence(told))


def mails_in(path: Path) -> Iterator[tuple[bytes, datetime | None]]:
    """The mails of a file; a page or a text without headers becomes the body of a mail that nobody sent."""
    if path.suffix.lower() in {".mbox", ".mbx"}:
        module = load("mbox")
        archive = module.connect(parse_settings(module, {"path": str(path)}))
        for batch in archive.fetch(None, lambda heads: [True] * len(heads)):
            yield from ((item.data, item.received_at) for item in batch.items)
        return
    raw = _content(path)
    if not _HEADERS.match(raw):
        kind = "html" if path.suffix.lower() in {".html", ".htm"} else "plain"
        raw = f"Content-Type: text/{kind}; charset=utf-8\nMIME-Version: 1.0\n\n".encode() + raw
    yield raw, None


def _content(path: Path) -> bytes:
    if path.is_file() and path.stat().st_size > LARGEST:
        raise InvalidInput(N_("{name} is too large for one mail."), name=path.name)
    return path.read_bytes()


def _sentence(told: dict[str, Any]) -> str:
    if told["error"]:
        return tell(N_("{file}: not readable ({error})."), file=told["file"], error=told["error"])
    if told["personal"]:
        return tell(N_("{file}: a personal mail; it would stay where it is."), file=told["file"])
    merchant = told["merchant"]["name"] if told["merchant"] else tell(N_("nobody known"))
    found = [
        *(f"{order['order_number']} {order['total'] or ''} {order['currency'] or ''}" for order in told["orders"]),
        *(f"{parcel['carrier']} {parcel['tracking_number']}" for parcel in told["parcels"]),
        *(f"{offer['code'] or offer['description']}" for offer in told["offers"]),
    ]
    return (
        f"{told['file']}: {merchant}, {told['category']} {'; '.join(' '.join(one.split()) for one in found)}".rstrip()
    )
