"""The text of PDF invoices and tickets: lines and cells as printed, within bounds.

Reading a PDF costs tens of milliseconds, ten times the mail around it, so it is opened only when that mail lacks what
the document would tell (`extract` decides). Pictures are never decoded: the text is asked for and nothing else.
"""

import logging
import re
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from io import BytesIO
from typing import Any

from mesinfos.ingest.bounds import bounded
from mesinfos.ingest.parse import Mail
from mesinfos.ingest.words import clean

LARGEST = 2 << 20  # bytes: a bill has tens of kilobytes; what is larger is a scan, a catalogue or an attack
MOST_PAGES = 10  # a bill has one to four; a longer document is terms or a manual
MOST_DOCUMENTS = 2
MOST_LINES = 400
SECONDS = 1.0
MEMORY = 128 << 20
UNPACKED = 8 << 20  # bytes of one stream: the content of a full page has a hundred kilobytes
_LIMITS = {
    "maximum_declared_stream_length": LARGEST,
    **dict.fromkeys(
        (
            *(
                f"{name}_maximum_output_length"
                for name in ("zlib", "lzw", "run_length", "brotli", "array_based_stream")
            ),
            "zlib_maximum_recovery_input_length",
            "stream_decoding_work_maximum_length",
        ),
        UNPACKED,
    ),
    "stream_parsing_work_maximum_count": 200_000,
    "page_tree_maximum_entries": 1_000,
    "jbig2dec_binary": None,  # else a picture of that kind would start another program
}
_COLUMNS = re.compile(r" {2,}|\t+")


def documents(mail: Mail) -> list[bytes]:
    """The attached files that may be a bill or a ticket, by their first bytes and their size."""
    return [part.payload for part in mail.attachments if _plausible(part.payload)][:MOST_DOCUMENTS]


def document_lines(mail: Mail) -> list[str]:
    """The readable lines of a mail's documents, cells divided by tabs; what cannot be read in time says nothing."""
    lines: list[str] = []
    for content in documents(mail):
        lines += bounded(lambda content=content: _lines(content), SECONDS, MEMORY) or []  # type: ignore[misc]
    return lines[:MOST_LINES]


def is_pdf(payload: bytes) -> bool:
    """Whether a file begins as a PDF does, whatever its name says."""
    return payload[:1024].lstrip().startswith(b"%PDF-")


def _plausible(payload: bytes) -> bool:
    # An encrypted one has its password elsewhere, and would load a crypto library into the process that reads mail.
    return len(payload) <= LARGEST and is_pdf(payload) and b"/Encrypt" not in payload


def _lines(content: bytes) -> list[str]:
    pypdf = _pypdf()
    with pypdf.apply_configuration(**_LIMITS):
        pages = pypdf.PdfReader(BytesIO(content)).pages
        count = len(pages)
        return list(_printed(pages, count)) if count <= MOST_PAGES else []


def _printed(pages: Any, count: int) -> Iterator[str]:
    """The first two pages and the last one: who, what and how much; what lies between lists calls and kilowatts."""
    for number in sorted({0, 1, count - 1} & set(range(count))):
        for line in pages[number].extract_text(extraction_mode="layout").splitlines():
            cells = [clean(cell) for cell in _COLUMNS.split(line.strip())]
            if any(cells):
                yield "\t".join(cell for cell in cells if cell)


@cache
def _pypdf() -> Any:
    # Loaded with the first document: it costs every worker's start as much as reading fifty mails.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it says what it finds odd; nobody may read that in a log
    return import_module("pypdf")
