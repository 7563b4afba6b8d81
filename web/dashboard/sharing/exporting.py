"""The journal's lines as a file: CSV to look at, JSON Lines to check offline."""

import csv
import io
from collections.abc import Iterator
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response, StreamingResponse

from mesinfos.consent.journal import Entry
from mesinfos.consent.lookup import every
from mesinfos.consent.offline import written
from mesinfos.rights.export import guarded
from mesinfos.wording import translate
from web import words
from web.dashboard.sharing.parties import Parties, Party, parties
from web.dashboard.sharing.sought import Wanted, wanted
from web.dashboard.shown import today
from web.deps import Mine, Shown
from web.render import look

router = APIRouter(prefix="/journal")
COLUMNS = (
    *("line", "when", "what", "action", "merchant", "name", "purpose", "records", "bytes"),
    *("subject", "previous_hash", "details_sha256", "hash"),
)
NOBODY = Party("", "")


@router.get("/lines.jsonl")
def lines_to_check(vault: Mine, reading: Shown, asked: Annotated[Wanted, Depends(wanted)]) -> Response:
    """The lines that answer, oldest first, each with the hashes by which it is checked."""
    return _file("application/jsonl", "jsonl", _rows(*_found(vault, reading, asked)))


@router.get("/lines.csv")
def lines_to_look_at(
    request: Request, vault: Mine, reading: Shown, asked: Annotated[Wanted, Depends(wanted)]
) -> Response:
    """The same as a table, with what happened in the reader's words."""
    return _file("text/csv; charset=utf-8", "csv", _table(*_found(vault, reading, asked), look(request).language))


def _found(vault: Mine, reading: Shown, asked: Wanted) -> tuple[Parties, Iterator[Entry]]:
    known = parties(vault)
    return known, every(vault, asked.sought(known, reading))


def _file(kind: str, ending: str, parts: Iterator[bytes]) -> Response:
    name = f"mesinfos-journal-{today()}.{ending}"
    return StreamingResponse(parts, media_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _rows(known: Parties, lines: Iterator[Entry]) -> Iterator[bytes]:
    for line in lines:
        party = known.known(line.subject) or NOBODY
        yield written(line, party.domain, party.purpose or "")


def _table(known: Parties, lines: Iterator[Entry], language: str) -> Iterator[bytes]:
    """The mark in front tells spreadsheets that it is UTF-8."""
    yield "\N{ZERO WIDTH NO-BREAK SPACE}".encode() + _written(COLUMNS)
    for line in lines:
        party, details = known.known(line.subject) or NOBODY, line.details or {}
        what = translate(words.action(line.action).text, language)
        about = (party.domain, party.name, party.purpose or "")
        size = (details.get("things", ""), details.get("bytes", ""))
        hashes = (line.prev.hex(), line.digest.hex(), line.hash.hex())
        yield _written((line.seq, line.at.isoformat(), what, line.action, *about, *size, line.subject, *hashes))


def _written(cells: tuple[object, ...]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerow([guarded(str(cell)) for cell in cells])
    return out.getvalue().encode()
